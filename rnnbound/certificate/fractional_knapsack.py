"""The fractional knapsack: the worst case of a sum over neurons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.rounding_error_bounds import up

Floats = NDArray[np.float64]


class Knapsack:
    """max Σ w_i v_i over 0 ≤ v_i ≤ caps_i, Σ v_i ≤ budget, for one w and any budget.

    The most valuable neurons are filled first; that is optimal (exchange argument).

    Args:
        weights: w ≥ 0, shape (k,).
        caps: ≥ 0, shape (k,).
    """

    def __init__(self, weights: Floats, caps: Floats) -> None:
        order = np.argsort(weights)[::-1]
        self.weights = weights[order]
        self.filled = np.cumsum(caps[order])
        self.worth = np.cumsum(self.weights * caps[order])

    def __call__(self, budget: float) -> float:
        """The maximum, never less, and larger by a relative 10⁻⁹ at most."""
        # A budget that is raised by the rounding of the sums covers their error.
        budget = up(budget, 4 * len(self.weights) + 64)
        k = int(np.searchsorted(self.filled, budget))
        if k == len(self.filled):
            return up(float(self.worth[-1]), 4 * k + 64)
        before = float(self.filled[k - 1]) if k else 0.0
        worth = float(self.worth[k - 1]) if k else 0.0
        return up(worth + (budget - before) * float(self.weights[k]), 4 * k + 64)
