"""What the files of the site would load from other machines."""

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
    """The addresses outside the site that a page, an SVG or a style sheet loads by itself."""
    text = page.read_text(encoding="utf-8")
    reader = _Page()
    if page.suffix != ".css":
        reader.feed(text)
    return reader.found + _IN_STYLE.findall(text)
