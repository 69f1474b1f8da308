"""A new activation is one file with one record: then every command knows it."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnbound.activations import named
from rnnbound.activations.activation import NamedActivation, checked
from rnnbound.activations.lookup import ACTIVATIONS
from tests.walks.fresh_process import Ran, completing, run

FOLDER = Path(__file__).parent / "activations"
#: tanh(z)/2 by name, as if its file lay beside the others.
TOY = f"""
from rnnbound.activations import named
named.__path__.append({str(FOLDER)!r})
named.ACTIVATIONS.update(named.found())
"""
SIGMA = "--activation half-tanh"


def ran(lines: list[Any]) -> list[Ran]:
    """The lines, none of which was refused or met a defect."""
    found = run(TOY, lines)
    refused = {str(line): one.err for line, one in zip(lines, found, strict=True) if one.status > 1}
    assert refused == {}
    return found


def test_every_command_that_plans_knows_a_new_activation() -> None:
    formula = "--activation tanh(z)/2"
    table, own, planned, written, long, tied, reached, grid, evaluated, regime, *hints = ran(
        [
            "activations",
            "constants --activation half-tanh --json",
            f"plan {SIGMA} --json",
            f"plan {formula} --json",
            f"plan {SIGMA} --method gd --variant sharp --json",
            f"plan {SIGMA} --method tied --json",
            f"bound {SIGMA} --variant tight --width 600 --iterations 20 --json",
            "sweep --over activation=tanh,half-tanh --variant sharp --format csv",
            f"formula theorem1-descent --variant sharp {SIGMA} --evaluate --json",
            f"regime {SIGMA} --json",
            completing("rnnbound plan --activation half"),
            completing("rnnbound activations half"),
            "scenario --show-schema",
        ]
    )
    assert "2√3/9≈0.3849" in table.out
    assert set(own.json["constants"]) == {"printed", "corrected", "sharp", "tight"}
    for variant in ("printed", "corrected", "sharp"):
        ours, theirs = (one.json["plans"][variant] for one in (planned, written))
        assert (ours["width"], ours["iterations"]) == (theirs["width"], theirs["iterations"])
    assert long.json["plans"]["sharp"]["feasible"]
    assert tied.json["plans"]["tight"]["feasible"]
    assert reached.json["bounds"]["tight"]["risk_bound"] < 0.1
    assert grid.out.count("half-tanh,") == 1
    assert evaluated.json["point"]["activation"] == "half-tanh"
    assert regime.json["cutoff"] == 2
    assert all("half-tanh" in hint.out for hint in hints)


def test_every_command_that_searches_knows_a_new_activation(tmp_path: Path) -> None:
    """The time goes to the report's plots and to what verify searches for."""
    page = tmp_path / "page.html"
    solved, compared, _, verified = ran(
        [
            f"solve epsilon {SIGMA} --width 1e5 --iterations 100 --json",
            f"compare --no-calibration {SIGMA} --horizon 1 --json",
            f"report {SIGMA} --horizon 1 --output {page}",
            f"verify {SIGMA} --horizon 1 --method pgd --variant sharp --jobs 1 --json",
        ]
    )
    assert solved.json["feasible"]
    assert compared.json["promise"]
    assert "half-tanh" in page.read_text("utf-8")
    assert verified.json["passed"]
    assert {check["group"] for check in verified.json["checks"]} == {
        "lemmas", "propositions", "steps", "training",
    }  # fmt: skip
    where = " ".join(str(check["where"]) for check in verified.json["checks"])
    assert "half-tanh" in where


def test_certificates_know_a_new_activation(tmp_path: Path) -> None:
    series, kept = tmp_path / "series.csv", tmp_path / "run.npz"
    np.savetxt(series, np.sin(np.arange(40.0)), header="y", comments="")
    sizes = "--window 3 --width 16 --iterations 10"
    made, again = ran(
        [
            f"certify --data {series} {sizes} {SIGMA} --train --save {kept} --json",
            f"certify --check {kept} --json",
        ]
    )
    assert made.json["certificate"]["activation"] == "half-tanh"
    assert made.json["training"]["last_risk"] <= made.json["certificate"]["risk_bound"]
    bounds = [one.json["certificate"]["risk_bound"] for one in (made, again)]
    assert bounds[1] == pytest.approx(bounds[0], rel=1e-6)  # from what the file keeps, found anew


def test_a_file_beside_the_others_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "__path__", [*named.__path__, str(FOLDER)])
    assert list(named.found()) == [*ACTIVATIONS, "half-tanh"]


@pytest.mark.parametrize("lacking", [field.name for field in fields(NamedActivation)])
def test_a_record_that_lacks_a_field_says_which(lacking: str) -> None:
    right = ACTIVATIONS["tanh"]
    given = {field.name: getattr(right, field.name) for field in fields(right)}
    with pytest.raises(TypeError, match=rf"missing .*'{lacking}'"):
        NamedActivation(**{name: value for name, value in given.items() if name != lacking})
    with pytest.raises(TypeError, match=f"^toy: the activation .* lacks {lacking}$"):
        checked(replace(right, **{lacking: None}), "toy")


@pytest.mark.parametrize(
    ("file", "given", "instead", "sentence"),
    [
        ("no_third", "    sigma3=whole(1),\n", "", r"named\.no_third: .*'sigma3'"),
        (
            "no_record",
            "ACTIVATION: Final",
            "OTHER: Final",
            r"named\.no_record must hold ACTIVATION",
        ),
        (
            "no_bend",
            "def bend",
            "def bent",
            r"no_bend: the activation 'half-tanh' lacks support.bend",
        ),
        ("short", "tanh.ERRORS", "tanh.ERRORS[1:]", r"short: errors of .* hold 8 values, not 7"),
    ],
)
def test_a_file_that_lacks_something_says_what(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    file: str,
    given: str,
    instead: str,
    sentence: str,
) -> None:
    text = (FOLDER / "half_tanh.py").read_text("utf-8")
    assert given in text
    (tmp_path / f"{file}.py").write_text(text.replace(given, instead), "utf-8")
    monkeypatch.setattr(named, "__path__", [str(tmp_path)])
    with pytest.raises(TypeError, match=sentence):
        named.found()
