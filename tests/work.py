"""What takes too much work is a failure: counted in calls, which no busy machine makes more of."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooMuchWorkError(AssertionError):
    """The block called more functions than it may."""


@contextmanager
def at_most(calls: int) -> Iterator[None]:
    """End the block when it has called so many functions, those written in C included.

    A search without an end becomes a failure, not a hang, and what grows too fast is seen. What
    is imported or cached inside for the first time counts too: give several times what it takes.
    """
    left = calls

    def count(frame: FrameType, event: str, argument: object) -> None:
        del frame, argument
        nonlocal left
        left -= event in {"call", "c_call"}
        if left < 0:
            raise TooMuchWorkError(f"more than {calls:,} calls")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
