"""One-dimensional searches: convex minima over floats, roots over balls, least counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from flint import arb

from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.count import Count, above, at_least, below, bits
from rnnbound.numbers.limits import LARGEST_EXPONENT, MagnitudeError, TooLargeError

#: Neurons come in mirrored pairs.
PAIR: Final = 2
#: So many times the error of a value tell on which side of a root it is.
_BLURRED: Final = 16
#: Secant steps before a search over counts falls back to bisection.
_SECANTS: Final = 60
#: Quadrupled steps before a search for a bracket leaps.
_QUADRUPLINGS: Final = 100


def _or_infinite(function: Callable[[float], float]) -> Callable[[float], float]:
    """`function`, infinite where it is beyond all numbers; each value is computed once."""

    @cache
    def value(x: float) -> float:
        try:
            return function(x)
        except TooLargeError:
            return math.inf

    return value


def minimise(
    function: Callable[[float], float], start: float, step: float, tolerance: float, least: float
) -> tuple[float, float]:
    """The minimiser on [least, ∞) of a convex function, and its value.

    A compass search (the step doubles on success, else is quartered down to `tolerance`), then
    the vertex of the parabola through the last three points.  `function` may be infinite to the
    left of some point, or too large.
    """
    f = _or_infinite(function)
    x = max(start, least)
    while math.isinf(f(x)):
        x, step = x + step, 2 * step
        if x > LARGEST_EXPONENT:
            raise MagnitudeError
    while True:
        left, right = max(x - step, least), x + step
        best = min((x, left, right), key=f)
        if best != x:
            x, step = best, 2 * step
        elif step > tolerance:
            step /= 4
        else:
            break
    vertex = _vertex(*((t, f(t)) for t in (left, x, right))) if left < x else x
    return min(((t, f(t)) for t in (x, vertex)), key=lambda pair: pair[1])


def _vertex(low: tuple[float, float], mid: tuple[float, float], high: tuple[float, float]) -> float:
    """Where the parabola through three points of a convex function is least."""
    (x0, y0), (x1, y1), (x2, y2) = low, mid, high
    if math.isinf(y0):
        return x1
    left, right = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    return (x0 + x1) / 2 - left * (x2 - x0) / (2 * (right - left)) if right > left else x1


def convex_floor(points: Sequence[tuple[float, float]], last: float) -> float:
    """A lower bound on (−∞, last] of a convex function that is known at some points, in order.

    Between two points it is above the lines through those before and those behind.
    """
    (_, first), (_, second) = points[:2]
    (_, before), (end, value) = points[-2:]
    if first < second or (value < before and end < last):
        return -math.inf
    floors = [y for _, y in points]
    for i in range(len(points) - 1):
        (x, y), (x1, y1) = points[i : i + 2]
        down = _slope(*points[i - 1 : i + 1]) if i else -math.inf
        up = _slope(*points[i + 1 : i + 3]) if i + 2 < len(points) else math.inf
        ends = y1 - up * (x1 - x), y + down * (x1 - x)
        if down < 0 < up:
            steep = math.isinf(up) or math.isinf(down)
            floors.append(max(ends) if steep else y + down * (ends[0] - y) / (down - up))
    return min(floors)


def _slope(left: tuple[float, float], right: tuple[float, float]) -> float:
    return (right[1] - left[1]) / (right[0] - left[0])


def first_holding(
    gap: Callable[[float], float], low: float, high: float | None = None, tolerance: float = 1e-11
) -> float:
    """The least x ≥ `low` with gap(x) ≤ 0, for a gap that falls through zero once.

    Args:
        gap: the function; infinite where it has no value, or one that is too large.
        low: where to start.
        high: a point with gap ≤ 0; looked for if None.
        tolerance: of x, relative to max(1, |x|).
    """
    gap = _or_infinite(gap)
    g_low, stride = gap(low), 1.0
    if g_low <= 0:
        return low
    while high is None:
        if gap(low + stride) <= 0:
            high = low + stride
        else:
            low, g_low, stride = low + stride, gap(low + stride), 2 * stride
            if low > LARGEST_EXPONENT:
                raise MagnitudeError
    g_high, side = gap(high), 0
    while high - low > (close := tolerance * max(1.0, abs(high))):
        middle = (low + high) / 2
        if math.isfinite(g_low) and math.isfinite(g_high) and g_low > g_high:
            secant = low + (high - low) * g_low / (g_low - g_high)
            middle = min(max(secant, low + close / 2), high - close / 2)
        value = gap(middle)
        # Illinois: the end that stays twice counts half, so that both ends move.
        if value <= 0:
            high, g_high = middle, value
            g_low = g_low / 2 if side > 0 else g_low
            side = 1
        else:
            low, g_low = middle, value
            g_high = g_high / 2 if side < 0 else g_high
            side = -1
    return high


def crossing(
    function: Callable[[arb], arb], outside: arb, inside: arb, tolerance: int
) -> tuple[arb, arb]:
    """Bracket where `function` falls to zero, to a relative width of 2^-tolerance.

    The bracket is wider where values are so small that they are hardly more than their errors.

    Args:
        function: certainly ≤ 0 at `inside`, not certainly at `outside`.
        outside, inside: exact starting points, both positive.
        tolerance: in bits; the working precision must exceed it.

    Returns:
        The last `outside` and `inside`; `function` is certainly ≤ 0 at `inside`.
    """
    while outside > 2 * inside or inside > 2 * outside:
        middle = (outside * inside).sqrt().mid()
        outside, inside = (outside, middle) if function(middle) <= 0 else (middle, inside)
    older, newer = (outside, function(outside)), (inside, function(inside))
    blur = arb(0)
    while True:
        blur = _blur(older, newer, blur)
        close = (abs(inside) * arb(2) ** -tolerance).max(blur)
        if not abs(inside - outside) > close:
            return outside, inside
        before = abs(inside - outside)
        probe = _secant_inside(older, newer, outside, inside, close)
        older, newer = newer, (probe, function(probe))
        outside, inside = (outside, probe) if newer[1] <= 0 else (probe, inside)
        if abs(inside - outside) > before / 2:
            # Halve as well, so that the bracket shrinks whatever the secant does.
            middle = ((inside + outside) / 2).mid()
            outside, inside = (outside, middle) if function(middle) <= 0 else (middle, inside)


def _blur(older: tuple[arb, arb], newer: tuple[arb, arb], known: arb) -> arb:
    """Over what distance from a root a function does not tell its sign; `known`, if unknown."""
    rise = newer[1] - older[1]
    if rise.contains(0) or newer[1].rad() == 0:
        return known
    found: arb = (_BLURRED * newer[1].rad() * abs((newer[0] - older[0]) / rise)).mid()
    return found


def _secant_inside(
    older: tuple[arb, arb], newer: tuple[arb, arb], outside: arb, inside: arb, close: arb
) -> arb:
    """Where the line through two points is zero, or the middle if that is not between the ends."""
    rise = newer[1] - older[1]
    if rise > 0 or rise < 0:
        secant = (newer[0] - (newer[0] - older[0]) * newer[1] / rise).mid()
        # Next to an end already known, step over the root to bring the other end in.
        for end, other in ((inside, outside), (outside, inside)):
            if abs(secant - end) < close / 4:
                secant = (end + (close if other > end else -close) / 2).mid()
        if min(inside, outside) < secant < max(inside, outside):
            return secant
    return ((inside + outside) / 2).mid()


def least_count(gap: Callable[[Count], arb | None], guess: Count, step: int) -> Count:
    """The least multiple of `step` where a decreasing `gap` is certainly ≤ 0.

    Args:
        gap: decided in sign: certainly ≤ 0 or not; None where there is no value (not ≤ 0).
        guess: where to start; the nearer the faster.
        step: 1 or 2.

    Returns:
        The least count near `guess` that holds while its predecessor does not.

    Raises:
        MagnitudeError: no count within range holds.
    """
    fails, holds = _gallop(gap, guess, step)
    if fails is None:
        return holds[0]
    older, newer = fails, holds
    for turn in range(10**6):
        (low, _), (high, _) = fails, holds
        if above(low, step) >= high:
            return high
        with precision(bits(high)):
            ends = BALLS.number(low).mid(), BALLS.number(high).mid()
            far = ends[1] > 2 * ends[0]
            middle = (ends[0] * ends[1]).sqrt() if far else (ends[0] + ends[1]) / 2
            secant = _secant(older, newer) if turn < _SECANTS else None
            probe = at_least(middle if secant is None else secant, step)
        probe = min(max(probe, above(low, step)), below(high, step))
        older, newer = newer, (probe, gap(probe))
        if _met(newer[1]):
            holds = newer
        else:
            fails = newer
    raise AssertionError("the bracket shrinks at every turn")


_Point = tuple[Count, arb | None]


def _met(gap: arb | None) -> bool:
    return gap is not None and bool(gap <= 0)


def _secant(older: _Point, newer: _Point) -> arb | None:
    """Where the line through two points is zero, if it has a place."""
    (x0, g0), (x1, g1) = older, newer
    if g0 is None or g1 is None or x0 == x1 or not (g0 > g1 or g0 < g1):
        return None
    start = BALLS.number(x1).mid()
    return start - (start - BALLS.number(x0).mid()) * g1 / (g1 - g0)


def _gallop(
    gap: Callable[[Count], arb | None], guess: Count, step: int
) -> tuple[_Point | None, _Point]:
    """A point that fails (None: the least count holds) and one above it that holds."""
    probe = max(guess, step)
    with precision(bits(probe)):
        stride = BALLS.maximum(arb(step), BALLS.number(probe).mid() * arb(2) ** -40)
    fails: _Point | None = None
    holds: _Point | None = None
    turn = 0
    while holds is None or fails is None:
        point = probe, gap(probe)
        if _met(point[1]):
            holds = point
            if probe <= step:
                return None, point
            probe = max(_shift(probe, -stride, step), step)
        else:
            fails = point
            probe = _shift(probe, stride, step)
            if BALLS.number(probe).log() > LARGEST_EXPONENT:
                raise MagnitudeError
        turn += 1
        # Far out the exponent doubles, so that an endless search ends.
        stride = stride * 4 if turn < _QUADRUPLINGS else stride**2
    return fails, holds


def _shift(count: Count, by: arb, step: int) -> Count:
    """`count` + `by` as a count, at least one step away."""
    with precision(bits(count)):
        probe = at_least(BALLS.number(count) + by, step)
    return max(probe, above(count, step)) if by > 0 else min(probe, below(count, step))
