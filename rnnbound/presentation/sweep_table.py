"""A sweep as a table of rows, which every format can write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rnnbound.presentation.output_formats import Row, RowColumn, RowTable
from rnnbound.presentation.words.guarantees import ROWS
from rnnbound.presentation.writers.json import document, plain
from rnnbound.sweeping.columns import COLUMNS

if TYPE_CHECKING:
    from rnnbound.sweeping.sweep import Sweep


def of_sweep(sweep: Sweep) -> RowTable:
    """What is known of its rows beforehand."""
    columns = tuple(_column(sweep, name) for name in sweep.columns)
    return RowTable(columns, summary(sweep), ROWS)


def _column(sweep: Sweep, name: str) -> RowColumn:
    column = COLUMNS[name]
    cells = column.cells
    if name in sweep.grid.swept and column.kind == "word":
        cells = max(map(len, sweep.grid.swept[name].values))
    if name == "scenario":
        cells = max(len(block.name) for block in sweep.grid.blocks)
    return RowColumn(name, column.kind, column.side, cells)


def summary(sweep: Sweep) -> dict[str, Any]:
    """The keys of its JSON object that come before the rows."""
    axes = [
        {"name": axis.name, "size": len(axis.values), "logarithmic": axis.logarithmic}
        | {"values": axis.text}
        for axis in sweep.axes
    ]
    about = {"axes": axes, "columns": list(sweep.columns), "total": len(sweep), "promise": ROWS}
    return document("sweep", about)


def whole(sweep: Sweep, rows: Sequence[Row]) -> dict[str, Any]:
    """All of its JSON object, for the value at a path."""
    told = [plain(dict(zip(sweep.columns, row, strict=True))) for row in rows]
    return {**summary(sweep), "rows": told, "complete": True}
