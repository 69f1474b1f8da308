"""Sweeps as charts: lines along one axis of numbers, heat maps over two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rnnbound.errors import wrong
from rnnbound.presentation.charts.chart import Axis, Chart, Heat, Rule, Series
from rnnbound.presentation.charts.guarantee_charts import variant_name
from rnnbound.sweeping.axes import Axis as Swept
from rnnbound.sweeping.columns import COLUMNS
from rnnbound.sweeping.grid import Grid
from rnnbound.theory.guarantee import TRUSTED
from rnnbound.theory.methods import METHODS

#: The columns of a row that a chart needs.
DRAWN: Final = ("feasible", "width_log10", "iterations_log10", "risk_bound_log10")
_MOST_ROWS: Final = 10**6
_MOST_LINES: Final = 21
#: An axis whose values differ by a larger factor is logarithmic even if it was not asked for.
_WIDE: Final = 100


@dataclass(frozen=True, slots=True)
class Picture:
    """The charts of a grid, of which all rows are known.

    Attributes:
        grid: the points.
        numeric: the places of the axes of numbers, in the order of the sweep.
        cutoffs: 1/σ1 of every activation, rising.
    """

    grid: Grid
    numeric: tuple[int, ...]
    cutoffs: tuple[float, ...]

    @classmethod
    def of(cls, grid: Grid, where: str) -> Picture:
        """How the grid is drawn.

        Raises:
            RequestError: it cannot be, or it is too large; at the place `where`.
        """
        numeric = tuple(k for k, axis in enumerate(grid.axes) if COLUMNS[axis.name].is_number)
        if len(numeric) not in {1, 2}:
            have = f"this sweep has {len(numeric)}"
            raise wrong(where, f"draws lines along one axis of numbers, or a map of two; {have}")
        if grid.total > _MOST_ROWS:
            raise wrong(where, f"draws up to {_MOST_ROWS:,} rows; this sweep has {grid.total:,}")
        found = cls(grid, numeric, grid.cutoffs())
        lines = math.prod(size for k, size in enumerate(grid.sizes) if k - 1 not in numeric)
        if len(numeric) == 1 and lines > _MOST_LINES:
            raise wrong(where, f"draws up to {_MOST_LINES} lines; this sweep has {lines}")
        return found

    def charts(self, rows: Sequence[Sequence[Any]]) -> list[Chart]:
        """Draw what was found; nothing, if nothing was.

        Args:
            rows: the columns :data:`DRAWN` of every row, in order.
        """
        if not any(row[0] for row in rows):
            return []
        lines: dict[tuple[int, ...], list[tuple[tuple[int, ...], Sequence[Any]]]] = {}
        for number, row in enumerate(rows):
            block, *indices, variant = self.grid.places(number)
            apart = (block, *(i for k, i in enumerate(indices) if k not in self.numeric), variant)
            at = tuple(indices[k] for k in self.numeric)
            lines.setdefault(apart, []).append((at, row))
        if len(self.numeric) == 1:
            return [self._lines(quantity, lines) for quantity in self._quantities()]
        best = max(lines, key=self._strength)
        return [self._map(quantity, best, lines[best]) for quantity in self._quantities()]

    def _quantities(self) -> list[str]:
        """What was found at the points, rather than given."""
        swept, request = self.grid.swept, self.grid.request
        found = [n for n in ("width", "iterations") if n not in swept and not getattr(request, n)]
        return found or ["risk_bound"]

    def _strength(self, apart: tuple[int, ...]) -> tuple[bool, int]:
        variant = self._words(apart)["variant"]
        return TRUSTED[variant], list(TRUSTED).index(variant)

    def _words(self, apart: tuple[int, ...]) -> dict[str, str]:
        """What is the same along a line, by name."""
        block, *indices, variant = apart
        axes = [axis for k, axis in enumerate(self.grid.axes) if k not in self.numeric]
        said = {axis.name: str(axis.values[i]) for axis, i in zip(axes, indices, strict=True)}
        if "variant" not in said:
            said["variant"] = self.grid.variants[variant]
        if len(self.grid.blocks) > 1:
            said = {"scenario": self.grid.blocks[block].name, **said}
        return said

    def _name(self, apart: tuple[int, ...]) -> str:
        said = self._words(apart)
        variant = said.pop("variant")
        return ", ".join([*said.values(), variant_name(variant, TRUSTED[variant])])

    def _lines(self, quantity: str, lines: Any) -> Chart:
        axis = self.grid.axes[self.numeric[0]]
        xs = _coordinates(axis)
        series = []
        # The strongest variants first, so that a variant has the same look as in a plan.
        for look, apart in enumerate(sorted(lines, key=self._strength, reverse=True)):
            points = sorted((xs[at[0]], _value(row, quantity)) for at, row in lines[apart])
            x, y = zip(*points, strict=True)
            if not any(value is not None for value in y):
                continue
            doubtful = not self._strength(apart)[0]
            series.append(Series(self._name(apart), x, y, look, doubtful=doubtful))
        return Chart(
            title=f"{COLUMNS[quantity].label} against {COLUMNS[axis.name].label}{self._method()}",
            x=_axis(axis),
            y=Axis(COLUMNS[quantity].label, log=True),
            series=tuple(series),
            rules=self._cutoffs(axis, upright=True),
        )

    def _map(self, quantity: str, apart: tuple[int, ...], found: Any) -> Chart:
        down, across = (self.grid.axes[k] for k in self.numeric)
        xs, ys = _coordinates(across), _coordinates(down)
        values: dict[tuple[float, float], float | None] = {
            (ys[i], xs[j]): _value(row, quantity) for (i, j), row in found
        }
        rising, upward = sorted(xs), sorted(ys)
        grid = tuple(tuple(values[y, x] for x in rising) for y in upward)
        heat = Heat(tuple(rising), tuple(upward), grid, COLUMNS[quantity].label, log=True)
        return Chart(
            title=f"{COLUMNS[quantity].label}: {self._name(apart)}{self._method()}",
            x=_axis(across),
            y=_axis(down),
            heat=heat,
            rules=(*self._cutoffs(across, upright=True), *self._cutoffs(down, upright=False)),
        )

    def _method(self) -> str:
        return "" if "method" in self.grid.swept else f", {METHODS[self.grid.request.method].title}"

    def _cutoffs(self, axis: Swept, *, upright: bool) -> tuple[Rule, ...]:
        """1/σ1 of every activation, where α is the axis."""
        if axis.name != "alpha":
            return ()
        low, high = min(axis.values), max(axis.values)
        return tuple(
            Rule(math.log10(at) if _is_log(axis) else at, f"cut-off 1/σ1 = {at:.4g}", upright)
            for at in self.cutoffs
            if low <= at <= high
        )


def _value(row: Sequence[Any], quantity: str) -> float | None:
    """log10 of what was found, if anything was."""
    value: float | None = row[DRAWN.index(f"{quantity}_log10")]
    return value if row[0] else None


def _axis(axis: Swept) -> Axis:
    whole = all(isinstance(axis.values[k], int) for k in (0, -1))
    return Axis(COLUMNS[axis.name].label, log=_is_log(axis), whole=whole)


def _is_log(axis: Swept) -> bool:
    low, high = float(min(axis.values)), float(max(axis.values))
    return axis.logarithmic or (low > 0 and high / low > _WIDE)


def _coordinates(axis: Swept) -> list[float]:
    if _is_log(axis):
        return [math.log10(value) for value in axis.values]
    return [float(value) for value in axis.values]
