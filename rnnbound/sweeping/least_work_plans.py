"""The plan of :meth:`rnnbound.planning.solver.Solver.best` at many points at once.

It follows the same search, so that it ends at the same counts, and leaves a point in doubt
wherever roundings might have led it elsewhere.
"""

from __future__ import annotations

from functools import reduce
from typing import Final

import numpy as np

from rnnbound.numbers.error_bounded_arrays import ARRAYS, UNIT, Approximate, Mask
from rnnbound.planning.convex_search import PAIR
from rnnbound.sweeping.convex_search import Minimum
from rnnbound.sweeping.least_counts import Counts, even, least_iterations, least_widths
from rnnbound.sweeping.least_work_proof import LeastWork, goal
from rnnbound.sweeping.scenario_arrays import Doubles, Indices, Problem, exponential, logarithm
from rnnbound.theory.guarantee import Theorem

_LOG_PAIR: Final = float(np.log(2.0))
#: Relative distances that roundings do not bridge.
_FAR: Final = 1e-9
#: Real optima beyond which doubles do not tell the whole numbers around them.
_MOST_FIXED: Final = 1e12
#: Covers what the analysis of the vertex leaves out: the bend is itself a little off.
_SAFETY: Final = 1.2


def _surely_infinite(x: Approximate) -> Mask:
    found: Mask = np.isinf(x.v) & (np.asarray(x.e) == 0)
    return found


class Best:
    """The plans.

    Attributes:
        m, tau: the counts.
        doubt: where exact arithmetic must decide.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        assert problem.epsilon is not None
        size = len(problem.epsilon.v)
        self.m, self.tau = np.full(size, 2.0), np.full(size, 1.0)
        self.doubt: Mask = np.zeros(size, dtype=bool)
        self._forms = [form for form in problem.forms if form.competes] or problem.forms
        self._plan()

    def _plan(self) -> None:
        start = np.minimum.reduce([self._start(form) for form in self._forms])
        minimum = Minimum(self._work, start, 0.5, 0.05)
        self.doubt |= minimum.doubt
        self._round(minimum)
        self._settle(np.flatnonzero(~self.doubt))
        index = np.flatnonzero(~(self.doubt | self._proved(minimum)))
        if not len(index):
            return
        found = LeastWork(self._problem.take(index), self.m[index], self.tau[index])
        self.doubt[index] |= found.doubt
        changed = (found.m != self.m[index]) | (found.tau != self.tau[index])
        self.m[index], self.tau[index] = found.m, found.tau
        self._settle(index[changed & ~found.doubt])

    def _proved(self, minimum: Minimum) -> Mask:
        """Where the search has shown already that no plan is better by enough."""
        if not self._problem.convex:
            return np.zeros(len(self.m), dtype=bool)
        return np.log(goal(self.m * self.tau)) < minimum.floor - _FAR

    def _work(self, x: Doubles, index: Indices) -> tuple[Doubles, Doubles]:
        """log m·τ at log-widths, and how far it may be off."""
        part, width = self._problem.take(index), exponential(x)
        c = part.constants(width, sketch=True)
        needed = reduce(ARRAYS.minimum, [part.steps(width, c, form) for form in self._forms])
        log_tau, off = logarithm(needed)
        off = np.where(_surely_infinite(needed), 0.0, off + 4 * UNIT * np.abs(x))
        return x + np.maximum(log_tau, 0.0), off

    def _start(self, form: Theorem) -> Doubles:
        """log m at which the terms other than optimization use half the budget, a being α."""
        x = np.full(len(self.m), _LOG_PAIR)
        going = np.arange(len(x))
        for _ in range(60):
            part = self._problem.take(going)
            assert part.epsilon is not None
            budget = part.epsilon if form.combine == "sum" else ARRAYS.sqrt(part.epsilon)
            width, once = exponential(x[going]), ARRAYS.number(1)
            rest = form.bound(part.endless(sketch=True), width, once).rest
            excess, off = logarithm(rest / (budget / 2))
            self.doubt[going] |= (np.abs(np.abs(excess) - 0.5) < _FAR) | ~(off < _FAR)
            x[going] = np.maximum(x[going] + excess, _LOG_PAIR)
            stop = (np.abs(excess) < 0.5) | (x[going] == _LOG_PAIR) | self.doubt[going]
            going = going[~stop]
            if not len(going):
                break
        return x

    def _round(self, minimum: Minimum) -> None:
        """Whole counts near a real optimum: the smaller one is rounded up, the other follows."""
        index = np.flatnonzero(~self.doubt)
        x, value = minimum.x[index], minimum.value[index]
        # log τ = value − x is as far off as x is, and as the value.
        error = minimum.error[index] + minimum.off[index]
        log_tau = value - x
        by_steps = log_tau < x
        fixed = np.exp(np.where(by_steps, log_tau, x))
        # exp(log 2) rounds to a hair above 2.
        fixed = np.where(~by_steps & (x == _LOG_PAIR), float(PAIR), fixed)
        step = np.where(by_steps, 1.0, float(PAIR))
        off = _SAFETY * error + 8 * UNIT * np.maximum(np.abs(value), 1.0)
        exact = np.where(by_steps, log_tau == 0, x == _LOG_PAIR)
        off = np.where(exact, 0.0, off)
        low, high = (np.ceil(fixed * (1 + sign * off) / step) * step for sign in (-1, 1))
        doubt = (low != high) | (np.abs(log_tau - x) < _FAR) | (fixed > _MOST_FIXED)
        low = np.maximum(low, step)
        others = self._others(index, by_steps, low, even(np.exp(x)))
        self.doubt[index] |= doubt | others.doubt | np.isinf(others.value)
        self.m[index] = np.where(by_steps, others.value, low)
        self.tau[index] = np.where(by_steps, low, others.value)

    def _others(self, index: Indices, by_steps: Mask, fixed: Doubles, guess: Doubles) -> Counts:
        """The least other count that goes with each fixed one."""
        value, doubt = np.full(len(index), np.inf), np.ones(len(index), dtype=bool)
        for place in (by_steps, ~by_steps):
            chosen = np.flatnonzero(place)
            if not len(chosen):
                continue
            part = self._problem.take(index[chosen])
            if place is by_steps:
                found = least_widths(part, fixed[chosen], guess[chosen])
            else:
                found = least_iterations(part, fixed[chosen])
            value[chosen], doubt[chosen] = found.value, found.doubt
        return Counts(value, doubt)

    def _settle(self, index: Indices) -> None:
        """No iteration and no pair to spare."""
        if not len(index):
            return
        part = self._problem.take(index)
        fewer = least_iterations(part, self.m[index])
        self.tau[index] = np.minimum(self.tau[index], fewer.value)
        narrower = least_widths(part, self.tau[index], self.m[index])
        self.m[index] = np.minimum(self.m[index], narrower.value)
        self.doubt[index] |= fewer.doubt | narrower.doubt
