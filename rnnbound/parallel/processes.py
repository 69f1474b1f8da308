"""Tasks that do not depend on each other, shared among processes.

A pool of the standard library may hang or wait when it is interrupted; here the first process
alone hears of Ctrl-C and ends the others.  Nor does a pool let its owner work, too, and begin
before its processes have started, as :func:`together` does.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from multiprocessing import current_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Final, Generic, TypeVar, cast

from rnnbound.parallel.persistent_workers import Worker, borrowed

T = TypeVar("T")

#: Results that may be finished before an earlier one is, for each process.
AHEAD: Final = 4
_MOST_JOBS: Final = 8


#: What is to be done next, with its place; None when there is nothing to hand out now.
Source = Callable[[], "tuple[int, Callable[[], T]] | None"]


def most_jobs() -> int:
    """More processes than this gain nothing, and take the memory of the machine."""
    return max(_MOST_JOBS, os.cpu_count() or 1)


def share(tasks: Sequence[Callable[[], T]], jobs: int) -> Generator[tuple[int, T], None, None]:
    """Run the tasks and yield each result with the task's place, in the order they end.

    Args:
        tasks: picklable functions without arguments; the last ones are started first.
        jobs: how many processes, :func:`most_jobs` at most; with one, everything happens here.

    Raises:
        WorkerLostError: a process died.
        Exception: what a task raised.
    """
    jobs = min(jobs, len(tasks), most_jobs())
    if jobs == 1:
        yield from ((index, task()) for index, task in enumerate(tasks))
        return
    waiting = list(range(len(tasks)))

    def last() -> tuple[int, Callable[[], T]] | None:
        return (waiting[-1], tasks[waiting.pop()]) if waiting else None

    yield from _run(last, jobs)


def in_order(tasks: Iterable[Callable[[], T]], jobs: int) -> Generator[T, None, None]:
    """Run tasks that are made as they are needed, and yield their results in their order.

    Few more than `jobs` results are ever held.

    Raises:
        WorkerLostError: a process died.
        Exception: what a task raised.
    """
    jobs = min(jobs, most_jobs())
    if jobs == 1:
        yield from (task() for task in tasks)
        return
    source, done, handed = iter(tasks), 0, 0

    def following() -> tuple[int, Callable[[], T]] | None:
        nonlocal handed
        task = next(source, None) if handed < done + AHEAD * jobs else None
        if task is None:
            return None
        handed += 1
        return handed - 1, task

    results: dict[int, T] = {}
    running = _run(following, jobs)
    try:
        for index, result in running:
            results[index] = result
            while done in results:
                done += 1
                yield results.pop(done - 1)
    finally:
        running.close()


def _run(source: Source[T], jobs: int) -> Generator[tuple[int, T], None, None]:
    """Hand out what the source has until it has nothing and all is done."""
    busy: dict[Connection, tuple[Worker, int]] = {}
    free: list[Worker] = []
    with borrowed() as another:
        while True:
            while len(busy) < jobs and (task := source()) is not None:
                index, function = task
                worker = free.pop() if free else another()
                busy[worker.connection] = worker, index
                worker.send(function)
            if not busy:
                return
            for ready in cast("list[Connection]", wait(list(busy))):
                worker, index = busy[ready]
                if not worker.ready:  # it says that it has started
                    worker.poll()
                    continue
                value = worker.receive()
                del busy[ready]
                free.append(worker)
                yield index, value


def together(tasks: Sequence[Callable[[], T]], jobs: int) -> Generator[T, None, None]:
    """Run tasks here and in workers that have started, and yield their results in their order.

    For tasks of some milliseconds and more, again and again: nobody waits for a worker to start.

    Args:
        tasks: picklable functions without arguments.
        jobs: how many processes, this one included; in a worker, this one alone.

    Raises:
        WorkerLostError: a process died.
        Exception: what a task raised.
    """
    jobs = min(jobs, len(tasks), most_jobs())
    if jobs <= 1 or current_process().daemon:  # a daemonic process may not have children
        yield from (task() for task in tasks)
        return
    with borrowed() as another:
        hands = _Hands(tasks, [another() for _ in range(jobs - 1)])
        yield from hands.results()
    if hands.error is not None:
        raise hands.error


class _Hands(Generic[T]):
    """This process and some workers, each taking the next task when it is done with one.

    Attributes:
        error: what a task raised; no other is begun then, and no worker is left busy.
    """

    def __init__(self, tasks: Sequence[Callable[[], T]], workers: list[Worker]) -> None:
        self.tasks, self.starting = tasks, workers
        self.left = deque(range(len(tasks)))
        self.threads: list[Thread] = []
        self.found: dict[int, T] = {}
        self.error: Exception | None = None

    def results(self) -> Generator[T, None, None]:
        """What the tasks return, in their order, until one raises."""
        done = 0
        while self._next(lambda task: task()):
            # Each waits in a thread for its worker's answers, and computes nothing here.
            for worker in [worker for worker in self.starting if worker.poll()]:
                self.starting.remove(worker)
                self.threads.append(Thread(target=self._follow, args=(worker,), daemon=True))
                self.threads[-1].start()
            while done in self.found:
                yield self.found.pop(done)
                done += 1
        for thread in self.threads:
            thread.join()
        while done in self.found:
            yield self.found.pop(done)
            done += 1

    def _follow(self, worker: Worker) -> None:
        def do(task: Callable[[], T]) -> T:
            worker.send(task)
            found: T = worker.receive()
            return found

        while self._next(do):
            pass

    def _next(self, do: Callable[[Callable[[], T]], T]) -> bool:
        """Do one more task; whether there was one."""
        if self.error is not None:
            return False
        try:
            index = self.left.popleft()
        except IndexError:
            return False
        try:
            self.found[index] = do(self.tasks[index])
        except Exception as error:
            self.error = error
        return True
