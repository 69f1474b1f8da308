"""Polynomial recurrences: run step by step, or raised to a power.

The constants of the theory are sums along ``x_t = step(x_{t-1})`` where every component of
``step`` is a polynomial with non-negative coefficients.  Few steps are simply run.  For many
(or a symbolic number of) steps the same ``step`` is run once on polynomials: it then tells how
the monomials of the state move, which is a linear map, and the number system raises that map
to a power.  With non-negative coefficients neither way cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import mul
from typing import cast

from rnnbound.numbers.system import Number, NumberSystem, PointwiseSystem, SymbolicSystem

State = tuple[Number, ...]

#: Above this many steps the power is cheaper than the run.
_RUN_AT_MOST = 48


class _Polynomial:
    """A polynomial in the state: coefficients by exponent tuple."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[tuple[int, ...], Number]) -> None:
        self.terms = terms

    def _lift(self, other: object) -> dict[tuple[int, ...], Number]:
        if isinstance(other, _Polynomial):
            return other.terms
        return {(0,) * len(next(iter(self.terms))): other}

    def __add__(self, other: object) -> _Polynomial:
        total = dict(self.terms)
        for powers, value in self._lift(other).items():
            total[powers] = total[powers] + value if powers in total else value
        return _Polynomial(total)

    def __mul__(self, other: object) -> _Polynomial:
        product: dict[tuple[int, ...], Number] = {}
        for left, x in self.terms.items():
            for right, y in self._lift(other).items():
                powers = tuple(i + j for i, j in zip(left, right, strict=True))
                product[powers] = product[powers] + x * y if powers in product else x * y
        return _Polynomial(product)

    def __pow__(self, exponent: int) -> _Polynomial:
        return reduce(mul, [self] * exponent)

    __radd__ = __add__
    __rmul__ = __mul__


def iterate(
    system: NumberSystem, step: Callable[[State], State], start: State, steps: Number
) -> State:
    """The state after `steps` applications of `step` to `start`.

    Args:
        system: the number system of the state.
        step: a polynomial map with non-negative coefficients whose dependence among the
            variables is triangular (no variable feeds back into one that precedes it).
        start: the initial state.
        steps: how many applications; an integer, or a symbol of `system`.
    """
    if isinstance(steps, int) and steps <= _RUN_AT_MOST:
        state = start
        for _ in range(steps):
            state = step(state)
        return state
    if hasattr(system, "repeat"):
        return cast(PointwiseSystem, system).repeat(step, start, steps)
    if not isinstance(steps, int):
        terms = [x.terms for x in _moved(step, len(start))]
        return tuple(cast(SymbolicSystem, system).closed_form(terms, steps, start))
    monomials, images = _linearise(step, len(start))
    order = {powers: row for row, powers in enumerate(monomials)}
    zero, one = system.number(0), system.number(1)
    matrix = [[zero] * len(monomials) for _ in monomials]
    for powers, image in images.items():
        for source, value in image.terms.items():
            matrix[order[powers]][order[source]] = zero + value
    vector = [
        reduce(mul, (x**k for x, k in zip(start, powers, strict=True) if k), one)
        for powers in monomials
    ]
    final = system.evolve(matrix, steps, vector)
    return tuple(final[order[powers]] for powers in _unit_vectors(len(start)))


def _unit_vectors(size: int) -> list[tuple[int, ...]]:
    return [tuple(int(i == j) for j in range(size)) for i in range(size)]


def _moved(step: Callable[[State], State], size: int) -> list[_Polynomial]:
    """What each variable becomes, as a polynomial in the variables."""
    variables = tuple(_Polynomial({unit: 1}) for unit in _unit_vectors(size))
    return [x + 0 for x in step(variables)]


def _linearise(
    step: Callable[[State], State], size: int
) -> tuple[Sequence[tuple[int, ...]], dict[tuple[int, ...], _Polynomial]]:
    """The monomials that the state needs, and the image of each under `step`.

    They come back in an order in which the linear map is lower triangular: a monomial stands
    behind all those that its image mentions.
    """
    units = _unit_vectors(size)
    moved = _moved(step, size)
    constant = (0,) * size
    images: dict[tuple[int, ...], _Polynomial] = {constant: _Polynomial({constant: 1})}
    order: list[tuple[int, ...]] = [constant]

    def visit(powers: tuple[int, ...]) -> None:
        if powers in images:
            return
        factors = (x**k for x, k in zip(moved, powers, strict=True) if k)
        images[powers] = image = reduce(mul, factors)
        for source in image.terms:
            if source != powers:
                visit(source)
        order.append(powers)

    for unit in units:
        visit(unit)
    return order, images
