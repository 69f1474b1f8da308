"""Sharing work among processes so that an interruption ends them at once.

A pool of the standard library may hang or wait when it is interrupted; here the first process
alone hears of Ctrl-C and ends the others.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final, TypeVar, cast

T = TypeVar("T")

#: Results that may be finished before an earlier one is, for each process.
AHEAD: Final = 4
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


#: What is to be done next, with its place; None when there is nothing to hand out now.
Source = Callable[[], "tuple[int, Callable[[], T]] | None"]


def share(tasks: Sequence[Callable[[], T]], jobs: int) -> Generator[tuple[int, T], None, None]:
    """Run the tasks and yield each result with the task's place, in the order they end.

    Args:
        tasks: picklable functions without arguments; the last ones are started first.
        jobs: how many processes; with one, everything happens here.

    Raises:
        RuntimeError: a process died.
        Exception: what a task raised.
    """
    if min(jobs, len(tasks)) == 1:
        yield from ((index, task()) for index, task in enumerate(tasks))
        return
    waiting = list(range(len(tasks)))

    def last() -> tuple[int, Callable[[], T]] | None:
        return (waiting[-1], tasks[waiting.pop()]) if waiting else None

    yield from _run(last, min(jobs, len(tasks)))


def in_order(tasks: Iterable[Callable[[], T]], jobs: int) -> Generator[T, None, None]:
    """Run tasks that are made as they are needed, and yield their results in their order.

    Few more than `jobs` results are ever held.

    Raises:
        RuntimeError: a process died.
        Exception: what a task raised.
    """
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
    workers: dict[Connection, tuple[BaseProcess, int]] = {}
    idle: list[tuple[Connection, BaseProcess]] = []
    try:
        while True:
            while len(workers) < jobs and (task := source()) is not None:
                if idle:
                    _hand(workers, *idle.pop(), task)
                else:
                    with _one_thread_each():
                        _start(workers, task)
            if not workers:
                return
            for ready in cast("list[Connection]", wait(list(workers))):
                process, index = workers.pop(ready)
                result: T = _result(ready, process)
                idle.append((ready, process))
                yield index, result
    finally:
        for process in (*(p for p, _ in workers.values()), *(p for _, p in idle)):
            process.kill()


def _start(
    workers: dict[Connection, tuple[BaseProcess, int]], task: tuple[int, Callable[[], T]]
) -> None:
    # A fork would copy locks that threads of NumPy hold.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    with _deaf():
        process.start()
    theirs.close()
    _hand(workers, ours, process, task)


def _hand(
    workers: dict[Connection, tuple[BaseProcess, int]],
    to: Connection,
    process: BaseProcess,
    task: tuple[int, Callable[[], T]],
) -> None:
    index, function = task
    workers[to] = process, index
    to.send(function)


def _result(from_: Connection, process: BaseProcess) -> T:  # type: ignore[type-var]
    try:
        failed, value = from_.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"a process died (exit code {process.exitcode}); try one job") from None
    if failed:
        raise value
    return cast("T", value)


def _work(tasks: Connection) -> None:
    """What a process does: one task after another, until there are no more."""
    while True:
        try:
            task = tasks.recv()
        except (EOFError, OSError):
            return
        try:
            answer = False, task()
        except Exception as error:
            answer = True, error
        try:
            tasks.send(answer)
        except OSError:  # nobody is left to hear of it
            return


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C; the one who starts them hears it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
