"""rnnbound certify: certificates for data in files, training, keeping and checking them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

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
        (f"certify {DATA} --check kept.npz", ["--check", "--data"]),
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
