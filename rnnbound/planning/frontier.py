"""frontiers: where the guarantees of a plan's variants begin, in width and iterations.

The line of a variant comes down from many iterations at the least width they allow, turns at the
narrowest width of all, and follows the least iterations to ample widths.  Gradient descent
without projection needs more width for many iterations, so there it also comes from the right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from flint import arb

from rnnbound.numbers import count as counts
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import MagnitudeError
from rnnbound.planning.convex_search import PAIR
from rnnbound.planning.guarantee_record import log10
from rnnbound.planning.results import Plan
from rnnbound.planning.solver import Solver
from rnnbound.planning.solvers import absent, solver_for
from rnnbound.theory.guarantee import TRUSTED

#: Frontiers begin at the width that is enough with so many times the best plans' iterations, and
#: end at so many times the best plans' width, both as powers of ten.
_LONGER: Final = 3
_WIDER: Final = 1.5
#: Where a frontier bends: the second width, and the last that is close to its neighbours, beyond
#: the first as powers of ten of it.
_NEXT: Final = -2.5
_BENT: Final = 2.0
#: The share of the widths that lie there.
_DENSE: Final = 0.75
#: How many points of the line lie above the turn.
_ABOVE: Final = 10
#: How often the interval around the narrowest width is halved.
_HALVINGS: Final = 12


@dataclass(frozen=True, slots=True)
class Step:
    """A point of the line."""

    width: Count
    width_log10: float
    iterations: Count
    iterations_log10: float


@dataclass(frozen=True, slots=True)
class Frontier:
    """Where the guarantee of one variant begins.

    Attributes:
        variant, trusted: the statement.
        epsilon: the target risk.
        steps: of the line, from the most iterations to the greatest width; each is guaranteed
            and, but for the corner, two neurons or an iteration less are not.
    """

    variant: str
    trusted: bool
    epsilon: float
    steps: tuple[Step, ...]


def frontiers(found: Plan, points: int = 40) -> tuple[Frontier, ...]:
    """For each variant of a plan, the line to the right of which its target is guaranteed.

    The target is that of the plan or, if it has none, the headline's risk.  Widths or iterations
    that the plan fixes play no part.  A variant without any plan for the target is left out.

    Args:
        found: what :func:`rnnbound.plan` returned.
        points: widths for each variant, at least 2.
    """
    epsilon = _target(found)
    if epsilon is None:
        return ()
    solvers: dict[str, tuple[Solver, Count]] = {}
    longest = widest = 0.0
    for variant in found.plans:
        if absent(found.scenario, found.request.method, variant):
            continue
        solver = solver_for(found.scenario, found.request.method, variant)
        with suppress(MagnitudeError):
            if best := solver.best(epsilon):
                solvers[variant] = solver, best[0]
                widest = max(widest, log10(best[0]) + _WIDER)
                longest = max(longest, log10(best[1]) + _LONGER)
    top = _scaled(1, longest, 1)
    lines = {
        variant: tuple(_line(solver, epsilon, planned, top, widest, points))
        for variant, (solver, planned) in solvers.items()
    }
    return tuple(
        Frontier(variant, TRUSTED[variant], epsilon, steps)
        for variant, steps in lines.items()
        if steps
    )


def _target(found: Plan) -> float | None:
    """The target, a little above the headline's risk where that is it."""
    if found.request.epsilon is not None:
        return found.request.epsilon
    risk = found.plans[found.headline].risk_bound
    if risk is None or isinstance(risk, Decimal):
        return None
    return math.nextafter(risk, math.inf)


def _line(
    solver: Solver, epsilon: float, planned: Count, top: Count, widest: float, points: int
) -> Iterator[Step]:
    """The points of a line.

    Args:
        solver, epsilon: the guarantee.
        planned: a width that is enough for some number of iterations.
        top: the most iterations.
        widest: log10 of the greatest width.
        points: how many widths.
    """
    known = _Known(solver, epsilon)
    if known.holds(planned, top):
        narrowest = known.least_width(top) or planned
        yield _step(narrowest, top)
    else:
        narrowest = _turn(known, planned)
        yield from _from_above(known, narrowest, top)
    span = max(widest - log10(narrowest), 1.0)
    bent, dense = min(span, _BENT), int(points * _DENSE)
    powers = [_NEXT + (bent - _NEXT) * k / dense for k in range(dense)]
    powers += [bent + (span - bent) * k / (points - dense) for k in range(points - dense + 1)]
    widths = [narrowest, *(_scaled(narrowest, power, PAIR, plus=1) for power in powers)]
    for width in dict.fromkeys(widths):
        needed = known.least_iterations(width)
        if needed is not None:
            yield _step(width, needed)


@dataclass(frozen=True, slots=True)
class _Known:
    """A guarantee of a target, no where it cannot be computed: the line ends there."""

    solver: Solver
    epsilon: float

    def holds(self, width: Count, iterations: Count) -> bool:
        with suppress(MagnitudeError):
            return self.solver.holds(width, iterations, self.epsilon)
        return False

    def least_iterations(self, width: Count) -> Count | None:
        with suppress(MagnitudeError):
            return self.solver.least_iterations(width, self.epsilon)
        return None

    def least_width(self, iterations: Count) -> Count | None:
        with suppress(MagnitudeError):
            return self.solver.least_width(iterations, self.epsilon)
        return None


def _turn(known: _Known, enough: Count) -> Count:
    """About the least width that is enough for any number of iterations."""
    low, high = -2.0, 0.0
    while known.least_iterations(_scaled(enough, low, PAIR)) is not None:
        low, high = 2 * low, low
        if low < -log10(enough):
            return PAIR if known.least_iterations(PAIR) is not None else enough
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if known.least_iterations(_scaled(enough, middle, PAIR)) is None:
            low = middle
        else:
            high = middle
    return _scaled(enough, high, PAIR)


def _from_above(known: _Known, narrowest: Count, top: Count) -> Iterator[Step]:
    """The part of the line that more iterations lie above, from `top` down to the turn."""
    fewest = known.least_iterations(narrowest)
    if fewest is None:
        return
    low, high = log10(fewest), log10(top)
    for k in range(_ABOVE):
        # Denser towards the turn.
        steps = _scaled(1, low + (high - low) * (1 - k / _ABOVE) ** 2, 1)
        width = known.least_width(steps)
        if width is not None:
            yield _step(width, steps)


def _step(width: Count, iterations: Count) -> Step:
    return Step(width, log10(width), iterations, log10(iterations))


def _scaled(value: Count, power: float, step: int, plus: int = 0) -> Count:
    """`value` · (10^`power` + `plus`) as a count."""
    with precision(counts.bits(value)):
        return counts.at_least(BALLS.number(value) * (arb(10) ** arb(power) + plus), step)
