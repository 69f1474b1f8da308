"""How this process is told to end: by Ctrl-C, by a kill, by a terminal that goes away.

Each of them raises KeyboardInterrupt, so that whatever is under way is cleaned up.
"""

from __future__ import annotations

import signal
import sys
from _thread import interrupt_main
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer, main_thread
from types import FrameType
from typing import Any, Final

SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
#: Seconds until an interruption that nobody could hear of is repeated.
_AGAIN: Final = 0.05
_received: int | None = None
_deferring = 0
_waiting: list[int] = []


def listen() -> None:
    """Let every signal of :data:`SIGNALS` interrupt, unless it was to be ignored (nohup)."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    sys.unraisablehook = _unheard


def ignore() -> None:
    """Let nothing disturb what is left to do when the result is out: it takes a moment."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    # Python remembers an interruption of text that it ran, as named tuples do to be made, and would
    # end by it although it was heard; the next text makes it forget.
    namedtuple("_Forget", ())


@contextmanager
def deferred() -> Iterator[None]:
    """Hear of an interruption only when the block is over, which must not wait for anything."""
    global _deferring  # noqa: PLW0603  # there is one process
    _deferring += 1
    try:
        yield
    finally:
        _deferring -= 1
        if _waiting and not _deferring:
            _waiting.clear()
            raise KeyboardInterrupt


def status() -> int | None:
    """The exit code by which a shell knows the signal that came; None if none came."""
    return None if _received is None else 128 + _received


def _interrupt(number: int, frame: FrameType | None) -> None:
    del frame
    global _received  # noqa: PLW0603  # there is one process
    _received = number
    if _deferring:
        _waiting.append(number)
    else:
        raise KeyboardInterrupt


def _unheard(lost: Any) -> None:
    """Where Python drops an exception, as in a destructor, an interruption is not dropped."""
    if isinstance(lost.exc_value, KeyboardInterrupt) and _received is not None:
        again = Timer(_AGAIN, _repeat, [_received])
        again.daemon = True
        again.start()


def _repeat(number: int) -> None:
    if sys.platform == "win32":
        interrupt_main(number)
    else:  # which ends what the main thread waits for, too
        signal.pthread_kill(main_thread().ident or 0, number)
