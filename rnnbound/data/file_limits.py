"""What of a file is not read: limits of its size, damage, and how both are said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rnnbound.errors import wrong
from rnnbound.scenario.input_file import printable

#: Bytes that a data file may have, as it is and when what is read from it is unpacked.
LARGEST: Final = 2**28


class UnreadableError(ValueError):
    """Why a file, or a part of it, is not read; completes "the file ..."."""


def reason(error: BaseException) -> str:
    """What a library says of damaged bytes, on one line and not too long."""
    return printable(str(error))[:100] or type(error).__name__


def require_numbers(count: int) -> None:
    """See that there are not too many numbers.

    Raises:
        UnreadableError: there are.
    """
    most = LARGEST // 8
    if count > most:
        raise UnreadableError(f"has {count:,} numbers; at most {most:,} are read, so give a part")


def require_bytes(count: int) -> None:
    """See that what is read is not too large when it is unpacked.

    Raises:
        UnreadableError: it is.
    """
    if count > LARGEST:
        raise UnreadableError(f"is larger than {LARGEST:,} bytes when unpacked; give a part of it")


@contextmanager
def told(where: str, what: str = "") -> Iterator[None]:
    """Say of what file, or part of a file, it is that it cannot be read.

    Args:
        where: its place, or the option that names it.
        what: how the sentence begins.

    Raises:
        RequestError: it cannot.
    """
    try:
        yield
    except UnreadableError as error:
        raise wrong(where, f"{what} {error}".strip()) from None
