"""One line on stderr that says what is being done, where somebody sees it and has to wait.

It appears after a second, at the bottom of the terminal, and goes when all is done.  A thread draws
it, so that a command that says nothing of its progress shows at least that it is alive.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, RLock, Thread
from time import monotonic
from typing import Final

from rnnbound.parallel.progress_events import heard

#: Seconds until the line appears, and from one drawing to the next.
_PATIENCE: Final = 1.0
_PACE: Final = 0.25
_ERASE: Final = "\r\x1b[K"


class _Line:
    """The line and the thread that draws it."""

    def __init__(self, what: str) -> None:
        self.what, self.done, self.total = what, 0, 0
        self.lock = RLock()
        self._begun, self._over, self._shown = monotonic(), Event(), False
        self._from = (self._begun, 0)
        self._thread = Thread(target=self._draw, daemon=True)
        with suppress(RuntimeError):  # no thread can be had: no line
            self._thread.start()

    def tell(self, what: str, done: int, total: int) -> None:
        """What the line says from now on."""
        if (what, total) != (self.what, self.total):
            self._from = (monotonic(), done)
        self.what, self.done, self.total = what, done, total

    def close(self) -> None:
        """Remove the line for good."""
        with self.lock:
            self._over.set()
            self.erase()

    def erase(self) -> None:
        """Remove the line until it is drawn again; with the lock held."""
        if self._shown:
            self._shown = False
            self._write(_ERASE)

    def _draw(self) -> None:
        wait = _PATIENCE
        while not self._over.wait(wait):
            wait = _PACE
            with self.lock:
                if not self._over.is_set():
                    self._shown = True
                    self._write(f"\r{self._text()}\x1b[K")

    def _text(self) -> str:
        parts = [self.what]
        if self.total:
            parts.append(f"{self.done:,} of {self.total:,}")
        elif self.done:
            parts.append(f"{self.done:,}")
        now, (begun, first) = monotonic(), self._from
        parts.append(f"{now - self._begun:,.0f} s")
        if first < self.done < self.total:
            left = (now - begun) * (self.total - self.done) / (self.done - first)
            parts.append(f"about {left:,.0f} s left")
        return ", ".join(parts)[: _columns() - 1]

    @staticmethod
    def _write(text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


_line: _Line | None = None


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something is being done as long as the block runs, if stderr is a terminal."""
    global _line  # noqa: PLW0603  # there is one terminal
    if _line is not None or not _seen():
        yield
        return
    _line = _Line(what)
    try:
        with heard(_line.tell):
            yield
    finally:
        _line.close()
        _line = None


@contextmanager
def hidden() -> Iterator[None]:
    """Keep the line away while something else is written, perhaps to the same terminal."""
    if _line is None:
        yield
        return
    with _line.lock:
        _line.erase()
        yield


def _seen() -> bool:
    """Whether stderr is a terminal on which a line can be taken back."""
    able = os.environ.get("TERM", "") not in {"", "dumb", "unknown"}
    return able and sys.stderr is not None and sys.stderr.isatty()


def _columns() -> int:
    with suppress(OSError, ValueError, AttributeError):
        return max(os.get_terminal_size(sys.stderr.fileno()).columns, 2)
    return 80
