"""Charts as one web page that loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rnnbound.presentation.charts.chart import Chart
from rnnbound.presentation.charts.svg_embedding import inline, style_sheet

if TYPE_CHECKING:
    from jinja2 import Environment

_PAGE_STYLE: Final = (
    "body{margin:0 auto;padding:1rem;max-width:60rem;font:1rem/1.5 system-ui,sans-serif;"
    "background:var(--paper);color:var(--ink)}"
    "figure{margin:0 0 2rem}"
)


def policy(style: str) -> str:
    """A content security policy under which a page can load and run nothing.

    Args:
        style: the text of its only style element.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def templates(package: str) -> Environment:
    """The templates in the folder of a package; what they are given is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(charts: Sequence[Chart]) -> bytes:
    """The charts below each other, readable on light and dark ground and at any width."""
    from markupsafe import Markup

    style = style_sheet() + _PAGE_STYLE
    drawn = [inline(chart, f"chart{index}") for index, chart in enumerate(charts)]
    text = (
        templates("rnnbound.presentation.charts")
        .get_template("page.html")
        .render(
            policy=Markup(policy(style)),  # noqa: S704  # all three are our own
            title=charts[0].title,
            style=Markup(style),  # noqa: S704
            figures=list(map(Markup, drawn)),
        )
    )
    return (text + "\n").encode()
