"""Gaussian pre-activations: how large σ' is on average at the start (docs/theory.md, section 4.4).

z_t = w0 h_{t−1} + u0·X_{t−1} with w0 ~ Unif{±α} and u0 ~ N(0, I).  Given u0, the two signs of w0
give z_t = s + e ± y with s = u0·X_{t−1} ~ N(0, ‖X_{t−1}‖²), |y| + |e| ≤ ασ0 and |e| ≤ α²σ0σ1;
there is no e at t = 2, and no y at t = 1.  So, for every input and t,

    E σ'(z_t)² ≤ φ_t(r)² = E A_t(rg),   A_t(s) = sup ½( σ'(s+e+y)² + σ'(s+e−y)² ),

with r = ‖X_{t−1}‖ and g ~ N(0, 1).  All suprema are over cells, so that they are upper bounds.

It matters because σ' is near its supremum only where |z| is small: for tanh at α = 0.3, T = 4 the
mean square of a target's neuron is 1.80 where its largest square is 3.29, and the width that a
plan needs is proportional to it.
"""

from __future__ import annotations

import heapq
import math
from functools import cache
from itertools import pairwise
from operator import mul
from typing import Final

from rnnbound.activations.support_functions.interface import RAISED, Support

#: About the length of a cell of z; one of ±y is so many of them.
_CELL: Final = 1 / 64
_Y_CELLS: Final = 4
#: Cells of g.
_G_CELL: Final = 1 / 32
_G_CELLS: Final = 176
#: For a wider ασ0, averages over ±y are not worth their work.
_WIDEST: Final = 4.0
#: The largest value over r is settled on an interval of this length.
_NARROW: Final = 1 / 128
#: What subtracting two values of erf may lose.
_LOST: Final = 2.0**-47


class Preactivation:
    """Upper bounds of φ_t² on cells of r, for one activation and α.

    Args:
        support: the activation.
        alpha, sigma1: α, σ1, rounded up.
    """

    def __init__(self, support: Support, alpha: float, sigma1: float) -> None:
        self._support, sigma0 = support, support.slope(1.0, 0.0)
        widest = alpha * sigma0 * RAISED
        self._most = (widest, min(widest, alpha * alpha * sigma0 * sigma1 * RAISED))
        # Cells that ασ0 is a multiple of.
        self._y_steps = max(1, round(self._most[0] / (_Y_CELLS * _CELL)))
        self._cell = max(self._most[0] / (_Y_CELLS * self._y_steps), _CELL / 2)
        self._count = math.ceil(_G_CELLS * _G_CELL / self._cell) + 1
        self._averages: dict[int, list[float]] = {}
        self._falling: dict[int, bool] = {}
        self._squares: dict[tuple[int, float, float], float] = {}
        self._largest: dict[tuple[int, float, float], float] = {}

    def largest(self, t: int, xi: float, rest: float) -> float:
        """sup over 0 ≤ r ≤ 1 of φ_t(r)(ξr + rest), for t = 1, 2 or 3 and later."""
        key = min(t, 3), xi, rest
        if key not in self._largest:
            self._largest[key] = self._searched(*key)
        return self._largest[key]

    def _searched(self, kind: int, xi: float, rest: float) -> float:
        def bound(low: float, high: float) -> tuple[float, float, float]:
            return -math.sqrt(self._square(kind, low, high)) * (xi * high + rest), low, high

        parts = [bound(0.0, 0.5), bound(0.5, 1.0)]
        while True:
            heapq.heapify(parts)
            highest, low, high = parts[0]
            if high - low <= _NARROW:
                return -highest * RAISED
            middle = (low + high) / 2
            parts[0] = bound(low, middle)
            parts.append(bound(middle, high))

    def _square(self, kind: int, low: float, high: float) -> float:
        """sup of φ_t² over low ≤ r ≤ high."""
        if (kind, low, high) not in self._squares:
            cells, masses = self._cells(kind), _masses()
            lower = low * _G_CELL / self._cell / RAISED
            upper = high * _G_CELL / self._cell * RAISED
            if self._falling[kind]:
                largest = [cells[int(lower * j)] for j in range(_G_CELLS)]
            else:
                ends = ((int(lower * j), int(upper * (j + 1)) + 1) for j in range(_G_CELLS))
                largest = [max(cells[start:stop]) for start, stop in ends]
            total = sum(map(mul, masses, (*largest, cells[-1])))
            self._squares[kind, low, high] = total * RAISED
        return self._squares[kind, low, high]

    def _cells(self, kind: int) -> list[float]:
        """sup A_t on each cell of s ≥ 0 that r g ≤ 5.5 can reach, and last its supremum."""
        if kind not in self._averages:
            y, e = self._most
            everywhere = self._support.steepest(-math.inf, math.inf) ** 2
            if y > _WIDEST:
                self._falling[kind], self._averages[kind] = True, [everywhere] * (self._count + 1)
                return self._averages[kind]
            reach = math.ceil(e / self._cell)
            if kind == 1:
                found = self._paired(0, 0)
            else:
                # e moves the middle of the pair: t = 2 is the same without it.
                paired = self._paired(self._y_steps, reach)
                self._averages[2] = [*paired[reach : reach + self._count], everywhere]
                found = [max(paired[i : i + 2 * reach + 1]) for i in range(self._count)]
            self._averages[1 if kind == 1 else 3] = [*found, everywhere]
            for found_kind, averages in self._averages.items():
                inner = averages[:-1]
                self._falling[found_kind] = all(a >= b for a, b in pairwise(inner))
        return self._averages[kind]

    def _paired(self, steps: int, reach: int) -> list[float]:
        """sup ½(σ'(x+y)² + σ'(x−y)²) on each cell of x, from −reach to so many beyond the last.

        With y up to `steps` cells of its own.
        """
        count, first, cell = self._count, -reach - (steps + 1) * _Y_CELLS, self._cell
        tops = [
            self._support.steepest(i * cell, (i + 1) * cell) ** 2
            for i in range(first, count - first)
        ]
        if not steps:
            return tops[-reach - first : count + reach - first]
        # x + y, for x in a cell and y in a cell of ±y, is in so many cells of z.
        windows = [max(tops[i : i + _Y_CELLS + 1]) for i in range(len(tops) - _Y_CELLS)]
        shifts = [(k * _Y_CELLS, -(k + 1) * _Y_CELLS) for k in range(steps)]
        return [
            max(windows[i + up] + windows[i + down] for up, down in shifts) / 2
            for i in range(-reach - first, count + reach - first)
        ]


def least_mean_square(support: Support, sigma2: float) -> float:
    """A lower bound of E σ'(g)², g ~ N(0, 1), about half of it.

    On a cell |σ'| is nowhere below its supremum by more than σ2 times the length; as much again is
    what a supremum may be too high.  It may be that of the mirrored cell: so half is left out.
    """
    cells = [(j * _G_CELL, (j + 1) * _G_CELL) for j in range(_G_CELLS)]
    least = [max(support.steepest(*cell) - 2 * sigma2 * _G_CELL, 0.0) ** 2 for cell in cells]
    masses = (mass - 2 * _LOST for mass in _masses()[:-1])
    total: float = sum(map(mul, masses, least))
    return total / 2


@cache
def _masses() -> list[float]:
    """P(|g| in the j-th cell), and of what is beyond the last."""
    ends = [math.erf(j * _G_CELL / math.sqrt(2)) for j in range(_G_CELLS + 1)]
    inner = [after - before + _LOST for before, after in pairwise(ends)]
    return [*inner, math.erfc(_G_CELLS * _G_CELL / math.sqrt(2)) * RAISED]
