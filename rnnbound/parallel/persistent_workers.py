"""Worker processes that stay: for tasks of any kind, and for shares of work in shared memory.

A process takes half a second to start, so whoever is done with one leaves it to the next who wants
one, and nobody need wait until it has started.  A worker is sent

* a function without arguments, and answers with its value;
* :class:`Hold`, upon which it makes something and keeps it, without an answer;
* (name of a method of what it holds, its arguments), and answers with its value;
* None, upon which it forgets what it holds, without an answer.

An answer is (False, the value) or (True, the error).
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from mmap import mmap
from multiprocessing.connection import Connection
from typing import Any

from rnnbound.parallel.child_processes import Child
from rnnbound.parallel.shared_memory import SharedMemory, Ticket, attach


@dataclass(frozen=True, slots=True)
class Hold:
    """What a worker makes of shared memory, and keeps.

    Attributes:
        make: a context that the worker enters for it.
        ticket: of the memory.
    """

    make: Callable[[mmap], AbstractContextManager[Any]]
    ticket: Ticket


class Worker:
    """A process and the way to it; `ready` once it has started and answered."""

    def __init__(self) -> None:
        self._child = Child(_serve, "try fewer --jobs (workers=1)")
        self.connection, self.process = self._child.connection, self._child.process
        self.ready = False

    def poll(self) -> bool:
        """Whether it is ready, without waiting for it.

        Raises:
            WorkerLostError: it died.
        """
        if not self.ready and self.connection.poll():
            self.receive()
            self.ready = True
        return self.ready

    def send(self, task: object) -> None:
        """Give it something to do or to forget.

        Raises:
            WorkerLostError: it died.
        """
        self._child.send(task)

    def hold(
        self, make: Callable[[mmap], AbstractContextManager[Any]], memory: SharedMemory
    ) -> None:
        """Let it make something of shared memory, and keep it.

        Raises:
            WorkerLostError: it died.
        """
        self._child.send(Hold(make, memory.ticket))
        try:
            memory.send(self.connection, self.process.pid)
        except OSError:
            raise self._child.lost() from None

    def receive(self) -> Any:
        """Its next answer, the first of which says that it has started.

        Raises:
            WorkerLostError: it died.
            Exception: what it raised.
        """
        failed, value = self._child.receive()
        if failed:
            raise value
        return value

    def kill(self) -> None:
        """End it at once."""
        self._child.kill()


#: Processes without work. They end with this one, or when it is gone.
idle: list[Worker] = []
if hasattr(os, "register_at_fork"):
    # They are not the children of a child.
    os.register_at_fork(after_in_child=idle.clear)


@contextmanager
def borrowed() -> Iterator[Callable[[], Worker]]:
    """Workers, as many as are asked for, which may not have started yet.

    They are idle again after the block.  If it is left by anything that is raised, they may be
    busy, and are killed.
    """
    taken: list[Worker] = []

    def another() -> Worker:
        while idle:
            worker = idle.pop()
            if worker.process.is_alive():
                break
        else:
            worker = Worker()
        taken.append(worker)
        return worker

    try:
        yield another
    except BaseException:
        for worker in taken:
            worker.kill()
        raise
    idle.extend(taken)


def _serve(connection: Connection) -> None:
    """What a worker does, until nobody is left to work for."""
    connection.send((False, None))
    held: Any = None
    with ExitStack() as stack:
        while True:
            try:
                task = connection.recv()
            except EOFError:
                return
            except Exception as error:  # something that is not known here
                connection.send((True, _portable(error)))
                continue
            if task is None:
                held = None
                stack.close()
            elif isinstance(task, Hold):
                held = stack.enter_context(task.make(attach(connection, task.ticket)))
            else:
                connection.send_bytes(_answer(task, held))


def _answer(task: Any, held: Any) -> bytes:
    try:
        return pickle.dumps((False, _done(task, held)))
    except Exception as error:
        return pickle.dumps((True, _portable(error)))


def _done(task: Any, held: Any) -> Any:
    if isinstance(task, tuple):
        name, arguments = task
        return getattr(held, name)(*arguments)
    return task()


def _portable(error: Exception) -> Exception:
    """An error that arrives as what it is; some cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # of our own
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
