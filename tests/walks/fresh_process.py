"""Command lines in a fresh process that has a toy, as if the toy's file were in the package."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: Registers the toy before anything reads a table, then runs the lines one after the other.
DRIVER = """
import contextlib, io, json, os, sys
setup, lines = json.load(sys.stdin)
exec(compile(setup, "the toy", "exec"), {"__name__": "toy"})
from rnnbound.__main__ import command_line
ran = []
for words, environment in lines:
    os.environ |= environment
    sys.argv = ["rnnbound", *words]
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = int(command_line(words))
        except SystemExit as done:  # a shell was answered
            status = int(done.code or 0)
    for stream in (out, err):
        stream.flush()
    ran.append([status, *(stream.buffer.getvalue().decode() for stream in (out, err))])
    for name in environment:
        del os.environ[name]
json.dump(ran, sys.stdout)
"""


@dataclass(frozen=True)
class Ran:
    """What a line left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(setup: str, lines: Sequence[str | tuple[str, dict[str, str]]]) -> list[Ran]:
    """Run command lines, each given as one string of words, after `setup`.

    Args:
        setup: Python that registers the toy.
        lines: words, or words and what the environment has beside.
    """
    given = [(line, {}) if isinstance(line, str) else line for line in lines]
    asked = json.dumps([setup, [(words.split(), extra) for words, extra in given]])
    done = subprocess.run(
        [sys.executable, "-c", DRIVER], input=asked, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [Ran(*one) for one in json.loads(done.stdout)]


def completing(words: str) -> tuple[str, dict[str, str]]:
    """What bash asks to complete the last word of a line."""
    return "", {
        "_RNNBOUND_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(words.split()),
        "COMP_CWORD": str(len(words.split()) - 1),
    }
