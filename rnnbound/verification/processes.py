"""Sharing work among processes so that an interruption ends them at once.

A pool of the standard library may hang or wait when it is interrupted; here the first process
alone hears of Ctrl-C and ends the others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final, TypeVar, cast

from rnnbound.network.workers import deaf

T = TypeVar("T")

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def share(tasks: Sequence[Callable[[], T]], jobs: int) -> Generator[tuple[int, T], None, None]:
    """Run the tasks and yield each result with the task's place, in the order they end.

    Args:
        tasks: picklable functions without arguments; the last ones are started first.
        jobs: how many processes; with one, everything happens here.

    Raises:
        RuntimeError: a process died.
        Exception: what a task raised.
    """
    jobs = min(jobs, len(tasks))
    if jobs == 1:
        for index, task in enumerate(tasks):
            yield index, task()
        return
    waiting = list(range(len(tasks)))
    workers: dict[Connection, tuple[BaseProcess, int]] = {}
    try:
        with _one_thread_each():
            for _ in range(jobs):
                _start(workers, tasks, waiting.pop())
        while workers:
            for ready in cast("list[Connection]", wait(list(workers))):
                process, index = workers.pop(ready)
                yield index, _result(ready, process)
                if waiting:
                    _hand(workers, ready, process, tasks, waiting.pop())
                else:
                    ready.close()
    finally:
        for process, _ in workers.values():
            process.kill()


def _start(
    workers: dict[Connection, tuple[BaseProcess, int]],
    tasks: Sequence[Callable[[], T]],
    index: int,
) -> None:
    # A fork would copy locks that threads of NumPy hold.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    with deaf():
        process.start()
    theirs.close()
    _hand(workers, ours, process, tasks, index)


def _hand(
    workers: dict[Connection, tuple[BaseProcess, int]],
    to: Connection,
    process: BaseProcess,
    tasks: Sequence[Callable[[], T]],
    index: int,
) -> None:
    workers[to] = process, index
    to.send(tasks[index])


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
        except EOFError:
            return
        try:
            answer = False, task()
        except Exception as error:
            answer = True, error
        tasks.send(answer)


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
