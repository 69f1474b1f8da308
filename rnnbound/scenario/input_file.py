"""A file that somebody named, as bytes or as text: one way to open it, and a limit that is said.

Only regular files are read, and standard input where ``-`` stands for it: devices and pipes may
have no end, or let a reader wait for ever.  Every :class:`ValueError` completes "<the file> ...".
"""

from __future__ import annotations

import codecs
import os
import stat
import sys
from io import RawIOBase
from typing import IO, Final

#: What a name may stand for that has no content of its own.
_KINDS: Final = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_BLOCK: Final = 1 << 20
#: A file may change into something else between a look at it and its opening.
_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def title(name: str) -> str:
    """What messages call the file."""
    return "standard input" if name == "-" else printable(name)


def printable(text: str) -> str:
    """`text` on one line, without anything that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def read_bytes(name: str, most: int, kind: str = "a file", *, stdin: bool = False) -> bytes:
    """The content of a regular file.

    Args:
        name: its path.
        most: bytes that it may have; no more are ever read.
        kind: what it should be, with its article, for the message that it is too large.
        stdin: whether ``-`` is standard input, which may be a pipe.

    Raises:
        ValueError: it cannot be read, is no regular file, or is too large.
    """
    try:
        if stdin and name == "-":
            if sys.stdin is None:
                raise ValueError("is closed")
            data = _taken(sys.stdin.buffer, most, _BLOCK)
        else:
            _require_regular(os.stat(name))
            with open(name, "rb", buffering=0, opener=_opened) as file:
                found = os.fstat(file.fileno())
                _require_regular(found)
                # Files of the system may say that they are empty, and are not.
                size = found.st_size
                data = None if size > most else _taken(file, most, max(size + 1, _BLOCK))
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror or error}") from None
    except UnicodeEncodeError:
        raise ValueError("cannot be read: no file has such a name") from None
    if data is None:
        raise ValueError(f"is larger than {kind} may be ({most:,} bytes)")
    return data


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark.

    Raises:
        ValueError: it is no such text.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        raise ValueError("is UTF-16 text; save it as UTF-8 (in a spreadsheet: CSV UTF-8)")
    if b"\0" in data:
        raise ValueError("is binary, not text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The mark is not counted in the place of the error.
        start = error.start + 3 * data.startswith(codecs.BOM_UTF8)
        line = data.count(b"\n", 0, start) + 1
        raise ValueError(
            f"is not UTF-8 text (line {line}, byte 0x{data[start]:02x}); save the file as UTF-8"
        ) from None


def _opened(name: str, flags: int) -> int:
    return os.open(name, flags | _AT_ONCE)


def _require_regular(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "no file")
        raise ValueError(f"cannot be read: it is {kind}, not a regular file")


def _taken(file: IO[bytes] | RawIOBase, most: int, at_once: int) -> bytes | None:
    """All of an open file, read in blocks of so many bytes; None if there is more than `most`."""
    blocks: list[bytes] = []
    size = 0
    while size <= most:
        block = file.read(at_once)
        if block is None:
            raise BlockingIOError(None, "it has nothing to give yet")
        if not block:
            return b"".join(blocks)
        blocks.append(block)
        size += len(block)
    return None
