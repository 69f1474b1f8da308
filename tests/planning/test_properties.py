"""What the theorems imply about every bound and every plan."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rnnbound import Scenario, bound, plan
from tests.scenarios import PAIRS, PROJECTED, scenarios, steps, widths
from tests.tolerances import DOUBLE, ROUNDED

factors = st.floats(1.001, 50)
pairs = st.sampled_from(PROJECTED)


def risk(scenario, pair, m, tau):
    method, variant = pair
    found = bound(scenario, width=m, iterations=tau, method=method, variant=variant)
    guarantee = found.bounds[variant]
    return guarantee.risk_bound if guarantee.feasible else None


def at_most(smaller, larger) -> bool:
    return float(smaller) <= float(larger) * (1 + ROUNDED)


def changed(scenario, **values):
    return Scenario(**{**asdict(scenario), **values})


@given(scenarios(), pairs, widths, steps, st.integers(1, 10**6))
def test_more_width_never_hurts(scenario, pair, m, tau, more):
    assert at_most(risk(scenario, pair, m + 2 * more, tau), risk(scenario, pair, m, tau))


@given(scenarios(), pairs, widths, steps, st.integers(1, 10**6))
def test_more_iterations_never_hurt(scenario, pair, m, tau, more):
    assert at_most(risk(scenario, pair, m, tau + more), risk(scenario, pair, m, tau))


@given(scenarios(), widths, steps, st.integers(1, 10**6))
def test_more_width_never_hurts_sharp_gd(scenario, m, tau, more):
    pair = ("gd", "sharp")
    assert at_most(risk(scenario, pair, m + 2 * more, tau), risk(scenario, pair, m, tau))


@given(scenarios(longest=3), st.sampled_from(["printed", "corrected"]), factors, st.integers(3, 30))
def test_more_of_both_never_hurts_theorem_2(scenario, variant, factor, power):
    m, tau = 2 * 10**power, 10**power
    before = risk(scenario, ("gd", variant), m, tau)
    assume(before is not None)
    wide, long = 2 * int(m * factor / 2), int(tau * factor)
    for larger in ((wide, tau), (m, long), (wide, long)):
        assert at_most(risk(scenario, ("gd", variant), *larger), before)


@given(scenarios(), pairs, widths, steps, st.integers(1, 20))
def test_a_longer_horizon_is_harder(scenario, pair, m, tau, more):
    longer = changed(scenario, horizon=scenario.horizon + more)
    assert at_most(risk(scenario, pair, m, tau), risk(longer, pair, m, tau))


@pytest.mark.parametrize("name", ["alpha", "nu_w", "nu_u", "rho_w", "rho_u"])
@given(scenario=scenarios(), pair=pairs, m=widths, tau=steps, factor=factors)
def test_larger_weights_and_radii_are_harder(name, scenario, pair, m, tau, factor):
    values = {name: getattr(scenario, name) * factor}
    if name.startswith("nu"):
        partner = name.replace("nu", "rho")
        values[partner] = max(getattr(scenario, partner), values[name])
    harder = changed(scenario, **values)
    assert at_most(risk(scenario, pair, m, tau), risk(harder, pair, m, tau))


@given(scenarios(), pairs, widths, steps, factors)
def test_more_certainty_is_harder(scenario, pair, m, tau, factor):
    surer = changed(scenario, delta=scenario.delta / factor)
    assert at_most(risk(scenario, pair, m, tau), risk(surer, pair, m, tau))


@given(scenarios(), widths, steps, st.integers(2, 10**6), st.integers(2, 50))
def test_samples_and_dimension_matter_to_the_paper_alone(scenario, m, tau, more, wider):
    larger = changed(scenario, samples=scenario.samples * more, dim=scenario.dim * wider)
    for method in ("pgd", "pgd-average", "sgd", "gd"):
        assert risk(scenario, (method, "sharp"), m, tau) == risk(larger, (method, "sharp"), m, tau)
    for variant in ("printed", "corrected"):
        pair = ("pgd", variant)
        assert risk(scenario, pair, m, tau) < risk(larger, pair, m, tau)


@given(scenarios(), widths, steps)
def test_the_average_and_sgd_are_no_better_than_the_best_iterate(scenario, m, tau):
    for variant in ("corrected", "sharp"):
        best = risk(scenario, ("pgd", variant), m, tau)
        assert at_most(best, risk(scenario, ("pgd-average", variant), m, tau))
        assert at_most(best, risk(scenario, ("sgd", variant), m, tau))


@given(scenarios(), widths, steps)
def test_sgd_costs_the_paper_nothing(scenario, m, tau):
    """Corrected sgd is Theorem 1's right-hand side."""
    corrected = [risk(scenario, (method, "corrected"), m, tau) for method in ("pgd", "sgd")]
    assert corrected[0] == corrected[1]


@given(scenarios(), pairs, st.integers(1, 10**8), st.integers(1, 10**8))
def test_sharp_is_no_worse_than_corrected_unless_both_say_nothing(scenario, pair, half, tau):
    """It is not always smaller: for a handful of neurons K²/m outgrows T φ err/√m."""
    method = pair[0]
    found = bound(scenario, width=2 * half, iterations=tau, method=method).bounds
    sharp, corrected = found["sharp"], found["corrected"]
    assert at_most(sharp.risk_bound, corrected.risk_bound) or (sharp.vacuous and corrected.vacuous)


def test_a_case_where_corrected_is_smaller_and_both_are_vacuous():
    scenario = Scenario(
        horizon=8, alpha=0.2768, nu_w=0.5, nu_u=1, rho_w=5, rho_u=3, delta=0.1, samples=1,
        activation="erf",
    )  # fmt: skip
    found = bound(scenario, width=2, iterations=146, method="sgd").bounds
    assert found["corrected"].risk_bound < found["sharp"].risk_bound
    assert found["corrected"].vacuous
    assert found["sharp"].vacuous


@given(scenarios(), widths, steps)
def test_the_descent_and_drift_forms_are_one_bound(scenario, m, tau):
    found = bound(scenario, width=m, iterations=tau, variant="sharp").bounds["sharp"]
    total = sum(float(term) for term in found.terms.values())
    assert found.form == {"sum": "descent", "squared-sum": "drift"}[found.combine]
    combined = total if found.combine == "sum" else total**2
    assert combined == pytest.approx(float(found.risk_bound), rel=8 * DOUBLE)
    assert float(found.terms[found.dominant_term]) == max(map(float, found.terms.values()))


@given(scenarios(longest=5), st.sampled_from(PAIRS), st.floats(1e-3, 10), st.floats(1.5, 100))
def test_a_smaller_target_costs_more(scenario, pair, epsilon, factor):
    method, variant = pair
    easy, hard = (
        plan(scenario, epsilon=e, method=method, variant=variant).plans[variant]
        for e in (epsilon, epsilon / factor)
    )
    assert easy.feasible
    assert hard.feasible
    # each is within half a percent of its optimum, and the optima are ordered
    assert easy.width * easy.iterations <= 1.005 * hard.width * hard.iterations


@given(scenarios(longest=5), st.sampled_from(["pgd", "sgd"]), st.floats(1e-6, 1e-3))
def test_sharp_rates(scenario, method, epsilon):
    """m and τ are O(1/ε): a hundredth of the target costs at most 100.5² times the work."""
    coarse, fine = (
        plan(scenario, epsilon=e, method=method, variant="sharp").plans["sharp"]
        for e in (epsilon, epsilon / 100)
    )
    ratio = fine.width * fine.iterations / (coarse.width * coarse.iterations)
    assert ratio <= 1e4 * 1.01


@given(scenarios(), widths, steps)
def test_gd_needs_no_less_than_pgd_of_equal_radius(scenario, m, tau):
    """a of gd is at least α + ν_w/√m; with ρ = ν that is pgd's α_m."""
    tight = changed(scenario, rho_w=scenario.nu_w, rho_u=scenario.nu_u)
    assert at_most(risk(tight, ("pgd", "sharp"), m, tau), risk(tight, ("gd", "sharp"), m, tau))
