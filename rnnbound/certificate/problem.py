"""The data of a certificate, scaled so that results can be compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnbound.network.arrays import checked
from rnnbound.setting.faults import wrong

if TYPE_CHECKING:
    from rnnbound.data.dataset import Dataset

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Inputs and targets in scaled units.

    Attributes:
        X: inputs, shape (n, T, d), the largest ‖X_t‖ being 1.
        Y: targets, shape (n, T), R(0) being 1.
        input_scale: the given inputs are X times this.
        target_scale: the given targets are Y times this; risks scale with its square.
    """

    X: Floats
    Y: Floats
    input_scale: float
    target_scale: float

    @classmethod
    def of(cls, X: ArrayLike, Y: ArrayLike) -> Problem:
        """Scale data.

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
        with np.errstate(over="ignore"):
            length = float(np.sqrt((inputs**2).sum(2)).max())
            size = float(np.sqrt((targets**2).sum() / len(targets)))
        for name, value in (("X", length), ("Y", size)):
            if not 1e-150 < value < 1e150:
                raise wrong("data", f"{name} must not be all zero, nor beyond 1e±150")
        one, two = np.asarray(inputs / length, np.float64), np.asarray(targets / size, np.float64)
        return cls(one, two, length, size)

    @classmethod
    def of_dataset(cls, data: Dataset) -> Problem:
        """What was read from a file; risks go back to the units of that file."""
        problem = cls.of(data.X, data.Y)
        unit = problem.target_scale * data.scaling.target_scale
        return replace(problem, target_scale=unit)
