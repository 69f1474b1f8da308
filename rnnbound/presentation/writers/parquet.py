"""Apache Parquet, through PyArrow (the extra ``rnnbound[data]``)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, BinaryIO, Final

from rnnbound.errors import wrong
from rnnbound.presentation.output_formats import Format, Row, RowColumn, RowTable, RowWriter
from rnnbound.presentation.writers.json import bare, plain

#: PyArrow's names of the types of cells.
_TYPES: Final = {"word": "string", "truth": "bool_", "count": "int64", "real": "float64"}
_LARGEST: Final = 2**63 - 1
#: Rows that are written together.
_GROUP: Final = 1 << 16


def require_arrow() -> Any:
    """PyArrow.

    Raises:
        RequestError: it is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise wrong("--format", "parquet needs PyArrow: pip install 'rnnbound[data]'") from None
    return pyarrow, parquet


class ParquetRows:
    """A Parquet file that is written as rows come; numbers beyond its columns are null there."""

    def __init__(self, file: BinaryIO, columns: Sequence[RowColumn]) -> None:
        self._arrow, parquet = require_arrow()
        fields = [(c.name, getattr(self._arrow, _TYPES[c.kind])()) for c in columns]
        self._columns, self._schema = columns, self._arrow.schema(fields)
        self._writer = parquet.ParquetWriter(file, self._schema)
        self._waiting: list[Row] = []
        self._beyond = 0

    def write(self, piece: Sequence[Row]) -> None:
        """Append rows."""
        self._waiting += piece
        if len(self._waiting) >= _GROUP:
            self._flush()

    def close(self, complete: bool) -> str:
        """Write what is left and the end of the file; says how many numbers are lost."""
        del complete
        if self._waiting:
            self._flush()
        self._writer.close()
        if not self._beyond:
            return ""
        return (
            f"{self._beyond:,} numbers are beyond what Parquet columns hold and are null; "
            "columns such as width_log10 hold their logarithms"
        )

    def _flush(self) -> None:
        values = zip(*self._waiting, strict=True)
        arrays = [
            self._arrow.array([self._held(x, column.kind) for x in cells], type)
            for cells, column, type in zip(values, self._columns, self._schema.types, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._waiting = []

    def _held(self, value: Any, kind: str) -> Any:
        if kind == "word":
            return value if value is None else bare(plain(value))
        if isinstance(value, Decimal) or (isinstance(value, int) and abs(value) > _LARGEST):
            self._beyond += 1
            return None
        return value


def _as_they_are(rows: Sequence[Row], first: int) -> Sequence[Row]:
    del first
    return rows


def _rows(table: RowTable) -> RowWriter:
    return RowWriter(_as_they_are, binary=lambda file: ParquetRows(file, table.columns))


FORMAT: Final = Format(
    name="parquet",
    suffixes=(".parquet",),
    for_people=False,
    to_file=True,
    resumable=False,
    require=require_arrow,
    rows=_rows,
    whole=None,
)
