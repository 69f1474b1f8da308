"""Memory that several processes read and write, and that goes when the last of them does.

Not :mod:`multiprocessing.shared_memory`: what a process leaves behind there when it is killed stays
until the machine starts again.
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from typing import Final

#: A file system in memory; elsewhere the pages of a temporary file do.
_MEMORY: Final = "/dev/shm"  # noqa: S108


@dataclass(frozen=True, slots=True)
class Ticket:
    """By what another process finds shared memory; on Windows its name, elsewhere a file follows.

    Attributes:
        size: in bytes.
        name: on Windows.
    """

    size: int
    name: str


class SharedMemory:
    """Shared memory, as the one sees it who makes it.

    Args:
        size: in bytes.

    Attributes:
        buffer: the memory.
        ticket: for other processes.
    """

    def __init__(self, size: int) -> None:
        self._file: int | None = None
        if sys.platform == "win32":
            self.ticket = Ticket(size, f"rnnbound-{os.urandom(8).hex()}")
            self.buffer = mmap.mmap(-1, size, tagname=self.ticket.name)
            return
        self.ticket = Ticket(size, "")
        folder = _MEMORY if os.path.isdir(_MEMORY) else None
        with tempfile.TemporaryFile(dir=folder) as file:
            file.truncate(size)
            self.buffer = mmap.mmap(file.fileno(), size)
            self._file = os.dup(file.fileno())

    def send(self, connection: Connection, pid: int | None) -> None:
        """Let the process at the other end, which has the ticket, :func:`attach` it."""
        if self._file is not None:
            send_handle(connection, self._file, pid)

    def close(self) -> None:
        """Send it to nobody any more."""
        if self._file is not None:
            os.close(self._file)


def attach(connection: Connection, ticket: Ticket) -> mmap.mmap:
    """The same memory in a process that was sent it."""
    if sys.platform == "win32":
        return mmap.mmap(-1, ticket.size, tagname=ticket.name)
    file = recv_handle(connection)
    try:
        return mmap.mmap(file, ticket.size)
    finally:
        os.close(file)
