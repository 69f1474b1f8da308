"""What training and certificates reach on the linearisation: estimates, not bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.ridge_comparator import Ridge

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Y in the eigenbasis of K = J_0J_0ᵀ, in the S-norm; of Nyström's K if rows represent others.

    Attributes:
        values: the eigenvalues.
        parts: Y along each eigenvector.
        outside: ‖Y‖² where K vanishes.
    """

    values: Floats
    parts: Floats
    outside: float

    @classmethod
    def of(cls, ridge: Ridge) -> Spectrum:
        """Of the network that a ridge was made for."""
        if ridge.rows is None:
            values, vectors = np.linalg.eigh(ridge.start)
            return cls(np.maximum(values, 0), vectors.T @ ridge.target, 0.0)
        inner = ridge.start[ridge.rows]
        low, turn = np.linalg.eigh((inner + inner.T) / 2)
        kept = low > 1e-10 * low[-1]
        factor = ridge.start @ (turn[:, kept] / np.sqrt(low[kept]))
        left, singular, _ = np.linalg.svd(factor, full_matrices=False)
        parts = left.T @ ridge.target
        outside = max(float(ridge.target @ ridge.target - parts @ parts), 0.0)
        return cls(singular**2, parts, outside)

    def linear_risk(self, step_size: float, steps: int) -> float:
        """‖(1 − ηK)^τ Y‖²."""
        shrunk = np.abs(1 - step_size * self.values) ** min(float(steps), 1e15)
        return float(((shrunk * self.parts) ** 2).sum()) + self.outside

    def least_bound(self, steps: int) -> float:
        """min ‖Y − J_0x‖² + ‖x‖²/(ητ) for η = 2/‖J_0‖²: a certificate without any curvature."""
        reach = 2 * min(float(steps), 1e15) / max(float(self.values.max()), 1e-300)
        return float((self.parts**2 / (1 + reach * self.values)).sum()) + self.outside
