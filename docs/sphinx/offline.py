"""What a page would load from other machines."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

#: What a browser loads by itself; the `href` of `a` waits for a reader.
_LOADED = {"data", "poster", "src", "srcset"}
_ADDRESS = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)
_IN_STYLE = re.compile(r"(?:@import\s+|url\()\s*[\"']?((?:[a-z]+:)?//[^\"')\s]+)", re.IGNORECASE)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            loads = name in _LOADED or (tag in {"link", "image", "use"} and name.endswith("href"))
            if loads and value and _ADDRESS.match(value):
                self.found.append(value)


def loaded_from_elsewhere(page: Path) -> list[str]:
    """The addresses outside the site that a page loads by itself, its style sheets included."""
    reader = _Page()
    reader.feed(page.read_text(encoding="utf-8"))
    for sheet in page.parent.glob("_static/**/*.css"):
        reader.found += _IN_STYLE.findall(sheet.read_text(encoding="utf-8"))
    return reader.found
