"""Tasks that do not depend on each other, shared among processes.

A pool of the standard library may hang or wait when it is interrupted; here the first process
alone hears of Ctrl-C and ends the others.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from multiprocessing import current_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any, Final, TypeVar, cast

from rnnbound.parallel.workers import Worker, borrowed

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


def together(tasks: Sequence[Callable[[], T]], jobs: int) -> list[T]:
    """Run tasks here and in workers that have started, and return their results in their order.

    For tasks of some milliseconds and more, again and again: nobody waits for a worker to start.

    Args:
        tasks: picklable functions without arguments.
        jobs: how many processes, this one included; in a worker, this one alone.

    Raises:
        WorkerLostError: a process died.
        Exception: what a task raised, the first in order of those that were run.
    """
    jobs = min(jobs, len(tasks), most_jobs())
    if jobs <= 1 or current_process().daemon:  # a daemonic process may not have children
        return [task() for task in tasks]
    left, found = deque(range(len(tasks))), dict[int, Any]()
    errors: dict[int, Exception] = {}

    def work(do: Callable[[Callable[[], T]], T], started: Callable[[], object]) -> None:
        """Take one task after another until there are no more, or one failed."""
        while left and not errors:
            started()
            try:
                index = left.popleft()
            except IndexError:  # another was faster
                return
            try:
                found[index] = do(tasks[index])
            except Exception as error:
                errors[index] = error

    with borrowed() as another:
        starting = [another() for _ in range(jobs - 1)]
        threads: list[Thread] = []

        def join_in() -> None:
            for worker in [worker for worker in starting if worker.poll()]:
                starting.remove(worker)
                # It waits for its worker's answers, and computes nothing.
                threads.append(Thread(target=work, args=(_by(worker), _nothing), daemon=True))
                threads[-1].start()

        work(lambda task: task(), join_in)
        for thread in threads:
            thread.join()
    if errors:
        raise errors[min(errors)]
    return [found[index] for index in range(len(tasks))]


def _nothing() -> None:
    pass


def _by(worker: Worker) -> Callable[[Callable[[], T]], T]:
    def do(task: Callable[[], T]) -> T:
        worker.send(task)
        found: T = worker.receive()
        return found

    return do
