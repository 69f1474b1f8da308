"""Where a chart goes, checked before anything is computed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rnnbound.cli.frame.output_files import target_file, write_file
from rnnbound.cli.frame.streams import SPELLED, say
from rnnbound.errors import shown, wrong
from rnnbound.presentation.charts.render import read_format, render

if TYPE_CHECKING:
    from rnnbound.presentation.charts.chart import Chart
    from rnnbound.presentation.output_formats import Format

#: Lines of a chart at least and at most, whatever the height of the terminal.
_LEAST: Final = 16
_MOST: Final = 32
#: Lines where there is no terminal.
_PIPED: Final = 24


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture that was asked for.

    Attributes:
        file: where it goes; None for standard output.
        format: how it is drawn; empty for standard output.
    """

    file: Path | None
    format: str

    @classmethod
    def asked(cls, name: str, form: Format, output: Path | None) -> Plot:
        """Read `--plot`.

        Args:
            name: what was given.
            form: the form of the result.
            output: where the result goes; None for standard output.

        Raises:
            RequestError: the picture cannot be drawn, or has no place beside the result.
        """
        if name == "-":
            if not form.for_people and output is None:
                raise wrong(
                    "--plot",
                    f"- would mix a chart with {form.name.upper()} on standard output; give a "
                    "file, or send the result to one with --output",
                )
            return cls(None, "")
        file = target_file("--plot", name)
        assert file is not None, "not -"
        if output is not None and file.resolve() == output.resolve():
            raise wrong("--plot", f"{shown(name)} is where the result goes; give another file")
        return cls(file, read_format("--plot", file))

    def write(self, charts: Sequence[Chart]) -> None:
        """Draw the charts, at least one."""
        if self.file is not None:
            write_file(self.file, render(charts, self.format))
        else:
            say("\n" + "\n\n".join(map(_text, charts)))


def _text(chart: Chart) -> str:
    from rnnbound.presentation.charts.chart import reworded
    from rnnbound.presentation.charts.terminal_drawing import draw
    from rnnbound.presentation.terminal_page import Page

    page = Page.for_stdout()
    lines = shutil.get_terminal_size((80, _PIPED + 2)).lines
    height = min(max(lines - 2, _LEAST), _MOST)
    encoding = sys.stdout.encoding or "ascii"
    ascii = not _can_show("⣿┤⁴", encoding)
    if ascii:
        # Spelled out before it is laid out, not when it is written.
        chart = reworded(chart, lambda text: text.encode(encoding, SPELLED).decode(encoding))
    return draw(chart, page.width, height, color=page.color, ascii=ascii)


def _can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
