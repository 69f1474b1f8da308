"""rnnbound certify: certificates for data in files, training, keeping and checking them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from rnnbound import certificate, network, read_dataset
from tests.cli.conftest import Run

SUNSPOTS = Path(__file__).parents[2] / "docs/data/sunspots.csv"
DATA = f"--data {SUNSPOTS} --target sunspots --window 4 --stride 2"


def test_the_parts_add_up_and_training_keeps_below(run: Run) -> None:
    ran = run(f"certify {DATA} --width 128 --iterations 100 --train --json")
    assert (ran.status, ran.err) == (0, "")
    found, training = ran.json["certificate"], ran.json["training"]
    parts = found["misfit"] + found["curvature"] + found["rate"]
    assert parts == pytest.approx(found["risk_bound"], rel=1e-9)
    assert ran.json["initial_risk"] == pytest.approx(1, abs=1e-9)
    assert training["best_risk"] <= training["last_risk"] <= found["risk_bound"] < 1
    assert training["trace"][training["first_below_bound"] > 0]["risk"] < 1
    assert (found["method"], found["width"], found["iterations"]) == ("tied", 128, 100)
    assert ran.json["worst_case_bound"] >= found["risk_bound"]
    units = ran.json["original_units"]
    whole = np.loadtxt(SUNSPOTS, delimiter=",", skiprows=1, usecols=1)
    assert units["initial_risk"] == pytest.approx(4 * whole.var(), rel=0.05)
    assert units["risk_bound"] / units["initial_risk"] == pytest.approx(
        found["risk_bound"], rel=1e-9
    )


def test_plain_descent(run: Run) -> None:
    at = "--width 128 --iterations 100 --get certificate.risk_bound"
    plain = float(run(f"certify {DATA} --method pgd {at}").out)
    assert float(run(f"certify {DATA} {at}").out) < plain < 1


def test_what_was_saved_is_verified_and_what_was_altered_is_refused(
    run: Run, tmp_path: Path
) -> None:
    kept, changed = tmp_path / "kept.npz", tmp_path / "changed.npz"
    assert run(f"certify {DATA} --width 64 --iterations 50 --save {kept}").status == 0
    assert run(f"certify --check {kept}").out.startswith("Verified from scratch")
    with np.load(kept) as arrays:
        altered = dict(arrays)
    name = next(n for n, x in altered.items() if x.dtype == np.float64 and x.ndim == 2)
    altered[name] = altered[name] * 1.001
    np.savez(changed, **altered)
    ran = run(f"certify --check {changed}")
    assert ran.status in {1, 2}
    assert "Verified" not in ran.out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("certify --width 8 --iterations 3", ["--data", "missing"]),
        (f"certify {DATA} --width 7 --iterations 3", ["--width", "even", "7"]),
        (f"certify {DATA} --width 8", ["--iterations", "missing"]),
        (f"certify {DATA} --width 8 --iterations 3 --activation relu", ["--activation", "relu"]),
        ("certify --check kept.npz --width 4", ["--check", "--width"]),
        (f"certify {DATA} --check kept.npz", ["--check", "No such file"]),
        (f"certify {DATA} --width 4 --iterations 3 --max-seconds 9", ["--max-seconds", "--train"]),
        (f"certify {DATA} --width 4 --iterations 3 --max-memory 1", ["--max-memory", "--train"]),
        (f"certify --check {SUNSPOTS}", ["--check", "sunspots.csv", ".npz"]),
        (f"certify {DATA} --epsilon 0.5", ["--epsilon", "--width"]),
        (f"certify {DATA} --width 1e12 --iterations 3", ["--width", "memory"]),
        (f"certify {DATA} --width 1e300 --iterations 3", ["--width", "memory"]),
        # Far beyond what single precision holds, and beyond doubles in the proof alone.
        (
            f"certify {DATA} --width 4 --iterations 3 --alpha 1e60 --activation sin",
            ["--alpha", "T = 4"],
        ),
        (f"certify {DATA} --width 4 --iterations 3 --alpha 1e100", ["--alpha", "too large"]),
    ],
)
def test_a_wrong_request_is_told_why(run: Run, asked: str, said: list[str]) -> None:
    ran = run(asked)
    assert (ran.status, ran.out) == (2, "")
    assert all(word in ran.err for word in said), ran.err


def _columns(path: Path, *columns: object) -> Path:
    """A file of columns x, y; the target is y in the same row."""
    rows = zip(*columns, strict=True)
    path.write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in rows))
    return path


SAME_ROW = "--target y --inputs x --lead 0"


@pytest.fixture
def few(tmp_path: Path) -> str:
    rng = np.random.default_rng(4)
    path = _columns(tmp_path / "few.csv", *rng.standard_normal((2, 9)).round(3).tolist())
    return f"--data {path} {SAME_ROW} --window 3"


def test_it_says_what_the_number_is_about(run: Run, few: str) -> None:
    found = run(f"certify {few} --width 8 --iterations 20 --seed 3 --alpha 0.3 --json").json
    assert (found["risk_of"], found["iterate"], found["expectation"]) == (
        "training data",
        "last",
        None,
    )
    rests = {one["name"]: one for one in found["assumptions"]}
    assert {name: one["status"] for name, one in rests.items()} == {
        "data": "checked",
        "bounded inputs": "checked",
        "start": "enforced",
        "fixed signs": "enforced",
        "tied pairs": "enforced",
        "steps": "enforced",
        "projection": "enforced",
        "exact training": "assumed",
        "library functions": "assumed",
    }
    said = found["certificate"]
    assert "seed 3" in rests["start"]["statement"]
    assert "0.3" in rests["start"]["statement"]
    assert repr(said["step_size"]) in rests["steps"]["statement"]
    assert repr(said["radius_u"]) in rests["projection"]["statement"]
    assert "few.csv" in rests["data"]["statement"]
    plain = run(f"certify {few} --width 8 --iterations 20 --method pgd --json").json
    assert "tied pairs" not in {one["name"] for one in plain["assumptions"]}


def test_the_first_screen_tells_a_stranger(run: Run, few: str) -> None:
    first = " ".join(run(f"certify {few} --width 32 --iterations 50").out.split())
    start = first[: first.index("What it adds up")]
    for words in (
        "The last iterate has training risk at most",
        "R(0) = 1 before training",
        "over the 3 steps of a sample and averages over the 7 samples",
        "32 neurons that start from seed 0",
        "few.csv for 50 steps",
        "says nothing about new data",
    ):
        assert words in start


def test_nothing_is_promised_where_nothing_is_certain(run: Run, tmp_path: Path) -> None:
    path = _columns(tmp_path / "none.csv", *DEGENERATE["annihilates ones"])
    asked = f"certify --data {path} {SAME_ROW} --window 1 --no-bias --width 8 --iterations 10"
    out = run(asked).out
    assert out.startswith("Nothing is guaranteed: the bound ")
    assert "certain for" not in out
    assert run(f"{asked} --get vacuous").out == "true\n"


def test_training_by_what_is_said_is_what_was_certified(run: Run, few: str, tmp_path: Path) -> None:
    """From the JSON, and with a gradient descent of one's own, to the last digit that matters."""
    asked = f"certify {few} --width 16 --iterations 30 --alpha 0.12345678901234567"
    shown = " ".join(run(asked).out.split())
    found = run(f"{asked} --train --json").json
    said, how = found["certificate"], found["how_to_train"]
    for number in (said["alpha"], said["step_size"], how["step_size_on_risk"], said["radius_w"]):
        assert repr(number) in shown
    data = read_dataset(tmp_path / "few.csv", target="y", inputs="x", lead=0, window=3)
    net = network.initialise(said["width"], data.dim, said["alpha"], said["seed"])
    start, (w, u) = net, (net.w.copy(), net.u.copy())
    for _ in range(said["iterations"]):
        now = network.Network(w, u, net.c)
        g = network.gradient(now, said["activation"], data.X, data.Y)
        # η/2 along the gradient of the risk, which is twice g.
        for theta, towards in ((w, 2 * g.w), (u, 2 * g.u)):
            step = how["step_size_on_risk"] * (towards[:8] - towards[8:]) / 2
            theta[:8] -= step
            theta[8:] += step
        moved, away = w - start.w, u - start.u
        length = np.linalg.norm(away, axis=1, keepdims=True)
        w = start.w + np.clip(moved, -how["cap_w"], how["cap_w"])
        u = start.u + away * np.minimum(1, how["cap_u"] / np.maximum(length, 1e-300))
    last = network.risk(network.Network(w, u, net.c), said["activation"], data.X, data.Y)
    assert last == pytest.approx(found["training"]["last_risk"], rel=1e-12)
    assert last <= said["risk_bound"]
    assert how["cap_w"] < said["radius_w"] / math.sqrt(16) < how["cap_w"] * (1 + 1e-15)


def test_what_is_shown_is_rounded_to_the_safe_side(run: Run, few: str) -> None:
    asked = f"certify {few} --width 16 --iterations 30 --train"
    shown, found = run(asked).out, run(f"{asked} --json").json

    def number(name: str) -> float:
        line = next(line for line in shown.splitlines() if line.strip().startswith(name))
        return float(line.split()[-1])

    for name, value in (
        ("misfit", found["certificate"]["misfit"]),
        ("curvature", found["certificate"]["curvature"]),
        ("rate", found["certificate"]["rate"]),
        ("last risk", found["training"]["last_risk"]),
    ):
        assert value <= number(name) <= value * 1.001
    bound = found["certificate"]["risk_bound"]
    said = float(shown.split("training risk at most ")[1].split(",")[0])
    assert bound <= said <= bound * 1.001


def test_a_certificate_is_tied_to_the_file_of_the_user(run: Run, few: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept.npz"
    made = run(f"certify {few} --width 8 --iterations 20 --train --save {kept} --json").json
    alone = run(f"certify --check {kept} --json")
    assert (alone.status, alone.err) == (0, "")
    assert alone.json["data_file"] is None
    assert alone.json["original_units"] is None
    assert [tie["what"] for tie in alone.json["ties"]] == ["data", "start", "final weights"]
    assert alone.json["ties"][0]["to"] is None
    assert "No file was given" in alone.json["ties"][0]["statement"]
    tied = run(f"certify --check {kept} {few} --json").json
    assert tied["valid"]
    assert tied["data_file"] == tied["ties"][0]["to"]
    assert "window 3, stride 1, lead 0, target y" in tied["ties"][0]["statement"]
    # What is reported was proved here; what the file says is a little more, and is kept apart.
    assert tied["claimed"] == made["certificate"]
    assert tied["certificate"]["risk_bound"] < tied["claimed"]["risk_bound"]
    unit = made["original_units"]["risk_bound"]
    assert tied["original_units"]["risk_bound"] == pytest.approx(unit, rel=1e-8)
    text = " ".join(run(f"certify --check {kept} {few}").out.split())
    assert text.startswith("Verified from scratch: the last iterate has risk at most")
    assert "The data in the certificate are those of" in text
    other = run(f"certify --check {kept} {few.replace('--window 3', '--window 2')} --json")
    assert other.status == 1
    assert other.json["certificate"] is None
    assert other.json["faults"][0].startswith("X has shape (7, 3, 2) in the certificate")
    assert other.err.startswith("refused: X has shape")


def test_training_that_would_take_too_long_is_not_begun(run: Run, few: str) -> None:
    asked = f"certify {few} --width 8 --iterations 1e15 --train"
    ran = run(f"{asked} --json")
    assert ran.status == 1
    assert "training" not in ran.json
    assert "would take about" in ran.err
    assert "above --max-seconds 600" in ran.err
    assert ran.json["certificate"]["iterations"] == 10**15
    allowed = f"certify {few} --width 8 --iterations 20000 --train --max-memory 1000"
    assert "above --max-memory" in run(allowed).out


def test_no_memory_is_no_defect(run: Run, few: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(certificate, "find", none)
    ran = run(f"certify {few} --width 8 --iterations 3")
    assert (ran.status, ran.out) == (70, "")
    assert ran.err.startswith("Error: the memory of this machine does not suffice")
    assert len(ran.err.splitlines()) == 1


DEGENERATE = {
    "annihilates ones": ([1, -1, 0.5, -0.5], [1, 1, -2, -2]),
    "one sample of each": ([1, 2], [3, 4]),
    "duplicates": ([1, 2] * 4, [3, 4] * 4),
    "contradictions": ([1, 1, 2, 2], [1, -1, 1, -1]),
    "target is the input": ([1, 2, 3, 5], [1, 2, 3, 5]),
    "an outlier": ([1e8, 1, 2, 3], [0, 1, 2, -1e9]),
    "mostly zero": ([0, 0, 0, 0, 1], [0, 0, 0, 1, 0]),
    "tiny": ([1e-140, 2e-140, 4e-140], [1e-120, -1e-120, 3e-120]),
    "constant targets": ([1, 2, 3], [5, 5, 5]),
    "zero inputs": ([0, 0, 0], [1, 2, 3]),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_odd_data_are_certified_or_refused(run: Run, tmp_path: Path, name: str) -> None:
    path = _columns(tmp_path / "odd.csv", *DEGENERATE[name])
    refused = name in {"constant targets", "zero inputs"}
    for bias in ("--bias", "--no-bias"):
        for more in ("--width 2 --iterations 1", "--width 8 --iterations 1e18 --method pgd"):
            ran = run(f"certify --data {path} {SAME_ROW} --window 1 {bias} {more} --json")
            assert ran.status == (2 if refused else 0), ran.err
            assert refused or (ran.err == "" and 0 <= ran.json["certificate"]["risk_bound"] < 1.1)
