"""The least target risk that a given guarantee meets, as a number that a plan accepts."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Decimal

from rnnbound.numbers import decimals
from rnnbound.numbers.balls import ACCURATE_BITS, precision, precisions
from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import SIGNIFICANT, Real, context
from rnnbound.planning.solver import Solver

_DIGITS = 30


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
    for bits in precisions(solver.bits(m, tau) + ACCURATE_BITS):
        with precision(bits):
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
