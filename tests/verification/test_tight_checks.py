"""The variant tight: its statements hold, and none of its constants can be 40 % too small."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from rnnbound import Scenario
from rnnbound.theory import directional_derivatives, tied
from rnnbound.theory.long_steps import LongSteps, TiedDescent, TightDescent
from rnnbound.theory.projected_descent import SharpDrift
from rnnbound.theory.tight_constants import TightConstants
from rnnbound.verification import (
    directional_lemma_checks,
    lemma_attack,
    proof_step_checks,
    proposition_checks,
    small_tasks,
    start_checks,
    training_checks,
)
from rnnbound.verification.check import Check
from rnnbound.verification.class_targets import KINDS
from rnnbound.verification.lemma_checks import LEMMAS
from rnnbound.verification.plan_duration import Limits
from rnnbound.verification.whole_plan import run_plan

from .broken import SHARE, shrink, shrink_entry, shrink_term

SMALL = Scenario(horizon=2, samples=2)
FORMS = 5


def refuted(checks: list[Check]) -> bool:
    return any(check.failed for check in checks)


@cache
def right() -> dict[str, Check]:
    """The propositions of the theory as it is."""
    return propositions_of()


def propositions_of() -> dict[str, Check]:
    found = proposition_checks.check(SMALL, ("tight",), 0, ("constant",))
    return {check.statement: check for check in found}


def test_bounds_along_directions_are_attained() -> None:
    for number, least in enumerate((0.999, 0.99, 0.99)):
        (found,) = directional_lemma_checks.check(Scenario(), number, 0)
        assert found.verdict == "holds"
        assert found.witness is not None
        assert found.ratio is not None
        assert found.ratio > least


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize(
    ("method", "index"), [("next", 0), ("next", 1), ("next", 2), ("heights", 1), ("heights", 2)]
)
def test_no_entry_of_the_recursion_can_shrink(
    monkeypatch: pytest.MonkeyPatch, method: str, index: int
) -> None:
    shrink_entry(monkeypatch, directional_derivatives._Run, method, index)
    assert refuted(directional_lemma_checks.check(Scenario(), index, 0))


@pytest.mark.parametrize("name", ["L", "u", "w", "S", "S_w", "b", "b_H", "T3", "T_H", "B", "B_H"])
def test_no_constant_of_the_lemmas_can_shrink(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert not refuted(lemma_attack.check(SMALL, ("tight",), name, 0))
    shrink(monkeypatch, TightConstants, name)
    assert refuted(lemma_attack.check(SMALL, ("tight",), name, 0))


@pytest.mark.parametrize(
    ("name", "cls", "constant"),
    [
        ("displacement", TightConstants, "displacement"),
        ("K_tied", TightConstants, "T_H"),
        ("K_tied_sgd", TightConstants, "T_H"),
        ("moved", TightDescent, "moved"),
        ("moved_tied", TiedDescent, "moved"),
        ("bent", TightDescent, "bent"),
        ("bent_tied", TiedDescent, "bent"),
    ],
)
def test_no_curvature_of_pairs_can_shrink(
    monkeypatch: pytest.MonkeyPatch, name: str, cls: type, constant: str
) -> None:
    (right,) = lemma_attack.check(SMALL, ("tight",), name, 0)
    assert right.verdict == "holds"
    assert right.ratio == pytest.approx(1, abs=1e-3)
    shrink(monkeypatch, cls, constant)
    assert refuted(lemma_attack.check(SMALL, ("tight",), name, 0))


def test_the_variants_without_third_derivatives_make_no_claim_about_them() -> None:
    rough = Scenario(horizon=2, activation="tanh(z)*exp(-z**2)")
    for name in ("T3", "average_tied"):
        assert name in LEMMAS
        assert lemma_attack.check(SMALL, ("sharp",), name, 0) == []
    assert directional_lemma_checks.check(rough, 2, 0)


@pytest.mark.parametrize("name", ["noise", "K", "K_D", "K_tied", "K_tied_sgd"])
def test_no_deviation_can_shrink(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    statement = next(text for text in right() if text.startswith(f"{name}/√m"))
    assert right()[statement].verdict == "holds"
    shrink(monkeypatch, TightConstants, name)
    assert propositions_of()[statement].failed


@pytest.mark.parametrize("cls", [LongSteps, SharpDrift, tied.TiedDrift, tied.TiedSGD])
def test_no_approximation_term_can_shrink(monkeypatch: pytest.MonkeyPatch, cls: type) -> None:
    shrink_term(monkeypatch, cls, "approximation")
    assert any(check.failed for check in propositions_of().values())


@pytest.mark.parametrize("name", ["B_rms", "S_start"])
def test_no_average_over_the_start_can_shrink(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    right = start_checks.check(SMALL, 0)
    assert {check.verdict for check in right} == {"holds"}
    assert min(check.ratio or 0 for check in right) > SHARE
    shrink(monkeypatch, TightConstants, name)
    assert refuted(start_checks.check(SMALL, 0))


@pytest.mark.parametrize("method", ["pgd", "tied"])
def test_every_form_is_followed_with_its_own_step_and_projection(method: str) -> None:
    found = list(small_tasks.trials(method, "tight", SMALL, "constant", 0))
    made = [trial for trial in found if isinstance(trial, small_tasks.Trial)]
    assert len(made) == FORMS
    assert len({trial.step_size for trial in made}) == FORMS
    assert len({trial.label for trial in made}) == FORMS
    on_u = {trial.label: trial.projects for trial in made}
    for label, projects in on_u.items():
        assert projects == (True, method == "tied" or label.endswith("start"))
    checks = proof_step_checks.check(SMALL, method, "tight", KINDS[:2], 1, 0)
    assert {check.verdict for check in checks} == {"holds"}
    ratios = {check.statement: check.ratio or 0 for check in checks}
    assert ratios[f"{method}: ‖g‖² ≤ S R"] > SHARE
    assert ratios[f"{method}: curvature along a step ≤ S'"] > SHARE


@pytest.mark.parametrize(("method", "cls"), [("pgd", TightDescent), ("tied", TiedDescent)])
@pytest.mark.parametrize("part", ["hessian", "optimization"])
def test_the_curvature_of_no_form_can_shrink(
    monkeypatch: pytest.MonkeyPatch, method: str, cls: Any, part: str
) -> None:
    if part == "hessian":
        shrink(monkeypatch, cls, part)
    else:
        shrink_term(monkeypatch, cls, part)
    assert refuted(proof_step_checks.check(SMALL, method, "tight", ("constant",), 1, 0))


@pytest.mark.parametrize("method", ["pgd", "tied", "tied-average", "tied-sgd"])
def test_trained_networks_stay_below_the_bounds(method: str) -> None:
    found = training_checks.check(SMALL, method, "tight", KINDS[:2], 1, 0)
    trained = [check for check in found if "τ = 1" not in check.statement]
    assert len(trained) == (FORMS if method in {"pgd", "tied"} else 1)
    assert {check.verdict for check in trained} == {"holds"}


def test_what_bends_the_risk_cannot_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, TightDescent, "bent")
    found = proof_step_checks.check(SMALL, "pgd", "tight", ("constant",), 1, 0)
    assert {check.statement for check in found if check.failed} == {
        "pgd: ‖∂²(½R)‖ ≤ S' where R ≤ R(Θ(0))"
    }


@pytest.mark.parametrize(
    ("method", "cls"),
    [("tied", tied.TiedDrift), ("tied-sgd", tied.TiedSGD), ("tied-average", tied.TiedAverage)],
)
def test_no_optimization_term_of_tied_pairs_can_shrink(
    monkeypatch: pytest.MonkeyPatch, method: str, cls: type
) -> None:
    shrink_term(monkeypatch, cls, "optimization")
    assert refuted(training_checks.check(SMALL, method, "tight", ("constant",), 1, 0))


@pytest.mark.parametrize("method", ["tied", "tied-average", "tied-sgd"])
def test_tied_plans_are_carried_out(method: str) -> None:
    scenario = Scenario(horizon=2, samples=4, dim=2, alpha=0.3, delta=0.1)
    ran, check = run_plan(
        scenario,
        epsilon=0.05,
        method=method,
        variant="tight",
        kind="constant",
        limits=Limits(seconds=60, memory_bytes=10**9),
    )
    assert check.verdict == "holds"
    assert check.failures == 0
    assert ran.reached_at is not None
    assert ran.steps == ran.iterations
