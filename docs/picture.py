"""Draw the README's picture: `rnnbound plan` as an 80-column terminal shows it.

Usage: python docs/picture.py > docs/plan.svg
"""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

#: Rich's picture asks another machine for its font; any monospaced one will do.
_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def terminal_output(command: list[str]) -> str:
    """What `command` writes to a terminal of 80 columns, escape sequences and all."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdout=theirs, env=environment) as process:
        os.close(theirs)
        chunks = []
        while True:
            try:
                chunk = os.read(ours, 1 << 16)
            except OSError:  # the terminal closes with its last writer
                break
            if not chunk:
                break
            chunks.append(chunk)
    os.close(ours)
    assert process.returncode == 0, command
    return b"".join(chunks).decode().replace("\r\n", "\n")


def main() -> None:
    """Write the SVG to stdout."""
    tool = str(Path(sys.executable).parent / "rnnbound")
    console = Console(record=True, width=80, file=io.StringIO())
    console.print(Text.from_ansi(f"$ rnnbound plan\n{terminal_output([tool, 'plan'])}"))
    drawn = console.export_svg(title="rnnbound plan", unique_id="plan")
    print(_FONT.sub("", drawn))


if __name__ == "__main__":
    main()
