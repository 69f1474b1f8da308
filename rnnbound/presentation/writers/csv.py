"""CSV (RFC 4180): a header and a line per row; numbers as in JSON, null as nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rnnbound.presentation.output_formats import Format, Row, RowTable, RowWriter
from rnnbound.presentation.writers.json import bare, plain


@dataclass(frozen=True, slots=True)
class CsvLines:
    """A line for each row, headed by its number if it is to be resumed."""

    numbered: bool = False

    def __call__(self, rows: Sequence[Row], first: int) -> str:
        found = [[x if type(x) in _AS_IT_IS else _cell(x) for x in row] for row in rows]
        if self.numbered:
            found = [[place, *row] for place, row in enumerate(found, first + 1)]
        return _text(found)


#: Integers of which JSON has all digits are below.
_ALL_DIGITS: Final = 10**300
#: What the csv module writes as JSON does.
_AS_IT_IS: Final = {float, str, type(None)}


def _cell(value: Any) -> str | int:
    if type(value) is int and value < _ALL_DIGITS:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    return bare(plain(value))


def _text(rows: Sequence[Sequence[Any]]) -> str:
    import csv
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _rows(table: RowTable) -> RowWriter:
    names = [table.key, *table.names] if table.key else table.names
    return RowWriter(CsvLines(bool(table.key)), _text([names]))


FORMAT: Final = Format(
    name="csv",
    suffixes=(".csv",),
    for_people=False,
    to_file=False,
    resumable=True,
    require=None,
    rows=_rows,
    whole=None,
)
