"""The file of a sweep that can be resumed: plain CSV or JSON Lines that knows whose it is.

Its first column (or key) is named after the sweep's digest and numbers the rows.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from rnnbound.cli.frame.output_files import closed_after
from rnnbound.cli.frame.streams import writing
from rnnbound.errors import RequestError, shown, wrong
from rnnbound.presentation.output_formats import Format, RowTable, RowWriter

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from rnnbound.sweeping.sweep import Sweep

_OPTION: Final = "--resume"
_BLOCK: Final = 1 << 20
_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0)
#: Bytes of a line that hold the number of its row.
_HEAD: Final = 200
_KEY: Final = re.compile(rb'^\{?"?(sweep_[0-9a-f]+)"?[,:]')


class SweepFile:
    """A file that rows are appended to.

    Attributes:
        writer: how rows are written.
        there: how many rows it holds already.
    """

    def __init__(self, path: Path, sweep: Sweep, form: Format, table: RowTable) -> None:
        self._path, self._sweep = path, sweep
        self._key = f"sweep_{sweep.digest}"
        self.writer: RowWriter = form.rows(replace(table, key=self._key))
        #: How the first line begins.
        self._begins = (self.writer.header or f'{{"{self._key}": 1').encode()
        self.there = 0

    @contextmanager
    def appending(self) -> Iterator[BinaryIO]:
        """The file, without a torn last line, ready for the next row.

        Raises:
            RequestError: it is not a file of this sweep, or somebody else writes to it.
        """
        file, where = self._opened(), str(self._path)
        with closed_after(file, where):
            self._lock(file)
            end = self._read(file)
            with writing(where):
                file.seek(end)
                file.truncate()
                if not end:
                    file.write(self.writer.header.encode())
            yield file

    def _opened(self) -> BinaryIO:
        try:
            # Opening a pipe would wait for its other end.
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | _AT_ONCE, 0o666)
        except OSError as error:
            raise wrong(_OPTION, f"{shown(str(self._path))}: {error.strerror or error}") from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise wrong(_OPTION, f"{shown(str(self._path))} is not a regular file")
        return os.fdopen(handle, "r+b")

    def _lock(self, file: BinaryIO) -> None:
        if sys.platform == "win32":  # which refuses a second writer's truncation by itself
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"{shown(str(self._path))} is being written by another sweep"
            raise wrong(_OPTION, message) from None
        except OSError:  # a file system without locks
            return

    def _read(self, file: BinaryIO) -> int:
        """Where the last whole line ends."""
        start = file.read(len(self._begins))
        if not start:
            return 0
        if start != self._begins[: len(start)]:
            raise self._strange(file)
        lines, end, last = _lines(file)
        if not lines:
            return 0  # the first line is torn
        self.there = lines - bool(self.writer.header)
        if self.there and self._number(last) != self.there:
            raise wrong(_OPTION, f"{self._path} is damaged: line {lines} is not row {self.there}")
        if self.there > len(self._sweep):
            raise wrong(_OPTION, f"{self._path} has more rows than the sweep")
        return end

    def _number(self, line: bytes) -> int | None:
        """The number of the row that a line says it is."""
        csv = bool(self.writer.header)
        text = line if csv else line.removeprefix(f'{{"{self._key}": '.encode())
        digits = text.partition(b",")[0]
        return int(digits) if digits.isdigit() and len(digits) < 20 else None

    def _strange(self, file: BinaryIO) -> RequestError:
        file.seek(0)
        key = _KEY.match(file.read(200))
        ours = f"this one is {self._key.removeprefix('sweep_')}"
        if key is None:
            reason = f"{self._path} is not the file of a sweep in this form; give a new one"
        elif key[1].decode() == self._key:
            reason = f"{self._path} has the columns of another sweep"
        else:
            other = key[1].decode().removeprefix("sweep_")
            reason = (
                f"{self._path} belongs to another sweep ({other}; {ours}): the grid, the scenario, "
                "the columns or the version of rnnbound differ"
            )
        return wrong(_OPTION, reason)


def _lines(file: BinaryIO) -> tuple[int, int, bytes]:
    """How many whole lines there are, where the last one ends, and how that line begins."""
    file.seek(0)
    lines = end = begin = offset = 0
    while block := file.read(_BLOCK):
        found = block.count(b"\n")
        if found:
            lines += found
            last = block.rfind(b"\n")
            before = block.rfind(b"\n", 0, last)
            begin = offset + before + 1 if before >= 0 else end
            end = offset + last + 1
        offset += len(block)
    file.seek(begin)
    return lines, end, file.read(min(end - begin, _HEAD))
