"""Lemma 2: Λ and γ, and the counterexample of erratum 3."""

from __future__ import annotations

from hypothesis import given
from mpmath import mp, mpf

from rnnbound import Scenario
from rnnbound.theory import preactivation_smoothness
from rnnbound.theory.state_smoothness import Lemma1Corrected, Lemma1Printed
from tests.scenarios import scenarios, widths
from tests.theory.lifted import both, same


@given(scenarios(), widths)
def test_constants(scenario, m):
    with both(scenario) as (q, own):
        a = own.alpha_m(m)
        for lemma, gamma, version in (
            (Lemma1Printed(q, a), preactivation_smoothness.gamma_printed, "printed"),
            (Lemma1Corrected(q, a), preactivation_smoothness.gamma_corrected, "corrected"),
        ):
            exact = own.paper(version, a)
            assert same(preactivation_smoothness.Lambda(lemma), exact["Lambda"])
            assert same(gamma(lemma), exact["gamma"])


def test_erratum_3_the_printed_gamma_is_too_small():
    """Logistic, T = 1, a = 0.05: ‖∂²Γ‖ = 0.3536 > 0.2416."""
    with both(Scenario(horizon=1, alpha=0.05, activation="logistic")) as (q, own):
        printed = preactivation_smoothness.gamma_printed(Lemma1Printed(q, own.alpha))
        corrected = preactivation_smoothness.gamma_corrected(Lemma1Corrected(q, own.alpha))
        attained = mp.sqrt(2) / 4
        assert abs(printed - mpf("0.2416")) < mpf("0.00005")
        assert printed < attained <= corrected
