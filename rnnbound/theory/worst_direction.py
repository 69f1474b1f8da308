"""The largest value over the quarter circle of directions, as a proved upper bound.

The constants of section 4.4 are, as functions f of a direction (ω, ξ), homogeneous of some degree
k, monotone in both parts, and convex in logarithms: log f is a convex function of (log ω, log ξ),
since f is made from ω, ξ by sums, products and suprema with coefficients ≥ 0.  With
u = log(ω/ξ) and N(u) = √(2 cosh u), the norm of (e^{u/2}, e^{−u/2}),

    φ(u) = log f(e^{u/2}, e^{−u/2}) is convex, and on the circle log f = φ(u) − k log N(u).

Between two directions φ lies below its chord; beyond the outermost ones, (ω, ξ) ≤ (ω, 1) gives
f ≤ f(u) ξ(u)^{−k}, and likewise at the other end.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import Final

from flint import arb

#: Covers the roundings of the bounds, all in logarithms of moderate size.
_ROUNDING: Final = 2.0**-40
#: Step, in u, by which the covered range is extended.
_OUTWARD: Final = 1.5


def direction(u: float) -> tuple[float, float]:
    """(ω, ξ) on the circle with log(ω/ξ) = u."""
    return 1 / math.sqrt(1 + math.exp(-2 * u)), 1 / math.sqrt(1 + math.exp(2 * u))


def worst_direction(
    function: Callable[[float], arb], degree: float, start: float, tolerance: float
) -> tuple[arb, float]:
    """An upper bound of a constant over all directions, and where it is nearly attained.

    Args:
        function: upper bounds of f at u, positive.
        degree: k.
        start: u where the search begins; the nearer to the maximum the faster.
        tolerance: how far the bound may lie above the best value found, relatively.
    """
    search = _Search(function, degree, start, tolerance)
    while search.excess > tolerance:
        search.refine()
    return search.bound(), search.best[1]


class _Search:
    """Best first: the part with the largest bound is split where its bound is attained."""

    def __init__(
        self, function: Callable[[float], arb], degree: float, start: float, tolerance: float
    ) -> None:
        self._function, self._degree, self._tolerance = function, degree, tolerance
        self._reference = function(start)
        self.best = (-math.inf, start)
        self._parts: list[tuple[float, float, float, float]] = []
        self._values: dict[float, float] = {}
        self._value(start)
        self._push(-math.inf, start)
        self._push(start, math.inf)

    @property
    def excess(self) -> float:
        """How far, in logarithms, the bound lies above the best value found."""
        return -self._parts[0][0] - self.best[0]

    def bound(self) -> arb:
        """The upper bound."""
        top: arb = self._reference * (arb(-self._parts[0][0]) + _ROUNDING).exp()
        return top.upper()

    def refine(self) -> None:
        """Split the part with the largest bound."""
        _, middle, left, right = heapq.heappop(self._parts)
        self._value(middle)
        self._push(left, middle)
        self._push(middle, right)

    def _value(self, u: float) -> None:
        """log f at `u`, relative to the reference."""
        value = float((self._function(u) / self._reference).log())
        self._values[u] = value
        self.best = max(self.best, (value, u))

    def _push(self, left: float, right: float) -> None:
        if math.isinf(left):
            bound, middle = self._end(right, -1)
        elif math.isinf(right):
            bound, middle = self._end(left, 1)
        else:
            bound, middle = self._chord(left, right)
        heapq.heappush(self._parts, (-bound, middle, left, right))

    def _end(self, u: float, side: int) -> tuple[float, float]:
        """Beyond the outermost direction, and where to look next."""
        above = self._degree * math.log1p(math.exp(2 * side * -u)) / 2
        bound = self._values[u] + above
        stride = _OUTWARD
        if self.best[1] == u and above > self._tolerance:
            # The maximum may be at the end itself: go where that would be seen.
            stride = max(stride, math.log(above / self._tolerance) / 2 + 0.25)
        return bound, u + side * stride

    def _chord(self, left: float, right: float) -> tuple[float, float]:
        """Between two directions, and where the bound is attained."""
        k, width = self._degree, right - left
        low = self._values[left] + k * _log_norm(left)
        high = self._values[right] + k * _log_norm(right)
        slope = (high - low) / width
        tangent = 2 * slope / k
        at = math.atanh(tangent) if abs(tangent) < 1 else math.copysign(math.inf, slope)
        at = min(max(at, left), right)
        bound = low + slope * (at - left) - k * _log_norm(at)
        return bound, min(max(at, left + width / 8), right - width / 8)


def _log_norm(u: float) -> float:
    """log √(2 cosh u)."""
    return (abs(u) + math.log1p(math.exp(-2 * abs(u)))) / 2
