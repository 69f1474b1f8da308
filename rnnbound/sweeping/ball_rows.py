"""Rows in ball arithmetic, one at a time: the authority on every other way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnnbound.numbers.limits import SIGNIFICANT
from rnnbound.planning.plan import guarantee
from rnnbound.sweeping.columns import COLUMNS
from rnnbound.sweeping.grid import Grid, scenario_of


class Exact:
    """Computes rows through :func:`rnnbound.plan`'s own functions."""

    def __init__(self, grid: Grid, columns: Sequence[str]) -> None:
        self._grid = grid
        self._readers = [COLUMNS[name].read for name in columns]

    def row(self, number: int) -> list[Any]:
        """The values of the columns in one row."""
        values, request = self._grid.point(number)
        block = self._grid.blocks[self._grid.places(number)[0]]
        scenario = scenario_of(values)
        found = guarantee(scenario, request, request.variant, SIGNIFICANT)
        return [read(block.name, scenario, request, found) for read in self._readers]
