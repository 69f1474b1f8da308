"""Sharing work among the workers of an existing Dask cluster (the extra ``rnnbound[dask]``).

The scheduler runs again what a lost worker had, so a result is never missing and never doubled.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from rnnbound.execution.processes import AHEAD
from rnnbound.setting.faults import shown, wrong

T = TypeVar("T")

#: Seconds to wait for the scheduler, and for the first of its workers.
PATIENCE: Final = 10
#: How often a task may be begun again after its worker was lost.
_RETRIES: Final = 10


def share(tasks: Sequence[Callable[[], T]], address: str) -> Generator[tuple[int, T], None, None]:
    """Like :func:`rnnbound.execution.processes.share`, on the cluster at `address`.

    Raises:
        RequestError: there is no such cluster, or distributed is not installed.
        RuntimeError: a task's workers were lost again and again.
    """
    with _client(address) as client:
        places = reversed(range(len(tasks)))
        futures = {_submit(client, tasks[index]): index for index in places}
        for future in _distributed().as_completed(list(futures), loop=client.loop):
            yield futures[future], _result(future)


def in_order(tasks: Iterable[Callable[[], T]], address: str) -> Generator[T, None, None]:
    """Like :func:`rnnbound.execution.processes.in_order`, on the cluster at `address`.

    Raises:
        RequestError: there is no such cluster, or distributed is not installed.
        RuntimeError: a task's workers were lost again and again.
    """
    with _client(address) as client:
        source, running = iter(tasks), deque[Any]()
        while True:
            # Workers come and go: as much as they can do now, and some ahead.
            wanted = AHEAD * max(1, sum(client.nthreads().values()))
            while len(running) < wanted and (task := next(source, None)) is not None:
                running.append(_submit(client, task))
            if not running:
                return
            yield _result(running.popleft())


def _submit(client: Any, task: Callable[[], T]) -> Any:
    return client.submit(task, pure=False, retries=_RETRIES)


def _result(future: Any) -> Any:
    try:
        return future.result()
    except _distributed().KilledWorker as error:
        raise RuntimeError(f"the workers that had a task were lost too often: {error}") from None


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise wrong("dask", "needs distributed: pip install 'rnnbound[dask]'") from None
    return distributed


@contextmanager
def _client(address: str) -> Iterator[Any]:
    distributed = _distributed()
    try:
        if not address.startswith("inproc://"):
            # A client that gets no further than this complains once more when it is collected.
            distributed.comm.get_address_host_port(address)
        client: Any = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        message = f"no scheduler answers at {shown(address)}: {reason[:160]}"
        raise wrong("dask", message) from None
    try:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            message = f"the scheduler at {shown(address)} has no workers"
            raise wrong("dask", message) from None
        yield client
    finally:
        client.close(timeout=2)
