"""Charts drawn by matplotlib, the same bytes for the same chart whatever the user's settings."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from rnnbound.presentation.charts import palette
from rnnbound.presentation.charts.chart import Axis, Chart, Heat, edges
from rnnbound.presentation.charts.matplotlib_library import load
from rnnbound.presentation.charts.ticks import ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH: Final = 7.0
_HEIGHT: Final = 4.6
_PER_NAME: Final = 0.2
#: Letters that fit beside each other below a chart of that width.
_LETTERS: Final = 84
_HANDLE: Final = 8
#: A grid of more cells is drawn as an image, since as shapes it would be huge.
_CELLS: Final = 2500
_SETTINGS: Final[dict[str, Any]] = {
    "svg.hashsalt": "rnnbound",
    "text.parse_math": False,  # a name may contain $
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": palette.INK[0],
    "axes.labelcolor": palette.INK[0],
    "axes.edgecolor": palette.SOFT[0],
    "xtick.color": palette.SOFT[0],
    "ytick.color": palette.SOFT[0],
    "xtick.labelcolor": palette.INK[0],
    "ytick.labelcolor": palette.INK[0],
    "grid.color": palette.GRID[0],
    "grid.linewidth": 0.6,
    "figure.facecolor": palette.PAPER[0],
    "axes.facecolor": palette.PAPER[0],
    "legend.frameon": False,
    "legend.handlelength": 3.2,
    "pdf.fonttype": 42,
}


#: Settings of the process, not of a picture.
_NOT_OURS: Final = ("backend", "backend_fallback", "interactive", "toolbar", "timezone")


def draw(charts: Sequence[Chart], format: str) -> bytes:
    """The charts below each other, in a format that matplotlib writes, such as ``svg``."""
    matplotlib = load()
    usual = {k: v for k, v in matplotlib.rcParamsDefault.items() if k not in _NOT_OURS}
    with matplotlib.rc_context({**usual, **_SETTINGS}):
        heights = [_height(chart) for chart in charts]
        figure = matplotlib.figure.Figure(figsize=(_WIDTH, sum(heights)), layout="constrained")
        parts = figure.subfigures(len(charts), 1, squeeze=False, height_ratios=heights)[:, 0]
        for part, chart in zip(parts, charts, strict=True):
            part.set_facecolor(palette.PAPER[0])
            _chart(part, chart)
        stream = io.BytesIO()
        nothing: dict[str, Any] = {
            "svg": {"Date": None},
            "pdf": {"CreationDate": None},
        }
        figure.savefig(stream, format=format, metadata=nothing.get(format), dpi=150)
    return stream.getvalue()


def _height(chart: Chart) -> float:
    return max(_HEIGHT, _PER_NAME * len(chart.y.names) + 1.4)


def _chart(figure: Any, chart: Chart) -> None:
    axes: Axes = figure.subplots()
    (left, right), (bottom, top) = chart.window()
    axes.set(xlabel=chart.x.label, ylabel=chart.y.label)
    axes.set_title(
        chart.title, loc="left", fontsize="medium", fontweight="bold", pad=20 if chart.note else 8
    )
    axes.annotate(
        chart.note, (0, 1), (0, 7), "axes fraction", "offset points",
        fontsize="small", color=palette.SOFT[0],
    )  # fmt: skip
    axes.set(xlim=(left, right), ylim=(top, bottom) if chart.y.names else (bottom, top))
    _label(axes.xaxis, chart.x, left, right, 7)
    _label(axes.yaxis, chart.y, bottom, top, 8)
    if chart.heat is None:
        axes.grid()
    else:
        _heat(figure, axes, chart.heat)
    _series(axes, chart)
    for mark in chart.marks:
        look = palette.look(mark.look)
        inside = palette.PAPER[0] if mark.doubtful else look.light
        axes.plot(
            [mark.x], [mark.y], look.marker, color=look.light, markerfacecolor=inside,
            markersize=8, markeredgewidth=1.5, label=mark.name or None, zorder=4, clip_on=False,
        )  # fmt: skip
    _rules(axes, chart)
    _legend(figure, axes)


def _label(axis: Any, description: Axis, low: float, high: float, most: int) -> None:
    listed = ticks(description, low, high, most)
    small = {"fontsize": 6} if description.names else {}
    axis.set_ticks([place for place, _ in listed], [text for _, text in listed], **small)


def _series(axes: Axes, chart: Chart) -> None:
    for series in chart.series:
        look = palette.look(series.look)
        if not series.line:
            axes.plot(
                series.x, [float("nan") if y is None else y for y in series.y], look.marker,
                color=look.light, markersize=4.5, label=series.name or None,
                markerfacecolor=palette.PAPER[0] if series.doubtful else look.light,
            )  # fmt: skip
            continue
        dash = palette.DOTS if series.doubtful else look.dash
        for index, run in enumerate(series.runs()):
            axes.plot(
                [x for x, _ in run],
                [y for _, y in run],
                color=look.light,
                linestyle=(0, dash) if dash else "solid",
                linewidth=1.4 if series.doubtful else 1.9,
                # A point between two gaps, or the only one, is no line.
                marker=look.marker if len(run) == 1 else None,
                markersize=4.5,
                markerfacecolor=palette.PAPER[0] if series.doubtful else look.light,
                label=series.name if series.name and not index else None,
            )


def _rules(axes: Axes, chart: Chart) -> None:
    for index, rule in enumerate(chart.rules):
        dash = palette.RULES[index % len(palette.RULES)]
        line = axes.axvline if rule.upright else axes.axhline
        if chart.heat is not None:  # a ground on which the rule is seen whatever lies behind it
            line(rule.at, color=palette.PAPER[0], linewidth=3.5, zorder=1.4)
        line(
            rule.at,
            zorder=1.5,
            color=palette.SOFT[0] if chart.heat is None else palette.INK[0],
            linestyle=(0, dash),
            linewidth=1.2 if chart.heat is None else 1.6,
            label=rule.name,
        )


def _heat(figure: Any, axes: Axes, heat: Heat) -> None:
    low, high = heat.range()
    if high <= low:
        low, high = low - 0.5, high + 0.5
    values = [[float("nan") if v is None else v for v in row] for row in heat.values]
    mesh = axes.pcolormesh(
        list(edges(heat.x)),
        list(edges(heat.y)),
        values,
        cmap="cividis",
        edgecolors="face",  # no seams between the cells
        linewidth=0.4,
        vmin=low,
        vmax=high,
        rasterized=len(heat.x) * len(heat.y) > _CELLS,
    )
    axes.set_facecolor(palette.GRID[0])
    bar = figure.colorbar(mesh, ax=axes, label=heat.label)
    listed = ticks(Axis(heat.label, heat.log), low, high, 8)
    bar.set_ticks([place for place, _ in listed], labels=[text for _, text in listed])
    bar.outline.set_visible(False)


def _legend(figure: Any, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if labels:
        columns = max(1, min(len(labels), _LETTERS // (max(map(len, labels)) + _HANDLE)))
        figure.legend(handles, labels, loc="outside lower center", ncols=columns, fontsize="small")
