"""Where a guarantee stops: the rank of the first value that is too hard, or easy enough."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

from flint import arb

from rnnbound.planning.convex_search import first_holding, least_count
from rnnbound.planning.unknowns import Ranked

#: How closely, in logarithms, a boundary is found before ranks are searched.
_CLOSE = 1e-9
#: Anything ≤ 0: nothing better is known of a value at which there is no bound at all.
_FAILS = arb(-1)
_TINY = arb(2) ** -10_000


def boundary(
    unknown: Ranked, gap: Callable[[int], arb | None], start: float
) -> tuple[int | None, int | None]:
    """The last rank at which a guarantee holds, and its neighbour, at which it does not.

    Args:
        unknown: which values there are.
        gap: log(bound/ε) at a rank, decided in sign; None where there is no guarantee.
        start: the logarithm of a value to start from.

    Returns:
        Both ranks; the first is None where it fails everywhere, the second where it holds
        everywhere.
    """

    @cache
    def sought(rank: int) -> arb | None:
        """At most 0 from the sought rank on: where it fails, if larger values are harder."""
        found = gap(min(rank, unknown.most))
        if not unknown.harder:
            return found
        if found is None:
            return _FAILS
        return -found if found > 0 else -found + _TINY

    guess = _guess(unknown, sought, start)
    if guess is None:  # nowhere
        return (unknown.most, None) if unknown.harder else (None, unknown.most)
    first = int(least_count(sought, guess, 1))
    holds, fails = (first - 1, first) if unknown.harder else (first, first - 1)
    return holds or None, fails or None


def _guess(unknown: Ranked, sought: Callable[[int], arb | None], start: float) -> int | None:
    """About the least sought rank; None if there is none."""

    def height(log: float) -> float:
        found = sought(unknown.rank(log))
        return math.inf if found is None else -math.inf if found is _FAILS else float(found)

    low = high = start
    stride = 0.5
    if height(start) <= 0:
        while height(low) <= 0:
            if unknown.rank(low) == 1:
                return 1
            low, high, stride = low - stride, low, 2 * stride
    else:
        while not height(high) <= 0:
            if unknown.rank(high) == unknown.most:
                return None
            low, high, stride = high, high + stride, 2 * stride
    return unknown.rank(first_holding(height, low, high, _CLOSE))
