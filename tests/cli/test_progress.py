"""The line that says what is being done: on terminals alone, and never among what is printed."""

from __future__ import annotations

import io
import sys
from threading import Event

import pytest

from rnnbound.__main__ import command_line
from rnnbound.cli.frame import progress_line
from rnnbound.cli.frame.streams import remark, say
from rnnbound.parallel.progress_events import tell


class Terminal(io.StringIO):
    """A terminal that tells when something stands on it."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = Event()
        self.awaited = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        count = super().write(text)
        if self.awaited and self.awaited in self.getvalue():
            self.drawn.set()
        return count

    def wait(self, text: str) -> None:
        """Wait until a text has been drawn."""
        self.drawn.clear()
        self.awaited = text
        self.write("")
        assert self.drawn.wait(60), self.getvalue()

    @property
    def seen(self) -> str:
        """What stands on its last line."""
        return self.getvalue().rpartition("\r")[2].removeprefix("\x1b[K")


def _terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """What stderr is from now on; not as a fixture, since pytest sets stderr after these."""
    made = Terminal()
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress_line, "_PATIENCE", 0.01)
    monkeypatch.setattr(progress_line, "_PACE", 0.01)
    return made


def test_the_line_tells_what_is_done_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    with progress_line.working("planning"):
        terminal.wait("planning, ")
        tell("rows", 5, 40)
        terminal.wait("rows, 5 of 40, ")
        tell("rows", 1234)
        terminal.wait("rows, 1,234, ")
    assert terminal.seen == ""
    before = terminal.getvalue()
    tell("rows", 6, 40)
    assert terminal.getvalue() == before


def test_nothing_is_written_among_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = _terminal(monkeypatch)
    with progress_line.working("planning"):
        terminal.wait("planning")
        with progress_line.hidden():
            assert terminal.seen == ""
        remark("a word")
        assert "\x1b[Ka word\n" in terminal.getvalue()
        say("a result")
    assert capsys.readouterr().out == "a result\n"


def test_work_within_work_has_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    with progress_line.working("outer"), progress_line.working("inner"):
        terminal.wait("outer")
    assert "inner" not in terminal.getvalue()


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_a_terminal_that_takes_nothing_back_gets_no_line(
    monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    terminal = _terminal(monkeypatch)
    monkeypatch.setenv("TERM", term)
    with progress_line.working("planning"):
        assert progress_line._line is None
    assert terminal.getvalue() == ""


def test_a_pipe_gets_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress_line.working("planning"):
        assert progress_line._line is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("formula --growth --variant sharp", "plans far out, "),
        ("compare --horizon 2 --no-calibration", "planning, 1 of 28"),
        ("sweep --over alpha=0.1,0.2 --variant sharp", "rows, 1 of 2"),
        ("verify --checks propositions --variant sharp --jobs 1", "checks, "),
        ("plan --variant sharp", "planning, "),
        ("solve nu --width 1e5 --iterations 1000 --variant sharp", "solving for 'nu', "),
        ("bound --width 1e5 --iterations 1000", "bounding, "),
    ],
)
def test_commands_say_what_they_do(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
    words: str,
) -> None:
    _terminal(monkeypatch)
    told: list[str] = []
    real = progress_line._Line.tell

    class Enough(Exception):  # noqa: N818
        pass

    def heard(self: progress_line._Line, what: str, done: int, total: int) -> None:
        real(self, what, done, total)
        told.append(self._text())
        if told[-1].startswith(words):
            raise Enough

    monkeypatch.setattr(progress_line._Line, "tell", heard)
    command_line(line.split())
    assert told[-1].startswith(words)
