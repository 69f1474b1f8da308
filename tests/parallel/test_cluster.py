"""A real scheduler with worker processes, one of which is killed on the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from rnnbound import RequestError, Scenario, __version__, sweep, verify
from rnnbound.parallel import cluster
from rnnbound.parallel.cluster_address import Address, within
from rnnbound.parallel.lost_work import WorkerLostError

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def local() -> Iterator[Any]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
    ) as found:
        yield found


def _kill_one(address: str) -> int:
    """End one worker process at once, as a machine that is lost does."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        pid = next(iter(client.run(os.getpid).values()))
    os.kill(pid, signal.SIGKILL)
    return int(pid)


def test_a_sweep_survives_the_loss_of_a_worker(local: Any) -> None:
    wanted: dict[str, Any] = {
        "over": ["epsilon=0.1:1:log30", "alpha=0.2,0.4"],
        "variant": "sharp",
        "method": "gd",
        "columns": "epsilon,alpha,width,iterations,risk_bound",
    }
    address = local.scheduler_address
    found: list[dict[str, Any]] = []
    killed = None
    for row in sweep(**wanted, dask=address):
        found.append(row)
        if killed is None and len(found) > 10:
            killed = _kill_one(address)
    assert killed is not None
    assert found == list(sweep(**wanted))


def test_verify_on_a_cluster_finds_the_same_when_a_worker_is_lost(local: Any) -> None:
    wanted = {"checks": "steps,training", "method": "gd", "variant": "sharp,corrected", "seeds": 1}
    small = Scenario(horizon=1, samples=2, delta=0.1)
    killed: list[int] = []

    def progress(done: int, total: int, piece: object) -> None:
        del total, piece
        if done == 1:
            killed.append(_kill_one(local.scheduler_address))

    there = verify(small, **wanted, dask=local.scheduler_address, progress=progress)
    assert killed
    assert there.checks == verify(small, **wanted).checks
    assert there.passed


def test_a_cluster_of_another_version_is_refused(
    local: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "__version__", "99")
    with pytest.raises(RequestError, match=f"has rnnbound {__version__}, not 99; install the same"):
        list(sweep(over="alpha=1,2", dask=local.scheduler_address + "/"))
    task = cluster._Task(lambda: 1, "99")
    monkeypatch.undo()
    with pytest.raises(WorkerLostError, match=f"has rnnbound {__version__}, not 99"):
        task()


def test_a_cluster_without_rnnbound_is_refused(local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PACKAGE", "rnnbound_that_is_not_there")
    with pytest.raises(RequestError, match=f"lacks rnnbound {__version__}; install the same"):
        list(sweep(over="alpha=1,2", dask=local.scheduler_address))


def test_no_scheduler_is_a_wrong_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(RequestError, match=r"no scheduler can be reached .* within 1 seconds"):
        list(sweep(over="alpha=1,2", dask="tcp://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("nonsense", "a host and a port"),
        ("", "a host and a port"),
        ("tcp://", "a host and a port"),
        ("127.0.0.1:0", "a host and a port"),
        ("127.0.0.1:8786/status", "a host and a port"),
        ("me:secret@127.0.0.1:8786", "a host and a port"),
        ("127.0.0.1:99999", "out of range"),
        ("127.0.0.1:-5", "like tcp://127.0.0.1:8786"),
        ("tcp://[::1:8786", "like tcp://127.0.0.1:8786"),
        ("http://127.0.0.1:8786", "'http' is unknown"),
        ("tls://127.0.0.1:8786", "needs certificates"),
        ("wss://127.0.0.1:8786", "needs certificates"),
        ("inproc://127.0.0.1/1/1", "nowhere outside of its process"),
        ("inproc://", "nowhere outside of its process"),
    ],
)
def test_what_is_no_address_is_told_at_once(address: str, why: str) -> None:
    with pytest.raises(RequestError, match="no scheduler can be reached") as told:
        Address.read(address)
    assert why in str(told.value)


def test_addresses_are_forgiving() -> None:
    for text in ("tcp://127.0.0.1:8786/", " 127.0.0.1:8786 ", "TCP://127.0.0.1:8786"):
        assert str(Address.read(text)) == "tcp://127.0.0.1:8786"
    assert Address.read("tcp://[::1]:8786").host == "::1"
    assert str(Address.read(f"inproc://127.0.0.1/{os.getpid()}/1")).startswith("inproc://")


@pytest.fixture
def stranger() -> Iterator[int]:
    """A port where somebody listens who is no scheduler."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_something_else_that_listens_is_no_scheduler(
    stranger: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    monkeypatch.setattr(cluster, "_SHAKE", 1)
    with pytest.raises(RequestError, match=r"no scheduler answers at .*, where something listens"):
        list(sweep(over="alpha=1,2", dask=f"127.0.0.1:{stranger}"))


class Client:
    """A client of a cluster of which nothing is left."""

    def __init__(self, threads: dict[str, int] | None) -> None:
        self.threads = threads

    def nthreads(self) -> dict[str, int]:
        if self.threads is None:
            raise OSError("connection closed")
        return self.threads


def test_a_cluster_that_is_lost_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "RETURN", -1)
    with pytest.raises(WorkerLostError, match="all workers of the cluster at x are lost"):
        cluster._Cluster(Client({}), "x").threads()
    with pytest.raises(WorkerLostError, match="the scheduler at x is lost"):
        cluster._Cluster(Client(None), "x").threads()
    assert cluster._Cluster(Client({"a": 2, "b": 1}), "x").threads() == 3


def test_who_does_not_answer_is_left() -> None:
    with pytest.raises(TimeoutError, match="no answer within"):
        within(0.01, Event().wait)
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: 1 // 0)
    assert within(60, lambda: 1) == 1
