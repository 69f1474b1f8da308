"""Sharing work among processes."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

import pytest

from rnnbound.parallel.lost_work import WorkerLostError
from rnnbound.parallel.persistent_workers import Worker, idle
from rnnbound.parallel.processes import AHEAD, in_order, share, together


@dataclass(frozen=True)
class Task:
    """Waits and says which it is, or ends its process."""

    number: int
    seconds: float = 0.0
    dies: bool = False

    def __call__(self) -> int:
        time.sleep(self.seconds)
        if self.dies:
            os._exit(3)
        if self.number < 0:
            raise ValueError(f"no such task {self.number}")
        return self.number


def test_results_come_in_order_whatever_takes_long() -> None:
    tasks = [Task(i, 0.3 if i == 0 else 0.0) for i in range(12)]
    assert list(in_order(iter(tasks), 2)) == list(range(12))
    assert list(in_order(iter(tasks), 1)) == list(range(12))


def test_few_tasks_are_made_ahead() -> None:
    made = []

    def tasks() -> object:
        for i in range(10**9):
            made.append(i)
            yield Task(i)

    running = in_order(tasks(), 2)  # type: ignore[arg-type]
    assert [next(running) for _ in range(5)] == list(range(5))
    running.close()
    assert len(made) <= 5 + 2 * AHEAD + 2


def test_share_tells_the_place_of_each_result() -> None:
    assert dict(share([Task(i) for i in range(5)], 2)) == {i: i for i in range(5)}
    assert list(share([], 2)) == []


def test_errors_arrive_and_a_death_is_told() -> None:
    with pytest.raises(ValueError, match="no such task -1"):
        list(in_order([Task(-1), Task(1)], 2))
    with pytest.raises(WorkerLostError, match="ended with exit code 3"):
        list(in_order([Task(1, dies=True), Task(1)], 2))


@pytest.fixture
def started() -> None:
    """A worker that waits for work."""
    idle.append(Worker())
    assert idle[-1].connection.poll(60)


def test_what_is_done_together_comes_in_order(started: None) -> None:
    tasks = [Task(i, 0.1 if i == 0 else 0.01) for i in range(12)]
    assert list(together(tasks, 2)) == list(together(tasks, 1)) == list(range(12))
    assert list(together([], 2)) == []


def test_an_error_of_one_leaves_no_worker_busy(started: None) -> None:
    with pytest.raises(ValueError, match="no such task -1"):
        list(together([Task(0, 0.1), Task(1, 0.1), Task(-1), Task(2), Task(3)], 2))
    assert list(together([Task(i, 0.05) for i in range(6)], 2)) == list(range(6))


def test_a_death_is_told_by_those_who_work_together(started: None) -> None:
    with pytest.raises(WorkerLostError, match="ended by SIGKILL"):
        list(together([_Ends(os.getpid()) for _ in range(4)], 2))


@dataclass(frozen=True)
class _Ends:
    """Ends its process, if it is another than that."""

    unless: int

    def __call__(self) -> None:
        time.sleep(0.1)
        if os.getpid() != self.unless:
            os.kill(os.getpid(), signal.SIGKILL)
