"""Charts as one web page that loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import Final

from rnnbound.presentation.charts.chart import Chart
from rnnbound.presentation.charts.inline_svg import inline, style_sheet

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


def page(charts: Sequence[Chart]) -> bytes:
    """The charts below each other, readable on light and dark ground and at any width."""
    style = style_sheet() + _PAGE_STYLE
    figures = "\n".join(
        f"<figure>{inline(chart, f'chart{index}')}</figure>" for index, chart in enumerate(charts)
    )
    title = escape(charts[0].title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{figures}
</main>
</body>
</html>
""".encode()
