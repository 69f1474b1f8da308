"""Rows of a sweep as text: CSV, JSON Lines, JSON and a table, a stretch of rows at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from rnnbound.presentation.words import numerals
from rnnbound.presentation.words.guarantees import ROWS
from rnnbound.presentation.writers.json import document, dumps, number, plain

if TYPE_CHECKING:
    from rnnbound.sweeping.sweep import Sweep

Row = Sequence[Any]
_SPECIAL: Final = frozenset(',"\r\n')
_WORDS: Final = (
    *("scenario", "activation", "method", "variant", "statement", "feasible", "reason", "form"),
    *("combine", "dominant_term", "regime", "vacuous", "trusted", "certified"),
)
_COUNTS: Final = ("horizon", "samples", "dim", "width", "iterations", "memory_bytes", "flops")
_NARROW: Final = 9
_TEXT_WIDTH: Final = 79


@dataclass(frozen=True, slots=True)
class Form:
    """How rows become text.

    Attributes:
        encode: rows, and the number of the first one, as text; picklable.
        header: what comes before all rows.
        footer: what comes after them, given whether all are there.
    """

    encode: Callable[[Sequence[Row], int], str]
    header: str
    footer: Callable[[bool], str] = lambda complete: ""


@dataclass(frozen=True, slots=True)
class CsvLines:
    """A line for each row, headed by its number if it is to be resumed."""

    numbered: bool = False

    def __call__(self, rows: Sequence[Row], first: int) -> str:
        lines = [",".join(map(_csv, row)) for row in rows]
        if self.numbered:
            lines = [f"{place},{line}" for place, line in enumerate(lines, first + 1)]
        return "\n".join([*lines, ""])


@dataclass(frozen=True, slots=True)
class JsonLines:
    """An object for each row; the first key is its number if it is to be resumed."""

    columns: tuple[str, ...]
    key: str | None = None
    within: bool = False

    def __call__(self, rows: Sequence[Row], first: int) -> str:
        keys = [f"{_quoted(name)}: " for name in self.columns]
        lines = [", ".join([k + _json(x) for k, x in zip(keys, row, strict=True)]) for row in rows]
        if self.key is not None:
            head = f"{_quoted(self.key)}: "
            lines = [f"{head}{place}, {line}" for place, line in enumerate(lines, first + 1)]
        if not self.within:
            return "\n".join([*(f"{{{line}}}" for line in lines), ""])
        text = ",\n".join(f"    {{{line}}}" for line in lines)
        return f",\n{text}" if first else f"\n{text}"


@dataclass(frozen=True, slots=True)
class TableLines:
    """An aligned line for each row; a number that is longer than usual is never cut."""

    columns: tuple[str, ...]
    widths: tuple[int, ...]

    def __call__(self, rows: Sequence[Row], first: int) -> str:
        del first
        cells = [[_shown(n, x) for n, x in zip(self.columns, row, strict=True)] for row in rows]
        return "".join(self.line(row) + "\n" for row in cells)

    def line(self, cells: Sequence[str]) -> str:
        """Cells in their columns."""
        parts = [
            cell.ljust(width) if name in _WORDS else cell.rjust(width)
            for name, width, cell in zip(self.columns, self.widths, cells, strict=True)
        ]
        return "  ".join(parts).rstrip()


def csv_form(sweep: Sweep, key: str | None = None) -> Form:
    """CSV; with `key` as the name of a first column that numbers the rows."""
    names = [key, *sweep.columns] if key else sweep.columns
    return Form(CsvLines(key is not None), ",".join(names) + "\n")


def lines_form(sweep: Sweep, key: str | None = None) -> Form:
    """JSON Lines; with `key` as the name of a first key that numbers the rows."""
    return Form(JsonLines(sweep.columns, key), "")


def json_form(sweep: Sweep) -> Form:
    """One JSON object, whose rows can be written one after the other."""
    head = dumps(summary(sweep)).removesuffix("\n}")
    return Form(
        JsonLines(sweep.columns, within=True),
        f'{head},\n  "rows": [',
        lambda complete: f'\n  ],\n  "complete": {json.dumps(complete)}\n}}\n',
    )


def summary(sweep: Sweep) -> dict[str, Any]:
    """What a sweep is, without its rows."""
    axes = [
        {"name": axis.name, "size": len(axis.values), "logarithmic": axis.logarithmic}
        | {"values": axis.text}
        for axis in sweep.axes
    ]
    about = {"axes": axes, "columns": list(sweep.columns), "total": len(sweep), "promise": ROWS}
    return document("sweep", about)


def table_form(sweep: Sweep) -> Form:
    """A table whose rows can be written as they come."""
    lines = TableLines(sweep.columns, tuple(_width(sweep, name) for name in sweep.columns))
    said = "".join(f"{line}\n" for line in ("", *wrap(ROWS, _TEXT_WIDTH)))
    return Form(lines, lines.line(sweep.columns) + "\n", lambda complete: said)


def _width(sweep: Sweep, name: str) -> int:
    """What most cells of a column need."""
    usual = {"method": 12, "width": 15, "iterations": 15}.get(name, _NARROW)
    if name in sweep.grid.swept and name in _WORDS:
        usual = max(map(len, sweep.grid.swept[name].values))
    if name == "scenario":
        usual = max(len(block.name) for block in sweep.grid.blocks)
    return max(len(name), usual)


def _shown(name: str, value: Any) -> str:
    if value is None:
        return numerals.MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if name in _COUNTS:
        return numerals.count(value)
    return numerals.real(value, up=name == "risk_bound")


def _csv(value: Any) -> str:
    if type(value) is float:
        return repr(value)
    if value is None:
        return ""
    if isinstance(value, str):
        if _SPECIAL.isdisjoint(value):
            return value
        return '"' + value.replace('"', '""') + '"'
    return str(_plain(value)) if not isinstance(value, bool) else str(value).lower()


def _json(value: Any) -> str:
    if type(value) is float:
        return repr(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    found = _plain(value)
    return _quoted(found) if isinstance(found, str) else repr(found)


def _plain(value: int | float | Decimal) -> int | float | str:
    return number(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def whole(sweep: Sweep, rows: Sequence[Row]) -> dict[str, Any]:
    """Everything at once, for the value at a path."""
    told = [plain(dict(zip(sweep.columns, row, strict=True))) for row in rows]
    return {**summary(sweep), "rows": told, "complete": True}
