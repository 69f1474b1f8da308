"""Tasks that do not depend on each other, wherever they are run: here, in processes, on a cluster.

The modules of both are imported when they are wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def share(
    tasks: Sequence[Callable[[], T]], jobs: int, dask: str | None = None
) -> Generator[tuple[int, T], None, None]:
    """Run the tasks and yield each result with the task's place, in the order they end.

    Args:
        tasks: picklable functions without arguments; the last ones are started first.
        jobs: how many processes, at most :func:`rnnbound.parallel.processes.most_jobs`; with one,
            everything happens here.
        dask: address of a running Dask scheduler to use instead.

    Raises:
        RequestError: there is no such cluster.
        WorkerLostError: a process died, or the cluster is gone.
        Exception: what a task raised.
    """
    if dask is not None:
        from rnnbound.parallel import cluster

        return cluster.share(tasks, dask)
    from rnnbound.parallel import processes

    return processes.share(tasks, jobs)


def in_order(
    tasks: Iterable[Callable[[], T]], jobs: int, dask: str | None = None
) -> Generator[T, None, None]:
    """Run tasks that are made as they are needed, and yield their results in their order.

    Arguments and errors are those of :func:`share`; few results are ever held.
    """
    if dask is not None:
        from rnnbound.parallel import cluster

        return cluster.in_order(tasks, dask)
    from rnnbound.parallel import processes

    return processes.in_order(tasks, jobs)
