"""Tables of Parquet and Feather files, through PyArrow (the extra ``rnnbound[data]``)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.data.file_limits import reason, require_numbers, told
from rnnbound.data.named_columns import BadCells, Columns, Groups, Table, require_columns
from rnnbound.errors import RequestError, shown, wrong
from rnnbound.network.array_checks import Array
from rnnbound.scenario.input_file import printable

#: What PyArrow raises for a file that is damaged; its own errors are some of these.
_DAMAGED: Final = (
    ValueError,
    LookupError,
    ArithmeticError,
    TypeError,
    OSError,
    RuntimeError,
    struct.error,
)


class ArrowTable(Table):
    """A Parquet or Feather file; only the wanted columns are read.

    Args:
        file: what messages call it.
        data: its bytes.
        kind: "parquet" or "feather".

    Raises:
        RequestError: the file is damaged.
    """

    header = True

    def __init__(self, file: str, data: bytes, *, kind: str) -> None:
        self.file, self._kind = file, kind
        from rnnbound.data import arrow_batches

        with self._reading(file):
            self._file = arrow_batches.opened(data, kind)
            names = self._file.schema.names
        if not names or self._file.rows <= 0:
            raise wrong(file, "holds no rows")
        require_columns(file, len(names))
        self.names = tuple(map(printable, names))

    def place(self, row: int) -> str:
        return f"row {row + 1}"

    def read(self, wanted: Sequence[int], group: int | None) -> Columns:
        with told(self.file):
            require_numbers(self._file.rows * len(wanted))
        values = np.column_stack([self._numbers(column) for column in wanted])
        self.finite(wanted, values)
        groups = None if group is None else self._groups(group)
        return Columns(values, groups)

    def _numbers(self, column: int) -> Array:
        """The column as doubles, NaN where it has no value; shape (rows,)."""
        import pyarrow
        from pyarrow import types

        where = f"{self.file}: {self.label(column)}"
        kind = self._file.schema.types[column]
        real = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
        if not (real or types.is_boolean(kind) or types.is_null(kind)):
            raise wrong(where, f"holds {shown(kind)}, not numbers")
        found = [np.empty(0)]
        with self._reading(where):
            for array in self._file.column(column):
                plain = array.cast(pyarrow.uint8()) if types.is_boolean(kind) else array
                doubles = plain.cast(pyarrow.float64(), safe=False)
                found.append(doubles.to_numpy(zero_copy_only=False))
        return self._whole(where, found)

    def _groups(self, column: int) -> Groups:
        """The series that a column names.

        Raises:
            RequestError: it names none in some row, or is of a type whose values are no names.
        """
        where = f"{self.file}: {self.label(column)}"
        labels: dict[str, int] = {}
        bad, done = BadCells(), 0
        found = [np.empty(0, np.int32)]
        with self._reading(where):
            for array in self._file.column(column):
                used, places = self._encoded(where, array)
                self.require_series(len(labels) + len(used), column)
                numbers = [-1 if n is None else labels.setdefault(n, len(labels)) for n in used]
                codes = np.array(numbers, np.int32)[places]
                bad.add(done + np.flatnonzero(codes < 0), "is missing")
                done += len(codes)
                found.append(codes)
        if bad.count:
            raise RequestError(self.bad_cells(column, bad))
        return Groups.of(self._whole(where, found), [*labels])

    def _encoded(self, where: str, array: Any) -> tuple[list[str | None], NDArray[np.intp]]:
        """The texts of a batch, and the place of each row among them; -1 where it has none."""
        import pyarrow
        from pyarrow import types

        try:
            if not types.is_dictionary(array.type):
                array = array.dictionary_encode()
            codes = array.indices.cast(pyarrow.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
            used, places = np.unique(codes, return_inverse=True)
            known = array.dictionary.take(pyarrow.array(used[used >= 0]))
            names = known.cast(pyarrow.string()).to_pylist()
        except (pyarrow.ArrowNotImplementedError, pyarrow.ArrowInvalid):
            message = f"holds {shown(array.type)}, which names no series; save it as text"
            raise wrong(where, message) from None
        if types.is_floating(array.type.value_type):
            names = [None if name == "nan" else name for name in names]
        missing: list[str | None] = [None] * (len(used) - len(known))  # -1 is the least code
        return missing + names, places

    def _whole(self, where: str, parts: list[NDArray[Any]]) -> NDArray[Any]:
        """A column from its batches.

        Raises:
            RequestError: they are not as long as the file says.
        """
        found = np.concatenate(parts)
        if len(found) != self._file.rows:
            message = f"is damaged: it has {len(found):,} rows, the file says {self._file.rows:,}"
            raise wrong(where, message)
        return found

    @contextmanager
    def _reading(self, where: str) -> Iterator[None]:
        """Say in words what PyArrow stumbles over.

        Raises:
            RequestError: the file is damaged, or too large.
        """
        try:
            with told(where):
                yield
        except RequestError:
            raise
        except MemoryError as error:
            message = f"is damaged, or takes more memory than there is: {reason(error)}"
            raise wrong(where, message) from None
        except _DAMAGED as error:
            raise wrong(where, f"is a damaged {self._kind} file: {reason(error)}") from None
