"""Feather of version 2, which is an Arrow file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rnnbound.data.data_formats import DataFormat

if TYPE_CHECKING:
    from rnnbound.data.arrow_table import ArrowTable


def _read(file: str, data: bytes) -> ArrowTable:
    from rnnbound.data.arrow_table import ArrowTable

    return ArrowTable(file, data, kind="feather")


FORMAT: Final = DataFormat(
    name="feather",
    title="Feather",
    suffixes=(".feather", ".arrow"),
    marks=(b"ARROW1",),
    library=("pyarrow", "PyArrow", "data"),
    read=_read,
)
