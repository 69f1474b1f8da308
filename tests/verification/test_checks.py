"""Propositions, proof steps and training: verdicts, power, and theories with a broken constant."""

from __future__ import annotations

import pytest

from rnnbound import Scenario
from rnnbound.planning import projected_solver
from rnnbound.theory.average_iterate import SharpAverage
from rnnbound.theory.paper_constants import CorrectedConstants, PaperConstants
from rnnbound.theory.projected_descent import SharpDescent, SharpDrift
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.state_smoothness import Lemma1Corrected
from rnnbound.theory.stochastic_descent import SharpSGD
from rnnbound.theory.tied import TiedAverage
from rnnbound.verification import (
    lemma_attack,
    proof_step_checks,
    proposition_checks,
    training_checks,
)
from rnnbound.verification.check import Check, settle
from rnnbound.verification.class_targets import KINDS
from rnnbound.verification.lemma_checks import LEMMAS

from .broken import DOWN, SHARE, UP, shrink, shrink_term

SMALL = Scenario(horizon=2, samples=2)


def propositions_of(*variants: str) -> dict[tuple[str, str], Check]:
    found = proposition_checks.check(SMALL, variants, 0, ("constant",))
    return {(check.statement.partition(":")[0], check.variant): check for check in found}


def test_propositions_hold_and_the_printed_slips_are_refuted() -> None:
    found = propositions_of("printed", "corrected", "sharp")
    assert not any(check.failed for check in found.values())
    refuted = {key for key, check in found.items() if check.verdict == "refuted"}
    assert {("Prop. 3", "printed"), ("Theorem 1", "printed")} <= refuted
    assert all(variant == "printed" for _, variant in refuted)
    assert found["Prop. 3", "printed"].interval[0] > found["Prop. 3", "printed"].allowed


@pytest.mark.parametrize("name", ["B", "B_H", "K", "K_D"])
def test_a_sharp_constant_of_the_propositions_cannot_shrink(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shrink(monkeypatch, SharpConstants, name)
    assert any(check.failed for check in propositions_of("sharp").values())


@pytest.mark.parametrize("cls", [SharpDrift, SharpAverage, SharpSGD])
def test_the_approximation_term_of_a_theorem_cannot_shrink(
    monkeypatch: pytest.MonkeyPatch, cls: type
) -> None:
    shrink_term(monkeypatch, cls, "approximation")
    assert any(check.failed for check in propositions_of("sharp").values())


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        (SharpConstants, "proposition3"),
        (SharpConstants, "proposition5"),
        (CorrectedConstants, "proposition3"),
        (PaperConstants, "proposition5"),
        (PaperConstants, "err"),
    ],
)
def test_a_proposition_cannot_shrink(monkeypatch: pytest.MonkeyPatch, cls: type, name: str) -> None:
    shrink(monkeypatch, cls, name)
    assert any(check.failed for check in propositions_of("corrected", "sharp").values())


@pytest.mark.parametrize(
    ("cls", "name", "lemma"),
    [
        (PaperConstants, "linearization", "curvature"),
        (PaperConstants, "phi", "phi"),
        (PaperConstants, "mu0", "u"),
        (Lemma1Corrected, "recurrent", "recurrent"),
        (Lemma1Corrected, "mixed", "mixed"),
        (Lemma1Corrected, "curved", "curved"),
        (SharpConstants, "displacement", "displacement"),
        (SharpConstants, "K", "K"),
        (SharpConstants, "K_D", "K_D"),
    ],
)
def test_no_part_of_a_constant_can_shrink(
    monkeypatch: pytest.MonkeyPatch, cls: type, name: str, lemma: str
) -> None:
    shrink(monkeypatch, cls, name)
    assert any(
        check.failed for check in lemma_attack.check(SMALL, ("corrected", "sharp"), lemma, 0)
    )


@pytest.mark.parametrize(
    ("cls", "lemma", "variant"),
    [(SharpAverage, "average", "sharp"), (TiedAverage, "average_tied", "tight")],
)
def test_the_linearization_of_averages_cannot_shrink(
    monkeypatch: pytest.MonkeyPatch, cls: type, lemma: str, variant: str
) -> None:
    assert {c.verdict for c in lemma_attack.check(SMALL, (variant,), lemma, 0)} == {"holds"}
    shrink_term(monkeypatch, cls, "linearization")
    assert any(check.failed for check in lemma_attack.check(SMALL, (variant,), lemma, 0))


@pytest.mark.parametrize("method", ["pgd", "tied"])
def test_projected_weights_cannot_leave_a_smaller_ball(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(
        projected_solver, "alpha_m", lambda q, m: q.alpha + q.rho_w * UP / DOWN / q.ns.sqrt(m)
    )
    found = proof_step_checks.check(SMALL, method, "tight", ("constant",), 1, 0)
    text = f"{method}: |W_ii − W_ii(0)| ≤ a − α with any step"
    assert next(c for c in found if c.statement == text).failed


@pytest.mark.parametrize(
    ("cls", "name"),
    [(SharpConstants, x) for x in ("u", "w", "L", "b", "S", "S_w", "b_H", "B", "B_H")]
    + [(PaperConstants, x) for x in ("L", "beta", "Lambda", "F_max", "y_max")]
    + [(CorrectedConstants, "gamma")],
)
def test_a_constant_of_the_lemmas_cannot_shrink(
    monkeypatch: pytest.MonkeyPatch, cls: type, name: str
) -> None:
    shrink(monkeypatch, cls, name)
    lemma = "B" if name == "y_max" else name
    assert lemma in LEMMAS
    found = lemma_attack.check(SMALL, ("corrected", "sharp"), lemma, 0)
    assert any(check.failed for check in found)


def test_the_steps_of_the_proofs_hold() -> None:
    found = [
        check
        for method in ("pgd", "gd")
        for check in proof_step_checks.check(SMALL, method, "sharp", ("constant", "sign"), 1, 0)
    ]
    assert {check.verdict for check in found} == {"holds"}
    ratios = {check.statement: check.ratio or 0 for check in found}
    assert ratios["pgd: ‖g‖² ≤ S R"] > SHARE
    assert ratios["pgd: curvature along a step ≤ S'"] > SHARE


@pytest.mark.parametrize("term", ["S", "optimization"])
def test_the_curvature_of_the_descent_form_cannot_shrink(
    monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    if term == "S":
        shrink(monkeypatch, SharpConstants, "S")
    else:
        shrink_term(monkeypatch, SharpDescent, "optimization")
    found = proof_step_checks.check(SMALL, "pgd", "sharp", ("constant",), 1, 0)
    assert any(check.failed for check in found)


@pytest.mark.parametrize("method", ["pgd", "pgd-average", "sgd", "gd"])
def test_trained_networks_stay_below_a_bound_below_r0(method: str) -> None:
    found = training_checks.check(SMALL, method, "sharp", KINDS[:2], 1, 0)
    trained = [check for check in found if "τ = 1" not in check.statement]
    assert trained
    for check in trained:
        assert check.verdict == "holds"
        assert check.observed is not None
        assert check.bound is not None
        assert check.observed <= check.bound


@pytest.mark.parametrize("cls", [SharpDrift, SharpAverage, SharpSGD])
def test_the_optimization_term_cannot_shrink(monkeypatch: pytest.MonkeyPatch, cls: type) -> None:
    shrink_term(monkeypatch, cls, "optimization")
    method = {SharpDrift: "pgd", SharpAverage: "pgd-average", SharpSGD: "sgd"}[cls]
    found = training_checks.check(SMALL, method, "sharp", ("constant",), 1, 0)
    assert any(check.failed for check in found)


@pytest.mark.parametrize("variant", ["printed", "corrected"])
def test_a_bound_above_r0_has_no_power(variant: str) -> None:
    for method in ("pgd", "gd"):
        for check in training_checks.check(SMALL, method, variant, ("constant",), 1, 0):
            assert check.verdict == "no power"
            assert check.reason


def test_a_check_without_a_trial_has_no_power() -> None:
    found = settle(
        "steps", "R", "sharp", observed=0.0, bound=1.0, trials=0, failures=0, where="nowhere"
    )
    assert (found.verdict, found.reason) == ("no power", "nothing was tried")
    assert found.interval == (0.0, 1.0)


def test_a_claim_with_probability_needs_more_than_one_failure() -> None:
    def verdict(failures: int, trials: int, allowed: float) -> str:
        return settle(
            "training",
            "risk",
            "sharp",
            observed=2.0,
            bound=1.0,
            trials=trials,
            failures=failures,
            allowed=allowed,
            where="",
        ).verdict

    assert verdict(1, 1, 0.1) == "holds"
    assert verdict(1, 1, 0.0) == "refuted"
    assert verdict(5, 10, 0.1) == "refuted"
    assert verdict(25, 20_000, 1e-3) == "holds"
    assert verdict(60, 20_000, 1e-3) == "refuted"
