"""Rows of a sweep as a Parquet file, through PyArrow (the extra ``rnnbound[data]``)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, BinaryIO, Final

from rnnbound.scenario.errors import wrong

_COUNTS: Final = ("horizon", "samples", "dim", "width", "iterations", "memory_bytes", "flops")
_TRUTHS: Final = ("feasible", "trusted", "certified", "vacuous")
_WORDS: Final = (
    *("scenario", "activation", "method", "variant", "statement", "reason", "form", "combine"),
    *("dominant_term", "regime", "enclosure_low", "enclosure_high"),
)
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
    """A Parquet file that is written as rows come.

    Attributes:
        beyond: how many numbers no column of the file can hold; they are null there.
    """

    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        self._arrow, parquet = require_arrow()
        self._columns = columns
        self._schema = self._arrow.schema([(name, self._type(name)) for name in columns])
        self._writer = parquet.ParquetWriter(file, self._schema)
        self._waiting: list[Sequence[Any]] = []
        self.beyond = 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        self._waiting += rows
        if len(self._waiting) >= _GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is left and the end of the file."""
        if self._waiting:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        values = zip(*self._waiting, strict=True)
        arrays = [
            self._arrow.array([self._held(x) for x in column], field.type)
            for column, field in zip(values, self._schema, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._waiting = []

    def _held(self, value: Any) -> Any:
        if isinstance(value, Decimal) or (isinstance(value, int) and abs(value) > _LARGEST):
            self.beyond += 1
            return None
        return value

    def _type(self, name: str) -> Any:
        if name in _COUNTS:
            return self._arrow.int64()
        if name in _TRUTHS:
            return self._arrow.bool_()
        return self._arrow.string() if name in _WORDS else self._arrow.float64()
