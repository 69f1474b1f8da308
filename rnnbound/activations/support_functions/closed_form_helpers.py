"""What the closed forms of several named activations share."""

from __future__ import annotations

import math
from typing import Final

#: Beyond this, tails are bounded by what they are here.
FAR: Final = 20.0


def rational_bend(x1: float, x2: float, factor: float) -> float:
    """2x2/(x1 + √(x1² + factor·x2²)), scaled so that nothing overflows."""
    largest = max(x1, x2)
    if not largest:
        return 0.0
    x1, x2 = x1 / largest, x2 / largest
    return 2 * x2 / (x1 + math.sqrt(x1 * x1 + factor * x2 * x2))


def nearest(low: float, high: float) -> float:
    """The least |z| on an interval."""
    return max(low, -high, 0.0)
