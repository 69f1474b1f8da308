"""Gaussian pre-activations: how large σ' is on average at the start (docs/theory.md, section 4.4).

z_t = w0 h_{t−1} + u0·X_{t−1} with w0 ~ Unif{±α} and u0 ~ N(0, I).  Given u0, the two signs of w0
give z_t = s + e ± y with s = u0·X_{t−1} ~ N(0, ‖X_{t−1}‖²), |y| + |e| ≤ ασ0 and |e| ≤ α²σ0σ1;
there is no e at t = 2, and no y at t = 1.  So, for every input and t,

    E σ'(z_t)² ≤ φ_t(r)² = E A_t(rg),   A_t(s) = sup ½( σ'(s+e+y)² + σ'(s+e−y)² ),

with r = ‖X_{t−1}‖ and g ~ N(0, 1).  All suprema are over cells, so that they are upper bounds.
"""

from __future__ import annotations

import heapq
import math
from functools import cache
from itertools import pairwise
from typing import Final

from rnnbound.support.interface import RAISED, Support

#: Cells of z, of ±y, and of g.
_CELL: Final = 1 / 64
_Y_CELL: Final = 1 / 16
_G_CELL: Final = 1 / 32
_G_CELLS: Final = 176
#: For a wider ασ0, averages over ±y are not worth their work.
_WIDEST: Final = 4.0
#: How closely the largest value over r is found, and the narrowest interval of r.
_CLOSE: Final = 1.002
_NARROW: Final = 1 / 1024
#: What subtracting two values of erf may lose.
_LOST: Final = 2.0**-50


class Preactivation:
    """Upper bounds of φ_t² on cells of r, for one activation and α.

    Args:
        support: the activation.
        alpha, sigma1: α, σ1, rounded up.
    """

    def __init__(self, support: Support, alpha: float, sigma1: float) -> None:
        self._support, sigma0 = support, support.slope(1.0, 0.0)
        self._most = (alpha * sigma0 * RAISED, alpha * alpha * sigma0 * sigma1 * RAISED)
        self._averages: dict[int, list[float]] = {}
        self._squares: dict[tuple[int, float, float], float] = {}

    def largest(self, t: int, xi: float, rest: float) -> float:
        """sup over 0 ≤ r ≤ 1 of φ_t(r)(ξr + rest), for t = 1, 2 or 3 and later."""
        kind = min(t, 3)

        def bound(low: float, high: float) -> tuple[float, float, float]:
            return -math.sqrt(self._square(kind, low, high)) * (xi * high + rest), low, high

        parts = [bound(0.0, 0.5), bound(0.5, 1.0)]
        while True:
            heapq.heapify(parts)
            highest, low, high = parts[0]
            attained = math.sqrt(self._square(kind, high, high)) * (xi * high + rest)
            if -highest <= attained * _CLOSE or high - low <= _NARROW:
                return -highest * RAISED
            middle = (low + high) / 2
            parts[0] = bound(low, middle)
            parts.append(bound(middle, high))

    def _square(self, kind: int, low: float, high: float) -> float:
        """sup of φ_t² over low ≤ r ≤ high."""
        if (kind, low, high) not in self._squares:
            cells, masses = self._cells(kind), _masses()
            lower, upper = low * _G_CELL / _CELL, high * _G_CELL / _CELL
            total = masses[-1] * cells[-1]
            for j, mass in enumerate(masses[:-1]):
                total += mass * max(cells[int(lower * j) : int(upper * (j + 1)) + 1])
            self._squares[kind, low, high] = total * RAISED
        return self._squares[kind, low, high]

    def _cells(self, kind: int) -> list[float]:
        if kind not in self._averages:
            y, e = self._most
            self._averages[kind] = self._averaged(y if kind > 1 else 0.0, e if kind > 2 else 0.0)
        return self._averages[kind]

    def _averaged(self, most_y: float, most_e: float) -> list[float]:
        """sup A on each cell of s ≥ 0 that r g ≤ 5.5 can reach, and last its supremum."""
        support, count = self._support, math.ceil(_G_CELLS * _G_CELL / _CELL) + 1
        everywhere = support.steepest(-math.inf, math.inf) ** 2
        if most_y > _WIDEST:
            return [everywhere] * (count + 1)
        reach = math.ceil(most_e / _CELL)
        starts = [k * _Y_CELL for k in range(math.floor(most_y / _Y_CELL) + 1)]
        ys = [(y, min(y + _Y_CELL, most_y)) for y in starts]
        paired = []
        for i in range(-reach, count + reach):
            low, high = i * _CELL, (i + 1) * _CELL
            paired.append(
                max(
                    support.steepest(low + y, high + end) ** 2
                    + support.steepest(low - end, high - y) ** 2
                    for y, end in ys
                )
                / 2
            )
        averages = [max(paired[i : i + 2 * reach + 1]) for i in range(count)]
        return [*averages, everywhere]


@cache
def _masses() -> list[float]:
    """P(|g| in the j-th cell), and of what is beyond the last."""
    ends = [math.erf(j * _G_CELL / math.sqrt(2)) for j in range(_G_CELLS + 1)]
    inner = [after - before + _LOST for before, after in pairwise(ends)]
    return [*inner, math.erfc(_G_CELLS * _G_CELL / math.sqrt(2)) * RAISED]
