"""What is promised, for whom and on what it rests: in text, JSON, CSV and reports."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flint import arb

from rnnbound import Scenario, bound, plan
from rnnbound.numbers.balls import precision
from rnnbound.planning.guarantee_record import before_training
from rnnbound.planning.solvers import solver_for
from rnnbound.theory.methods import statements

from .conftest import Run

SUNSPOTS = Path(__file__).parents[2] / "docs" / "data" / "sunspots.csv"
DATA = f"--data {SUNSPOTS} --target sunspots --window 4 --stride 2 --alpha 0.1"
SIZES = "--method tied --width 64 --iterations 20"
#: Whose risk the theorems bound (docs/theory.md, section 6), and in expectation over what.
ITERATES = {
    ("pgd", "printed"): ("best", None),
    ("pgd", "corrected"): ("best", None),
    ("pgd", "sharp"): ("last", None),
    ("pgd", "tight"): ("last", None),
    ("pgd-average", "printed"): ("average", None),
    ("pgd-average", "corrected"): ("average", None),
    ("pgd-average", "sharp"): ("average", None),
    ("pgd-average", "tight"): ("average", None),
    ("sgd", "corrected"): ("best", "sampling"),
    ("sgd", "sharp"): ("best", "sampling"),
    ("sgd", "tight"): ("best", "sampling"),
    ("gd", "printed"): ("best", None),
    ("gd", "corrected"): ("best", None),
    ("gd", "sharp"): ("best", None),
    ("gd", "tight"): ("best", None),
    ("tied", "tight"): ("last", None),
    ("tied-average", "tight"): ("average", None),
    ("tied-sgd", "tight"): ("best", "sampling"),
}
SMALL = Scenario(horizon=4, samples=20, alpha=0.3, delta=0.1)


def test_every_statement_is_in_the_table() -> None:
    assert set(ITERATES) == set(statements())


@pytest.mark.parametrize(("method", "variant"), ITERATES)
def test_whose_risk_it_is(method: str, variant: str) -> None:
    found = plan(SMALL, method=method, variant=variant).plans[variant]
    assert (found.iterate, found.expectation) == ITERATES[method, variant]
    assert found.risk_of == "training data"


@pytest.mark.parametrize(("method", "variant"), ITERATES)
def test_everything_it_rests_on(method: str, variant: str) -> None:
    found = plan(SMALL, method=method, variant=variant).plans[variant]
    status = {one.name: one.status for one in found.assumptions}
    expected = {
        "class": "assumed",
        "inputs": "assumed",
        "symmetric start": "enforced",
        "fixed signs": "enforced",
        "half the gradient": "enforced",
        "projection": "enforced",
        "exact arithmetic": "assumed",
    }
    expected |= {"mini-batches": "enforced"} if "sgd" in method else {}
    expected |= {"tied pairs": "enforced"} if "tied" in method else {}
    expected |= {"proof": "fails"} if variant == "printed" else {}
    assert status == expected
    said = " ".join(one.statement for one in found.assumptions)
    assert all(str(x) in said for x in (found.step_size, SMALL.nu_w, SMALL.alpha))
    assert all(str(x) in said for x in (found.radius_w, found.radius_u) if x is not None)


def test_the_headline_names_the_class(run: Run) -> None:
    said = run("plan --get promise").out
    assert said.startswith("For targets in the class (ν_w, ν_u) = (0.5, 0.5): width 7,196 and ")
    assert "training risk ≤ 0.1 at the last iterate, with probability ≥ 0.99 over" in said
    assert " ".join(run("plan").out.split()).startswith(said.strip())


@pytest.mark.parametrize("method", ["sgd", "tied-sgd"])
def test_an_expected_risk_is_called_one(run: Run, method: str) -> None:
    for command in ("plan", "bound --width 40000 --iterations 700"):
        said = run(f"{command} --method {method} --get promise").out
        assert "expected training risk ≤" in said
        assert "at the best iterate (the expectation is over the mini-batches)" in said


@pytest.mark.parametrize(
    "line",
    [
        f"plan {SIZES}",
        f"bound {SIZES}",
        f"solve epsilon {SIZES}",
        "compare --no-calibration --epsilon 0.9",
        "report --method tied --epsilon 0.3",
    ],
)
def test_a_promise_about_data_is_conditional(run: Run, line: str) -> None:
    condition = f"If the targets of {SUNSPOTS} belong to the class (ν_w, ν_u) = (0.5, 0.5), which"
    ran = run(f"{line} {DATA} --json")
    said = ran.json["promise"]
    assert condition in said
    assert "uarantee" not in said.split(" What training is sure to reach", maxsplit=1)[0]
    rows = list(csv.DictReader(io.StringIO(run(f"{line} {DATA} --format csv").out)))
    assert any(condition in row["promise"] for row in rows)
    told = "".join(run(f"{line} {DATA}").out.split())
    told = told.replace("<sub>", "_").replace("</sub>", "")
    assert "".join(condition.split()) in told
    command = said[said.index("rnnbound certify") :].removeprefix("rnnbound ")
    small = command.split(" --width")[0] + " --width 8 --iterations 2"
    assert run(small).status == 0


def test_the_class_is_what_is_not_checked(run: Run) -> None:
    plans = run(f"plan {SIZES} {DATA} --get plans.tight.assumptions").json
    status = {one["name"]: one["status"] for one in plans}
    assert (status["class"], status["inputs"]) == ("assumed", "checked")


def test_vacuous_is_what_bounds_the_risk_before_training() -> None:
    """B_rms² = 1.8 where B_H² = 3.3: a risk in between is guaranteed without any training."""
    start = before_training(solver_for(SMALL, "tied", "tight"))
    assert 1.79 < start < 1.81
    risks = []
    for width in range(20, 80, 2):
        found = bound(SMALL, width=width, iterations=9, method="tied").bounds["tight"]
        assert found.vacuous == (arb(found.risk_bound) >= start)
        risks.append(found.risk_bound)
    assert any(1.8 < risk < 3.2 for risk in risks)
    assert min(risks) < 1.8


def test_a_vacuous_answer_is_no_promise(run: Run) -> None:
    ran = run("bound --width 20 --iterations 10")
    assert ran.out.startswith("No gain from training is guaranteed (tight): at width 20")
    assert "are guaranteed" not in ran.out
    hint = run("plan --width 4 --iterations 1").out.split("With tied pairs")[1]
    assert "no gain from training is guaranteed either" in hint
    assert "≤" not in hint


def test_rows_without_an_answer_are_no_theorem(run: Run) -> None:
    table = run("plan --width 20000 --epsilon 0.1").out.split("Variants")[1].splitlines()
    told = {line.split()[0]: line.split()[-1] for line in table[2:6]}
    assert told == {"printed": "–", "corrected": "–", "sharp": "–", "tight": "yes"}


def test_how_to_train_has_all_digits(run: Run) -> None:
    found = run("plan --method tied-sgd --json").json["plans"]["tight"]
    told = " ".join(run("plan --method tied-sgd").out.split())
    for name in ("step_size", "radius_w", "radius_u"):
        assert str(found[name]) in told
    for words in (
        "c_i = ±1 and W_ii = ±0.5 by fair coins",
        "(1/√m) Σ_i c_i H_t",
        "the signs c_i stay as they are",
        "R = (1/n) Σ_j Σ_t (F_t − Y_t)²",
        "after R.backward() take η/2",
        "move both by q and −q",
    ):
        assert words in told


def test_numbers_are_rounded_to_the_safe_side() -> None:
    found = bound(SMALL, width=100, iterations=50, variant="tight").bounds["tight"]
    with precision(200):
        exact = solver_for(SMALL, "pgd", "tight").evaluate(100, 50)
        assert exact is not None
        assert arb(found.step_size) < exact.bound.step_size < arb(found.step_size) * (1 + 2**-52)
        assert arb(found.radius_w) <= exact.radius_w
        assert arb(found.risk_bound) * (1 - 2**-52) < exact.bound.risk < arb(found.risk_bound)
