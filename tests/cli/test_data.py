"""`rnnbound data`, and `--data` of the other commands."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np
import pytest

from rnnbound import Scenario, plan, read_dataset

from .conftest import Run

SUNSPOTS = Path(__file__).parents[2] / "docs" / "data" / "sunspots.csv"
WINDOWS = "--target sunspots --window 4 --stride 2"
DATA = f"{SUNSPOTS} {WINDOWS}"


def test_what_was_understood(run: Run) -> None:
    ran = run(f"data {DATA} --json")
    found = read_dataset(SUNSPOTS, target="sunspots", window=4, stride=2)
    assert (ran.status, ran.err) == (0, "")
    assert ran.json["schema"] == "rnnbound.data/1"
    assert [ran.json[key] for key in ("samples", "horizon", "dim")] == [153, 4, 2]
    assert ran.json["initial_risk"] == pytest.approx(1)
    assert ran.json["scaling"]["target_scale"] == found.scaling.target_scale
    assert ran.json["first"][0]["inputs"] == [[5], [11], [16], [23]]
    assert ran.json["first"][0]["targets"] == [11, 16, 23, 36]
    assert ran.json["origin"]["inputs"] == ["sunspots"]
    assert run(f"data {DATA} --get target_range.largest").out == "190.2\n"


def test_the_table(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run(f"data {DATA}")
    assert ran.out.startswith("153 samples of 4 steps with 2 channels: n = 153, T = 4, d = 2.")
    for words in ("named in the header", "one row later (lead 1)", "R(0)", "max ‖X_t‖", "190.2"):
        assert words in ran.out
    for columns in ("40", "20"):
        monkeypatch.setenv("COLUMNS", columns)
        assert max(map(len, run(f"data {DATA}").out.splitlines())) <= int(columns)


def test_csv_holds_every_window(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run(f"data {DATA} --format csv").out)))
    found = read_dataset(SUNSPOTS, target="sunspots", window=4, stride=2)
    assert list(rows[0]) == ["sample", "step", "X1", "X2", "Y"]
    X = np.array([[float(row["X1"]), float(row["X2"])] for row in rows])
    np.testing.assert_array_equal(X, found.X.reshape(-1, 2))
    np.testing.assert_array_equal([float(row["Y"]) for row in rows], found.Y.reshape(-1))


def test_standard_input_is_csv(run: Run) -> None:
    ran = run("data - --window 2 --no-bias --get dim", stdin="1\n2\n4\n")
    assert (ran.status, ran.out) == (0, "1\n")
    ran = run("data - --window 2", stdin="1\nx\n4\n")
    assert ran.status == 2
    assert ran.err.startswith("Error: standard input: row 2 (line 2), column 1: is text")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("data", "Missing argument 'FILE'"),
        ("data no.csv", "no.csv: cannot be read: No such file"),
        (f"data {SUNSPOTS} --window 4", "--target: is needed: the column to predict; columns: 1"),
        (f"data {SUNSPOTS} --window 0 --target 2", "--window: must be an integer from 1"),
        (f"data {SUNSPOTS} --window 4 --target sunspot", "did you mean 'sunspots'?"),
        (f"data {SUNSPOTS} --window 400 --target 2", "has 309 rows; a window of 400 with"),
        (f"data {SUNSPOTS} --window 4 --target 2 --lead 0", "--inputs: must not hold the target"),
        ("plan --window 4", "--window: has a meaning only with --data FILE"),
        ("plan --no-bias", "--bias: has a meaning only with --data FILE"),
        (f"plan --data {SUNSPOTS}", "--window: is needed"),
        ("plan --data - --scenario -", "--data: cannot be -"),
        (f"plan --data {DATA} --horizon 5", "--horizon: contradicts --data: a sample has 4 steps"),
        (f"plan --data {DATA} -n 5", "--samples: contradicts --data: there are 153 samples"),
        (f"plan --data {DATA} -d 1", "the inputs have 2 channels with the constant one (given"),
        (f"plan --data {DATA} -d 2 --no-bias", "the inputs have 1 channel (given"),
        (f"plan --data {DATA} -d x", "--dim: contradicts --data"),
    ],
)
def test_wrong_requests(run: Run, line: str, said: str) -> None:
    ran = run(line)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    "command",
    [
        "plan",
        "bound --width 1e6 --iterations 1000",
        "constants",
        "verify --checks steps --method pgd --variant sharp",
    ],
)
def test_the_sizes_come_from_the_data(run: Run, command: str) -> None:
    ran = run(f"{command} --data {DATA} --alpha 0.3 --json")
    assert ran.status == 0
    scenario = ran.json["scenario"]
    assert [scenario[key] for key in ("samples", "horizon", "dim")] == [153, 4, 2]
    assert scenario["alpha"] == 0.3
    assert "is assumed" in ran.err
    assert ran.err.count("\n") == 1


def test_a_plan_for_data_is_the_plan_for_its_sizes(run: Run) -> None:
    found = plan(Scenario(horizon=4, samples=153, dim=2)).plans["tight"].width
    assert run(f"plan --data {DATA} --get plans.tight.width").out == f"{found}\n"
    agreeing = run(f"plan --data {DATA} -T 4 -n 153 -d 2 --get plans.tight.width")
    assert (agreeing.status, agreeing.out) == (0, f"{found}\n")


def test_the_environment_and_the_file_must_agree_too(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "task.toml"
    file.write_text("horizon = 9\nalpha = 0.25\n")
    ran = run(f"plan --data {DATA} --scenario {file}")
    assert (ran.status, ran.out) == (2, "")
    assert f"{file}: horizon: contradicts --data: a sample has 4 steps (given: 9" in ran.err
    monkeypatch.setenv("RNNBOUND_SAMPLES", "7")
    assert "RNNBOUND_SAMPLES: contradicts --data" in run(f"plan --data {DATA}").err


@pytest.mark.parametrize("more", ["", f" --data {DATA}"])
def test_data_are_imported_when_they_are_given(installed: Run, more: str) -> None:
    program = (
        "import sys; from rnnbound.__main__ import main; "
        f"sys.argv[1:] = 'plan --json{more}'.split(); main(); "
        "print('numpy' in sys.modules, 'rnnbound.data' in sys.modules, 'pyarrow' in sys.modules, "
        "file=sys.stderr)"
    )
    ran = installed(f'"{sys.executable}" -c "{program}"')
    assert ran.err.splitlines()[-1] == ("True True False" if more else "False False False")


def test_names_of_columns_cannot_command_a_terminal(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("\x1b[31mred,[b]x[/b]\n1,2\n2,4\n3,3\n")
    for form in ("table", "json", "csv"):
        ran = run(f"data {file} --target 1 --inputs 1,2 --window 1 --format {form}")
        assert ran.status == 0
        assert "\x1b" not in ran.out
    assert "[b]x[/b]" in run(f"data {file} --target [b]x[/b] --window 1").out
    assert run(f"data {file} --target 1 --window 1 --get origin.target").out == "[31mred\n"
