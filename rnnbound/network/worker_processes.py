"""Processes that take over lanes.

Threads would wait for the interpreter's lock between any two calls of NumPy, which costs a third
of what a second one gains.  A process takes a while to start, so it joins in when it is ready, and
stays for later work.  Neither needs anything of the caller's script: it is not run again.
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from types import ModuleType, TracebackType
from typing import Final, Self

from rnnbound.network.work_sharing import Board, Lanes, Work, set_up_numpy
from rnnbound.parallel.child_processes import Child
from rnnbound.parallel.lost_work import WorkerLostError

#: A file system in memory; elsewhere the pages of a temporary file do.
_MEMORY: Final = "/dev/shm"  # noqa: S108


class Worker:
    """A process and the way to it; `ready` once it has started and answered."""

    def __init__(self) -> None:
        with _nobody_as_main():
            self._child = Child(_serve, "try fewer --jobs (workers=1)")
        self.connection, self.process = self._child.connection, self._child.process
        self.ready = False

    def poll(self) -> bool:
        """Whether it is ready, without waiting for it."""
        if not self.ready and self.connection.poll():
            self.receive()
            self.ready = True
        return self.ready

    def send(self, task: object, file: int | None = None) -> None:
        """Give it a task, and an open file with it.

        Raises:
            WorkerLostError: it died.
        """
        self._child.send(task)
        if file is not None:
            try:
                send_handle(self.connection, file, self.process.pid)
            except OSError:
                raise self._child.lost() from None

    def receive(self) -> dict[int, float]:
        """Its next answer.

        Raises:
            WorkerLostError: it died.
            Exception: what it raised.
        """
        answer = self._child.receive()
        if isinstance(answer, Exception):
            raise answer
        found: dict[int, float] = answer
        return found

    def kill(self) -> None:
        """End it at once."""
        self._child.kill()


#: Processes without work. They end with this one, or when it is gone.
_idle: list[Worker] = []
if hasattr(os, "register_at_fork"):
    # They are not the children of a child.
    os.register_at_fork(after_in_child=_idle.clear)


class Team:
    """The workers for one kind of work; a context manager, which lets go of them.

    Args:
        work: what there is to compute.
        size: bytes of the board.
        others: how many processes beside this one.
    """

    def __init__(self, work: Work, size: int, others: int) -> None:
        self.work, self.size = work, size
        self.memory, self.name, self.file = _shared(size)
        self.told: list[Worker] = []
        self.waiting: list[Worker] = []
        while len(self.waiting) < others:
            worker = _idle.pop() if _idle else Worker()
            if worker.process.is_alive():
                self.waiting.append(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.file is not None:
            os.close(self.file)
        for worker in self.told:
            if error is not None:
                worker.kill()
                continue
            with suppress(WorkerLostError):
                worker.send(None)
                _idle.append(worker)
        _idle.extend(self.waiting)

    def share(self, what: str, here: Callable[[range], dict[int, float]]) -> dict[int, float]:
        """Let every worker that is ready do its lanes, and `here` do this process's.

        Args:
            what: a method of `Lanes`.
            here: does some lanes, lane 0 among them.

        Returns:
            All that the lanes returned.
        """
        for worker in [worker for worker in self.waiting if worker.poll()]:
            self._tell(worker)
        lanes, hands = self.work.lanes, 1 + len(self.told)
        for place, worker in enumerate(self.told, 1):
            worker.send((what, range(place, lanes, hands)))
        found = here(range(0, lanes, hands))
        for worker in self.told:
            found |= worker.receive()
        return found

    def _tell(self, worker: Worker) -> None:
        worker.send((self.work, self.size, self.name), self.file)
        self.waiting.remove(worker)
        self.told.append(worker)


def _shared(size: int) -> tuple[mmap.mmap, str, int | None]:
    """Memory that goes when its last user does: itself, its name on Windows, else its file."""
    if sys.platform == "win32":
        name = f"rnnbound-{os.urandom(8).hex()}"
        return mmap.mmap(-1, size, tagname=name), name, None
    folder = _MEMORY if os.path.isdir(_MEMORY) else None
    with tempfile.TemporaryFile(dir=folder) as file:
        file.truncate(size)
        return mmap.mmap(file.fileno(), size), "", os.dup(file.fileno())


def _attached(connection: Connection, size: int, name: str) -> mmap.mmap:
    """The same memory in a worker."""
    if sys.platform == "win32":
        return mmap.mmap(-1, size, tagname=name)
    file = recv_handle(connection)
    try:
        return mmap.mmap(file, size)
    finally:
        os.close(file)


def _serve(connection: Connection) -> None:
    """What a worker does: it learns of some work, does lanes of it, and forgets it."""
    lanes: Lanes | None = None
    with set_up_numpy():
        connection.send({})
        while True:
            task = connection.recv()
            if task is None:
                lanes = None
            elif isinstance(task[0], Work):
                work, size, name = task
                lanes = Lanes(work, Board(work, _attached(connection, size, name)))
            else:
                what, which = task
                connection.send(_answer(lanes, what, which))


def _answer(lanes: Lanes | None, what: str, which: range) -> dict[int, float] | Exception:
    try:
        found: dict[int, float] = getattr(lanes, what)(which)
    except Exception as error:
        return error
    return found


@contextmanager
def _nobody_as_main() -> Iterator[None]:
    """Start processes that do not run the caller's script, which need not expect it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
