"""The paper's constants and Propositions 3 to 6, and where printed equals corrected."""

from __future__ import annotations

import pytest
from hypothesis import given
from mpmath import mp, mpf

from rnnbound import Scenario
from rnnbound.theory.paper_constants import PAPER
from rnnbound.theory.projected_descent import Theorem1
from tests.scenarios import scenarios, widths
from tests.theory.lifted import both, same


@pytest.mark.parametrize("version", PAPER)
@given(scenario=scenarios(), m=widths)
def test_constants(version, scenario, m):
    with both(scenario) as (q, own):
        a = own.alpha_m(m)
        found, exact = PAPER[version](q, a), own.paper(version, a)
        for name in (*found.names, "phi", "err"):
            assert same(getattr(found, name), exact[name]), name
        assert same(found.linearization, exact["bracket"])


@pytest.mark.parametrize("version", PAPER)
@given(scenario=scenarios(), m=widths)
def test_propositions(version, scenario, m):
    with both(scenario) as (q, own):
        a = own.alpha_m(m)
        found, exact = PAPER[version](q, a), own.paper(version, a)
        tails = {"printed": 1, "corrected": 2}[version]
        mu0 = own.sums(own.alpha).mu0
        scale = 2 * mu0 * own.s1 * (own.nu_u + own.s0 * own.nu_w)
        assert same(found.proposition3(m), scale * mp.sqrt(mp.log(tails / own.delta) / m))
        bracket = exact["Lambda"] ** 2 * own.s2 + exact["gamma"] * own.s1
        assert same(found.proposition4(m, mpf(3)), (2 / mp.sqrt(m)) * bracket * 3)
        many = scale * mp.sqrt(mp.log(2 * own.n * own.T / own.delta) / m)
        assert same(found.proposition5(m), many + (2 / mp.sqrt(m)) * bracket * own.nu2)
        assert same(found.F_max, exact["L"] * mp.sqrt(own.rho2))
        assert same(found.y_max, scale / 2)


def test_printed_is_corrected_where_the_errata_do_not_bite():
    """y_max has no erratum; neither have μ0, μ1 nor Proposition 4's shape."""
    with both(Scenario(horizon=7, alpha=0.4)) as (q, own):
        printed, corrected = (cls(q, own.alpha) for cls in PAPER.values())
        assert printed.y_max == corrected.y_max
        assert printed.mu0 == corrected.mu0
        assert printed.mu1 == corrected.mu1
        assert printed.err != corrected.err


def test_where_L_is_one_printed_and_corrected_train_equally_fast():
    """κσ1μ0 = 1 makes the square and the root agree, and Λ, φ and the τ term with them."""
    with both(Scenario(horizon=2, activation="logistic")) as (q, own):
        a = (1 / (mp.sqrt(2) * own.s1) - 1) / own.s1
        printed, corrected = (cls(q, a) for cls in PAPER.values())
        assert same(printed.L, 1)
        for name in ("L", "Lambda", "F_max", "phi"):
            assert same(getattr(printed, name), getattr(corrected, name)), name
        first, second = (
            Theorem1(cls).bound(c, mpf(100), mpf(50))
            for cls, c in zip(PAPER.values(), (printed, corrected), strict=True)
        )
        assert same(first.terms["optimization"], second.terms["optimization"])
        assert first.step_size == second.step_size


@given(scenarios())
def test_the_printed_L_is_smaller_exactly_where_erratum_1_bites(scenario):
    with both(scenario) as (q, own):
        printed, corrected = (cls(q, own.alpha) for cls in PAPER.values())
        assert (printed.L < corrected.L) == (corrected.L < 1)
        assert (printed.Lambda < corrected.Lambda) == (corrected.L < 1)


def test_erratum_6_the_printed_concentration_can_be_too_small():
    """L‖ν‖ < 2σ1μ0(ν_u + σ0ν_w) for the logistic function at T = 1."""
    with both(Scenario(horizon=1, activation="logistic")) as (q, own):
        printed, corrected = (cls(q, own.alpha) for cls in PAPER.values())
        assert printed.concentration < corrected.concentration
