"""Scaling to what the theorems assume, ‖X_t‖ ≤ 1, and back to the data's units.

Each input column is centred and divided by its largest deviation, a constant 1/2 is added as the
last channel, and everything is divided by the largest norm of the windows' inputs.  The target is
centred and divided so that the risk of the zero function, R(0) = (1/n) Σ_j Σ_t Y², is 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rnnbound.network.array_checks import Array

#: The constant channel, where input columns lie in [−1, 1].
BIAS: Final = 0.5
#: Beyond it squares overflow or vanish.
_LARGEST: Final = 1e150
_EPS: Final = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Scaling:
    """An affine map of each column, and its inverse.

    Attributes:
        input_offset: subtracted from each input column, in the data's units.
        input_scale: each input column is then divided by it, in the data's units.
        bias: the value of the constant channel that follows them; None if there is none.
        target_offset: subtracted from the target, in the data's units.
        target_scale: the target is then divided by it, in the data's units.
    """

    input_offset: tuple[float, ...]
    input_scale: tuple[float, ...]
    bias: float | None
    target_offset: float
    target_scale: float

    def scale_inputs(self, columns: ArrayLike) -> Array:
        """Inputs for the network, (…, d), from columns in the data's units, (…, columns)."""
        values = np.asarray(columns, float)
        count = len(self.input_scale)
        scaled = np.empty((*values.shape[:-1], count + (self.bias is not None)))
        np.subtract(values, self.input_offset, out=scaled[..., :count])
        scaled[..., :count] /= self.input_scale
        if self.bias is not None:
            scaled[..., count] = self.bias
        return scaled

    def scale_targets(self, values: ArrayLike) -> Array:
        """Targets for the network from values in the data's units, of any shape."""
        found: Array = np.asarray(values, float) - self.target_offset
        found /= self.target_scale
        return found

    def inputs(self, X: ArrayLike) -> Array:
        """Columns in the data's units, (…, columns), from inputs of the network, (…, d)."""
        columns = np.asarray(X, float)[..., : len(self.input_scale)]
        found: Array = columns * self.input_scale + self.input_offset
        return found

    def targets(self, Y: ArrayLike) -> Array:
        """Values in the data's units from targets or predictions, of any shape."""
        found: Array = np.asarray(Y, float) * self.target_scale + self.target_offset
        return found

    def risk(self, risk: float) -> float:
        """A risk in the square of the target's units."""
        return risk * self.target_scale**2

    def error(self, risk: float, horizon: int) -> float:
        """The root mean square error of one step, in the target's units, at a risk."""
        return float(np.sqrt(risk / horizon)) * self.target_scale


def centre(values: Array) -> tuple[float, float]:
    """The mean of a column and its largest deviation from it, in its units.

    Args:
        values: finite, any shape.

    Raises:
        ValueError: it is constant, or too large or too small to be squared; completes "column …".
    """
    low, high = float(values.min()), float(values.max())
    if low == high:
        raise ValueError(f"is constant (always {low:g}), so it says nothing; leave it out")
    if max(-low, high) > _LARGEST:
        raise ValueError(f"has values beyond ±{_LARGEST:g}; change its unit")
    offset = float(values.mean())
    spread = max(high - offset, offset - low)
    if spread <= 4 * _EPS * max(-low, high):
        raise ValueError("is constant up to rounding; subtract what its values have in common")
    if spread < 1 / _LARGEST:
        raise ValueError(f"varies by less than {1 / _LARGEST:g}; change its unit")
    return offset, spread


def fit(
    X: Array, Y: Array, centres: Sequence[tuple[float, float]], offset: float, *, bias: bool
) -> Scaling:
    """The scaling of windows in the data's units.

    Args:
        X: shape (n, T, columns).
        Y: shape (n, T).
        centres: mean and largest deviation of each column, of :func:`centre`.
        offset: the mean of the target.
        bias: whether a constant channel is added.

    Raises:
        ValueError: the windows do not vary; completes "data …".
    """
    offsets = tuple(mean for mean, _ in centres)
    spreads = np.array([spread for _, spread in centres])
    squares = np.zeros(X.shape[:2])
    for c, (mean, spread) in enumerate(centres):
        squares += ((X[:, :, c] - mean) / spread) ** 2
    squares += BIAS**2 if bias else 0.0
    # Above the largest norm by more than rounding errs in that sum, the root and the quotient.
    norm = float(np.sqrt(np.max(squares))) * (1 + (len(centres) + bias + 4) * _EPS)
    if norm == 0:
        raise ValueError("has the same inputs in all windows; give more of them (stride)")
    scales = tuple(float(s) for s in spreads * norm)
    if len(centres) == 1 and not bias:  # x / max |x| is at most 1 as it is
        scales = (float(np.abs(X - offsets[0]).max()),)
    deviation = Y - offset
    largest = float(np.abs(deviation).max())
    if largest == 0:
        raise ValueError("has a constant target in all windows, so there is nothing to learn")
    deviation /= largest
    size = largest * float(np.sqrt((deviation**2).sum() / len(Y)))
    return Scaling(offsets, scales, BIAS / norm if bias else None, offset, size)
