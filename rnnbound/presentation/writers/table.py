"""The table for people: a page for whole answers, aligned lines for rows as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Final

from rnnbound.numbers import numerals
from rnnbound.numbers.short_decimals import DOWN, UP
from rnnbound.presentation.command_result import Answer
from rnnbound.presentation.output_formats import Format, Row, RowColumn, RowTable, RowWriter

_TEXT_WIDTH: Final = 79


@dataclass(frozen=True, slots=True)
class TableLines:
    """An aligned line for each row; a number that is longer than usual is never cut."""

    columns: tuple[RowColumn, ...]

    def __call__(self, rows: Sequence[Row], first: int) -> str:
        del first
        cells = [[_shown(c, x) for c, x in zip(self.columns, row, strict=True)] for row in rows]
        return "".join(self.line(row) + "\n" for row in cells)

    def line(self, cells: Sequence[str]) -> str:
        """Cells in their columns, words to the left and numbers to the right."""
        parts = []
        for column, cell in zip(self.columns, cells, strict=True):
            width = max(len(column.name), column.cells)
            left = column.kind in {"word", "truth"}
            parts.append(cell.ljust(width) if left else cell.rjust(width))
        return "  ".join(parts).rstrip()


def _shown(column: RowColumn, value: Any) -> str:
    if value is None:
        return numerals.MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if column.kind == "count":
        return numerals.count(value)
    return numerals.real(value, up=column.side == UP, down=column.side == DOWN)


def _rows(table: RowTable) -> RowWriter:
    lines = TableLines(table.columns)
    said = "".join(f"{line}\n" for line in ("", *wrap(table.promise, _TEXT_WIDTH)))
    return RowWriter(lines, lines.line(table.names) + "\n", lambda complete: said)


def _whole(answer: Answer, to_file: bool) -> str:
    from rnnbound.presentation.terminal_page import Page

    page = Page.for_file() if to_file else Page.for_stdout()
    answer.table(page)
    return page.text


FORMAT: Final = Format(
    name="table",
    suffixes=(),
    for_people=True,
    to_file=False,
    resumable=False,
    require=None,
    rows=_rows,
    whole=_whole,
)
