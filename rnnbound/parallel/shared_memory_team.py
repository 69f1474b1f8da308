"""Work that is dealt out again and again to workers in shared memory, at a high rate.

Threads would wait for the interpreter's lock between any two calls of NumPy, which costs a third
of what a second one gains.  A process takes a while to start, so it joins in when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from mmap import mmap
from types import TracebackType
from typing import Any, Self, TypeVar

from rnnbound.parallel.lost_work import WorkerLostError
from rnnbound.parallel.persistent_workers import Worker, borrowed
from rnnbound.parallel.shared_memory import SharedMemory

T = TypeVar("T")


class Team:
    """The workers for one kind of work; a context manager, which lets go of them.

    Args:
        make: what a worker makes of the shared memory, a context, and does the work with.
        size: bytes of that memory.
        others: how many processes beside this one.

    Attributes:
        memory: what is shared.
    """

    def __init__(
        self, make: Callable[[mmap], AbstractContextManager[Any]], size: int, others: int
    ) -> None:
        self.make, self.others = make, others
        self.shared = SharedMemory(size)
        self.memory = self.shared.buffer
        self.told: list[Worker] = []
        self.waiting: list[Worker] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self.shared.close)
            another = stack.enter_context(borrowed())
            self.waiting = [another() for _ in range(self.others)]
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            for worker in self.told:
                with suppress(WorkerLostError):
                    worker.send(None)
        self._stack.__exit__(kind, error, trace)

    def share(self, what: str, parts: int, here: Callable[[range], T]) -> list[T]:
        """Let every worker that is ready do its parts of the work, and `here` this process's.

        Args:
            what: a method of what the workers made, given a range of parts.
            parts: how many there are.
            here: does some parts, the first among them.

        Returns:
            What was returned, here first.
        """
        for worker in [worker for worker in self.waiting if worker.poll()]:
            worker.hold(self.make, self.shared)
            self.waiting.remove(worker)
            self.told.append(worker)
        hands = 1 + len(self.told)
        for place, worker in enumerate(self.told, 1):
            worker.send((what, (range(place, parts, hands),)))
        return [here(range(0, parts, hands)), *(worker.receive() for worker in self.told)]
