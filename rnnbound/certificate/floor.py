"""What unprojected gradient descent reaches on the linearisation: an estimate, not a bound."""

from __future__ import annotations

import numpy as np

from rnnbound.certificate.comparator import Ridge


def linear_risk(ridge: Ridge, step_size: float, steps: int) -> float:
    """‖(1 − ηK)^τ Y‖², K = J_0J_0ᵀ in the S-norm; of Nyström's K if rows represent others."""
    if ridge.rows is None:
        values, vectors = np.linalg.eigh(ridge.start)
        parts = vectors.T @ ridge.target
        outside = 0.0
    else:
        inner = ridge.start[ridge.rows]
        low, turn = np.linalg.eigh((inner + inner.T) / 2)
        kept = low > 1e-10 * low[-1]
        factor = ridge.start @ (turn[:, kept] / np.sqrt(low[kept]))
        left, singular, _ = np.linalg.svd(factor, full_matrices=False)
        values, parts = singular**2, left.T @ ridge.target
        outside = max(float(ridge.target @ ridge.target - parts @ parts), 0.0)
    shrunk = np.abs(1 - step_size * np.maximum(values, 0)) ** min(float(steps), 1e15)
    return float(((shrunk * parts) ** 2).sum()) + outside
