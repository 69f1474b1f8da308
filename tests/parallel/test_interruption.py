"""Signals, and processes that do not outlive the one they work for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rnnbound.parallel import interruption
from rnnbound.parallel.lost_work import WorkerLostError
from rnnbound.parallel.processes import in_order


def _run(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_the_exit_code_is_that_of_the_signal(name: str, status: int) -> None:
    ran = _run(
        "import os, signal, sys, rnnbound.__main__ as command\n"
        f"command.command_line = lambda words: os.kill(os.getpid(), signal.{name})\n"
        "sys.exit(command.main())"
    )
    assert (ran.returncode, ran.stderr) == (status, "")


def test_a_signal_that_is_to_be_ignored_stays_ignored() -> None:
    ran = _run(
        "import os, signal, sys, rnnbound.__main__ as command\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "command.command_line = lambda words: os.kill(os.getpid(), signal.SIGHUP) or 0\n"
        "sys.exit(command.main())"
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_an_interruption_that_nobody_hears_is_repeated() -> None:
    ran = _run(
        "import os, signal, time\n"
        "from rnnbound.parallel import interruption\n"
        "interruption.listen()\n"
        "class Deaf:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "deaf = Deaf()\n"
        "try:\n"
        "    del deaf\n"
        "    time.sleep(30)\n"
        "except KeyboardInterrupt:\n"
        "    print(interruption.status())\n"
    )
    assert (ran.stdout, ran.stderr) == ("143\n", "")


def test_an_interruption_waits_for_what_must_not_be_torn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruption, "_received", None)
    done = []

    def interrupted() -> None:
        with interruption.deferred(), interruption.deferred():
            interruption._interrupt(signal.SIGTERM, None)
            done.append(True)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == [True]
    assert interruption.status() == 143


class Killed:
    """A task that ends its process as a lack of memory does."""

    def __call__(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Unsendable:
    """A task whose error cannot be sent back as it is."""

    def __call__(self) -> None:
        class LocalError(Exception):
            pass

        raise LocalError("of this process alone")


def test_a_process_that_is_killed_is_told_as_such() -> None:
    with pytest.raises(WorkerLostError, match=r"ended by SIGKILL .*lack of memory.*--jobs"):
        list(in_order([Killed(), Killed()], 2))
    with pytest.raises(RuntimeError, match="LocalError: of this process alone"):
        list(in_order([Unsendable(), Unsendable()], 2))


class Waits:
    """A task that says which process has it, and then takes long."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self) -> None:
        (Path(self.folder) / str(os.getpid())).touch()
        time.sleep(60)


def _ended(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_workers_end_with_the_one_they_work_for(tmp_path: Path) -> None:
    program = (
        "from rnnbound.parallel.processes import in_order\n"
        "from tests.parallel.test_interruption import Waits\n"
        f"if __name__ == '__main__': list(in_order([Waits({str(tmp_path)!r})] * 2, 2))"
    )
    script = tmp_path / "script.py"
    script.write_text(program)
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    started = subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": path}
    )
    until = time.monotonic() + 60
    while len(pids := [int(p.name) for p in tmp_path.iterdir() if p.name.isdigit()]) < 2:
        assert time.monotonic() < until, "no worker began"
        time.sleep(0.01)
    for pid in pids:  # they leave it to the one who started them
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGHUP)
    time.sleep(0.05)
    assert not any(map(_ended, pids))
    started.kill()
    started.wait()
    until = time.monotonic() + 60
    while not all(map(_ended, pids)):
        assert time.monotonic() < until, "a worker goes on"
        time.sleep(0.01)
