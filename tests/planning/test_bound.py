"""bound: every method and variant in every regime, against the naive reading."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from rnnbound import RequestError, Scenario, bound
from tests.naive import Naive
from tests.scenarios import ACTIVATIONS, PAIRS, PROJECTED, SIGMA1, name, samples, scenarios
from tests.tolerances import DOUBLE, LOG10, VALUE

POINTS = ((2, 1), (10**4, 10**3), (2 * 10**9 + 8, 12345678901))


def close(found, exact, tolerance=VALUE) -> bool:
    return abs(as_it_is(found) - exact) <= tolerance * abs(exact)


def as_it_is(found) -> mpf:
    """A double, or the text of a decimal, exactly."""
    return mpf(found) if isinstance(found, float) else mpf(str(found))


def agree(scenario, method, variant, m, tau) -> None:
    """Risk, enclosure, step, terms and a of one guarantee."""
    with mp.workdps(50):
        found = bound(scenario, width=m, iterations=tau, method=method, variant=variant, digits=25)
        guarantee = found.bounds[variant]
        try:
            exact = Naive(scenario).risk(method, variant, m, tau)
        except LookupError:
            assert not guarantee.feasible
            return
        assert guarantee.feasible, guarantee.reason
        assert close(guarantee.risk_bound, exact.risk, DOUBLE)
        assert as_it_is(guarantee.risk_bound) >= exact.risk * (1 - mpf(10) ** -24)
        lower, upper = map(mpf, guarantee.enclosure)
        assert lower <= exact.risk * (1 + mpf(10) ** -24)
        assert exact.risk * (1 - mpf(10) ** -24) <= upper
        assert upper - lower <= exact.risk * mpf(10) ** -22
        if exact.form and guarantee.form != exact.form:
            # The two forms differ by less than 50 digits tell: either will do.
            exact = Naive(scenario).sharp_form(guarantee.form, mpf(m), mpf(tau))
            assert lower <= exact.risk * (1 + mpf(10) ** -24)
            assert exact.risk * (1 - mpf(10) ** -24) <= upper
        assert close(guarantee.step_size, exact.step)
        assert close(guarantee.alpha_m, exact.a)
        assert close(guarantee.contraction, exact.a * Naive(scenario).s1)
        assert (guarantee.form is None) == (exact.form is None)
        for term, value in exact.terms.items():
            assert close(guarantee.terms[term], value), term
        assert close(guarantee.risk_bound_log10, mp.log10(exact.risk), LOG10) or abs(
            guarantee.risk_bound_log10 - mp.log10(exact.risk)
        ) < mpf(LOG10)


@pytest.mark.parametrize(("method", "variant"), PAIRS)
@pytest.mark.parametrize("scenario", list(samples(1, (1, 2, 3, 5, 8, 13))), ids=name)
def test_every_regime_and_activation(scenario, method, variant):
    for m, tau in POINTS[1:2] if method == "gd" else POINTS:
        agree(scenario, method, variant, m, tau)


@pytest.mark.parametrize(("method", "variant"), PROJECTED)
@pytest.mark.parametrize("scenario", list(samples(2, (65, 100, 1000))), ids=name)
def test_long_horizons(scenario, method, variant):
    agree(scenario, method, variant, 10**6, 10**5)


@pytest.mark.parametrize("variant", ["printed", "corrected", "sharp"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gd_where_all_variants_apply(activation, variant):
    scenario = Scenario(horizon=3, alpha=0.4, delta=0.1, activation=activation)
    agree(scenario, "gd", variant, 10**15, 10**13)


@pytest.mark.parametrize(("method", "variant"), PROJECTED)
@pytest.mark.parametrize("activation", ["tanh", "logistic", "sin", "arctan"])
@pytest.mark.parametrize("horizon", [1, 2, 30, 200])
def test_a_contraction_of_exactly_one(activation, method, variant, horizon):
    """α + ρ_w/√m = 1/σ1 with ρ_w = 1/4, √m = 32, all exact."""
    alpha = 1 / SIGMA1[activation] - 0.25 / 32
    scenario = Scenario(
        horizon=horizon, alpha=alpha, nu_w=0.25, rho_w=0.25, activation=activation, delta=0.1
    )
    agree(scenario, method, variant, 1024, 777)
    found = bound(scenario, width=1024, iterations=777, method=method, variant=variant)
    assert found.bounds[variant].regime == "critical"
    assert found.bounds[variant].contraction == 1.0


@pytest.mark.parametrize(("method", "variant"), PROJECTED)
@pytest.mark.parametrize("offset", ["-1e-12", "-1e-15", "1e-15", "1e-12"])
@pytest.mark.parametrize("horizon", [5, 60, 10**4, 10**6])
def test_a_contraction_next_to_one(offset, method, variant, horizon):
    alpha = Decimal(1) + Decimal(offset)
    scenario = Scenario(horizon=horizon, alpha=alpha, nu_w=0, nu_u=1, delta=0.1)
    assert Decimal(repr(scenario.alpha)) != 1
    agree(scenario, method, variant, 1024, 777)
    found = bound(scenario, width=1024, iterations=777, method=method, variant=variant)
    assert found.bounds[variant].regime == ("short" if offset.startswith("-") else "long")


@pytest.mark.parametrize(("method", "variant"), PROJECTED)
@pytest.mark.parametrize(
    ("horizon", "alpha"),
    [(10**6, 0.5), (10**12, 0.5), (10**6, 3), (5000, 3), (10**6, 1), (10**12, 1)],
)
def test_a_horizon_of_a_million_and_more(horizon, alpha, method, variant):
    scenario = Scenario(horizon=horizon, alpha=alpha, nu_w=0, nu_u=1, delta=0.1)
    agree(scenario, method, variant, 1024, 777)


@pytest.mark.parametrize(("horizon", "alpha"), [(10**6, 0.5), (10**12, 0.5), (300, 1.1)])
def test_sharp_gd_with_a_long_horizon(horizon, alpha):
    agree(Scenario(horizon=horizon, alpha=alpha), "gd", "sharp", 10**40, 10**20)


@settings(max_examples=40)
@given(scenarios(), st.sampled_from(PROJECTED), st.integers(1, 10**30), st.integers(1, 10**30))
def test_any_scenario(scenario, pair, half, tau):
    agree(scenario, *pair, 2 * half, tau)


@settings(max_examples=25)
@given(scenarios(), st.integers(1, 10**12), st.integers(1, 10**9))
def test_any_scenario_of_sharp_gd(scenario, half, tau):
    agree(scenario, "gd", "sharp", 2 * half, tau)


@settings(max_examples=15)
@given(
    scenarios(longest=4),
    st.sampled_from(["printed", "corrected"]),
    st.integers(4, 40),
    st.integers(4, 40),
)
def test_any_scenario_of_theorem_2(scenario, variant, x, y):
    agree(scenario, "gd", variant, 2 * 10**x, 10**y)


@given(scenarios(), st.sampled_from(PAIRS), st.integers(1, 10**6), st.integers(1, 10**6))
@settings(max_examples=40)
def test_hypotheses_hold_wherever_there_is_a_guarantee(scenario, pair, half, tau):
    """ρ = ν is allowed: a margin of zero holds."""
    method, variant = pair
    found = bound(scenario, width=2 * half, iterations=tau, method=method, variant=variant)
    guarantee = found.bounds[variant]
    if guarantee.feasible:
        assert guarantee.hypotheses
        assert all(hypothesis.holds for hypothesis in guarantee.hypotheses)
        assert all(hypothesis.margin >= 0 for hypothesis in guarantee.hypotheses)


@pytest.mark.parametrize("nu", [0.1, 0.2, 0.3, 0.5, 0.7, 1e-9, 3.3, 1])
@pytest.mark.parametrize("variant", ["printed", "corrected", "sharp"])
def test_equal_radii_satisfy_the_hypothesis_with_margin_zero(nu, variant):
    found = bound(Scenario(nu_w=nu, nu_u=nu), width=1000, iterations=10).bounds[variant]
    assert [(h.holds, h.margin) for h in found.hypotheses] == [(True, 0.0), (True, 0.0)]


@given(scenarios(), st.integers(1, 10**9), st.integers(1, 10**9))
@settings(max_examples=30)
def test_vacuous_is_no_better_than_before_training(scenario, half, tau):
    with mp.workdps(40):
        before = Naive(scenario).B_H ** 2
        for guarantee in bound(scenario, width=2 * half, iterations=tau).bounds.values():
            # B_H² is the larger of the two bounds on the risk before training.
            assert guarantee.vacuous or as_it_is(guarantee.risk_bound) < before


def test_a_missing_statement_is_said_and_not_invented():
    found = bound(width=100, iterations=100, method="sgd").bounds["printed"]
    assert not found.feasible
    assert not found.trusted
    assert "version 1" in found.reason
    assert found.risk_bound is None


def test_the_headline_is_the_best_trusted_variant():
    assert bound(width=100, iterations=10).headline == "tight"
    assert bound(width=100, iterations=10, variant="printed").headline == "printed"
    assert bound(width=100, iterations=10, variant="corrected").headline == "corrected"
    trusted = {k: v.trusted for k, v in bound(width=100, iterations=10).bounds.items()}
    assert trusted == {
        "printed": False,
        "corrected": True,
        "sharp": True,
        "tight": True,
    }


@pytest.mark.parametrize("given", [{"width": None}, {"iterations": None}])
def test_both_counts_are_required(given):
    with pytest.raises(RequestError, match="is required"):
        bound(**({"width": 10, "iterations": 10} | given))


@pytest.mark.parametrize("digits", [5, 17, 40, 200])
def test_an_enclosure_has_the_digits_asked_for(digits):
    found = bound(width=1000, iterations=100, digits=digits).bounds["sharp"]
    lower, upper = map(Decimal, found.enclosure)
    assert lower <= upper
    with mp.workdps(digits + 20):
        exact = Naive(Scenario()).risk("pgd", "sharp", 1000, 100).risk
        assert mpf(found.enclosure[0]) <= exact <= mpf(found.enclosure[1])
        assert mpf(found.enclosure[1]) / mpf(found.enclosure[0]) - 1 < mpf(10) ** (2 - digits)
