"""The least target risk that a given guarantee meets, as a number that a plan accepts."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Decimal

from flint import arb

from rnnbound.numbers import decimals
from rnnbound.numbers.balls import ACCURATE_BITS, BALLS, precision, precisions
from rnnbound.numbers.count import Count, at_least, bits
from rnnbound.numbers.limits import SIGNIFICANT, Real, context
from rnnbound.planning.convex_search import PAIR
from rnnbound.planning.solver import Solver

_DIGITS = 30
#: How far, in bits, a risk lies above the least one that is approached; the closest serves.
_ABOVE_LIMIT = (30, 20, 14, 11, 9, 7, 5, 3)
#: What is further away has nothing to do with the limit.
_NEAR = Decimal("1.25")
#: How far, in bits, from its start a search looks at first.
_FURTHER = 20


def rounded_up(exact: Decimal) -> Real:
    """The least double, read as the decimal that it prints as, that is not below `exact` > 0.

    Beyond the range of doubles a decimal of 17 digits.
    """
    if not _least_double() <= exact <= _largest_double():
        return context(SIGNIFICANT, ROUND_CEILING).plus(exact)
    near = float(exact)
    return near if Decimal(repr(near)) >= exact else math.nextafter(near, math.inf)


def preceding(value: Real) -> Real | None:
    """The number just below, of the same kind; None below the least double."""
    if isinstance(value, float):
        below = math.nextafter(value, 0.0)
        return below if below > 0 else None
    return context(SIGNIFICANT).next_minus(value)


def least_epsilon(solver: Solver, m: Count, tau: Count) -> tuple[Real, Real | None] | None:
    """The least ε with bound(m, τ) ≤ ε, and the number below it, which is too small.

    None where the guarantee does not apply at (m, τ).
    """
    for working in precisions(solver.bits(m, tau) + ACCURATE_BITS):
        with precision(working):
            evaluation = solver.evaluate(m, tau)
            if evaluation is None:
                return None
            if evaluation.bound.risk.rel_accuracy_bits() >= ACCURATE_BITS:
                value = rounded_up(decimals.enclosure(evaluation.bound.risk, _DIGITS)[1])
                break
    # The enclosure may be a little wide: settle it by the exact comparison itself.
    while (before := preceding(value)) is not None and solver.holds(m, tau, before):
        value = before
    while not solver.holds(m, tau, value):
        before, value = value, _following(value)
    return value, before


def _following(value: Real) -> Real:
    if isinstance(value, float) and value < _largest_double():
        return math.nextafter(value, math.inf)
    return context(SIGNIFICANT, ROUND_CEILING).next_plus(Decimal(value))


def _least_double() -> Decimal:
    return Decimal(repr(math.nextafter(0.0, 1.0)))


def _largest_double() -> Decimal:
    return Decimal(repr(math.nextafter(math.inf, 0.0)))


def reachable(solver: Solver, m: Count | None, tau: Count | None, limit: Real) -> Real | None:
    """A risk just above `limit`, which the given count approaches, that a plan is sure to reach."""
    for above in _ABOVE_LIMIT:
        share = Decimal(1 + 2.0**-above)
        risk = rounded_up(context(_DIGITS).multiply(Decimal(limit), share))
        found = _about(solver, m, tau, risk)
        # What those counts guarantee; a search at that risk must find them again.
        least = found and least_epsilon(solver, *found)
        near = least is not None and Decimal(least[0]) < context(_DIGITS).multiply(
            _NEAR, Decimal(limit)
        )
        if least and near and _found_again(solver, m, tau, least[0]):
            return least[0]
    return None


def _about(
    solver: Solver, m: Count | None, tau: Count | None, risk: Real
) -> tuple[Count, Count] | None:
    """The given count, and about as many of the other one as `risk` needs."""
    width = m if m is not None else solver.about_width(tau or 1, risk)
    steps = tau if tau is not None else solver.about_iterations(m or PAIR, risk)
    return None if width is None or steps is None else (width, steps)


def _found_again(solver: Solver, m: Count | None, tau: Count | None, risk: Real) -> bool:
    """Whether a search for `risk` starts next to counts that reach it."""
    found = _about(solver, m, tau, risk)
    if found is None:
        return False
    step = PAIR if m is None else 1
    start = found[0] if m is None else found[1]
    with precision(bits(start)):
        further = at_least(BALLS.number(start).mid() * (1 + arb(2) ** -_FURTHER), step)
    near = (start, further)
    return any(solver.holds(*((x, found[1]) if m is None else (found[0], x)), risk) for x in near)
