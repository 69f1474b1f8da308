"""Each command: its answer, its JSON, its table and its exit code together."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pytest

from rnnbound import Scenario, __version__, activations, bound, constants, plan, regime

from .conftest import Run

SUNSPOTS = Path(__file__).parents[2] / "docs" / "data" / "sunspots.csv"
COMPUTING = {
    "plan": "plan",
    "bound": "bound --width 1e6 --iterations 1000",
    "solve": "solve alpha --width 1e5 --iterations 1000 --variant sharp",
    "constants": "constants",
    "regime": "regime",
    "activations": "activations",
    "scenario": "scenario",
    "errata": "errata",
    "data": f"data {SUNSPOTS} --target 2 --window 4",
}
PLAN_KEYS = """
    trusted feasible reason width width_log10 iterations iterations_log10 step_size epsilon
    risk_bound risk_bound_log10 terms combine form dominant_term hypotheses vacuous alpha_m
    contraction regime radius_w memory_bytes flops
"""


@pytest.mark.parametrize("command", COMPUTING)
def test_json_begins_with_schema_and_version(run: Run, command: str) -> None:
    ran = run(f"{COMPUTING[command]} --json")
    assert (ran.status, ran.err) == (0, "")
    assert list(ran.json)[:2] == ["schema", "version"]
    assert ran.json["schema"] == f"rnnbound.{command}/1"
    assert ran.json["version"] == __version__
    assert run(f"{COMPUTING[command]} --format json").out == ran.out


@pytest.mark.parametrize("command", COMPUTING)
def test_csv_has_a_header_and_even_rows(run: Run, command: str) -> None:
    ran = run(f"{COMPUTING[command]} --format csv")
    rows = list(csv.reader(io.StringIO(ran.out)))
    assert len(rows) >= 2
    assert len({len(row) for row in rows}) == 1
    assert "\r" not in ran.out


@pytest.mark.parametrize("columns", ["80", "40", "20", "7"])
@pytest.mark.parametrize("command", COMPUTING)
def test_a_table_fits_its_width(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    ran = run(COMPUTING[command])
    assert ran.status == 0
    if command != "scenario":  # TOML is not broken
        assert max(map(len, ran.out.splitlines())) <= max(int(columns), 20)
    assert not ran.out.endswith("\n\n")


def test_plan(run: Run) -> None:
    ran = run("plan --json")
    found = plan(Scenario())
    best = ran.json["plans"]["tight"]
    assert ran.json["headline"] == "tight"
    assert list(ran.json["plans"]) == ["printed", "corrected", "sharp", "tight"]
    assert set(PLAN_KEYS.split()) <= set(best)
    assert best["width"] == found.plans["tight"].width
    assert best["risk_bound"] == found.plans["tight"].risk_bound
    assert best["risk_bound"] <= 0.1
    assert best["combine"] == "squared-sum"
    assert sum(best["terms"].values()) ** 2 == pytest.approx(best["risk_bound"], rel=1e-12)
    assert ran.json["scenario"]["horizon"] == 10
    assert not ran.json["plans"]["printed"]["trusted"]


def test_the_plan_table_begins_with_the_answer(run: Run) -> None:
    ran = run("plan")
    best = plan(Scenario()).plans["tight"]
    assert ran.out.startswith(
        f"For targets in the class (ν_w, ν_u) = (0.5, 0.5): width {best.width:,} and"
    )
    for words in ("short: r =", "dominant term", "holds, margin", "printed is not a guarantee"):
        assert words in ran.out


def test_long_memory_is_shown_with_exponents(run: Run) -> None:
    ran = run("plan --alpha 3 --horizon 5000")
    assert ran.status == 0
    assert "e9542" in ran.out
    assert not {"inf", "nan"} & set(ran.out.lower().split())
    data = run("plan --alpha 3 --horizon 5000 --json").json["plans"]["sharp"]
    assert data["width"].endswith("e+9542")
    assert len(data["width"].partition("e")[0]) == 18
    assert isinstance(data["width_log10"], float)


def test_a_plan_beyond_its_limits_exits_1_and_says_by_how_much(run: Run) -> None:
    ran = run("plan --max-width 1000 --json")
    excess = ran.json["plans"]["tight"]["width"] - 1000
    assert ran.status == 1
    assert ran.err.count("\n") == 1
    assert "--max-width 1000" in ran.err
    assert str(excess) in ran.err
    assert run("plan --max-width 1e9 --max-iterations 1e9").status == 0
    assert run("plan --max-iterations 5 --get headline").out == "tight\n"


def test_no_plan_exits_1_with_the_reason(run: Run) -> None:
    ran = run("plan --width 10 --epsilon 0.1 --json")
    best = ran.json["plans"]["tight"]
    assert (ran.status, best["feasible"], best["width"]) == (1, False, None)
    assert best["reason"] in ran.err
    table = run("plan --width 10 --epsilon 0.1")
    assert (table.status, table.err) == (1, "")
    assert table.out.startswith("No guarantee")


def test_a_plan_for_a_width_and_iterations_is_the_bound_there(run: Run) -> None:
    at = "--width 1e6 --iterations 1000"
    planned, bounded = run(f"plan {at} --json").json, run(f"bound {at} --json").json
    assert planned["plans"]["sharp"] == bounded["bounds"]["sharp"]
    expected = bound(Scenario(), width=10**6, iterations=1000).bounds["sharp"].risk_bound
    assert bounded["bounds"]["sharp"]["risk_bound"] == expected
    assert "are guaranteed to give training risk ≤" in " ".join(run(f"bound {at}").out.split())


def test_a_printed_plan_does_not_claim_to_be_a_guarantee(run: Run) -> None:
    assert run("plan --variant printed").out.startswith("Not a guarantee")


def test_sgd_has_no_printed_statement(run: Run) -> None:
    ran = run("plan --method sgd --json")
    assert ran.status == 0
    assert ran.json["plans"]["printed"]["feasible"] is False
    assert ran.json["plans"]["printed"]["reason"]


def test_digits_are_those_of_the_enclosure(run: Run) -> None:
    low, high = run("plan --digits 40 --json").json["plans"]["sharp"]["enclosure"]
    assert len(low.replace("0.", "").lstrip("0")) == 40
    assert low < high


def test_constants(run: Run) -> None:
    data = run("constants --json").json
    assert data["constants"]["sharp"]["B_H"] == constants(Scenario()).constants["sharp"]["B_H"]
    names = {"mu0", "mu1", "L", "beta", "Lambda", "gamma", "F_max", "y_max"}
    assert names == set(data["constants"]["printed"])
    rows = list(csv.DictReader(io.StringIO(run("constants --format csv").out)))
    assert {"variant": "printed", "name": "mu0"}.items() <= rows[0].items()
    assert "α_m = 0.7" in run("constants --alpha-m 0.7").out
    assert run("constants --alpha-m 0.7 --width 10").status == 2


def test_regime(run: Run) -> None:
    data = run("regime --width 1000 --json").json
    assert data["contraction"] == regime(Scenario(), width=1000).contraction
    assert run("regime --alpha 1.5 --get critical_width").out == "null\n"
    assert "Memory is long" in run("regime --alpha 1.5").out


def test_activations(run: Run) -> None:
    names = [row.name for row in activations()]
    assert list(run("activations --json").json["activations"]) == names
    assert run("activations erf --get activations.erf.formula").out == "erf z\n"
    assert run("activations sigmoid").status == 0 or "logistic" in run("activations sigmoid").err
    assert "bounded" in run("activations relu").err


def test_the_scenario_can_be_saved_and_read_again(run: Run) -> None:
    ran = run("scenario --horizon 1e3 --rho-w 2 --activation erf")
    assert tomllib.loads(ran.out) == {
        "horizon": 1000, "samples": 1000, "dim": 1, "alpha": 0.5, "nu_w": 0.5, "nu_u": 0.5,
        "rho_w": 2.0, "rho_u": 0.5, "delta": 0.01, "activation": "erf",
    }  # fmt: skip
    text = run("scenario --horizon 1e3 --get scenario").out
    assert run("scenario --get scenario.horizon --scenario -", stdin=text).out == "1000\n"


@pytest.mark.parametrize(
    ("method", "tied"), [("pgd", "tied"), ("pgd-average", "tied-average"), ("sgd", "tied-sgd")]
)
def test_a_plan_ends_with_what_tied_pairs_would_need(run: Run, method: str, tied: str) -> None:
    expected = plan(Scenario(), method=tied, variant="tight").plans["tight"]
    (line,) = run(f"plan --method {method}").out.rpartition("With tied pairs")[2:]
    assert f"(--method {tied}): width {expected.width:,} and {expected.iterations:,}" in " ".join(
        line.split()
    )


def test_what_tied_pairs_would_need_is_said_of_the_same_request(run: Run) -> None:
    assert "With tied pairs" not in run("plan --method gd").out
    assert "With tied pairs" not in run("plan --method tied").out
    assert "no guarantee: width 10" in run("plan --width 10").out.rpartition("tied pairs")[2]
    held = run("plan --width 1e5 --iterations 1000").out.rpartition("tied pairs")[2]
    assert "width 100,000 and 1,000 iterations" in held


def test_tied_pairs_have_one_variant_and_two_radii(run: Run) -> None:
    data = run("plan --method tied --nu-u 0.25 --json").json["plans"]
    assert {name for name, found in data.items() if found["feasible"]} == {"tight"}
    assert "tight alone" in data["sharp"]["reason"]
    root = data["tight"]["width"] ** 0.5
    assert data["tight"]["radius_w"] == pytest.approx(0.5 / root, rel=1e-12)
    assert data["tight"]["radius_u"] == pytest.approx(0.25 / root, rel=1e-12)
    out = run("plan --method tied").out
    assert "each U_i within" in out
    assert "printed, corrected, sharp: tied pairs" in out


def test_constants_that_take_too_many_steps_say_so(run: Run) -> None:
    ran = run("constants --horizon 1e6 --alpha 1 --json")
    assert ran.status == 0
    assert set(ran.json["constants"]["tight"].values()) == {None}
    assert "critical" in ran.json["reasons"]["tight"]
    assert "no tight constants" in ran.err
    assert ran.json["constants"]["sharp"]["S"] > 0
    table = run("constants --horizon 1e6 --alpha 1 --variant tight")
    assert "critical memory" in table.out
    assert run("plan --horizon 1e6 --alpha 1 --variant tight").status == 1
    other = run("plan --horizon 1e6 --alpha 1 --json")
    assert (other.status, other.json["headline"]) == (0, "sharp")
    assert "critical" in other.json["plans"]["tight"]["reason"]
