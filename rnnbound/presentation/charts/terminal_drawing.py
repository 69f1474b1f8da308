"""Charts in letters and dots, for terminals and pipes of any width, with or without colour.

Every series has a letter on its line, so that colour is never needed; without Unicode the line is
made of that letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from string import ascii_lowercase
from textwrap import wrap
from typing import Final

from rnnbound.presentation.charts.chart import Axis, Chart, Heat, Series
from rnnbound.presentation.charts.ticks import Tick, spoken, ticks

_NARROWEST: Final = 40
_LOWEST: Final = 6
_BRAILLE: Final = 0x2800
#: The bits of a cell's dots, by row and column.
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
#: Columns from one letter of a line to the next.
_APART: Final = 16
#: Of a doubtful line, one dot in so many is drawn.
_SPARSE: Final = 4
_COLORS: Final = (36, 33, 32, 35, 94, 37, 91)
_DIM: Final = 90
#: What is added to a colour of the 256 to tell it from an attribute.
_PALETTE: Final = 1000
#: cividis from dark to light, in the 256 colours of terminals.
_HEAT: Final = (17, 18, 60, 59, 102, 101, 144, 143, 186, 227)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters a chart is made of."""

    corner: str
    across: str
    down: str
    tick_x: str
    tick_y: str
    mark: str
    doubtful: str
    upright: tuple[str, ...]
    level: tuple[str, ...]
    ramp: str
    more: str


UNICODE: Final = Glyphs(
    "└", "─", "│", "┬", "┤", "●", "○", ("┊", "╎", "│"), ("┈", "╌", "─"), "·░▒▓█", "…"
)
ASCII: Final = Glyphs(
    "+", "-", "|", "+", "+", "@", "o", (":", "!", "|"), ("-", "=", "~"), ".:-=+*#%", "~"
)


@dataclass(slots=True)
class _Canvas:
    """Cells of a letter or of dots, each with a colour."""

    columns: int
    rows: int
    window: tuple[tuple[float, float], tuple[float, float]]
    flipped: bool
    cells: dict[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    dots: dict[tuple[int, int], int] = field(default_factory=dict)

    def fine(self, x: float, y: float) -> tuple[int, int]:
        """The dot at a point: two to a column, four to a row, from the top left."""
        (left, right), (bottom, top) = self.window
        across = (x - left) / (right - left)
        up = (y - bottom) / (top - bottom)
        down = up if self.flipped else 1 - up
        wide, high = 2 * self.columns, 4 * self.rows
        return min(int(across * wide), wide - 1), min(int(down * high), high - 1)

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """The cell at a point."""
        column, row = self.fine(x, y)
        return column // 2, row // 4

    def put(self, at: tuple[int, int], glyph: str, color: int) -> None:
        """A character."""
        self.cells[at] = glyph, color
        self.dots.pop(at, None)

    def dot(self, fine: tuple[int, int], color: int) -> None:
        """A dot, beside those that are in its cell."""
        at = fine[0] // 2, fine[1] // 4
        self.dots[at] = self.dots.get(at, 0) | _DOTS[fine[1] % 4][fine[0] % 2]
        self.cells[at] = chr(_BRAILLE + self.dots[at]), color


def draw(
    chart: Chart, width: int = 80, height: int = 24, *, color: bool = False, ascii: bool = False
) -> str:
    """The chart as lines of text.

    Args:
        chart: what to draw.
        width: columns at most, 40 at least.
        height: lines, legend included; more only where names need them.
        color: use ANSI colours.
        ascii: use nothing but ASCII, apart from what the chart's own texts contain.
    """
    width = max(width, _NARROWEST)
    glyphs = ASCII if ascii else UNICODE
    paint = _painted if color else _plain
    key = list(_key(chart, glyphs, paint, width))
    head = [paint(line, 1) for line in wrap(chart.title, width)]
    head += [paint(line, _DIM) for line in wrap(chart.note, width)] if chart.note else []
    head += [chart.y.label] if chart.y.label else []
    rows = len(chart.y.names) or max(height - len(head) - len(key) - 3, _LOWEST)
    (left, right), (bottom, top) = window = chart.window()
    labels = ticks(chart.y, bottom, top, max(rows // 2, 2), ascii=ascii)
    widest = min(max((len(text) for _, text in labels), default=0), width // 2)
    columns = width - widest - 3
    canvas = _Canvas(columns, rows, window, flipped=bool(chart.y.names))
    _fill(canvas, chart, glyphs, ascii)
    named = {canvas.cell(left, place)[1]: _cut(text, widest, glyphs) for place, text in labels}
    body = []
    for row in range(rows):
        line = "".join(paint(*canvas.cells.get((c, row), (" ", 0))) for c in range(columns))
        side = glyphs.tick_y if row in named else glyphs.down
        body.append(f"{named.get(row, ''):>{widest}} {side}{line}".rstrip())
    below = _below(chart.x, canvas, glyphs, (left, right), ascii)
    indent = " " * (widest + 1)
    return "\n".join([*head, *body, *(f"{indent}{line}".rstrip() for line in below), *key])


def _color(look: int) -> int:
    return _COLORS[look % len(_COLORS)]


def _plain(text: str, color: int) -> str:
    return text


def _painted(text: str, color: int) -> str:
    if not color or not text.strip():
        return text
    code = f"38;5;{color - _PALETTE}" if color >= _PALETTE else f"{color}"
    return f"\x1b[{code}m{text}\x1b[0m"


def _fill(canvas: _Canvas, chart: Chart, glyphs: Glyphs, ascii: bool) -> None:
    if chart.heat is not None:
        _heat(canvas, chart.heat, glyphs)
    for index, rule in enumerate(chart.rules):
        (left, _), (bottom, _) = canvas.window
        if rule.upright:
            column = canvas.cell(rule.at, bottom)[0]
            cells = [(column, row) for row in range(canvas.rows)]
        else:
            row = canvas.cell(left, rule.at)[1]
            cells = [(column, row) for column in range(canvas.columns)]
        for at in cells:
            canvas.put(at, _rule(glyphs, index, rule.upright), _DIM)
    letters = _letters(chart.series)
    ways = [
        list(_line(canvas, s, letter, ascii))
        for s, letter in zip(chart.series, letters, strict=True)
    ]
    for series, letter, way in zip(chart.series, letters, ways, strict=True):
        # Staggered, so that the letters of lines that coincide are seen side by side.
        start = 3 * series.look % _APART
        for at in way[start::_APART] or way[:1]:
            canvas.put(at, letter, _color(series.look))
    for mark in chart.marks:
        glyph = glyphs.doubtful if mark.doubtful else glyphs.mark
        canvas.put(canvas.cell(mark.x, mark.y), glyph, _color(mark.look))


def _rule(glyphs: Glyphs, index: int, upright: bool) -> str:
    choice = glyphs.upright if upright else glyphs.level
    return choice[index % len(choice)]


def _heat(canvas: _Canvas, heat: Heat, glyphs: Glyphs) -> None:
    low, high = heat.range()
    span = (high - low) or 1.0
    (left, right), (bottom, top) = canvas.window

    def nearest(places: Sequence[float], at: float) -> int:
        return min(range(len(places)), key=lambda k: abs(places[k] - at))

    xs = [
        nearest(heat.x, left + (right - left) * (c + 0.5) / canvas.columns)
        for c in range(canvas.columns)
    ]
    ys = [
        nearest(heat.y, top - (top - bottom) * (r + 0.5) / canvas.rows) for r in range(canvas.rows)
    ]
    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            value = heat.values[y][x]
            if value is not None:
                share = min((value - low) / span, 1 - 1e-9)
                color = _HEAT[int(share * len(_HEAT))]
                canvas.put(
                    (column, row), glyphs.ramp[int(share * len(glyphs.ramp))], _PALETTE + color
                )


def _letters(series: Sequence[Series]) -> list[str]:
    """A letter for each: the first of its name if all are different."""
    first = [s.name[:1] for s in series]
    if len(set(first)) == len(first) and all(
        letter.isascii() and letter.isalpha() for letter in first
    ):
        return first
    return [ascii_lowercase[k % 26] for k in range(len(series))]


def _line(canvas: _Canvas, series: Series, letter: str, ascii: bool) -> Iterator[tuple[int, int]]:
    """Draw the points or the line; yields the cells of the line."""
    color = _color(series.look)
    for run in series.runs():
        if not series.line:
            for x, y in run:
                canvas.put(canvas.cell(x, y), letter, color)
            continue
        dots = list(_joined([canvas.fine(x, y) for x, y in run]))
        cells = list(dict.fromkeys((x // 2, y // 4) for x, y in dots))
        if ascii:
            for at in cells[:: 2 if series.doubtful else 1]:
                canvas.put(at, letter, color)
        else:
            for dot in dots[:: _SPARSE if series.doubtful else 1]:
                canvas.dot(dot, color)
            yield from cells


def _joined(points: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """All dots on the way from point to point."""
    yield from points[:1]
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = max(abs(x1 - x0), abs(y1 - y0))
        for k in range(1, steps + 1):
            yield x0 + round((x1 - x0) * k / steps), y0 + round((y1 - y0) * k / steps)


def _below(
    axis: Axis, canvas: _Canvas, glyphs: Glyphs, range_: tuple[float, float], ascii: bool
) -> Iterator[str]:
    """The x axis: the line with its ticks, their labels, and what it measures."""
    columns = canvas.columns
    listed: list[Tick] = ticks(axis, *range_, max(columns // 8, 3), ascii=ascii)
    line = [glyphs.across] * columns
    labels = [" "] * (columns + 1)
    free = 0
    for place, text in listed:
        column = canvas.cell(place, canvas.window[1][0])[0]
        start = min(max(column - len(text) // 2 + 1, 0), columns + 1 - len(text))
        if start < free:
            continue
        line[column] = glyphs.tick_x
        labels[start : start + len(text)] = text
        free = start + len(text) + 1
    yield glyphs.corner + "".join(line)
    yield "".join(labels)
    yield axis.label.center(columns + 1)


def _key(
    chart: Chart, glyphs: Glyphs, paint: Callable[[str, int], str], width: int
) -> Iterator[str]:
    """The legend, as many entries to a line as fit."""
    entries: list[tuple[str, int, str]] = [
        (letter, _color(series.look), series.name)
        for series, letter in zip(chart.series, _letters(chart.series), strict=True)
        if series.name
    ]
    entries += [(glyphs.mark, _color(mark.look), mark.name) for mark in chart.marks if mark.name]
    entries += [
        (_rule(glyphs, index, rule.upright), _DIM, rule.name)
        for index, rule in enumerate(chart.rules)
    ]
    if chart.heat is not None:
        low, high = chart.heat.range()
        axis = Axis(chart.heat.label, chart.heat.log)
        shades = f"{spoken(axis, low)} to {spoken(axis, high)}"
        entries.append((glyphs.ramp, 0, f"{chart.heat.label}: {shades}"))
    line, used = "", 0
    for glyph, color, name in entries:
        length = len(glyph) + len(name) + 4
        if used and used + length > width:
            yield line.rstrip()
            line, used = "", 0
        line += f"  {paint(glyph, color)} {name} "
        used += length
    if line:
        yield line.rstrip()


def _cut(text: str, width: int, glyphs: Glyphs) -> str:
    return text if len(text) <= width else text[: width - 1] + glyphs.more
