"""The proof of :mod:`rnnbound.planning.least_work_proof`, for the plans of many points at once.

It asks the same widths, and tells where roundings might have made it ask others.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Final

import numpy as np

from rnnbound.numbers.error_bounded_arrays import ARRAYS, Approximate, Mask, taken
from rnnbound.numbers.plain_doubles import Plain
from rnnbound.planning.convex_search import PAIR
from rnnbound.planning.least_work_proof import BLUR, EXACT, TOLERANCE, WHOLE
from rnnbound.planning.log_convex_lower_bounds import Tangents, neighbour
from rnnbound.scenario.memory import alpha_m
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.sweeping.least_counts import LARGEST, least_iterations, least_widths
from rnnbound.sweeping.scenario_arrays import Doubles, Indices, Problem

_DOUBLES: Final = Plain(
    np.sqrt,
    np.log,
    np.exp,
    np.maximum,
    np.minimum,
    lambda condition, value: np.where(condition, value(), np.inf),
)
#: How far, relatively, lower bounds of iterations may be from those in ball arithmetic.
_OFF: Final = 1e-6
_MOST_TURNS: Final = 2000
#: Points are gathered anew when fewer than this share of them goes on.
_CROWD: Final = 0.7


class LeastWork:
    """The plans, or those of less work where there are any.

    Attributes:
        m, tau: the counts.
        doubt: where exact arithmetic must decide.
    """

    def __init__(self, problem: Problem, m: Doubles, tau: Doubles) -> None:
        self._problem = problem
        self.m, self.tau = m.copy(), tau.copy()
        self.doubt: Mask = np.zeros(len(m), dtype=bool)
        self._unclear = self.doubt.copy()
        self._target = goal(m * tau)
        self._width = _even_below(self._target)
        self._below, self._among = _FromBelow.of(problem, m), np.arange(len(m))
        self._search()

    def _search(self) -> None:
        going: Indices = np.flatnonzero(self._width >= PAIR)
        for _ in range(_MOST_TURNS):
            if not len(going):
                return
            width = self._width[going]
            steps, high = self._asked(going, width)
            better = width * steps < self._target[going]
            self.doubt[going] |= better & (
                (width * high >= self._target[going]) | (width > LARGEST)
            )
            self.doubt[going] |= better & self._unclear[going]
            self._unclear[going] |= steps != high
            better &= ~self.doubt[going]
            steps[better] = self._better(going[better], width[better])
            next_width = _even_below(self._target[going] / steps)
            self._width[going] = np.minimum(next_width, _even_below(width))
            ended = ~(steps < np.inf) | (self._width[going] < PAIR) | self.doubt[going]
            going = going[~ended]
        self.doubt[going] = True

    def _asked(self, going: Indices, width: Doubles) -> tuple[Doubles, Doubles]:
        """Whole numbers of iterations that the widths surely need, and that they may need."""
        if len(going) < _CROWD * len(self._among):
            self._below = self._below.take(np.searchsorted(self._among, going))
            self._among = going
        places = np.searchsorted(self._among, going)
        if len(going) < len(self._among):
            spread = np.full(len(self._among), float(PAIR))
            spread[places] = width
            steps = self._below.iterations(spread)[places]
        else:
            steps = self._below.iterations(width)
        self.doubt[going] |= np.isnan(steps)
        low, high = (_whole(np.nan_to_num(steps, nan=1.0) * (1 + s)) for s in (-_OFF, _OFF))
        return low, high

    def _better(self, index: Indices, width: Doubles) -> Doubles:
        """Iterations that widths need, which may be of less work; plans that are, are kept."""
        if not len(index):
            return width
        found = least_iterations(self._problem.take(index), width)
        self.doubt[index] |= found.doubt
        better = width * found.value < self._target[index]
        kept, steps = index[better], found.value[better]
        if len(kept):
            narrowest = least_widths(self._problem.take(kept), steps, width[better])
            self.doubt[kept] |= narrowest.doubt
            self.m[kept], self.tau[kept] = narrowest.value, steps
            self._target[kept] = goal(narrowest.value * steps)
        return found.value


class _FromBelow:
    """Lower bounds of the iterations that widths need."""

    def __init__(self, forms: Any, tangents: Tangents, epsilon: Any) -> None:
        self._forms, self._tangents, self._epsilon = forms, tangents, epsilon

    @classmethod
    def of(cls, problem: Problem, m: Doubles) -> _FromBelow:
        """Close at widths `m`."""
        here = problem.constants(ARRAYS.counts(m))
        near = problem.at(neighbour(problem.q, here.a))
        assert problem.epsilon is not None
        tangents = Tangents(_plain(problem.q), here, near, _read)
        found = cls(problem.forms, tangents, problem.epsilon.v)
        # Some of the points are taken of what is known, so ask for all that is needed.
        found.iterations(m)
        return found

    def iterations(self, width: Doubles) -> Doubles:
        """A real number that no sufficient number of iterations is below, at each width."""
        q = self._tangents.q
        c = self._tangents.at(alpha_m(q, width))
        found = [form.iterations(c, width, self._epsilon) for form in self._forms]
        least: Doubles = np.minimum.reduce(found)
        return least

    def take(self, index: Indices) -> _FromBelow:
        """Those of some of the points."""

        def take(x: Any) -> Any:
            return taken(x, index)

        return _FromBelow(self._forms, self._tangents.taken(take), take(self._epsilon))


def _read(x: Approximate) -> Any:
    return x.v


def _plain(q: Quantities) -> Quantities:
    values = {f.name: getattr(q, f.name) for f in fields(q)}
    plain = {name: x.v for name, x in values.items() if isinstance(x, Approximate)}
    return replace(q, ns=_DOUBLES, **plain)


def goal(work: Doubles) -> Doubles:
    """What plans have to be below to be better than those of this work."""
    return np.where(work <= EXACT, work, work / (1 + TOLERANCE))


def _whole(x: Doubles) -> Doubles:
    return np.where(x < WHOLE, np.maximum(np.ceil(x), 1.0), x)


def _even_below(x: Doubles) -> Doubles:
    return np.where(x < WHOLE, PAIR * (np.ceil(x / PAIR) - 1), x * (1 - BLUR))
