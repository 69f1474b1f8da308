"""The examples of every command, run when the site is built.

The examples of a command run one after the other in a folder of their own, which holds the files
that they read (`inputs.py`).  Of a line for the shell the `rnnbound` command is run, with what it
reads; where its output goes then (`| source`, `> FILE`) is the reader's affair.  A line that names
a network address needs somebody else's machines, and is only shown.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from inputs import write_inputs

HERE = Path(__file__).resolve().parent
_COMMAND = re.compile(r"""rnnbound (?:"[^"]*"|'[^']*'|[^|>)"'])*""")
_PICTURE = re.compile(r"[\w-]+\.(?:svg|png)\b")
_LINES = 40
_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class Example:
    """An example that was run.

    Attributes:
        line: as the help shows it.
        output: stdout and stderr; None if it was not run.
        keys: path, type and meaning of the keys of its result.
        pictures: the files that it drew, by the names that they get on the site.
    """

    line: str
    output: str | None
    keys: Sequence[tuple[str, str, str]]
    pictures: Mapping[str, Path]

    @property
    def images(self) -> list[str]:
        """What it drew, as Markdown."""
        return [f"![{self.line}]({name})" for name in self.pictures]

    @property
    def console(self) -> str:
        """The example as a block of Markdown, long outputs cut."""
        lines = (self.output or "").splitlines()
        shown = [f"{x[:_COLUMNS]} …" if len(x) > _COLUMNS else x for x in lines[:_LINES]]
        if len(lines) > _LINES:
            shown.append(f"… and {len(lines) - _LINES:,} more lines")
        return "\n".join(["```console", f"$ {self.line}", *shown, "```"])


class ExampleError(Exception):
    """An example does not do what the help promises."""


def illustrated(example: Example) -> str:
    """The line of an example and what it draws, as Markdown."""
    return "\n\n".join([f"```console\n$ {example.line}\n```", *example.images])


def run_all(lines: Mapping[str, Sequence[str]], scratch: Path) -> dict[str, list[Example]]:
    """Run the examples of each command in its own folder below `scratch`, two commands at a time.

    Raises:
        ExampleError: one exits with neither 0 nor 1.
    """
    with ThreadPoolExecutor(2) as pool:
        folders = [
            (listed, _folder(scratch / name.replace(" ", "-"))) for name, listed in lines.items()
        ]
        done = pool.map(lambda x: [run(line, x[1]) for line in x[0]], folders)
        return dict(zip(lines, done, strict=True))


def run(line: str, folder: Path) -> Example:
    """Run one example in a folder that holds what it reads."""
    command = _COMMAND.search(line)
    if command is None or "://" in line:
        return Example(line, None, (), {})
    noted = folder / ".keys.json"
    noted.unlink(missing_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("RNNBOUND_")}
    done = subprocess.run(
        ["bash", "-c", f'rnnbound() {{ "$DOCS_PYTHON" "$DOCS_RECORDER" "$@"; }}; {command[0]}'],
        cwd=folder,
        env={
            **kept,
            "COLUMNS": "80",
            "PYTHONUTF8": "1",
            "PYTHONPATH": str(HERE.parents[1]),
            "DOCS_PYTHON": sys.executable,
            "DOCS_RECORDER": str(HERE / "recorder.py"),
            "DOCS_KEYS": str(noted),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode not in {0, 1}:
        raise ExampleError(
            f"the example {line!r} exits with {done.returncode}: {done.stdout.strip()}\n"
            f"(files that examples read are written in {HERE / 'inputs.py'})"
        )
    keys = json.loads(noted.read_text(encoding="utf-8")) if noted.exists() else ()
    named = [folder / name for name in _PICTURE.findall(command[0])]
    drawn = {f"{folder.name}-{path.name}": path for path in named if path.exists()}
    return Example(line, done.stdout, keys, drawn)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    write_inputs(path)
    return path
