"""A picture as part of a web page: without colours, names or styles of its own.

Colours become the variables of the page's style sheet, so that a page is readable on light and
dark ground; styles become attributes, so that a strict content security policy admits them.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from rnnbound.presentation.charts.chart import Chart
from rnnbound.presentation.charts.matplotlib_drawing import draw
from rnnbound.presentation.charts.palette import NAMED

_VARIABLES: Final = {colors[0]: f"var(--{name})" for name, colors in NAMED.items()}
_STYLE: Final = re.compile(r' style="([^"]*)"')
_COLOR: Final = re.compile(r"#[0-9a-f]{6}\b")
_ID: Final = re.compile(r'( id="|href="#|url\(#)')
_DROPPED: Final = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", re.DOTALL)


def style_sheet() -> str:
    """The rules that inline pictures need, for light and dark ground and for paper."""

    def variables(ground: int) -> str:
        return "".join(f"--{name}:{colors[ground]};" for name, colors in NAMED.items())

    return (
        f":root{{color-scheme:light dark;{variables(0)}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{variables(1)}}}}}"
        "figure{overflow-x:auto}"
        "svg.chart{width:100%;min-width:34rem;height:auto;display:block}"
        "@media print{svg.chart{min-width:0}}"
        "svg.chart *{stroke-linejoin:round;stroke-linecap:butt}"
    )


def inline(chart: Chart, name: str) -> str:
    """The chart as an svg element for a page.

    Args:
        chart: what to draw.
        name: different for each chart of a page.
    """
    text = _DROPPED.sub("", draw([chart], "svg").decode("utf-8"))
    text = text[text.index("<svg") :]
    box = re.search(r'viewBox="([^"]*)"', text)
    assert box is not None, "matplotlib gives one"
    body = text[text.index(">") + 1 :].strip()
    body = _STYLE.sub(_attributes, body)
    body = _ID.sub(rf"\g<1>{name}-", body)
    body = _COLOR.sub(lambda m: _VARIABLES.get(m[0], m[0]), body)
    words = escape(chart.description())
    return (
        f'<svg class="chart" viewBox="{box[1]}" role="img" aria-label="{words}" '
        f'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{body}'
    )


def _attributes(style: re.Match[str]) -> str:
    pairs = (part.split(":", 1) for part in style[1].split(";") if ":" in part)
    return "".join(f' {key.strip()}="{value.strip()}"' for key, value in pairs)
