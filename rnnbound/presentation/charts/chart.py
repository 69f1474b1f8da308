"""What a chart shows, whoever draws it.

Along a logarithmic axis coordinates are log10 of the values: 10^5000 is at 5000.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis.

    Attributes:
        label: what is measured, with its unit or symbol.
        log: whether coordinates are log10 of the values.
        names: categories at 0, 1, 2, …; the first is drawn at the top.
        whole: whether the values are integers.
    """

    label: str
    log: bool = False
    names: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Points that belong together.

    Attributes:
        name: for the legend; empty for none.
        x, y: coordinates, equally many; a y of None interrupts the line.
        look: which colour, dash and marker, from 0.
        line: whether the points are joined; otherwise each is marked.
        doubtful: no guarantee, and drawn so that this is seen.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    look: int = 0
    line: bool = True
    doubtful: bool = False

    def runs(self) -> Iterator[list[tuple[float, float]]]:
        """The points between interruptions."""
        run: list[tuple[float, float]] = []
        for x, y in zip(self.x, self.y, strict=True):
            if y is not None:
                run.append((x, y))
            elif run:
                yield run
                run = []
        if run:
            yield run


@dataclass(frozen=True, slots=True)
class Mark:
    """A point that stands out.

    Attributes:
        x, y: where.
        name: for the legend; empty if an earlier mark has named it.
        look: of the series it lies on.
        doubtful: as in :class:`Series`.
    """

    x: float
    y: float
    name: str = ""
    look: int = 0
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line across the chart: x = at if `upright`, else y = at."""

    at: float
    name: str
    upright: bool = True


@dataclass(frozen=True, slots=True)
class Heat:
    """A colour for each place of a grid.

    Attributes:
        x, y: increasing coordinates of the columns and rows.
        values: a row for each y; None where there is no value.
        label: what the colour means.
        log: whether the values are log10 of what is meant.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    values: tuple[tuple[float | None, ...], ...]
    label: str
    log: bool = False

    def range(self) -> tuple[float, float]:
        """The least and the largest value."""
        present = [value for row in self.values for value in row if value is not None]
        return (min(present), max(present)) if present else (0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart.

    Attributes:
        title: what it shows, for its head.
        x, y: the axes.
        series, marks, rules: what is on it.
        heat: the grid behind them; None for lines.
        note: a sentence below it.
    """

    title: str
    x: Axis
    y: Axis
    series: tuple[Series, ...] = ()
    marks: tuple[Mark, ...] = ()
    rules: tuple[Rule, ...] = ()
    heat: Heat | None = None
    note: str = ""

    def description(self) -> str:
        """The chart in words, for those who do not see it."""
        drawn = [f"{s.name}{' (not a guarantee)' if s.doubtful else ''}" for s in self.series]
        named = [*drawn, *(m.name for m in self.marks), *(r.name for r in self.rules)]
        listed = ", ".join(dict.fromkeys(name for name in named if name))
        what = f"{self.heat.label} by colour; " if self.heat else ""
        axes = f"{self.y.label} against {self.x.label}"
        return f"{self.title}: {what}{axes}{'; ' if listed else ''}{listed}."

    def window(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ranges (least, largest) of x and y, a little wider than what is shown."""
        xs = [x for s in self.series for run in s.runs() for x, _ in run]
        ys = [y for s in self.series for run in s.runs() for _, y in run]
        xs += [m.x for m in self.marks] + [r.at for r in self.rules if r.upright]
        ys += [m.y for m in self.marks] + [r.at for r in self.rules if not r.upright]
        if self.heat is not None:
            return _edges(self.heat.x), _edges(self.heat.y)
        return _padded(self.x, xs), _padded(self.y, ys)


_Named = TypeVar("_Named", Series, Mark, Rule)


def reworded(chart: Chart, spell: Callable[[str], str]) -> Chart:
    """The chart with all its texts rewritten."""

    def axis(one: Axis) -> Axis:
        return replace(one, label=spell(one.label), names=tuple(map(spell, one.names)))

    def named(listed: tuple[_Named, ...]) -> tuple[_Named, ...]:
        return tuple(replace(one, name=spell(one.name)) for one in listed)

    return replace(
        chart,
        title=spell(chart.title),
        x=axis(chart.x),
        y=axis(chart.y),
        series=named(chart.series),
        marks=named(chart.marks),
        rules=named(chart.rules),
        heat=chart.heat and replace(chart.heat, label=spell(chart.heat.label)),
        note=spell(chart.note),
    )


def _padded(axis: Axis, values: list[float]) -> tuple[float, float]:
    if axis.names:
        return -0.6, len(axis.names) - 0.4
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    # What is one value has no extent: a third of a decade, or of itself, on both sides.
    least = 0.3 if axis.log else 0.3 * abs(low) or 0.5
    pad = 0.04 * (high - low) if high > low else least
    return low - pad, high + pad


def edges(centres: tuple[float, ...]) -> tuple[float, ...]:
    """The borders of the cells around `centres`, one more than there are cells."""
    if len(centres) == 1:
        return centres[0] - 0.5, centres[0] + 0.5
    between = [(a + b) / 2 for a, b in pairwise(centres)]
    first, last = 2 * centres[0] - between[0], 2 * centres[-1] - between[-1]
    return (first, *between, last)


def _edges(centres: tuple[float, ...]) -> tuple[float, float]:
    borders = edges(centres)
    return borders[0], borders[-1]
