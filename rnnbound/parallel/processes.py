"""Sharing work among processes so that an interruption ends them at once.

A pool of the standard library may hang or wait when it is interrupted; here the first process
alone hears of Ctrl-C and ends the others.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Final, TypeVar, cast

from rnnbound.parallel.child_processes import Child, answer

T = TypeVar("T")

#: Results that may be finished before an earlier one is, for each process.
AHEAD: Final = 4
_MOST_JOBS: Final = 8
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


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
    workers: dict[Connection, tuple[Child, int]] = {}
    idle: list[Child] = []
    try:
        while True:
            while len(workers) < jobs and (task := source()) is not None:
                index, function = task
                child = idle.pop() if idle else _start()
                workers[child.connection] = child, index
                child.send(function)
            if not workers:
                return
            for ready in cast("list[Connection]", wait(list(workers))):
                child, index = workers.pop(ready)
                idle.append(child)
                failed, value = child.receive()
                if failed:
                    raise value
                yield index, value
    finally:
        for child in (*(child for child, _ in workers.values()), *idle):
            child.kill()


def _start() -> Child:
    with _one_thread_each():
        return Child(_work, "try fewer --jobs")


def _work(tasks: Connection) -> None:
    """What a process does: one task after another, until there are no more."""
    there = True
    while there:
        try:
            there = answer(tasks, (False, _task(tasks)()))
        except EOFError:
            return
        except Exception as error:
            there = answer(tasks, (True, _portable(error)))


def _task(tasks: Connection) -> Callable[[], object]:
    task: Callable[[], object] = tasks.recv()
    return task


def _portable(error: Exception) -> Exception:
    """An error that arrives as what it is; some cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # of our own
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let every process compute with one thread, so that they do not fight for the cores."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
