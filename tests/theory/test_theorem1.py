"""Theorem 1 in all variants and forms, and its scaling laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from mpmath import mp, mpf

from rnnbound.theory.paper_constants import PAPER
from rnnbound.theory.projected_descent import SharpDescent, SharpDrift, Theorem1
from rnnbound.theory.sharp_constants import SharpConstants
from tests.scenarios import scenarios, steps, widths
from tests.theory.lifted import both, same


@pytest.mark.parametrize("version", PAPER)
@given(scenario=scenarios(), m=widths, tau=steps)
def test_the_paper_s_bound(version, scenario, m, tau):
    with both(scenario) as (q, own):
        found = Theorem1(PAPER[version]).at(q, mpf(m), mpf(tau))
        exact = own.paper_risk("pgd", version, mpf(m), mpf(tau))
        assert same(found.risk, exact.risk)
        assert same(found.step_size, exact.step)
        assert set(found.terms) == set(exact.terms)
        for name, term in exact.terms.items():
            assert same(found.terms[name], term), name


@pytest.mark.parametrize("form", [SharpDrift, SharpDescent])
@given(scenario=scenarios(), m=widths, tau=steps)
def test_the_sharp_forms(form, scenario, m, tau):
    with both(scenario) as (q, own):
        found = form(SharpConstants).at(q, mpf(m), mpf(tau))
        exact = own.sharp_form(form.form, mpf(m), mpf(tau))
        assert same(found.risk, exact.risk)
        assert same(found.step_size, exact.step)
        for name, term in exact.terms.items():
            assert same(found.terms[name], term), name


@given(scenarios(), widths, steps)
def test_scaling_the_optimization_term(scenario, m, tau):
    """τ^(−1/2) in Theorem 1 and in √R of the drift form, τ^(−1) in the descent form."""
    with both(scenario) as (q, _):
        for form in (Theorem1(PAPER["corrected"]), SharpDrift(SharpConstants)):
            once, four = (form.at(q, mpf(m), mpf(tau * k)) for k in (1, 4))
            assert form.rate == "1/2"
            assert same(once.terms["optimization"], 2 * four.terms["optimization"])
            assert same(once.rest, four.rest)
        descent = SharpDescent(SharpConstants)
        once, four = (descent.at(q, mpf(m), mpf(tau * k)) for k in (1, 4))
        assert descent.rate == "1"
        assert same(once.terms["optimization"], 4 * four.terms["optimization"])
        assert same(once.rest, four.rest)


@given(scenarios(), widths, steps)
def test_at_fixed_weight_bound_the_approximation_scales_with_the_width(scenario, m, tau):
    with both(scenario) as (q, own):
        a = own.alpha
        for form, factor in (
            (Theorem1(PAPER["printed"]), 2),
            (SharpDrift(SharpConstants), 2),
            (SharpDescent(SharpConstants), 4),
        ):
            c = form.constants(q, a)
            narrow, wide = (form.bound(c, mpf(m * k), mpf(tau)) for k in (1, 4))
            assert same(narrow.terms["approximation"], factor * wide.terms["approximation"])


@given(scenarios(), widths, steps)
def test_the_drift_step_balances_the_two_terms(scenario, m, tau):
    """η S = A/√ε: with a split θ the step is (1 − θ)/S."""
    with both(scenario) as (q, own):
        form = SharpDrift(SharpConstants)
        found = form.at(q, mpf(m), mpf(tau))
        S = own.sharp(own.alpha_m(m))["S"]
        theta = found.terms["approximation"] / mp.sqrt(found.risk)
        assert same(found.step_size * S, 1 - theta)
