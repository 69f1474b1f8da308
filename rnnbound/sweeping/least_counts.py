"""Least widths and iteration counts at many points at once, each proved or in doubt.

A count is taken only where doubles, their errors allowed for, say that it is enough and that the
next smaller one is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from rnnbound.numbers.error_bounded_arrays import ARRAYS, Approximate, Mask
from rnnbound.planning.convex_search import PAIR
from rnnbound.sweeping.scenario_arrays import Doubles, Indices, Problem

#: Counts beyond which doubles are not asked.
LARGEST: Final = 2.0**50
_MOST_PROBES: Final = 120
#: Secant steps before every other probe halves the bracket.
_SECANTS: Final = 8


@dataclass(frozen=True)
class Counts:
    """Counts found.

    Attributes:
        value: the counts; infinite where there is none, whatever its size.
        doubt: where doubles do not tell.
    """

    value: Doubles
    doubt: Mask


def least_iterations(problem: Problem, width: Doubles) -> Counts:
    """The least τ at each width."""
    return _whole(problem.steps(ARRAYS.counts(width)))


def _whole(real: Approximate) -> Counts:
    """The least whole number that is at least the real one, and at least 1."""
    slack = np.where(np.isinf(real.v) & (np.asarray(real.e) == 0), 0.0, real.slack())
    low, high = np.ceil(real.v - slack), np.ceil(real.v + slack)
    finite = np.isfinite(real.v)
    doubt = np.isnan(real.v) | ~np.isfinite(slack) | (finite & ((low != high) | (high > LARGEST)))
    return Counts(np.maximum(np.where(doubt, 1.0, low), 1.0), doubt)


def least_widths(problem: Problem, tau: Doubles, guess: Doubles) -> Counts:
    """The least even m at each number of iterations.

    Args:
        problem: the points.
        tau: iterations.
        guess: an even width to start from.
    """
    enough, never, _ = problem.reachable(ARRAYS.counts(tau))
    value = np.full(len(tau), np.inf)
    doubt = ~(enough | never)
    going = np.flatnonzero(enough)
    if len(going):
        part = problem if len(going) == len(tau) else problem.take(going)
        bracket = _Bracket(part, tau[going], guess[going])
        value[going], doubt[going] = bracket.high, bracket.doubt
    return Counts(value, doubt)


class _Bracket:
    """The largest width known to be too narrow (0: none) and the least known to be enough."""

    def __init__(self, problem: Problem, tau: Doubles, guess: Doubles) -> None:
        self._problem, self._rate = problem, 1 / tau
        size = len(tau)
        self._tau = tau
        self.low, self.high = np.zeros(size), np.full(size, np.inf)
        self.doubt: Mask = np.zeros(size, dtype=bool)
        # Two points of 1/τ against 1/√m, along which it is nearly straight.
        self._s, self._g = (np.full((2, size), np.nan) for _ in range(2))
        probe = np.maximum(guess, PAIR)
        going: Indices = np.arange(size)
        for turn in range(_MOST_PROBES):
            self._ask(probe, going)
            going = going[~self.doubt[going] & (self.high[going] - self.low[going] > PAIR)]
            if not len(going):
                return
            probe = self._next(going, turn)
        self.doubt[going] = True

    def _ask(self, probe: Doubles, going: Indices) -> None:
        whole = len(going) == len(self.low)
        part = self._problem if whole else self._problem.take(going)
        needed = part.steps(ARRAYS.counts(probe))
        found = needed <= ARRAYS.counts(self._tau[going])
        holds = np.asarray(found.holds)
        # An infinite τ that is certain is above every other.
        certain = found.certain | (np.isinf(needed.v) & (np.asarray(needed.e) == 0))
        self.doubt[going] |= ~certain | (probe > LARGEST)
        self.high[going] = np.where(holds, probe, self.high[going])
        self.low[going] = np.where(holds, self.low[going], probe)
        self._s[0, going], self._g[0, going] = self._s[1, going], self._g[1, going]
        self._s[1, going] = 1 / np.sqrt(probe)
        self._g[1, going] = 1 / needed.v - self._rate[going]

    def _next(self, going: Indices, turn: int) -> Doubles:
        low, high = self.low[going], self.high[going]
        s, g = self._s[:, going], self._g[:, going]
        root = s[1] - g[1] * (s[1] - s[0]) / (g[1] - g[0])
        secant = np.ceil(1 / root**2 / PAIR) * PAIR
        middle = np.ceil((low + high) / (2 * PAIR)) * PAIR
        endless = np.isinf(high)
        # Without an upper end: where a straight line through the origin's slope leads, or beyond.
        stride = np.where(turn < 2, 1.02, 4.0)
        outward = np.ceil(low * stride / PAIR) * PAIR + PAIR
        inward = np.floor(high * np.where(turn < 2, 0.98, 0.25) / PAIR) * PAIR
        inward = np.where(low == 0, np.maximum(inward, PAIR), middle)
        other = np.where(endless, outward, inward)
        trusted = np.isfinite(secant) & (root > 0) & (g[0] != g[1])
        if turn > _SECANTS and turn % 2:
            trusted &= endless
        probe = np.where(trusted, secant, other)
        probe = np.where(endless, np.minimum(probe, np.maximum(64 * low, 4096.0)), probe)
        top = np.where(endless, np.inf, high - PAIR)
        return np.minimum(np.maximum(probe, low + PAIR), top)


def even(x: Doubles) -> Doubles:
    """The least even number at or above each."""
    found: Doubles = np.maximum(np.ceil(x / PAIR) * PAIR, PAIR)
    return found
