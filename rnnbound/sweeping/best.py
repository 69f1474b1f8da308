"""The plan of :meth:`rnnbound.planning.solver.Solver.best` at many points at once.

It follows the same search, so that it ends at the same counts, and leaves a point in doubt
wherever roundings might have led it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from rnnbound.numbers.arrays import ARRAYS, UNIT, Approximate, Mask
from rnnbound.planning.projected import APART, CLOSE
from rnnbound.planning.solver import HOPE, PAIR, SLACK
from rnnbound.sweeping.compass import Minimum
from rnnbound.sweeping.counting import LARGEST, Counts, even, least_iterations, least_widths
from rnnbound.sweeping.problem import Doubles, Indices, Problem, exponential, logarithm
from rnnbound.theory.guarantee import Theorem

_LOG_PAIR: Final = float(np.log(2.0))
#: Relative distances that roundings do not bridge.
_FAR: Final = 1e-9
#: Real optima beyond which doubles do not tell the whole numbers around them.
_MOST_FIXED: Final = 1e12
_TIE: Final = 1e-12
#: Covers what the analysis of the vertex leaves out: the bend is itself a little off.
_SAFETY: Final = 1.2
#: Candidates on one side that are tried at a time.
_BLOCK: Final = 4
_MOST_BLOCKS: Final = 400


@dataclass(frozen=True)
class _Run:
    """Where searches ended, for every point; NaN where none was made."""

    x: Doubles
    value: Doubles
    error: Doubles
    present: Mask

    @classmethod
    def of(cls, minimum: Minimum, index: Indices, size: int) -> _Run:
        x, value, error = (np.full(size, np.nan) for _ in range(3))
        x[index], value[index] = minimum.x, minimum.value
        # log τ = value − x is as far off as x is, and as the value.
        error[index] = minimum.error + minimum.off
        return cls(x, value, error, ~np.isnan(x))


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
        self._work = np.full(size, np.inf)
        self._plan()

    def _plan(self) -> None:
        found = [run for form in self._problem.forms if form.competes for run in self._minima(form)]
        kept: list[tuple[_Run, Mask]] = []
        for run in found:
            fresh = run.present & ~self.doubt
            for other, present in kept:
                with np.errstate(invalid="ignore"):
                    apart = np.abs(run.x - other.x)
                self.doubt |= fresh & present & (np.abs(apart - APART) < _FAR)
                fresh &= ~present | (apart > APART)
            kept.append((run, fresh))
        values = [np.where(fresh, minimum.value, np.inf) for minimum, fresh in kept]
        best = np.minimum.reduce(values)
        for (minimum, _), value in zip(kept, values, strict=True):
            with np.errstate(invalid="ignore"):
                self.doubt |= np.abs(value - (best + CLOSE)) < _FAR
                index = np.flatnonzero((value <= best + CLOSE) & ~self.doubt)
            if len(index):
                self._round(minimum, index)
        self._settle()

    def _minima(self, form: Theorem) -> Iterator[_Run]:
        """The search from where it usually starts, and from left of each kink."""
        everyone = np.arange(len(self.m))
        yield self._minimum(form, self._start(form), everyone)
        endless = self._problem.endless(sketch=True)
        for kink in getattr(endless, "kinks", ()):
            x, off = logarithm(kink)
            tau = self._problem.steps(exponential(x), endless, form)
            right = x > _LOG_PAIR
            self.doubt |= (np.abs(x - _LOG_PAIR) < _FAR) | (right & ~(off < _FAR))
            self.doubt |= right & ~np.isfinite(tau.slack()) & ~_surely_infinite(tau)
            index = np.flatnonzero(right & np.isfinite(tau.v) & ~self.doubt)
            if len(index):
                yield self._minimum(form, x[index] - APART, index)

    def _minimum(self, form: Theorem, start: Doubles, index: Indices) -> _Run:
        problem = self._problem.take(index)

        def work(x: Doubles, some: Indices) -> tuple[Doubles, Doubles]:
            part, width = problem.take(some), exponential(x)
            needed = part.steps(width, part.constants(width, sketch=True), form)
            log_tau, off = logarithm(needed)
            off = np.where(_surely_infinite(needed), 0.0, off + 4 * UNIT * np.abs(x))
            return x + np.maximum(log_tau, 0.0), off

        minimum = Minimum(work, start, 0.5, 0.05)
        self.doubt[index] |= minimum.doubt
        return _Run.of(minimum, index, len(self.m))

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

    def _round(self, minimum: _Run, index: Indices) -> None:
        """Whole counts around a real optimum."""
        x, value, error = minimum.x[index], minimum.value[index], minimum.error[index]
        log_tau = value - x
        by_steps = log_tau < x
        fixed = np.exp(np.where(by_steps, log_tau, x))
        # exp(log 2) rounds to a hair above 2.
        fixed = np.where(~by_steps & (x == _LOG_PAIR), float(PAIR), fixed)
        step = np.where(by_steps, 1.0, float(PAIR))
        off = _SAFETY * error + 8 * UNIT * np.maximum(np.abs(value), 1.0)
        exact = np.where(by_steps, log_tau == 0, x == _LOG_PAIR)
        off = np.where(exact, 0.0, off)
        around, above = (np.ceil(fixed * (1 + sign * off) / step) * step for sign in (-1, 1))
        doubt = (around != above) | (np.abs(log_tau - x) < _FAR) | (fixed > _MOST_FIXED)
        candidates = _Candidates(self._problem, index, by_steps, np.exp(x))
        candidates.doubt |= doubt
        candidates.add(np.arange(len(index)), np.maximum(around, step))
        candidates.doubt |= np.isinf(candidates.work)
        ratio = candidates.work / np.exp(value)
        candidates.doubt |= np.abs(ratio - (1 + SLACK)) < _FAR
        close = ratio < 1 + SLACK
        candidates.walk(np.flatnonzero(~close & ~candidates.doubt), np.maximum(around, step))
        self._take(candidates)

    def _take(self, found: _Candidates) -> None:
        index = found.index
        self.doubt[index] |= found.doubt
        m, tau = found.m, found.tau
        near = np.abs(found.work - self._work[index]) <= 4 * UNIT * found.work
        tie = near & ((m != self.m[index]) | (tau != self.tau[index]))
        self.doubt[index] |= tie
        better = found.work < self._work[index]
        self.m[index] = np.where(better, m, self.m[index])
        self.tau[index] = np.where(better, tau, self.tau[index])
        self._work[index] = np.where(better, found.work, self._work[index])

    def _settle(self) -> None:
        """No iteration and no pair to spare."""
        self.doubt |= ~np.isfinite(self._work)
        index = np.flatnonzero(~self.doubt)
        if not len(index):
            return
        part = self._problem.take(index)
        fewer = least_iterations(part, self.m[index])
        self.tau[index] = np.minimum(self.tau[index], fewer.value)
        narrower = least_widths(part, self.tau[index], self.m[index])
        self.m[index] = np.minimum(self.m[index], narrower.value)
        self.doubt[index] |= fewer.doubt | narrower.doubt


class _Candidates:
    """Plans with one count fixed and the other as small as it can be."""

    def __init__(self, problem: Problem, index: Indices, by_steps: Mask, width: Doubles) -> None:
        self._problem, self.index, self._by_steps = problem, index, by_steps
        size = len(index)
        self._step = np.where(by_steps, 1.0, float(PAIR))
        self._spare = np.where(by_steps, float(PAIR), 1.0)
        self._width = even(width)
        self.m, self.tau = np.full(size, 2.0), np.full(size, 1.0)
        self.work = np.full(size, np.inf)
        self.doubt: Mask = np.zeros(size, dtype=bool)

    def _others(self, at: Indices, fixed: Doubles) -> Counts:
        """The other count at each fixed one; `at` may name a point more than once."""
        value = np.full(len(at), np.inf)
        doubt = np.ones(len(at), dtype=bool)
        for by_steps in (True, False):
            chosen = np.flatnonzero(self._by_steps[at] == by_steps)
            if not len(chosen):
                continue
            part = self._problem.take(self.index[at[chosen]])
            if by_steps:
                found = least_widths(part, fixed[chosen], self._width[at[chosen]])
            else:
                found = least_iterations(part, fixed[chosen])
            value[chosen], doubt[chosen] = found.value, found.doubt
        return Counts(value, doubt)

    def add(self, at: Indices, fixed: Doubles) -> None:
        """Try one fixed count at each of different points."""
        found = self._others(at, fixed)
        self.doubt[at] |= found.doubt
        self._keep(at, fixed, found.value)

    def _keep(self, at: Indices, fixed: Doubles, other: Doubles) -> Doubles:
        """Remember what is better; returns a lower bound on the real work."""
        work = fixed * other
        before = self.work[at]
        # Products of this size are rounded, and a tie would be broken by what is not seen.
        large = np.isfinite(before) & (work > LARGEST)
        self.doubt[at] |= large & (np.abs(work - before) <= before * 4 * UNIT)
        better = work < before
        by_steps = self._by_steps[at]
        self.m[at] = np.where(better, np.where(by_steps, other, fixed), self.m[at])
        self.tau[at] = np.where(better, np.where(by_steps, fixed, other), self.tau[at])
        self.work[at] = np.where(better, work, self.work[at])
        spare = self._spare[at]
        return np.where(other > spare, work - fixed * spare, work)

    def walk(self, going: Indices, around: Doubles) -> None:
        """Try the counts on both sides for as long as one of them could be better."""
        self._width[going] = np.where(self._by_steps[going], self.m[going], self._width[going])
        for side in (-1.0, 1.0):
            active, fixed = going, around[going]
            for _ in range(_MOST_BLOCKS):
                if not len(active):
                    break
                active, fixed = self._block(active, fixed, side)
            self.doubt[active] = True

    def _block(self, active: Indices, fixed: Doubles, side: float) -> tuple[Indices, Doubles]:
        """Some candidates further on; returns the points that go on, and from where."""
        moves = np.arange(1, _BLOCK + 1)[:, None] * (side * self._step[active])
        tried = fixed + moves
        flat = np.flatnonzero((tried > 0).ravel())
        found = self._others(np.tile(active, _BLOCK)[flat], tried.ravel()[flat])
        other = np.full(tried.size, np.inf)
        doubt = np.zeros(tried.size, dtype=bool)
        other[flat], doubt[flat] = found.value, found.doubt
        others, doubts = other.reshape(tried.shape), doubt.reshape(tried.shape)
        going = np.ones(len(active), dtype=bool)
        for i in range(_BLOCK):
            # A point may be passed over only while it is still going on.
            going &= tried[i] > 0
            self.doubt[active[going]] |= doubts[i][going]
            least = self._keep(active[going], tried[i][going], others[i][going])
            limit = self.work[active[going]] * HOPE
            finite = np.isfinite(least)
            self.doubt[active[going]] |= finite & (np.abs(least / limit - 1) < _TIE)
            going[np.flatnonzero(going)] = finite & (least < limit)
        going &= ~self.doubt[active]
        return active[going], tried[-1][going]
