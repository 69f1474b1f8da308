"""Lemma 1: L and β, printed and corrected, and the counterexample of erratum 1."""

from __future__ import annotations

import pytest
from hypothesis import given
from mpmath import mpf

from rnnbound import Scenario
from rnnbound.theory.state_smoothness import Lemma1Corrected, Lemma1Printed
from tests.scenarios import scenarios, widths
from tests.theory.lifted import both, same

VERSIONS = {"printed": Lemma1Printed, "corrected": Lemma1Corrected}


@pytest.mark.parametrize("version", VERSIONS)
@given(scenario=scenarios(), m=widths)
def test_constants(version, scenario, m):
    with both(scenario) as (q, own):
        a = own.alpha_m(m)
        lemma, exact = VERSIONS[version](q, a), own.paper(version, a)
        assert same(lemma.L, exact["L"])
        assert same(lemma.beta, exact["beta"])
        assert same(lemma.sums.mu0, exact["mu0"])


def test_sanity_values_of_the_theory():
    """Section 4.5: tanh, T = 5, a = 0.5, d = 4."""
    with both(Scenario(horizon=5, alpha=0.5, dim=4)) as (q, _):
        printed, corrected = (lemma(q, mpf("0.5")) for lemma in VERSIONS.values())
        for found, shown in (
            (printed.L, "7.5078"),
            (printed.beta, "69.985"),
            (corrected.L, "2.7400"),
            (corrected.beta, "69.604"),
        ):
            places = len(shown.split(".")[1])
            assert f"{float(found):.{places}f}" == shown


@given(scenarios())
def test_the_printed_L_is_the_square_of_the_corrected(scenario):
    with both(scenario) as (q, own):
        assert same(Lemma1Printed(q, own.alpha).L, Lemma1Corrected(q, own.alpha).L ** 2)


def test_erratum_1_the_printed_L_is_too_small():
    """Logistic, T = 1: the gradient norm 1/4 exceeds the printed L = 1/8."""
    with both(Scenario(horizon=1, activation="logistic")) as (q, own):
        assert same(Lemma1Printed(q, own.alpha).L, mpf(1) / 8)
        assert Lemma1Corrected(q, own.alpha).L >= mpf(1) / 4
