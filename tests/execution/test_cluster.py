"""A real scheduler with worker processes, one of which is killed on the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from rnnbound import RequestError, Scenario, sweep, verify
from rnnbound.execution import cluster

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


def test_no_scheduler_is_a_wrong_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with pytest.raises(RequestError, match="no scheduler"):
            list(sweep(over="alpha=1,2", dask=address))
