"""Ball arithmetic (Arb, through python-flint): every value is a rigorous enclosure.

A ball ``[mid +/- radius]`` holds the true value whatever was rounded on the way, exponents
have no limit, and the precision is chosen for the whole evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

from flint import arb, ctx

from rnnbound.numbers.decimals import ball
from rnnbound.numbers.matrix_powers import times_power
from rnnbound.numbers.system import Literal

#: Relative accuracy, in bits, that a reported value has at least.
ACCURATE_BITS: Final = 80
_MOST_BITS: Final = 1 << 20


class UndecidedError(ArithmeticError):
    """No affordable precision separates two quantities or pins a value down."""


class Balls:
    """The number system of Arb's real balls, at the current working precision."""

    @property
    def pi(self) -> arb:
        return arb.pi()

    def number(self, value: Literal) -> arb:
        if isinstance(value, int):
            return arb(value)
        return ball(value) if isinstance(value, Decimal) else arb(repr(value))

    def sqrt(self, x: arb) -> arb:
        return x.sqrt()

    def log(self, x: arb) -> arb:
        return x.log()

    def exp(self, x: arb) -> arb:
        return x.exp()

    def maximum(self, x: arb, y: arb) -> arb:
        return x.max(y)

    def minimum(self, x: arb, y: arb) -> arb:
        return x.min(y)

    def only(self, condition: bool, value: Callable[[], arb]) -> arb | None:
        return value() if condition else None

    def evolve(
        self, matrix: Sequence[Sequence[arb]], steps: int, vector: Sequence[arb]
    ) -> Sequence[arb]:
        return times_power(matrix, steps, vector)


BALLS: Final = Balls()


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Work with `bits` bits of precision inside the block."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def precisions(bits: int) -> Iterator[int]:
    """`bits`, then twice as many, and so on up to what is affordable."""
    while bits <= _MOST_BITS:
        yield bits
        bits *= 2
    raise UndecidedError(f"undecided at {bits // 2} bits")


def accurate(evaluate: Callable[[], Any], values: Callable[[Any], Sequence[arb]], bits: int) -> Any:
    """Evaluate with growing precision until all `values` of the result are accurate.

    Args:
        evaluate: computes the result at the current precision.
        values: the balls in a result whose relative accuracy matters.
        bits: the precision to start from.
    """
    for working in precisions(bits):
        with precision(working):
            result = evaluate()
            if all(x == 0 or x.rel_accuracy_bits() >= ACCURATE_BITS for x in values(result)):
                return result
    raise AssertionError("precisions() ends by raising")
