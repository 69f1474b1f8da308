"""The same chart as a picture, as a page and in a terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rnnbound.errors import RequestError
from rnnbound.presentation.charts import palette, terminal_drawing
from rnnbound.presentation.charts.chart import Axis, Chart, Heat, Mark, Rule, Series
from rnnbound.presentation.charts.render import FORMATS, read_format, render

CHART = Chart(
    title="<script>alert(1)</script> & more",
    x=Axis("width $m$", log=True),
    y=Axis("iterations", log=True),
    series=(
        Series("tight", (3.0, 4.0, 5000.0), (9.0, 2.0, 1.0)),
        Series("printed", (3.0, 4.0, 5.0, 6.0), (9.0, None, 5.0, 4.5), look=1, doubtful=True),
    ),
    marks=(Mark(4.0, 2.0, "the plan"),),
    rules=(Rule(4.5, "cut-off"),),
    note="A note.",
)
HEAT = Chart(
    title="heat",
    x=Axis("x"),
    y=Axis("y", log=True),
    heat=Heat((0.0, 1.0, 3.0), (0.0, 1.0), ((1.0, 2.0, None), (3.0, 4.0, 5.0)), "risk", log=True),
    rules=(Rule(1.0, "cut-off"),),
)
STARTS = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "html": b"<!DOCTYPE html>"}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("chart", [CHART, HEAT], ids=["lines", "heat"])
def test_a_picture_is_the_same_twice(chart: Chart, format: str) -> None:
    drawn = render([chart], format)
    assert drawn.startswith(STARTS[format])
    assert render([chart], format) == drawn


def test_a_page_loads_and_runs_nothing() -> None:
    text = render([CHART, HEAT], "html").decode()
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert not re.findall(r'(?:src|href)="(?!#|data:)', text)
    assert ' style="' not in text  # the policy would block it
    names = re.findall(r' id="([^"]*)"', text)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]*)"', text)) <= set(names)
    assert "var(--look0)" in text


def test_a_point_without_neighbours_is_seen() -> None:
    filled = f"fill: {palette.look(0).light}".encode()
    for y, points in (((None, 5.0, None), True), ((4.0, 5.0, 6.0), False)):
        line = replace(CHART, series=(Series("", (3.0, 4.0, 5.0), y),), marks=())
        assert (filled in render([line], "svg")) is points


def test_what_is_no_guarantee_looks_different_without_colour() -> None:
    near = replace(CHART, series=CHART.series[1:])
    trusted = replace(near, series=(replace(near.series[0], doubtful=False),))
    assert terminal_drawing.draw(near) != terminal_drawing.draw(trusted)
    assert terminal_drawing.draw(near, ascii=True) != terminal_drawing.draw(trusted, ascii=True)
    assert render([near], "svg").count(b"stroke-dasharray: 1.4,2.24") == 3  # two runs, one key
    assert b"stroke-dasharray: 1.4,2.24" not in render([trusted], "svg")


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("chart", [CHART, HEAT], ids=["lines", "heat"])
def test_a_terminal_chart_keeps_its_size(chart: Chart, width: int) -> None:
    for ascii in (False, True):
        text = terminal_drawing.draw(chart, width, 24, ascii=ascii)
        assert max(map(len, text.splitlines())) <= width
        assert len(text.splitlines()) <= 24
        assert "\x1b" not in text
        assert text.isascii() or not ascii
        assert re.sub(r"\x1b\[[0-9;]*m", "", terminal_drawing.draw(chart, width, color=True)) == (
            terminal_drawing.draw(chart, width)
        )


def test_a_terminal_chart_has_everything() -> None:
    text = terminal_drawing.draw(CHART, 80, 24)
    for wanted in ("iterations", "width $m$", "t tight", "p printed", "the plan", "cut-off", "●"):
        assert wanted in text


def test_names_get_a_line_each() -> None:
    names = tuple(f"statement {k}" for k in range(40))
    points = Series("holds", tuple(map(float, range(40))), tuple(map(float, range(40))), line=False)
    chart = Chart(title="", x=Axis("ratio"), y=Axis("", names=names), series=(points,))
    lines = terminal_drawing.draw(chart, 80, 24).splitlines()
    rows = [line for line in lines if "statement" in line]
    assert [row.split(" ┤")[0].strip() for row in rows] == list(names)
    assert all("h" in row.split("┤")[1] for row in rows)


def test_an_unknown_suffix_is_refused() -> None:
    with pytest.raises(RequestError, match=r"\.svg, \.png, \.pdf, \.html"):
        read_format("--plot", Path("x.jpg"))
    assert read_format("--plot", Path("X.SVG")) == "svg"
