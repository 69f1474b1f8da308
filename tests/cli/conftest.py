"""Running the command line: in this process, or as it is installed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rnnbound.__main__ import command_line

COMMAND = Path(sys.executable).with_name("rnnbound")


@dataclass(frozen=True)
class Ran:
    """What a run left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("RNNBOUND_", "_RNNBOUND")) or name in {"COLUMNS", "NO_COLOR"}:
            monkeypatch.delenv(name)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line, given as one string of words, in this process."""

    def runs(line: str, *more: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["rnnbound", *line.split(), *more])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        status = command_line(sys.argv[1:])
        out, err = capsys.readouterr()
        return Ran(int(status), out, err)

    return runs


@pytest.fixture
def installed() -> Run:
    """Run a shell line with the installed command on the path."""

    def runs(line: str, *, stdin: str = "", **environment: str) -> Ran:
        path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", line],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PATH": path, **environment},
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return runs
