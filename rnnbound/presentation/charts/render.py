"""Which renderings there are, and what they need."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rnnbound.errors import shown, wrong
from rnnbound.parallel import address_space

if TYPE_CHECKING:
    from rnnbound.presentation.charts.chart import Chart

#: What the name of a picture may end in.
FORMATS: Final = ("svg", "png", "pdf", "html")


def read_format(where: str, path: Path) -> str:
    """The format that the name of a file asks for.

    Args:
        where: the option, for the error.
        path: the file.

    Raises:
        RequestError: there is none, or it cannot be drawn here.
    """
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in FORMATS:
        allowed = ", ".join(f".{name}" for name in FORMATS)
        raise wrong(where, f"must end in one of {allowed}, or be - (given: {shown(str(path))})")
    require_libraries(where, html=suffix == "html")
    return suffix


def require_libraries(where: str, *, html: bool, extra: str = "plot") -> None:
    """See that there is something to draw with.

    Args:
        where: the option that needs it, for the error.
        html: whether a page is made around what is drawn.
        extra: the extra that brings it.

    Raises:
        RequestError: matplotlib, or Jinja2 for a page, is not installed.
    """
    for module, name in (("matplotlib", "matplotlib"), ("jinja2", "Jinja2"))[: 1 + html]:
        if find_spec(module) is None:
            raise wrong(where, f"needs {name}; install it with: pip install 'rnnbound[{extra}]'")
    address_space.require("matplotlib", "numpy")


def render(charts: Sequence[Chart], format: str) -> bytes:
    """The charts as a file of a format of :data:`FORMATS`; the same bytes for the same charts."""
    if format == "html":
        from rnnbound.presentation.charts.html_page import page

        return page(charts)
    from rnnbound.presentation.charts.matplotlib_drawing import draw

    return draw(charts, format)
