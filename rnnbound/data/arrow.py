"""Parquet and Feather files, through PyArrow (the extra ``rnnbound[data]``)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnbound.data.source import printable
from rnnbound.data.table import Columns, Table
from rnnbound.setting.faults import RequestError, wrong


class ArrowTable(Table):
    """A Parquet or Feather file; only the wanted columns are read.

    Args:
        file: what messages call it.
        data: its bytes.
        kind: "parquet" or "feather".

    Raises:
        RequestError: PyArrow is not installed, or the file is damaged.
    """

    header = True

    def __init__(self, file: str, data: bytes, *, kind: str) -> None:
        try:
            import pyarrow
            from pyarrow import feather, parquet
        except ImportError:
            message = f"needs PyArrow to be read as {kind}: pip install 'rnnbound[data]'"
            raise wrong(file, message) from None
        self.file = file
        try:
            if kind == "parquet":
                table = parquet.ParquetFile(io.BytesIO(data)).read()
            else:
                table = feather.read_table(pyarrow.BufferReader(data))
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            reason = " ".join(str(error).split())[:120]
            raise wrong(file, f"is a damaged {kind} file: {reason}") from None
        self._table: Any = table
        self.names = tuple(map(printable, table.column_names))
        if not self.names or not table.num_rows:
            raise wrong(file, "holds no rows")

    def place(self, row: int) -> str:
        return f"row {row + 1}"

    def read(self, wanted: Sequence[int], group: int | None) -> Columns:
        values = np.column_stack([self._numbers(column) for column in wanted])
        self.finite(wanted, values)
        if group is None:
            return Columns(values, None)
        labels = self._table.column(group).to_pylist()
        missing = [(i, "is missing") for i, label in enumerate(labels) if label is None]
        if missing:
            raise RequestError(self.bad_cells(group, missing))
        return Columns(values, [str(label) for label in labels])

    def _numbers(self, column: int) -> Any:
        """The column as doubles, NaN where it has no value; shape (rows,)."""
        import pyarrow
        from pyarrow import types

        found = self._table.column(column)
        kind = found.type
        numeric = types.is_integer(kind) or types.is_floating(kind)
        if not (numeric or types.is_decimal(kind) or types.is_boolean(kind) or types.is_null(kind)):
            raise wrong(f"{self.file}: {self.label(column)}", f"holds {kind}, not numbers")
        if types.is_boolean(kind):
            found = found.cast(pyarrow.uint8())
        return found.cast(pyarrow.float64(), safe=False).to_numpy()
