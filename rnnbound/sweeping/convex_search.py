"""The search of :func:`rnnbound.planning.convex_search.minimise`, for many functions at once.

It takes the same steps, and tells where roundings might have made it take another one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from rnnbound.numbers.error_bounded_arrays import Mask
from rnnbound.sweeping.scenario_arrays import Doubles, Indices

#: Values at some of the points, and how far they may be off; infinite where there is none.
Function = Callable[[Doubles, Indices], tuple[Doubles, Doubles]]

_FARTHEST: Final = 1e6
_MOST_TURNS: Final = 200
#: What is added to errors for the roundings of the steps themselves.
_STEP_ERROR: Final = 1e-14


class Minimum:
    """Where each function is least.

    Attributes:
        x, value: the place and the value.
        error: how far the place may be from where exact arithmetic ends.
        off: how far the value may be off there.
        doubt: where it may end elsewhere.
        floor: what a convex function is nowhere below; −∞ where that is not known.
    """

    def __init__(self, function: Function, start: Doubles, step: float, tolerance: float) -> None:
        self._function: Function = lambda x, index: (
            function(x, index) if len(x) else (x, np.zeros_like(x))
        )
        self._least = least = np.log(2.0)
        self.x = np.maximum(start, least)
        self.doubt: Mask = np.zeros(len(start), dtype=bool)
        self.error = np.zeros(len(start))
        self.floor = np.full(len(start), -np.inf)
        self._step = np.full(len(start), step)
        self._everyone = np.arange(len(start))
        self.value, self.off = function(self.x, self._everyone)
        self._approach()
        self._search(tolerance)

    def _approach(self) -> None:
        """Go right until there is a value."""
        for _ in range(_MOST_TURNS):
            lost = np.flatnonzero(np.isinf(self.value) & ~self.doubt)
            if not len(lost):
                return
            self.doubt[lost] |= ~np.isfinite(self.off[lost]) | (self.x[lost] > _FARTHEST)
            self.x[lost] += self._step[lost]
            self._step[lost] *= 2
            self.value[lost], self.off[lost] = self._function(self.x[lost], lost)
        self.doubt |= np.isinf(self.value)

    def _search(self, tolerance: float) -> None:
        self.doubt |= ~np.isfinite(self.value)
        going = np.flatnonzero(~self.doubt)
        for _ in range(_MOST_TURNS):
            if not len(going):
                return
            x, step = self.x[going], self._step[going]
            left, right = np.maximum(x - step, self._least), x + step
            values, off = self._function(np.concatenate([left, right]), np.tile(going, 2))
            half = len(going)
            sides = values[:half], values[half:]
            slack = self.off[going] + np.maximum(*(np.split(off, 2)))
            self._decide(going, left, sides, slack)
            best = np.argmin([self.value[going], *sides], axis=0)
            best[(best == 1) & (left == x)] = 0
            at = np.stack([x, left, right])
            moved = best > 0
            done = ~moved & ~(step > tolerance)
            index = np.flatnonzero(done)
            y = self.value[going][index], sides[0][index], sides[1][index]
            points = left[index], x[index], right[index]
            self._finish(going[index], points, y, slack[index])
            self.x[going] = np.where(done, self.x[going], at[best, np.arange(half)])
            chosen = np.stack([self.value[going], *sides])[best, np.arange(half)]
            self.value[going] = np.where(done, self.value[going], chosen)
            offs = np.stack([self.off[going], off[:half], off[half:]])[best, np.arange(half)]
            self.off[going] = np.where(done, self.off[going], offs)
            self._step[going] = np.where(moved, 2 * step, step / 4)
            going = going[~done & ~self.doubt[going]]
        self.doubt[going] = True

    def _decide(
        self, going: Indices, left: Doubles, sides: tuple[Doubles, Doubles], slack: Doubles
    ) -> None:
        """Doubt where the least of three values is not clear."""
        value, x = self.value[going], self.x[going]
        low, high = sides
        near = (np.abs(low - value) <= slack) & (left != x) | (np.abs(high - value) <= slack)
        near |= (np.abs(low - high) <= slack) & (np.minimum(low, high) < value)
        unclear = near | np.isnan(low) | np.isnan(high)
        self.doubt[going] |= unclear | ~(slack < 1e-6)

    def _finish(
        self,
        index: Indices,
        points: tuple[Doubles, Doubles, Doubles],
        values: tuple[Doubles, Doubles, Doubles],
        slack: Doubles,
    ) -> None:
        """The vertex of the parabola through the last three points, if it is lower."""
        (left, x, right), (y1, y0, y2) = points, values
        with np.errstate(all="ignore"):
            falling, rising = (y1 - y0) / (x - left), (y2 - y1) / (right - x)
            bend = rising - falling
            vertex = (left + x) / 2 - falling * (right - left) / (2 * bend)
            # A convex function is above the line through two points beyond either.
            lowest = y1 - np.maximum((y0 - y1) / (x - left) * (right - x), rising * (x - left))
            # Each value may be off by half of `slack`, each slope by that over half the step.
            wrong = slack / bend * (1 + 2 * np.abs(falling / bend))
        known = (left < x) & np.isfinite(lowest)
        self.floor[index] = np.where(known, lowest - 4 * slack, -np.inf)
        usable = (left < x) & np.isfinite(y0) & (bend > 0)
        self.doubt[index] |= (left < x) & ~(np.abs(bend) * (right - x) > slack)
        self.error[index] = np.where(usable, wrong, 0.0) + _STEP_ERROR * np.maximum(np.abs(x), 1)
        tried = np.flatnonzero(usable)
        value, off = self._function(vertex[tried], index[tried])
        lower = value < y1[tried]
        unclear = np.abs(value - y1[tried]) <= slack[tried] + off
        far = np.abs(vertex - x)[tried] > self.error[index][tried]
        self.doubt[index[tried]] |= (unclear & far) | ~np.isfinite(off)
        better = tried[lower]
        self.x[index[better]], self.value[index[better]] = vertex[better], value[lower]
        self.off[index[better]] = off[lower]
