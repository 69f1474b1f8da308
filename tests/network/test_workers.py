"""Processes that share the work: the same bits, no guard in scripts, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from rnnbound.network import (
    METHODS,
    Run,
    Schedule,
    Step,
    dataset_passes,
    initialise,
    train,
)
from rnnbound.parallel import persistent_workers, shared_memory_team
from tests.network.data import problem, small_tiles

#: Seconds for a process to start or to end on a loaded machine.
PATIENCE = 60

#: At the top of a script, without asking whether it is the main one.
SCRIPT = """
import numpy as np
from rnnbound.network import Schedule, initialise, train
from rnnbound.parallel import persistent_workers
print("run", flush=True)
run = train(
    initialise(2000, 1, 0.5, 0), "tanh", np.ones((400, 4, 1)), np.ones((400, 4)),
    Schedule("pgd", 0.01, {steps}, workers=2), progress=lambda made: {each},
)
idle = persistent_workers.idle[0]
print(idle.process.pid, idle.ready, run.steps[-1], flush=True)
"""


def _wait(condition: Callable[[], bool]) -> None:
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < PATIENCE
        time.sleep(0.01)


def _gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has asked about is a zombie on Linux."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Small problems are shared with two workers that have started; counts their answers."""
    small_tiles(monkeypatch)
    monkeypatch.setattr(dataset_passes, "WORTH_SHARING", 0)
    while len(persistent_workers.idle) < 2:
        persistent_workers.idle.append(persistent_workers.Worker())
    for worker in persistent_workers.idle:
        _wait(worker.poll)
    answers = [0]
    receive = persistent_workers.Worker.receive

    def counted(self: persistent_workers.Worker) -> dict[int, float]:
        answers[0] += 1
        return receive(self)

    monkeypatch.setattr(persistent_workers.Worker, "receive", counted)
    return answers


@pytest.mark.parametrize(
    ("method", "dtype"), [*((method, np.float64) for method in METHODS), ("pgd", np.float32)]
)
def test_workers_change_no_bit(method: str, dtype: type, shared: list[int]) -> None:
    _, X, Y = problem(20, 3, 2, 2)
    start = initialise(40, 2, 0.6, 1, dtype=dtype)

    def run(count: int) -> Run:
        schedule = Schedule(method, 0.2, 6, batch=12, workers=count)
        return train(start, "sin(2*z)/2" if method == "gd" else "tanh", X, Y, schedule)

    first = run(1)
    assert shared == [0]
    for count in (2, 3):
        other = run(count)
        # Six steps and a risk; with batches, a risk at each step beside.
        assert shared[0] >= 7 * (count - 1)
        shared[0] = 0
        assert other.risks.tobytes() == first.risks.tobytes()
        assert other.last.w.tobytes() == first.last.w.tobytes()
        assert other.last.u.tobytes() == first.last.u.tobytes()


def test_a_dead_worker_is_told(shared: list[int]) -> None:
    _, X, Y = problem(20, 3, 2, 2)
    doomed = persistent_workers.idle[-1].process

    def kill(step: Step) -> None:
        doomed.kill()

    with pytest.raises(RuntimeError, match=r"ended by SIGKILL .*workers=1"):
        train(
            initialise(40, 2, 0.6, 1),
            "tanh",
            X,
            Y,
            Schedule("pgd", 0.2, 6, workers=2),
            on_step=kill,
        )


def test_what_a_worker_raises_is_raised(shared: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    _, X, Y = problem(20, 3, 2, 2)
    share = shared_memory_team.Team.share
    monkeypatch.setattr(
        shared_memory_team.Team,
        "share",
        lambda self, what, parts, here: share(self, "nonsense", parts, here),
    )
    with pytest.raises(AttributeError, match="nonsense"):
        train(initialise(40, 2, 0.6, 1), "tanh", X, Y, Schedule("pgd", 0.2, 6, workers=2))


def test_an_interruption_ends_the_workers_it_used(shared: list[int]) -> None:
    _, X, Y = problem(20, 3, 2, 2)
    used = persistent_workers.idle[-1].process

    def interrupt(step: Step) -> None:
        raise KeyboardInterrupt

    schedule = Schedule("pgd", 0.2, 6, workers=2)
    with pytest.raises(KeyboardInterrupt):
        train(initialise(40, 2, 0.6, 1), "tanh", X, Y, schedule, on_step=interrupt)
    used.join(PATIENCE)
    assert used.exitcode is not None
    assert all(worker.process is not used for worker in persistent_workers.idle)


def test_a_worker_that_died_idle_is_replaced(shared: list[int]) -> None:
    _, X, Y = problem(20, 3, 2, 2)
    dead = persistent_workers.idle[-1].process
    dead.kill()
    dead.join()
    schedule = Schedule("pgd", 0.2, 6, workers=2)
    train(initialise(40, 2, 0.6, 1), "tanh", X, Y, schedule)
    assert shared[0] == 7


def test_a_daemon_works_alone(shared: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """It may not have children."""
    monkeypatch.setattr(dataset_passes, "current_process", lambda: SimpleNamespace(daemon=True))
    _, X, Y = problem(20, 3, 2, 2)
    train(initialise(40, 2, 0.6, 1), "tanh", X, Y, Schedule("pgd", 0.2, 6, workers=2))
    assert shared == [0]


def test_small_evaluations_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistent_workers, "idle", [])
    _, X, Y = problem(20, 3, 2, 2)
    train(initialise(40, 2, 0.6, 1), "tanh", X, Y, Schedule("pgd", 0.2, 3, workers=2))
    assert not persistent_workers.idle


def test_a_script_needs_no_guard_and_leaves_no_process(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(steps=40, each="None"))
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    first, (pid, ready, steps) = done.stdout.splitlines()[0], done.stdout.splitlines()[1].split()
    assert (first, ready, steps) == ("run", "True", "40")
    assert done.stderr == ""
    _wait(lambda: _gone(int(pid)))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the children from /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_behind(how: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(steps=10**6, each="made > 40 or print(made, flush=True)"))
    process = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    while process.stdout.readline().strip() != "40":
        assert process.poll() is None
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    children = [int(pid) for pid in listed.split()]
    assert children
    # As a terminal does, to all of them.
    os.killpg(process.pid, how) if how == signal.SIGINT else process.send_signal(how)
    assert process.wait(PATIENCE) == -how
    for pid in children:
        _wait(lambda pid=pid: _gone(pid))  # type: ignore[misc]
    complaints = process.stderr.read()
    assert complaints.count("Traceback") == (how == signal.SIGINT)
    process.stdout.close()
    process.stderr.close()
