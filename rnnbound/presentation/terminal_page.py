"""A page of text and tables for people, at any width."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rnnbound.numbers.numerals import MISSING

_PLAIN_WIDTH: Final = 80
_NARROWEST: Final = 20
#: Nobody reads longer lines, and Rich fills them with spaces.
_WIDEST: Final = 1000
_HEIGHT: Final = 24
_GAP: Final = 2


class Page:
    """What is printed; data is never read as markup, and a number is folded, never cut."""

    def __init__(self, width: int = _PLAIN_WIDTH, color: bool = False) -> None:
        self.width = min(max(width, _NARROWEST), _WIDEST)
        self.color = color
        self._file = io.StringIO()
        self._console = Console(
            file=self._file,
            width=self.width,
            height=_HEIGHT,  # else it is read from LINES, which may be anything
            force_terminal=color,
            color_system="auto" if color else None,
            force_jupyter=False,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
        )

    @classmethod
    def for_stdout(cls) -> Page:
        """A page that fits the terminal, coloured only if that is wanted."""
        terminal = sys.stdout is not None and sys.stdout.isatty()
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") in {"dumb", "unknown"}
        width = shutil.get_terminal_size((_PLAIN_WIDTH, 24)).columns
        return cls(width, color=terminal and not plain)

    @classmethod
    def for_file(cls) -> Page:
        """A plain page of 80 columns."""
        return cls()

    @property
    def text(self) -> str:
        """All that was put on the page, without a final line end."""
        lines = self._file.getvalue().rstrip("\n").split("\n")
        return "\n".join(line.rstrip() for line in lines)

    def say(self, text: str, style: str = "", indent: int = 0) -> None:
        """A paragraph."""
        paragraph = Text(text, style, overflow="fold")
        self._console.print(Padding(paragraph, (0, 0, 0, indent)))

    def verbatim(self, text: str) -> None:
        """Text as it is, on lines as long as they are."""
        self._file.write(text + "\n")

    def heading(self, text: str) -> None:
        """A heading after an empty line."""
        self._console.print()
        self._console.print(Text(text, "bold"), overflow="fold")

    def pairs(self, rows: Iterable[tuple[str, str]], indent: int = 2) -> None:
        """Lines of a name and a value."""
        listed = list(rows)
        grid = Table.grid(padding=(0, _GAP, 0, 0))
        widest = max((cell_len(name) for name, _ in listed), default=0)
        grid.add_column(overflow="fold", style="dim", width=min(widest, self.width // 2 - indent))
        grid.add_column(overflow="fold")
        for name, value in listed:
            grid.add_row(Text(name), Text(value))
        self._console.print(Padding(grid, (0, 0, 0, indent)))

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]], strong: str = "") -> None:
        """A table; where it does not fit, a block of lines for each row.

        Args:
            header: names of the columns; the first column names the row.
            rows: the cells.
            strong: the first cell of the row to stress.
        """
        listed = [list(row) for row in rows]
        columns = zip(header, *listed, strict=True)
        needed = sum(max(map(cell_len, column)) + _GAP for column in columns)
        if needed > self.width:
            for row in listed:
                self.say(row[0], "bold" if row[0] == strong else "", indent=_GAP)
                cells = zip(header[1:], row[1:], strict=True)
                self.pairs((cell for cell in cells if cell[1] != MISSING), indent=4)
            return
        grid = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
        for index, name in enumerate(header):
            numeric = index > 0 and all(
                row[index][:1].isdigit() or len(row[index]) < 2 for row in listed
            )
            grid.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
        for row in listed:
            grid.add_row(*map(Text, row), style="bold" if row[0] == strong else "")
        self._console.print(Padding(grid, (0, 0, 0, _GAP)))
