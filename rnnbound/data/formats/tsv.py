"""Text with tabs between its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rnnbound.data.data_formats import DataFormat

if TYPE_CHECKING:
    from rnnbound.data.delimited_text import TextTable


def _read(file: str, data: bytes) -> TextTable:
    from rnnbound.data.delimited_text import TextTable

    return TextTable(file, data, tabs=True)


FORMAT: Final = DataFormat(
    name="tsv",
    title="TSV",
    suffixes=(".tsv", ".tab"),
    marks=(),
    library=None,
    read=_read,
)
