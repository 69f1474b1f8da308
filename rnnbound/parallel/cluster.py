"""Sharing work among the workers of an existing Dask cluster (the extra ``rnnbound[dask]``).

The scheduler runs again what a lost worker had, so a result is never missing and never doubled.
Whoever does not answer is waited for so long and no longer: the scheduler and the first worker for
:data:`PATIENCE`, new workers in place of the last one that was lost for :data:`RETURN` seconds.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pkgutil import resolve_name
from time import monotonic
from typing import Any, Final, TypeVar

from rnnbound import __version__
from rnnbound.errors import shown, wrong
from rnnbound.parallel.cluster_address import Address, within
from rnnbound.parallel.lost_work import WorkerLostError
from rnnbound.parallel.processes import AHEAD

T = TypeVar("T")

#: Seconds to wait for the scheduler, for the first of its workers, and for any answer of theirs.
PATIENCE: Final = 10
#: Seconds at least for a scheduler to answer once it listens.
_SHAKE: Final = 3
#: Seconds to wait for new workers when all are lost.
RETURN: Final = 15
#: Seconds from one look at the cluster to the next while nothing comes.
_LOOK: Final = 1.0
#: Seconds that a result may be on its way before a look at the cluster.
_FETCH: Final = 5.0
#: How often a task may be begun again after its worker was lost.
_RETRIES: Final = 10
_PACKAGE: Final = "rnnbound"
#: What a client raises that has lost its scheduler.
_LOST: Final = (CancelledError, OSError)


def share(tasks: Sequence[Callable[[], T]], address: str) -> Generator[tuple[int, T], None, None]:
    """Like :func:`rnnbound.parallel.processes.share`, on the cluster at `address`.

    Raises:
        RequestError: there is no such cluster, it cannot do this, or distributed is not installed.
        WorkerLostError: the scheduler or all workers were lost, or a task's again and again.
    """
    with _cluster(address) as cluster:
        places = reversed(range(len(tasks)))
        running = {cluster.submit(tasks[index]): index for index in places}
        while running:
            for future in cluster.first(list(running)):
                yield running.pop(future), cluster.result(future)


def in_order(tasks: Iterable[Callable[[], T]], address: str) -> Generator[T, None, None]:
    """Like :func:`rnnbound.parallel.processes.in_order`, on the cluster at `address`.

    Raises:
        RequestError: there is no such cluster, it cannot do this, or distributed is not installed.
        WorkerLostError: the scheduler or all workers were lost, or a task's again and again.
    """
    with _cluster(address) as cluster:
        source, running = iter(tasks), deque[Any]()
        while True:
            # Workers come and go: as much as they can do now, and some ahead.
            wanted = AHEAD * max(1, cluster.threads())
            while len(running) < wanted and (task := next(source, None)) is not None:
                running.append(cluster.submit(task))
            if not running:
                return
            yield cluster.result(running.popleft())


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker does, if it is of our version; one may join when work has begun."""

    function: Callable[[], Any]
    version: str = __version__

    def __call__(self) -> Any:
        if self.version != __version__:
            raise WorkerLostError(
                f"a worker of the cluster has rnnbound {__version__}, not {self.version}"
            )
        return self.function()


class _Cluster:
    """A client that gives up on a cluster that is gone."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        #: When there were workers for the last time.
        self._seen = monotonic()

    def submit(self, task: Callable[[], Any]) -> Any:
        return self._client.submit(_Task(task), pure=False, retries=_RETRIES)

    def threads(self) -> int:
        """How many tasks its workers can do at a time."""
        try:
            found: dict[str, int] = within(PATIENCE, self._client.nthreads)
        except _LOST as error:
            raise self._gone() from error
        now = monotonic()
        if found:
            self._seen = now
        elif now - self._seen > RETURN:
            raise WorkerLostError(
                f"all workers of the cluster at {self._address} are lost, and no other came "
                f"within {RETURN} seconds"
            )
        return sum(found.values())

    def first(self, futures: Sequence[Any]) -> Iterable[Any]:
        """Those that are done, as soon as there is one."""
        wait = partial(_distributed().wait, timeout=_LOOK, return_when="FIRST_COMPLETED")
        while True:
            try:
                with self._client.as_current():
                    done: Iterable[Any] = wait(futures).done
            except TimeoutError:
                self.threads()
            except _LOST as error:
                raise self._gone() from error
            else:
                return done

    def result(self, future: Any) -> Any:
        """What a task returned."""
        while True:
            try:
                return future.result(timeout=_FETCH)
            except TimeoutError:  # it is not ready, or was lost with its worker and is made again
                self.threads()
            except _distributed().KilledWorker as error:
                message = f"the workers that had a task were lost too often: {error}"
                raise WorkerLostError(message) from None
            except _LOST as error:
                raise self._gone() from error
            except ImportError as error:
                message = f"a worker of the cluster at {self._address} cannot do this: {error}"
                raise WorkerLostError(message) from None

    def _gone(self) -> WorkerLostError:
        return WorkerLostError(f"the scheduler at {self._address} is lost")


def _distributed() -> Any:
    try:
        import distributed
    except ModuleNotFoundError:
        raise wrong("dask", "needs distributed: pip install 'rnnbound[dask]'") from None
    return distributed


@contextmanager
def _cluster(text: str) -> Iterator[_Cluster]:
    distributed = _distributed()
    # What it logs is said in one sentence.
    for name in ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    address = Address.read(text)
    left = address.reach(PATIENCE)
    client = _client(distributed, address, max(left, _SHAKE))
    try:
        _check_versions(client, address)
        yield _Cluster(client, str(address))
    finally:
        with suppress(Exception):
            within(PATIENCE, lambda: client.close(timeout=2))


def _client(distributed: Any, address: Address, seconds: float) -> Any:
    try:
        make = partial(distributed.Client, str(address), timeout=seconds, set_as_default=False)
        return within(seconds, make)
    except Exception as error:  # whatever something else than a scheduler says is misunderstood
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        message = (
            f"no scheduler answers at {shown(str(address))}, where something listens: {reason}"
        )
        raise wrong("dask", message) from None


def _check_versions(client: Any, address: Address) -> None:
    """See that the scheduler has workers, and that all of them have this very version."""
    try:
        within(PATIENCE + 1, lambda: client.wait_for_workers(1, timeout=PATIENCE))
    except Exception:
        message = f"the scheduler at {shown(str(address))} has no workers after {PATIENCE} seconds"
        raise wrong("dask", message) from None
    try:
        told = within(PATIENCE, lambda: _versions(client))
    except Exception as error:
        said = " ".join(str(error).split())[:160] or type(error).__name__
        message = f"the cluster at {shown(str(address))} does not tell its versions: {said}"
        raise wrong("dask", message) from None
    for who, version in told.items():
        if version != __version__:
            has = f"has rnnbound {version}, not" if isinstance(version, str) else "lacks rnnbound"
            message = f"{who} of the cluster at {shown(str(address))} {has} {__version__}"
            raise wrong("dask", f"{message}; install the same version everywhere")


def _versions(client: Any) -> dict[str, Any]:
    """The version that each of a cluster imports, or why it imports none.

    They are asked by a function of the standard library, which all of them have.
    """
    ask = (resolve_name, f"{_PACKAGE}:__version__")
    found = {f"worker {k}": v for k, v in client.run(*ask, on_error="return").items()}
    try:
        found["the scheduler"] = client.run_on_scheduler(*ask)
    except ImportError as error:
        found["the scheduler"] = error
    except ValueError:  # it was told never to unpickle, so it needs no version
        pass
    return found
