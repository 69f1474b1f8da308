"""Which columns the rows of a sweep have."""

from __future__ import annotations

from collections.abc import Sequence

from rnnbound.errors import Fault, RequestError, shown, suggestion
from rnnbound.sweeping.columns import COLUMNS, SCENARIO
from rnnbound.sweeping.grid import Grid


def read_columns(asked: str | Sequence[str] | None, grid: Grid) -> tuple[str, ...]:
    """The columns that are asked for, or a sensible choice.

    Raises:
        RequestError: a column is unknown or named twice.
    """
    if asked is None:
        return _usual(grid)
    names = [name.strip() for name in asked.split(",")] if isinstance(asked, str) else list(asked)
    faults = [
        Fault("columns", f"{shown(name)} is unknown; {suggestion(str(name), tuple(COLUMNS))}")
        for name in names
        if name not in COLUMNS
    ]
    faults += [
        Fault("columns", f"{name} is named twice")
        for name in dict.fromkeys(names)
        if names.count(name) > 1 and name in COLUMNS
    ]
    if faults:
        raise RequestError(faults)
    return tuple(names)


def _usual(grid: Grid) -> tuple[str, ...]:
    """What is varied, then what was found."""
    varied = [axis.name for axis in grid.axes]
    if len(grid.blocks) > 1:
        every = [block.values for block in grid.blocks]
        differing = [
            name for name in SCENARIO if any(x.get(name) != every[0].get(name) for x in every)
        ]
        varied = ["scenario", *(name for name in differing if name not in varied), *varied]
    target = [] if grid.request.epsilon is None and "epsilon" not in varied else ["epsilon"]
    found = ["variant", "feasible", "width", "iterations", *target, "risk_bound"]
    return tuple(dict.fromkeys([*varied, *found]))
