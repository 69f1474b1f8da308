"""Proofs close exactly: with the theorem's own step and bound, and with no other."""

from __future__ import annotations

from typing import Any

import pytest

from rnnbound import Scenario
from rnnbound.activations.lookup import ACTIVATIONS
from rnnbound.theory.average_iterate import Corollary1, SharpAverage
from rnnbound.theory.guarantee import TRUSTED
from rnnbound.theory.long_steps import LongSteps
from rnnbound.theory.methods import statements
from rnnbound.theory.projected_descent import SharpDescent, SharpDrift, Theorem1
from rnnbound.theory.stochastic_descent import SharpSGD
from rnnbound.theory.tied import TiedAverage, TiedDrift, TiedSGD
from rnnbound.theory.unprojected_descent import SharpTheorem2, Theorem2, Theorem2Corrected
from rnnbound.verification import proof_step_checks, telescoping_sum_checks
from rnnbound.verification.check import Check

from .broken import DOWN, UP, scale_step, shrink, shrink_field, shrink_term

STATEMENTS = [(m, v) for m, v in statements() if TRUSTED[v]]
#: By theorem, a statement that rests on it.
THEOREMS: dict[type[Any], tuple[str, str]] = {
    Theorem1: ("pgd", "corrected"),
    Corollary1: ("pgd-average", "corrected"),
    SharpDrift: ("pgd", "sharp"),
    SharpDescent: ("pgd", "sharp"),
    SharpAverage: ("pgd-average", "sharp"),
    SharpSGD: ("sgd", "sharp"),
    SharpTheorem2: ("gd", "sharp"),
    LongSteps: ("pgd", "tight"),
    TiedDrift: ("tied", "tight"),
    TiedSGD: ("tied-sgd", "tight"),
    TiedAverage: ("tied-average", "tight"),
}
BY_THEOREM = [pytest.param(cls, *where, id=cls.__name__) for cls, where in THEOREMS.items()]
#: A longer step of these is found along trajectories: it makes S' too small.
DESCENDING = {SharpDescent, LongSteps}


def refuted(checks: list[Check]) -> bool:
    return any(check.failed for check in checks)


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(),
        *(Scenario(activation=a, horizon=2, alpha=0.05, nu_w=2) for a in ACTIVATIONS),
        Scenario(horizon=1, nu_u=0, nu_w=0.1),
        Scenario(horizon=20, alpha=1.5, nu_w=0, rho_w=1, delta=0.9),
        Scenario(alpha=1e6, nu_u=1e-6, nu_w=0),
    ],
    ids=lambda s: f"{s.activation} T={s.horizon} α={s.alpha:g}",
)
def test_every_proof_closes(scenario: Scenario) -> None:
    for method, variant in STATEMENTS:
        for check in telescoping_sum_checks.check(scenario, method, variant):
            assert check.verdict == "holds", check


@pytest.mark.parametrize(("method", "variant"), STATEMENTS)
def test_no_proof_has_slack_left(method: str, variant: str) -> None:
    for check in telescoping_sum_checks.check(Scenario(), method, variant):
        assert check.ratio == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("up", "down"), [(UP, DOWN), (DOWN, UP)])
@pytest.mark.parametrize(("cls", "method", "variant"), BY_THEOREM)
def test_no_step_size_can_be_another(
    monkeypatch: pytest.MonkeyPatch, cls: type, method: str, variant: str, up: int, down: int
) -> None:
    scale_step(monkeypatch, cls, up, down)
    if cls in DESCENDING and up > down:
        small = Scenario(horizon=2, samples=2)
        assert refuted(proof_step_checks.check(small, method, variant, ("constant",), 1, 0))
    else:
        assert refuted(telescoping_sum_checks.check(Scenario(), method, variant))


@pytest.mark.parametrize("term", ["optimization", "approximation"])
@pytest.mark.parametrize(("cls", "method", "variant"), BY_THEOREM)
def test_no_term_of_a_bound_can_shrink(
    monkeypatch: pytest.MonkeyPatch, cls: type, method: str, variant: str, term: str
) -> None:
    shrink_term(monkeypatch, cls, term)
    assert refuted(telescoping_sum_checks.check(Scenario(), method, variant))


def test_the_papers_linearization_of_averages_cannot_shrink(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shrink_term(monkeypatch, Corollary1, "linearization")
    assert refuted(telescoping_sum_checks.check(Scenario(), "pgd-average", "corrected"))


@pytest.mark.parametrize("variant", ["sharp", "tight"])
def test_the_reach_of_gd_cannot_shrink(monkeypatch: pytest.MonkeyPatch, variant: str) -> None:
    reach = SharpTheorem2.reach

    def shorter(self: Any, c: Any, m: Any, tau: Any) -> Any:
        moved = reach(self, c, m, tau) - c.q.alpha
        return c.q.alpha + moved * UP / DOWN

    monkeypatch.setattr(SharpTheorem2, "reach", shorter)
    found = telescoping_sum_checks.check(Scenario(), "gd", variant)
    assert {check.statement for check in found if check.failed} == {
        "gd: farthest |W_ii − W_ii(0)| ≤ a − α"
    }


@pytest.mark.parametrize("name", ["radius", "least_width", "least_iterations"])
def test_no_requirement_of_theorem_2_can_shrink(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    shrink(monkeypatch, Theorem2Corrected, name)
    assert refuted(telescoping_sum_checks.check(Scenario(), "gd", "corrected"))


def test_the_step_size_of_theorem_2_cannot_shrink(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink_field(monkeypatch, Theorem2, "requirements", "step_size")
    assert refuted(telescoping_sum_checks.check(Scenario(), "gd", "corrected"))
