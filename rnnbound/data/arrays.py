"""NumPy files: one array of rows or of series, or prepared inputs X and targets Y."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.data.source import LARGEST
from rnnbound.data.table import Columns, Table
from rnnbound.network.arrays import Array
from rnnbound.setting.faults import Fault, RequestError, shown, wrong

_SHAPES: Final = "(rows,), (rows, columns) or (series, rows, columns)"


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Windows that the file holds as they are: X of shape (n, T, channels), Y of shape (n, T)."""

    X: Array
    Y: Array


class ArrayTable(Table):
    """The rows of one array; along a third dimension in front, series after series."""

    def __init__(self, file: str, values: Array) -> None:
        self.file = file
        self._series = len(values) if values.ndim == 3 else 0
        self._values = values.reshape(-1, values.shape[-1] if values.ndim > 1 else 1)
        self.names = ("",) * self._values.shape[1]

    @property
    def implied_groups(self) -> bool:
        return self._series > 0

    def place(self, row: int) -> str:
        if not self._series:
            return f"row {row + 1}"
        series, step = divmod(row, len(self._values) // self._series)
        return f"series {series + 1}, row {step + 1}"

    def read(self, wanted: Sequence[int], group: int | None) -> Columns:
        values = self.finite(wanted, self._values[:, list(wanted)])
        if group is not None:
            self.finite([group], self._values[:, [group]])
            return Columns(values, [f"{label:g}" for label in self._values[:, group]])
        if not self._series:
            return Columns(values, None)
        length = len(self._values) // self._series
        return Columns(values, [str(i + 1) for i in range(self._series) for _ in range(length)])


def read_npy(file: str, data: bytes) -> ArrayTable:
    """The table of an NPY file.

    Raises:
        RequestError: it is damaged, or holds no real numbers in 1 to 3 dimensions.
    """
    return _table(file, _load(file, "the array", data))


def read_npz(file: str, data: bytes) -> ArrayTable | Prepared:
    """The X and Y of an NPZ file, or the table of its only array.

    Raises:
        RequestError: it is damaged, or its arrays are not what is expected.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {i.filename.removesuffix(".npy"): i.file_size for i in archive.infolist()}
            if sum(sizes.values()) > LARGEST:
                raise wrong(file, f"is larger than {LARGEST:,} bytes when unpacked")
            members = {name: archive.read(archive.infolist()[i]) for i, name in enumerate(sizes)}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise wrong(file, f"is a damaged NPZ file: {error}") from None
    except ValueError as error:
        if isinstance(error, RequestError):
            raise
        raise wrong(file, f"is a damaged NPZ file: {error}") from None
    if set(members) == {"X", "Y"}:
        return _prepared(file, _load(file, "X", members["X"]), _load(file, "Y", members["Y"]))
    if len(members) == 1:
        return _table(file, _load(file, *next(iter(members.items()))))
    found = ", ".join(shown(name) for name in members) or "nothing"
    raise wrong(file, f"must hold the arrays X and Y, or one array (it holds {found})")


def _load(file: str, name: str, data: bytes) -> Array:
    try:
        loaded: NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError, MemoryError) as error:
        if "pickle" in str(error) and data.startswith(b"\x93NUMPY"):
            message = f"{name} holds Python objects, which could run code; save numbers (float64)"
            raise wrong(file, message) from None
        raise wrong(file, f"{name} is damaged or no NumPy array: {error}") from None
    if loaded.dtype.names:
        raise wrong(file, f"{name} has named fields; save the columns as one array of numbers")
    if loaded.dtype.kind not in "fiub":
        raise wrong(file, f"{name} must hold real numbers (it holds {loaded.dtype})")
    if 0 in loaded.shape:
        raise wrong(file, f"{name} has shape {loaded.shape}, which holds nothing")
    with np.errstate(over="ignore"):  # a long double beyond the double range: said to be infinite
        return loaded.astype(np.float64)


def _table(file: str, values: Array) -> ArrayTable:
    if not 1 <= values.ndim <= 3:
        raise wrong(file, f"has shape {values.shape}; it must be {_SHAPES}")
    return ArrayTable(file, values)


def _prepared(file: str, X: Array, Y: Array) -> Prepared:
    X = X[:, :, None] if X.ndim == 2 else X
    Y = Y[:, :, 0] if Y.ndim == 3 and Y.shape[2] == 1 else Y
    if X.ndim != 3:
        raise wrong(file, f"X has shape {X.shape}; it must be (n, T, d)")
    if Y.shape != X.shape[:2]:
        expected = f"(n, T) = {X.shape[:2]}, as X has shape {X.shape}"
        raise wrong(file, f"Y has shape {Y.shape}; it must be {expected}")
    faults = []
    for name, values in (("X", X), ("Y", Y)):
        bad = np.argwhere(~np.isfinite(values))
        for at in bad[:5]:
            words = ("sample", "step", "channel")
            place = ", ".join(f"{word} {i + 1}" for word, i in zip(words, at, strict=False))
            message = "is missing (NaN)" if np.isnan(values[tuple(at)]) else "is infinite"
            faults.append(Fault(f"{file}: {name}{at.tolist()}", f"{message} ({place})"))
        if len(bad) > 5:
            faults.append(Fault(f"{file}: {name}", f"{len(bad) - 5:,} more are not finite"))
    if faults:
        raise RequestError(faults)
    return Prepared(X, Y)
