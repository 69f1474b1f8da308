"""Orders of growth as a number system: the same lines tell how a quantity grows.

One parameter x goes to infinity and everything else is fixed.  All that is kept of a quantity is
its order ``r^(e T) · x^p · (log x)^q``, the exponential part only where x is the horizon T.  The
formulas of the theory add and multiply what is non-negative, so nothing can cancel: the order of a
sum is the larger order, and orders of products add.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any, Final

from rnnbound.numbers.system import Literal

_ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a quantity.

    Attributes:
        size: (e, p, q), compared in this order; None for a quantity that is zero.
        power: the quantity is r to this power, up to a constant factor.
    """

    size: tuple[Fraction, Fraction, Fraction] | None
    power: int = 0

    def __add__(self, other: object) -> Order:
        return max(self, _order(other), key=_rank)

    def __mul__(self, other: object) -> Order:
        if not isinstance(other, (Order, int)):
            return NotImplemented
        x = _order(other)
        if self.size is None or x.size is None:
            return Order(None)
        e, p, q = map(add, self.size, x.size)
        return Order((e, p, q), self.power + x.power)

    def __truediv__(self, other: object) -> Order:
        return self * _order(other).to(Fraction(-1))

    def __rtruediv__(self, other: object) -> Order:
        return _order(other) / self

    def __rsub__(self, other: object) -> Order:
        """A constant less a smaller one, such as 1 − θ; T − 1."""
        return max(self, _order(other), key=_rank)

    def __sub__(self, other: object) -> Order:
        return self.__rsub__(other)

    def __pow__(self, exponent: int) -> Order:
        return self.to(Fraction(exponent))

    def to(self, exponent: Fraction) -> Order:
        """A rational power."""
        if self.size is None:
            return self
        e, p, q = (exponent * part for part in self.size)
        return Order((e, p, q), int(exponent * self.power) if exponent.denominator == 1 else 0)

    __radd__ = __add__
    __rmul__ = __mul__


CONSTANT: Final = Order((_ZERO, _ZERO, _ZERO))
#: x itself.
GROWING: Final = Order((_ZERO, Fraction(1), _ZERO))
#: The contraction factor r where T grows.
CONTRACTION: Final = Order((_ZERO, _ZERO, _ZERO), 1)


def _order(value: object) -> Order:
    if isinstance(value, Order):
        return value
    return Order(None) if value == 0 else CONSTANT


def _rank(x: Order) -> tuple[bool, Any]:
    return x.size is not None, x.size


class Orders:
    """Orders of growth in one memory regime.

    Attributes:
        rate: the sign of log r: −1 in short, 0 in critical, 1 in long memory.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate

    @property
    def pi(self) -> Order:
        return CONSTANT

    def number(self, value: Literal) -> Order:
        return _order(Decimal(value))

    def sqrt(self, x: Order) -> Order:
        return x.to(Fraction(1, 2))

    def log(self, x: Order) -> Order:
        if x.size is None or x.size <= (_ZERO, _ZERO, _ZERO):
            return CONSTANT
        e, p, _ = x.size
        if e:
            return GROWING
        return Order((_ZERO, _ZERO, Fraction(1))) if p else CONSTANT

    def exp(self, x: Order) -> Order:
        if x != CONSTANT:
            raise NotImplementedError("the exponential of what grows")
        return x

    def only(self, condition: object, value: Callable[[], Order]) -> Order:
        del condition  # a formula is meant where it has a value
        return value()

    def maximum(self, x: Order, y: Order) -> Order:
        return max(x, y, key=_rank)

    def minimum(self, x: Order, y: Order) -> Order:
        return min(x, y, key=_rank)

    def evolve(
        self, matrix: Sequence[Sequence[Order]], steps: Any, vector: Sequence[Order]
    ) -> Sequence[Order]:
        """A linear recurrence is solved like any other, see :meth:`closed_form`."""
        size = len(vector)
        units = [tuple(int(i == j) for j in range(size)) for i in range(size)]
        rows = [
            {unit: x for unit, x in zip(units, row, strict=True) if _order(x).size}
            for row in matrix
        ]
        return self.closed_form(rows, steps, vector)

    def closed_form(
        self, step: Sequence[Mapping[tuple[int, ...], Any]], steps: Any, start: Sequence[Order]
    ) -> Sequence[Order]:
        """The variables of a triangular recurrence after T steps.

        A variable that is multiplied by r^k in each step and driven by what is of order
        r^(eT) T^p grows like the faster of the two, and T times faster where they tie.
        """
        if steps != GROWING:
            raise NotImplementedError("a number of steps other than the horizon")
        solved: list[Order] = []
        for i, row in enumerate(step):
            own = tuple(int(i == j) for j in range(len(step)))
            force = Order(None)
            for powers, weight in row.items():
                if powers != own:
                    factors = (
                        Order(x.size)
                        for x, k in zip(solved, powers, strict=False)
                        for _ in range(k)
                    )
                    force += reduce(mul, factors, Order(_order(weight).size))
            own_rate = Fraction(self.rate * _order(row.get(own, 1)).power)
            own_order = Order((own_rate, _ZERO, _ZERO))
            if force.size is not None and force.size[0] == own_rate:
                force *= GROWING
            solved.append(force + own_order if force.size or start[i].size else Order(None))
        return solved
