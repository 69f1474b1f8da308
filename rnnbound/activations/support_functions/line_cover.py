"""The line on which an activation is given by a formula, covered by cells and by tails.

It is a bounded middle (one period, if there is one) and what lies beyond: there constants are
enough, or, where the activation goes on swinging evenly, the period of its limit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import sympy as sp
from flint import arb

from rnnbound.activations.support_functions.polynomial_enclosure import Model
from rnnbound.activations.support_functions.taylor_model_cells import (
    ABOVE,
    CLOSE,
    Cell,
    Region,
    three,
)
from rnnbound.activations.whole_line.branch_and_bound import Box
from rnnbound.activations.whole_line.expansions_at_infinity import ZERO, Germ, Infinity, descending
from rnnbound.activations.whole_line.growth_scales import ONE, T, TooNearError, UnknownError
from rnnbound.activations.whole_line.suprema import TERMS, period_boxes, period_of, rings
from rnnbound.activations.whole_line.tail_expansions import circle, expand, tails
from rnnbound.activations.whole_line.taylor_coefficients import constant

#: Where the tails may begin, as powers of two; those that oscillate in the first ones alone.
_STARTS: Final = (3, 4, 5, 6, 7, 8, 10, 13, 17, 21, 25, 30, 36, 45, 60)
_LAST_WAVE: Final = 8
_MOST_CELLS: Final = 6000
_DEEPEST: Final = 70
_STRICTLY: Final = 2.0**-60


def _essential(function: sp.Expr, z: sp.Symbol, period: sp.Expr) -> list[Box]:
    """Boxes over what is enough of a periodic function to know its size everywhere."""
    if function.xreplace({z: z + period / 2}) in (function, -function):
        period = period / 2
    if function.xreplace({z: -z}) in (function, -function):
        # It is mirrored in the middle of a period too.
        period = period / 2
    return period_boxes(constant(period))


class Line:
    """The regions of the line, and the constants beyond them.

    Args:
        sigma: the activation.
        scales: sup |σ^(k)| for every k that is looked at.
    """

    def __init__(self, sigma: sp.Expr, scales: Sequence[float]) -> None:
        self.scales = scales
        (z,) = sigma.free_symbols
        self.middle = middle = Region(sigma, scales)
        self.roots: list[tuple[Region, Box]] = []
        #: Bounds of |σ^(k)| beyond, and the limits of |σ| there.
        self.tails: list[tuple[list[float], float]] = []
        self.mirrored = sigma.xreplace({z: -z}) in (sigma, -sigma)
        period = period_of(sigma, z)
        if period is not None:
            self.roots = [(middle, box) for box in _essential(sigma, z, period)]
            return
        for side in (1,) if self.mirrored else (1, -1):
            start, beyond = _beyond(sigma, side, scales)
            self.roots += [(middle, box) for box in rings(side, 0, start)]
            if isinstance(beyond, _Wave):
                self.roots += beyond.roots
            else:
                self.tails.append(beyond)

    def steepest(self, n: int, e: int) -> float:
        """An upper bound of |σ'|/sup |σ'| over n 2^−e ≤ |z| ≤ (n + 1) 2^−e."""
        size = self.middle.piece((n, e), 1).size
        return size if self.mirrored else max(size, self.middle.piece((-1 - n, e), 1).size)

    def models(self, orders: tuple[int, ...]) -> list[Model]:
        """Models that cover the line, but for what is nowhere the largest."""
        kept, witnesses = self._cells(orders)
        found: list[Model] = []
        for cell in kept:
            if not _below(cell.sizes, witnesses):
                found += cell.models()
        for uppers, _ in self.tails:
            vector = three(uppers[k] for k in orders)
            found.append(Model.constant(vector))
        return found

    def _cells(self, orders: tuple[int, ...]) -> tuple[list[Cell], Any]:
        pending = [Cell(region, box, orders) for region, box in self.roots]
        limits = [[limit if k == 0 else 0.0 for k in orders] for _, limit in self.tails]
        witnesses = np.array(limits).reshape(len(limits), len(orders))
        kept: list[Cell] = []
        seen = 0
        while pending:
            seen += len(pending)
            witnesses = np.vstack([witnesses, [cell.witness for cell in pending]])
            coming: list[Cell] = []
            for cell in pending:
                if _below(cell.sizes, witnesses):
                    continue
                if cell.close() or seen + len(coming) > _MOST_CELLS or cell.box[1] > _DEEPEST:
                    kept.append(cell)
                else:
                    coming += cell.children()
            pending = coming
        return kept, witnesses


def _below(sizes: list[float], witnesses: Any) -> bool:
    """Whether one point has larger |σ^(k)| for every k.

    Strictly, so that of all the cells that are left out for each other one remains.
    """
    return bool((witnesses >= np.array(sizes) + _STRICTLY).all(axis=1).any())


@dataclass(frozen=True, slots=True)
class _Wave:
    """A tail that swings evenly: one period of it."""

    roots: list[tuple[Region, Box]]


def _beyond(
    sigma: sp.Expr, side: int, scales: Sequence[float]
) -> tuple[int, _Wave | tuple[list[float], float]]:
    """Where to begin a tail, as a power of two, and what is known of it."""
    best: tuple[float, int, _Wave | tuple[list[float], float]] | None = None
    last = _STARTS[-1]
    for start in _STARTS:
        if start > last:
            break
        at = Infinity(arb(2) ** start, TERMS)
        try:
            jet = expand(sigma, side, at)
        except (TooNearError, UnknownError):
            continue
        found = _wave(jet, at, scales) or _constants(jet, at, scales)
        if found is None:
            continue
        excess, swings, tail = found
        if swings:
            last = _LAST_WAVE
        if best is None or excess < best[0]:
            best = excess, start, tail
        if excess <= CLOSE:
            break
    assert best is not None, "the suprema were found by the same expansions"
    return best[1], best[2]


_Found = tuple[float, bool, _Wave | tuple[list[float], float]]


def _wave(jet: list[Germ], at: Infinity, scales: Sequence[float]) -> _Found | None:
    """A tail that tends to a function of a phase that grows evenly."""
    limit = jet[0].get(ONE, ZERO).exact
    if limit is None or not limit.free_symbols or not at.phase or at.phase[0][0] != T:
        return None
    rests = []
    for k, scale in enumerate(scales):
        germ = jet[k]
        main = germ.get(ONE, ZERO)
        ordered = descending(germ)
        lost = main.exact is None and len(ordered) >= TERMS and ordered[-1] == ONE
        if lost or main.fixed:
            return None
        low, high = at.range({m: b for m, b in germ.items() if m != ONE})
        unit = math.factorial(k) / arb(scale)
        ends = [float((end * unit).upper()) * ABOVE for end in (-low, high)]
        if not all(map(math.isfinite, ends)):
            return None
        rests.append((-max(ends[0], 0.0), max(ends[1], 0.0)))
    excess = max(high - low for low, high in rests)
    boxes = circle(at.turns)
    if excess <= CLOSE:
        (theta,) = limit.free_symbols
        boxes = _essential(limit, theta, 2 * sp.pi * at.turns)
        rests = [(-excess, excess)] * len(rests)
    region = Region(limit, scales, at.phase[0][1], rests)
    return excess, True, _Wave([(region, box) for box in boxes])


def _constants(jet: list[Germ], at: Infinity, scales: Sequence[float]) -> _Found | None:
    """A tail that tends to a number, or swings ever more slowly."""
    uppers, excess, swings, limit = [], 0.0, False, 0.0
    for k, (scale, tail) in enumerate(zip(scales, tails(jet, at, 64), strict=False)):
        if tail is None or tail.upper is None:
            return None
        uppers.append(float((tail.upper / scale).upper()) * ABOVE)
        attained = max(float((tail.limit / scale).lower()), 0.0) / ABOVE
        excess, swings = max(excess, uppers[-1] - attained), swings or tail.oscillates
        limit = limit if k else attained
    return excess, swings, (uppers, limit)
