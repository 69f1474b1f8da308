"""NumPy files: one array of rows or of series, or prepared inputs X and targets Y."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.data import npy_files
from rnnbound.data.file_limits import UnreadableError, require_numbers, told
from rnnbound.data.named_columns import Columns, Groups, Table, picked, require_columns
from rnnbound.data.npz_files import Archive
from rnnbound.errors import Fault, RequestError, shown, wrong
from rnnbound.network.array_checks import Array

_SHAPES: Final = "(rows,), (rows, columns) or (series, rows, columns)"
#: Arrays of a file that a message lists, and values of an array that it names one by one.
_LISTED: Final = 10
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Windows that the file holds as they are: X of shape (n, T, channels), Y of shape (n, T)."""

    X: Array
    Y: Array


class ArrayTable(Table):
    """The rows of one array; along a third dimension in front, series after series."""

    def __init__(self, file: str, values: Array) -> None:
        self.file = file
        require_columns(file, values.shape[-1] if values.ndim > 1 else 1)
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
        values = self.finite(wanted, picked(self._values, wanted))
        if group is not None:
            labels = self.finite([group], self._values[:, [group]])[:, 0]
            found, codes = np.unique(labels, return_inverse=True)
            self.require_series(len(found), group)
            names = [repr(float(label)).removesuffix(".0") for label in found]
            return Columns(values, Groups.of(codes, names))
        if not self._series:
            return Columns(values, None)
        self.require_series(self._series)
        codes = np.repeat(np.arange(self._series), len(self._values) // self._series)
        names = [str(i + 1) for i in range(self._series)]
        return Columns(values, Groups.of(codes, names))


def read_npy(file: str, data: bytes) -> ArrayTable:
    """The table of an NPY file.

    Raises:
        RequestError: it is damaged, or holds no real numbers in 1 to 3 dimensions.
    """
    with told(f"{file}: the array"):
        return _table(file, _numbers(npy_files.array(np.frombuffer(data, np.uint8))))


def read_npz(file: str, data: bytes) -> ArrayTable | Prepared:
    """The X and Y of an NPZ file, or the table of its only array.

    Raises:
        RequestError: it is damaged, or its arrays are not what is expected.
    """
    with told(file), Archive(data) as archive:
        names = archive.names
        if len(names) != 1 and set(names) != {"X", "Y"}:
            listed = ", ".join(map(shown, names[:_LISTED])) + ", …" * (len(names) > _LISTED)
            found = listed or "nothing"
            raise UnreadableError(f"must hold the arrays X and Y, or one array (it holds {found})")
        arrays = {}
        for name in sorted(names):
            with told(f"{file}: {shown(name)}"):
                arrays[name] = _numbers(archive.array(name))
    if set(names) == {"X", "Y"}:
        return _prepared(file, arrays["X"], arrays["Y"])
    return _table(file, arrays[names[0]])


def _numbers(found: NDArray[Any]) -> Array:
    """The array as doubles.

    Raises:
        UnreadableError: it holds something else, or too many of them.
    """
    if found.dtype.kind not in "fiub":
        raise UnreadableError(f"must hold real numbers; it holds text ({found.dtype})")
    require_numbers(found.size)
    with np.errstate(over="ignore", invalid="ignore"):  # of long doubles; infinities are told
        return found.astype(np.float64, copy=False)


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
    require_columns(file, X.shape[2])
    faults = [fault for name, values in (("X", X), ("Y", Y)) for fault in _bad(file, name, values)]
    if faults:
        raise RequestError(faults)
    return Prepared(X, Y)


def _bad(file: str, name: str, values: Array) -> Iterator[Fault]:
    """A fault for each value that is not finite, the first few of many."""
    bad = np.flatnonzero(~np.isfinite(values))
    for flat in bad[:_SHOWN]:
        at = np.unravel_index(flat, values.shape)
        words = ("sample", "step", "channel")
        place = ", ".join(f"{word} {i + 1}" for word, i in zip(words, at, strict=False))
        message = "is missing (NaN)" if np.isnan(values[at]) else "is infinite"
        yield Fault(f"{file}: {name}{[int(i) for i in at]}", f"{message} ({place})")
    if len(bad) > _SHOWN:
        yield Fault(f"{file}: {name}", f"{len(bad) - _SHOWN:,} more are not finite")
