"""Apache Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rnnbound.data.data_formats import DataFormat

if TYPE_CHECKING:
    from rnnbound.data.arrow_table import ArrowTable


def _read(file: str, data: bytes) -> ArrowTable:
    from rnnbound.data.arrow_table import ArrowTable

    return ArrowTable(file, data, kind="parquet")


FORMAT: Final = DataFormat(
    name="parquet",
    title="Parquet",
    suffixes=(".parquet", ".pq"),
    marks=(b"PAR1",),
    library=("pyarrow", "PyArrow", "data"),
    read=_read,
)
