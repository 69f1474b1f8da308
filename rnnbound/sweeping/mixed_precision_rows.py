"""The rows of a stretch of the grid: in doubles where they decide, else in balls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnnbound.sweeping.ball_rows import Exact
from rnnbound.sweeping.double_rows import Fast
from rnnbound.sweeping.grid import Grid

Row = list[Any]


class Engine:
    """Computes rows; the same whatever stretches they are asked for in.

    Attributes:
        exact_rows: how many rows ball arithmetic had to decide.
    """

    def __init__(self, grid: Grid, columns: Sequence[str]) -> None:
        self._fast, self._exact = Fast(grid, columns), Exact(grid, columns)
        self.exact_rows = 0

    def rows(self, start: int, stop: int) -> list[Row]:
        """The rows from `start` to `stop`."""
        found = self._fast.rows(start, stop)
        self.exact_rows += found.count(None)
        return [
            self._exact.row(number) if row is None else row
            for number, row in enumerate(found, start)
        ]
