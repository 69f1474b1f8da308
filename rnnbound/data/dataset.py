"""A data set as the theorems see it, and what people need to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from rnnbound.data.scaling import Scaling, centre, fit
from rnnbound.errors import Fault, RequestError, wrong
from rnnbound.network.array_checks import Array

#: What the constant channel is called.
CONSTANT: Final = "constant"
_FIRST: Final = 3


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the windows come from.

    Attributes:
        file: its name, or "standard input".
        format: the name of one of the formats of :mod:`rnnbound.data.formats`, such as csv.
        rows: data rows in the file; None if it holds windows.
        header: whether it names its columns.
        columns: the name of each of its columns, or its number.
        target: the column that is predicted.
        inputs: the columns that are seen.
        group: the column that names the series; None if there is none.
        series: how many series there are; None if the file holds windows.
        stride: rows between the starts of windows; None if the file holds windows.
        lead: how many rows after its input a target lies; None if the file holds windows.
    """

    file: str
    format: str
    rows: int | None
    header: bool
    columns: tuple[str, ...]
    target: str
    inputs: tuple[str, ...]
    group: str | None = None
    series: int | None = None
    stride: int | None = None
    lead: int | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The values of a column in the windows, in the data's units."""

    least: float
    mean: float
    largest: float


@dataclass(frozen=True, slots=True)
class Window:
    """One window: inputs and targets step by step, in the data's units and scaled.

    Attributes:
        inputs: shape (T, columns).
        targets: shape (T,).
        X: scaled inputs with the constant channel, shape (T, d).
        Y: scaled targets, shape (T,).
    """

    inputs: tuple[tuple[float, ...], ...]
    targets: tuple[float, ...]
    X: tuple[tuple[float, ...], ...]
    Y: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DataSummary:
    """What was understood of a file, without the data itself.

    Attributes:
        origin: the file and the choice of columns and windows.
        samples, horizon, dim: n, T and d.
        channels: what the d channels of the input are.
        input_ranges: of the input columns, in the data's units.
        target_range: in the target's units.
        scaling: how the windows were scaled.
        largest_norm: max ‖X_t‖, at most 1.
        initial_risk: R(0) of the scaled data.
        initial_risk_in_units: R(0) in the square of the target's units.
        initial_error: the root mean square error of a step at R(0), in the target's units.
        first: the first windows.
    """

    origin: Origin
    samples: int
    horizon: int
    dim: int
    channels: tuple[str, ...]
    input_ranges: tuple[Range, ...]
    target_range: Range
    scaling: Scaling
    largest_norm: float
    initial_risk: float
    initial_risk_in_units: float
    initial_error: float
    first: tuple[Window, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Inputs and targets of a network, scaled, with the way back to the data's units.

    Attributes:
        X: inputs, float64 of shape (n, T, d), read-only; ‖X[j, t]‖₂ ≤ 1, the largest within
            rounding of 1.
        Y: targets, float64 of shape (n, T), read-only.
        scaling: how they were scaled.
        initial_risk: R(0) = (1/n) Σ_j Σ_t Y_jt², 1 up to rounding; the risk of a network that
            starts at zero, as the symmetric initialisation does.
        channels: what the d channels of X are, the constant last.
        origin: the file and the choice of columns and windows.
        input_ranges: of the input columns in the windows, in the data's units.
        target_range: of the targets in the windows, in their units.
        first: the first windows, in the data's units and scaled.
    """

    X: Array
    Y: Array
    scaling: Scaling
    initial_risk: float
    channels: tuple[str, ...]
    origin: Origin
    input_ranges: tuple[Range, ...]
    target_range: Range
    first: tuple[Window, ...]

    @property
    def samples(self) -> int:
        """n."""
        return int(self.X.shape[0])

    @property
    def horizon(self) -> int:
        """T."""
        return int(self.X.shape[1])

    @property
    def dim(self) -> int:
        """d, the constant channel included."""
        return int(self.X.shape[2])

    def summary(self) -> DataSummary:
        """What people and programs want to know about it, without the data."""
        return DataSummary(
            origin=self.origin,
            samples=self.samples,
            horizon=self.horizon,
            dim=self.dim,
            channels=self.channels,
            input_ranges=self.input_ranges,
            target_range=self.target_range,
            scaling=self.scaling,
            largest_norm=float(np.linalg.norm(self.X, axis=2).max()),
            initial_risk=self.initial_risk,
            initial_risk_in_units=self.scaling.risk(self.initial_risk),
            initial_error=self.scaling.error(self.initial_risk, self.horizon),
            first=self.first,
        )


def _range(values: Array) -> Range:
    return Range(float(values.min()), float(values.mean()), float(values.max()))


def _window(inputs: Array, targets: Array, X: Array, Y: Array) -> Window:
    rows, columns = (tuple(map(tuple, values.tolist())) for values in (X, inputs))
    return Window(columns, tuple(targets.tolist()), rows, tuple(Y.tolist()))


def scaled(
    X: Array,
    Y: Array,
    origin: Origin,
    *,
    columns: list[tuple[str, Array]],
    target: tuple[str, Array],
    bias: bool,
) -> Dataset:
    """The data set of windows in the data's units.

    Args:
        X: inputs, shape (n, T, columns).
        Y: targets, shape (n, T).
        origin: where they come from.
        columns: of each input column, what messages call it and all its values.
        target: the same of the target.
        bias: whether the inputs get a constant channel.

    Raises:
        RequestError: a column is constant, or beyond what can be scaled; names each.
    """
    faults: list[Fault] = []

    def centred(where: str, values: Array) -> tuple[float, float]:
        try:
            return centre(values)
        except ValueError as error:
            fault = Fault(f"{origin.file}: {where}", str(error))
            if fault not in faults:
                faults.append(fault)
            return 0.0, 1.0

    centres = [centred(*column) for column in columns]
    offset, _ = centred(*target)
    if faults:
        raise RequestError(faults)
    try:
        scaling = fit(X, Y, centres, offset, bias=bias)
    except ValueError as error:
        raise wrong(origin.file, str(error)) from None
    inputs, targets = scaling.scale_inputs(X), scaling.scale_targets(Y)
    for array in (inputs, targets):
        array.setflags(write=False)
    risk = float((targets**2).sum() / len(targets))
    channels = (*origin.inputs, CONSTANT) if bias else origin.inputs
    return Dataset(
        X=inputs,
        Y=targets,
        scaling=scaling,
        initial_risk=risk,
        channels=channels,
        origin=origin,
        input_ranges=tuple(_range(X[:, :, c]) for c in range(X.shape[2])),
        target_range=_range(Y),
        first=tuple(_window(X[j], Y[j], inputs[j], targets[j]) for j in range(len(X[:_FIRST]))),
    )
