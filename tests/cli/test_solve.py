"""`rnnbound solve` as a person and a script see it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from .conftest import Run

SUNSPOTS = Path(__file__).parents[2] / "docs" / "data" / "sunspots.csv"
COUNTS = "--width 1e5 --iterations 1e3"


def test_json_and_get(run: Run) -> None:
    ran = run(f"solve horizon {COUNTS} --epsilon 0.05 --json")
    assert (ran.status, ran.err) == (0, "")
    found = ran.json
    assert list(found)[:2] == ["schema", "version"]
    assert found["schema"] == "rnnbound.solve/1"
    assert (found["unknown"], found["direction"]) == ("horizon", "largest")
    assert (found["method"], found["variant"], found["trusted"]) == ("pgd", "tight", True)
    assert found["next_value"] == found["value"] + 1
    assert found["risk_bound"] <= 0.05 < found["next_risk_bound"]
    assert 10 ** found["value_log10"] == pytest.approx(found["value"])
    assert found["guarantee"]["risk_bound"] == found["risk_bound"]
    assert found["request"]["width"] == 10**5
    assert run(f"solve horizon {COUNTS} --epsilon 0.05 --get value").out == f"{found['value']}\n"


@pytest.mark.parametrize("unknown", ["alpha", "nu", "delta", "horizon", "epsilon"])
def test_a_value_can_be_pasted_back(run: Run, unknown: str) -> None:
    """Both the value and the next one, as they are printed."""
    asked = "" if unknown == "epsilon" else "--epsilon 0.05"
    narrow = "--width 5000 --iterations 1e6" if unknown == "delta" else COUNTS
    found = run(f"solve {unknown} {narrow} {asked} --method tied --json").json
    for value, holds in ((found["value"], True), (found["next_value"], False)):
        given = f"--{unknown} {value}"
        if unknown == "nu":
            given = f"--nu-w {value} --nu-u {value}"
        if unknown == "epsilon":
            line = f"plan {narrow} {given} --method tied --variant tight --digits 40"
            status = run(line + " --get plans.tight.enclosure").status
            assert status == (0 if holds else 1)
            continue
        path = "--digits 40 --get bounds.tight.enclosure"
        low, high = eval_pair(run(f"bound {narrow} {given} --method tied {path}").out)
        assert (high <= Decimal("0.05")) is holds
        assert (low > Decimal("0.05")) is not holds


def eval_pair(text: str) -> tuple[Decimal, Decimal]:
    low, high = text.strip().strip("[]").replace('"', "").split(", ")
    return Decimal(low), Decimal(high)


def test_table_and_csv(run: Run) -> None:
    ran = run(f"solve alpha {COUNTS}")
    assert ran.status == 0
    assert ran.out.startswith("Largest weight scale: α = ")
    assert "holds: the bound is" in ran.out
    assert "fails: the bound is" in ran.out
    (row,) = csv.DictReader(io.StringIO(run(f"solve alpha {COUNTS} --format csv").out))
    assert f"α = {row['value']}" in ran.out
    assert f"α = {row['next_value']}" in ran.out
    assert "guarantee.width" not in row


def test_no_limit(run: Run) -> None:
    ran = run(f"solve samples {COUNTS}")
    assert ran.status == 0
    assert "does not depend on n" in ran.out
    found = run(f"solve samples {COUNTS} --json").json
    assert (found["value"], found["unbounded"], found["feasible"]) == (None, True, True)
    assert found["risk_bound"] <= 0.1


def test_no_solution_exits_1_with_the_reason(run: Run) -> None:
    ran = run("solve delta --width 100 --iterations 100 --json")
    assert ran.status == 1
    assert "it would hold with --epsilon" in ran.err
    assert ran.json["value"] is None
    risk = ran.json["nearest"]["epsilon"]
    assert run(f"solve delta --width 100 --iterations 100 --epsilon {risk}").status == 0
    assert run("solve delta --width 100 --iterations 100").err == ""


def test_an_untrusted_variant_says_so(run: Run) -> None:
    ran = run("solve epsilon --width 1e12 --iterations 1e12 --variant printed")
    assert "printed is not a guarantee" in ran.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("solve", "UNKNOWN: is missing; one of epsilon, width"),
        ("solve alhpa --width 10 --iterations 10", "did you mean 'alpha'?"),
        ("solve alpha --width 10", "--iterations: is required to solve for alpha"),
        ("solve width --width 10 --iterations 10", "--width: is what is solved for"),
        ("solve alpha --alpha 0.3 --width 10 --iterations 10", "--alpha: is what is solved for"),
        (
            f"solve samples --data {SUNSPOTS} --target 2 --window 4 --width 10 --iterations 9",
            "--data: fixes what is solved for, samples: there are",
        ),
    ],
)
def test_wrong_requests(run: Run, line: str, said: str) -> None:
    ran = run(line)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_data_fix_n_and_t(run: Run) -> None:
    data = f"--data {SUNSPOTS} --target 2 --window 4 --stride 2"
    ran = run(f"solve alpha {data} --width 1e5 --iterations 100 --json")
    assert ran.status == 0
    assert ran.json["scenario"]["horizon"] == 4
    assert "is assumed" in ran.err


def test_an_environment_value_is_only_where_the_search_starts(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = run(f"solve alpha {COUNTS} --variant sharp --get value").out
    monkeypatch.setenv("RNNBOUND_ALPHA", "7.25")
    assert run(f"solve alpha {COUNTS} --variant sharp --get value").out == plain
