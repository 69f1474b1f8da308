"""`rnnbound compare` as a person and a script see it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from rnnbound.comparison import training_speed

from .conftest import Run

SUNSPOTS = Path(__file__).parents[2] / "docs" / "data" / "sunspots.csv"
TASK = "compare --horizon 4 --samples 20 --alpha 0.3 --no-calibration"


def test_json(run: Run) -> None:
    ran = run(f"{TASK} --json --separation 0.1 --degree 7")
    assert (ran.status, ran.err) == (0, "")
    assert ran.json["schema"] == "rnnbound.compare/1"
    best = ran.json["contenders"]["tied"]["tight"]
    planned = run("plan --horizon 4 --samples 20 --alpha 0.3 --method tied --json").json
    assert best["width"] == planned["plans"]["tight"]["width"]
    assert best["seconds"] is None
    assert ran.json["law"]["degree"] == 7
    assert ran.json["law"]["polynomial_log10"] > 0
    assert all("width_log10" in factor for factor in ran.json["growth"])


def test_get(run: Run) -> None:
    assert run(f"{TASK} --get contenders.gd.sharp.variant").out == "sharp\n"


def test_table_marks_what_is_no_guarantee(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = run(TASK).out
    assert max(map(len, out.splitlines())) <= 80
    assert "pgd printed*" in out
    assert "pgd corrected*" not in out
    assert "no guarantee" in out
    assert "are not published" in out
    assert "tied pairs have the variant" in out
    assert "\n  gd sharp " in out  # tables, not blocks of lines
    assert out.startswith("For targets in the class (ν_w, ν_u) = (0.5, 0.5): training risk ≤ 0.1 ")


def test_csv_has_a_row_for_each(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run(f"{TASK} --format csv").out)))
    assert len(rows) == 28
    assert {row["trusted"] for row in rows if row["variant"] == "printed"} == {"false"}


def test_times_are_estimated(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_speed, "SPAN", 0.01)
    ran = run("compare --horizon 4 --samples 20 --alpha 0.3 --json")
    planned = [
        one
        for variants in ran.json["contenders"].values()
        for one in variants.values()
        if one["feasible"]
    ]
    assert all(one["seconds"] > 0 for one in planned)
    assert ran.json["calibration_seconds"] > 0


def test_data_and_wrong_requests(run: Run) -> None:
    data = f"--data {SUNSPOTS} --target 2 --window 4 --stride 2"
    ran = run(f"compare {data} --alpha 0.1 --no-calibration --json")
    assert ran.status == 0
    assert json.loads(ran.out)["scenario"]["samples"] == 153
    assert "is assumed" in ran.err
    ran = run(f"{TASK} --separation 3")
    assert (ran.status, ran.out) == (2, "")
    assert "--separation: must be a number in (0, 1]" in ran.err
