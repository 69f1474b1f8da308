"""Threads of this process: for long calls of NumPy, and of its BLAS, which shall have but one.

Threads gain where each call takes a millisecond and more: NumPy lets go of the interpreter's lock
in it.  Two threads that make calls of 15 µs, the time of an operation on 24,000 numbers, take as
long as one; such work is for :mod:`rnnbound.parallel.processes`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from functools import cache
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")


def in_order(tasks: Iterable[Callable[[], T]], jobs: int) -> Iterator[T]:
    """Run tasks on threads and yield their results in their order; few are ever held.

    Args:
        tasks: functions without arguments, made as they are needed.
        jobs: how many threads.
    """
    if jobs == 1:
        yield from (task() for task in tasks)
        return
    source = iter(tasks)
    with ThreadPoolExecutor(jobs) as pool:

        def begun(task: Callable[[], T]) -> Future[T]:
            # In the caller's context, which says what happens to what overflows.
            return pool.submit(copy_context().run, task)

        ahead = deque(begun(task) for task in islice(source, 2 * jobs))
        while ahead:
            found = ahead.popleft().result()
            if (task := next(source, None)) is not None:
                ahead.append(begun(task))
            yield found


def one_blas_thread() -> AbstractContextManager[Any]:
    """Keep the BLAS of NumPy to one thread inside, so that workers have the other cores."""
    limits: AbstractContextManager[Any] = _blas().limit(limits=1, user_api="blas")
    return limits


@cache
def _blas() -> Any:
    """What knows the BLAS libraries of this process: it looks for them for 20 ms, once.

    SciPy's own, if it is loaded later, keeps its threads; nothing that is shared calls it.
    """
    import numpy as np
    from threadpoolctl import ThreadpoolController

    del np  # loaded, so that its BLAS is found
    return ThreadpoolController()
