"""What is being done, told to whoever shows it; as with a log, nobody need listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, int, int], None]
_listeners: list[Listener] = []


def tell(what: str, done: int = 0, total: int | None = None) -> None:
    """Say what is being done now.

    Args:
        what: in a few words.
        done: how much of it is done.
        total: of how much; None if that is not known.
    """
    for listener in _listeners:
        listener(what, done, total or 0)


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """Let `listener` hear what is told inside."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
