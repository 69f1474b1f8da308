"""What the directional recursion asks of an activation; roundings are on the safe side."""

from __future__ import annotations

from typing import Final, Protocol

#: Every supremum is raised by this factor.  It covers some 50 roundings of doubles and library
#: functions (exp, erf, atan) that err by at most 16 units in the last place.
RAISED: Final = 1 + 2.0**-44


class Support(Protocol):
    """Upper bounds, within a factor of :data:`RAISED`, for arguments ≥ 0.

    Attributes:
        has_third: whether σ''' exists and is bounded; ``twist`` may be asked only then.
    """

    has_third: bool

    def steepest(self, low: float, high: float) -> float:
        """sup |σ'| over low ≤ z ≤ high, where |σ'| is even."""

    def slope(self, x0: float, x1: float) -> float:
        """sup_z x0|σ| + x1|σ'|."""

    def bend(self, x1: float, x2: float) -> float:
        """sup_z x1|σ'| + x2|σ''|."""

    def twist(self, x1: float, x2: float, x3: float) -> float:
        """sup_z x1|σ'| + x2|σ''| + x3|σ'''|."""
