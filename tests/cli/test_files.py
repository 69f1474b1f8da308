"""Files of results: whole or not at all, whatever ends the one who writes them."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from rnnbound.cli.frame.failure_messages import explain
from rnnbound.cli.frame.output_files import replacing, write_file
from rnnbound.parallel.lost_work import WorkerLostError, process_lost

from .conftest import Run


def test_what_a_dead_writer_left_is_removed_and_a_live_ones_file_is_not(tmp_path: Path) -> None:
    target = tmp_path / "plan.json"
    dead = tmp_path / f".plan.json.{'0' * 16}.rnnbound"
    live = tmp_path / f".plan.json.{'1' * 16}.rnnbound"
    strange = [tmp_path / f".plan.json.{'2' * 8}.rnnbound", tmp_path / ".plan.json.settings"]
    strange += [tmp_path / f".other.json.{'3' * 16}.rnnbound"]
    for path in (dead, live, *strange):
        path.write_text("kept")
    with live.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        write_file(target, "new")
    assert target.read_text() == "new"
    assert set(tmp_path.iterdir()) == {target, live, *strange}


def test_two_writers_of_a_file_do_not_remove_each_others(tmp_path: Path) -> None:
    target = tmp_path / "result"
    with replacing(target) as first:
        first.write(b"first")
        with replacing(target) as second:
            second.write(b"second")
        assert target.read_bytes() == b"second"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"first"]


@pytest.mark.parametrize("name", ["n" * 255, "ü" * 127, "n" * 61, "a"])
def test_a_name_of_any_length(tmp_path: Path, name: str) -> None:
    with replacing(tmp_path / name) as file:
        file.write(b"x")
        (unfinished,) = tmp_path.iterdir()
        assert len(os.fsencode(unfinished.name)) <= max(90, len(os.fsencode(name)))
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["n" * 256, "\0"])
def test_a_name_that_no_file_can_have_is_refused(run: Run, name: str) -> None:
    for option in ("--output", "--plot"):
        ran = run("plan", option, name + ".svg")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith(f"Error: {option}: ")
        assert "cannot be written" in ran.err


def test_an_interruption_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "old"
    target.write_text("old")

    def interrupted() -> None:
        with replacing(target) as file:
            file.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_interrupted_checks_leave_the_old_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rnnbound.verification.verify.Piece.run", interrupted)
    old, junit = tmp_path / "checks.json", tmp_path / "checks.xml"
    old.write_text("old")
    line = "verify --checks propositions --jobs 1"
    ran = run(f"{line} --json --output {old} --junit {junit}")
    assert (ran.status, ran.out) == (130, "")
    assert f"{old} is as it was" in ran.err
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
    printed = run(f"{line} --json")
    assert (printed.status, printed.json["complete"]) == (130, False)


def test_two_sweeps_do_not_write_the_same_file(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "rows.csv"
    kept.touch()
    line = f"sweep --over alpha=0.1,0.2 --variant sharp --resume {kept}"
    with kept.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ran = run(line)
    assert (ran.status, ran.out) == (2, "")
    assert "is being written by another sweep" in ran.err
    assert kept.read_bytes() == b""
    assert run(line).status == 0


def test_what_is_no_file_cannot_be_resumed(run: Run, tmp_path: Path) -> None:
    pipe, device = tmp_path / "pipe.csv", tmp_path / "zero.csv"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    for path in (pipe, device):
        ran = run(f"sweep --over alpha=0.1 --variant sharp --resume {path}")
        assert (ran.status, ran.out) == (2, "")
        assert "not a regular file" in ran.err


def test_what_fails_is_told_as_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    failures = {
        "a worker process was ended by SIGKILL": process_lost(-9, "try fewer --jobs"),
        "the scheduler at x is lost": WorkerLostError("the scheduler at x is lost"),
        "the system refused: Resource temporarily unavailable": BlockingIOError(
            errno.EAGAIN, os.strerror(errno.EAGAIN)
        ),
        "there is too little memory": MemoryError(),
    }
    for said, error in failures.items():
        assert explain(error, []) == 70
        told = capsys.readouterr().err
        assert told.startswith(f"Error: {said}")
        assert "defect" not in told
        assert "could not be written" not in told
