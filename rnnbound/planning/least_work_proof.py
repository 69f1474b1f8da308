"""The proof that no plan needs much less work than a given one, or the plan that does.

Widths are tried from the widest that could be better on down.  A width m that needs τ iterations
settles all widths at once that are narrower by so little that, with τ iterations, they are no
better: none of them needs fewer.  Lower bounds of τ do, and where these leave room for a better
plan, the guarantee itself is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from flint import arb

from rnnbound.numbers import count as counts
from rnnbound.numbers.count import Count
from rnnbound.numbers.system import Number, NumberSystem
from rnnbound.planning.convex_search import PAIR

#: Plans up to this work are the least; beyond it none is better by more than TOLERANCE.
EXACT: Final = 10**5
TOLERANCE: Final = 0.0049
#: Whole numbers below this are exact, and so are those around them.
WHOLE: Final = 2.0**50
#: Relative roundings of the doubles that are searched with.
_ROUNDING: Final = 1e-9
#: How much of a width is left out where single units cannot be told apart.
BLUR: Final = 2.0**-30


class FromBelow(NamedTuple):
    """How few iterations a width may need.

    Attributes:
        ns: the number system of widths and iterations.
        iterations: of a width, a real number that no sufficient number of iterations is below;
            infinity where no number is sufficient.
        work: what no plan has less work than.
    """

    ns: NumberSystem
    iterations: Callable[[Number], Number]
    work: Number = 0


class Inverse(Protocol):
    """What the proof asks of a guarantee: :class:`rnnbound.planning.solver.Solver` has it."""

    def from_below(self, m: Count, tau: Count, epsilon: float) -> FromBelow:
        """Lower bounds of the iterations needed, close around the plan (m, τ)."""

    def least_iterations(self, m: Count, epsilon: float) -> Count | None:
        """The least τ at the width m; None if none is enough."""

    def least_width(self, tau: Count, epsilon: float) -> Count | None:
        """The least m for τ iterations; None if none is enough."""


def least_work(solver: Inverse, m: Count, tau: Count, epsilon: float) -> tuple[Count, Count]:
    """The plan (m, τ), or one of less work if there is one that is better by enough."""
    best, below = (m, tau), solver.from_below(m, tau, epsilon)
    target = goal(below.ns.number(m) * below.ns.number(tau))
    width = _even_below(target)
    while width >= PAIR and target > below.work:
        steps = _whole(below.iterations(width))
        if width * steps < target:
            asked = counts.at_least(arb(width), PAIR)
            found = solver.least_iterations(asked, epsilon)
            if found is None:
                break
            steps = below.ns.number(found)
            if width * steps < target:
                best = solver.least_width(found, epsilon) or asked, found
                target = goal(below.ns.number(best[0]) * steps)
        elif not steps < math.inf:
            break
        width = min(_even_below(target / steps), _even_below(width))
    return best


def goal(work: Number) -> Number:
    """What a plan has to be below to be better than one of this work."""
    return work if work <= EXACT else work / (1 + TOLERANCE)


def _whole(x: Number) -> Number:
    """The least whole number that is surely not above the least one from `x` on."""
    return type(x)(max(1, math.ceil(float(x) * (1 - _ROUNDING)))) if x < WHOLE else x


def _even_below(x: Number) -> Number:
    """The largest even number below `x`, or something close to it."""
    if x < WHOLE:
        return type(x)(PAIR * (math.ceil(float(x) / PAIR) - 1))
    return x * (1 - BLUR)
