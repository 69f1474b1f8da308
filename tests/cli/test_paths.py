"""`--get`: a path is checked before any work, and no path that there is is refused."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from rnnbound import RequestError
from rnnbound.cli.frame.result_paths import Entries, check, pick
from rnnbound.errors import wrong
from rnnbound.symbolic import growth

from .conftest import Run

report: Any = import_module("rnnbound.cli.commands.report")
SUNSPOTS = Path(__file__).parents[2] / "docs" / "data" / "sunspots.csv"
DATA = f"{SUNSPOTS} --target sunspots --window 4 --stride 8"
#: Command lines, and the function that does their work.
LINES = {
    "plan": "planning.plan.plan",
    "plan --variant sharp": "planning.plan.plan",
    "plan --method tied --width 10": "planning.plan.plan",
    f"plan --data {DATA}": "planning.plan.plan",
    "bound --width 1e5 --iterations 1000": "planning.bound.bound",
    "solve nu --width 1e5 --iterations 1000 --variant sharp": "planning.solve.solve",
    "solve alpha --width 10 --iterations 10": "planning.solve.solve",
    "constants --width 1000": "planning.constants.constants",
    "regime": "planning.regime.regime",
    "activations": "planning.activations.activations",
    "activations tanh": "planning.activations.activations",
    "activations 0*z+sin(z)": "planning.activations.activations",
    "formula": "cli.commands.formula._list",
    "formula lemma1-L --evaluate": "symbolic.formula.formula",
    "formula --growth --variant sharp": "symbolic.growth.growth",
    "errata": "cli.commands.errata.library",
    "errata 3": "cli.commands.errata.library",
    "compare --no-calibration --horizon 2": "comparison.compare.compare",
    "verify --checks steps --method gd --variant sharp -T 1 --jobs 1": "verification.verify.verify",
    "verify --run-plan --max-seconds 1e-9": "verification.whole_plan.run_plan",
    f"data {DATA}": "data.read.read_dataset",
    f"certify --data {DATA} --width 8 --iterations 2 --train": "data.read.read_dataset",
    f"certify --data {DATA} --width 8 --iterations 2 --curve": "data.read.read_dataset",
    "scenario": "cli.frame.options.resolve",
    "sweep --over alpha=0.1,0.2 --over horizon=1:3 --variant sharp": "sweeping.sweep.Sweep.blocks",
}


def _paths(value: Any) -> Iterator[str]:
    """The paths to all leaves, of lists to the first entry and the last."""
    entries: dict[str, Any] = {}
    if isinstance(value, dict):
        entries = value
    elif isinstance(value, list):
        entries = {str(i): value[i] for i in {0, len(value) - 1} if value}
    for key, item in entries.items():
        below = [f"{key}.{path}" for path in _paths(item)] if "." not in key else []
        yield from below or [key]


@pytest.mark.parametrize("line", LINES)
def test_every_path_there_is_passes_and_every_other_is_refused_before_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    # Two of the plans that lie far out say as much as all.
    axes = growth._axes()[:1]
    monkeypatch.setattr(growth, "_axes", lambda: axes)
    found = run(f"{line} --json").json
    monkeypatch.setattr(f"rnnbound.{LINES[line]}", None)

    def seen(shape: Any, path: str) -> None:
        del path
        for there in _paths(found):
            check(shape, there)
        for there in _wrong(found):
            with pytest.raises(RequestError, match="--get"):
                check(shape, there)
        raise wrong("shape", "was seen")

    with monkeypatch.context() as patch:
        patch.setattr("rnnbound.cli.frame.result_paths.check", seen)
        assert run(f"{line} --get schema").err == "Error: shape: was seen\n"
    ran = run(f"{line} --get nonsense")
    assert (ran.status, ran.out) == (2, "")
    assert "no 'nonsense' in the result" in ran.err
    assert "keys in the result: schema" in ran.err


def _wrong(found: Any) -> set[str]:
    """Paths with a wrong key below each value, but for objects whose keys are data."""
    places = {
        tuple(path.split(".")[:length])
        for path in _paths(found)
        for length in range(path.count(".") + 2)
    }
    return {
        ".".join([*place, "nonsense"])
        for place in places
        if not {"witness", "point", "activations"} & set(place)
    }


def test_a_report_is_a_result_like_any_other(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "checks.json"
    saved.write_text(
        '{"schema": "rnnbound.verify/1", "version": "", "passed": true, "complete": true, '
        '"scenario": {}, "seed": 0, "checks": [{"group": "", "statement": "", "variant": "", '
        '"trusted": true, "ratio": 1, "verdict": "holds"}]}'
    )
    # The formulas take longer than the rest.
    monkeypatch.setattr("rnnbound.comparison.report_contents._formulas", lambda found: [])
    found = run(f"report --data {DATA} --verification {saved} --json").json
    shape = report._shape({"data": "x", "verification": "x"})
    for path in (*_paths(found), "formulas.0.definitions.0.latex"):
        check({"schema": str, "version": str, **shape}, path)
    for path in ("verification.checks.0.nonsense", "data.origin.nonsense", "other_plans.6"):
        with pytest.raises(RequestError):
            check(shape, path)
    with pytest.raises(RequestError, match="nothing is under 'data'"):
        check(report._shape({"data": None, "verification": None}), "data.origin")


@pytest.mark.parametrize(
    "path", ["rows.6", "rows.06", "rows.-1", "rows.²", "rows.0.widht", "axes.2", "total.x"]
)
def test_rows_that_a_sweep_will_not_have(
    run: Run, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("rnnbound.sweeping.sweep.Sweep.blocks", None)
    ran = run(f"sweep --over alpha=0.1,0.2 --over horizon=1:3 --variant sharp --get {path}")
    assert (ran.status, ran.out) == (2, "")
    assert "--get: no " in ran.err


def test_errors_before_and_after_are_the_same() -> None:
    shape, data = {"a": Entries({"width": int}, 1)}, {"a": [{"width": 1}]}
    for path in ("a.1", "a.0.widht", "b"):
        with pytest.raises(RequestError) as before:
            check(shape, path)
        with pytest.raises(RequestError) as after:
            pick(data, path)
        assert str(before.value) == str(after.value)


def test_a_schema_is_no_result(run: Run) -> None:
    ran = run("scenario --show-schema --get properties")
    assert (ran.status, ran.out) == (2, "")
    assert "--show-schema" in ran.err
