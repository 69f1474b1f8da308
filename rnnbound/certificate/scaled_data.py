"""The data of a certificate, scaled so that results can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnbound.data.scaling import Scaling
from rnnbound.errors import wrong
from rnnbound.network.array_checks import checked

if TYPE_CHECKING:
    from rnnbound.data.dataset import Dataset

Floats = NDArray[np.float64]

_EPS: Final = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Inputs and targets in scaled units.

    Attributes:
        X: inputs, shape (n, T, d), the largest ‖X_t‖ being 1 up to rounding, and none larger.
        Y: targets, shape (n, T), R(0) being 1 up to rounding.
        scaling: how the given data became these; risks scale with the square of its target_scale.
        file: where the data come from; None if they were given as arrays.
    """

    X: Floats
    Y: Floats
    scaling: Scaling
    file: str | None = None

    @classmethod
    def of(cls, X: ArrayLike, Y: ArrayLike) -> Problem:
        """Scale arrays; nothing is centred.

        Raises:
            RequestError: shapes do not fit, or all inputs or all targets are 0.
        """
        try:
            inputs = checked("X", X, "(n, T, d)", 3, np.float64)
            targets = checked("Y", Y, "(n, T)", 2, np.float64)
        except ValueError as error:
            raise wrong("data", str(error)) from None
        if targets.shape != inputs.shape[:2]:
            raise wrong("data", f"X has shape {inputs.shape}, Y {targets.shape}: they do not fit")
        d = inputs.shape[2]
        with np.errstate(over="ignore"):
            # Above the largest norm by more than its rounding and that of the quotient.
            length = float(np.sqrt((inputs**2).sum(2)).max()) * (1 + (d + 4) * _EPS)
            size = float(np.sqrt((targets**2).sum() / len(targets)))
        for name, value in (("X", length), ("Y", size)):
            if not 1e-150 < value < 1e150:
                raise wrong("data", f"{name} must not be all zero, nor beyond 1e±150")
        scaling = Scaling((0.0,) * d, (length,) * d, None, 0.0, size)
        one, two = np.asarray(inputs / length, np.float64), np.asarray(targets / size, np.float64)
        return cls(one, two, scaling)

    @classmethod
    def of_dataset(cls, data: Dataset) -> Problem:
        """What was read from a file, as it was scaled then."""
        X, Y = (np.asarray(array, np.float64) for array in (data.X, data.Y))
        return cls(X, Y, data.scaling, data.origin.file)

    @property
    def longest(self) -> float:
        """An upper bound of the largest ‖X_t‖, within rounding."""
        largest = float(np.sqrt((self.X**2).sum(2)).max())
        return largest * (1 + (int(self.X.shape[2]) + 4) * _EPS)
