"""Plans with tight constants, of all methods: they hold, spare nothing, and are cheap."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from rnnbound import Scenario, bound, plan
from rnnbound.planning.results import Guarantee
from rnnbound.theory import directional_derivatives
from rnnbound.theory.tight_constants import tight_lemma
from tests.optimum import brute_force
from tests.scenarios import SIGMA1, name, sample
from tests.tolerances import WORK

METHODS = ("pgd", "pgd-average", "sgd", "gd", "tied", "tied-average", "tied-sgd")
#: A plan may be half a percent dearer than the least one; so close to each other these come.
PLANNER = 0.001


@cache
def planned(scenario: Scenario, method: str, epsilon: float, variant: str = "tight") -> Guarantee:
    found = plan(scenario, method=method, variant=variant, epsilon=epsilon).plans[variant]
    assert found.feasible, found.reason
    assert found.certified
    assert found.risk_bound <= epsilon
    assert found.width % 2 == 0
    return found


def risk(scenario: Scenario, method: str, width: int, iterations: int) -> float:
    found = bound(scenario, method=method, variant="tight", width=width, iterations=iterations)
    return found.bounds["tight"].risk_bound


def check_local_minimum(scenario: Scenario, method: str, epsilon: float, found: Guarantee) -> None:
    """bound(m, τ) ≤ ε < bound(m−2, τ), bound(m, τ−1), with enough digits to be sure."""
    m, tau = found.width, found.iterations
    digits = 20 + len(str(m)) + len(str(tau))

    def above(width: int, iterations: int) -> bool:
        given = bound(
            scenario,
            width=width,
            iterations=iterations,
            method=method,
            variant="tight",
            digits=digits,
        )
        low, high = map(Decimal, given.bounds["tight"].enclosure)
        assert low > Decimal(repr(epsilon)) or high <= Decimal(repr(epsilon)), "undecided"
        return low > Decimal(repr(epsilon))

    assert not above(m, tau)
    assert m == 2 or above(m - 2, tau)
    assert tau == 1 or above(m, tau - 1)


# --- a reference that knows none of the longer steps, tails, and variances --------------------

#: activation, T, α, ν_w, ν_u, ρ_w, ρ_u, δ, ε, method, and the least m·τ of the older forms.
TASKS = [
    ("tanh", 4, 0.3, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1, "tied", 66528),
    ("tanh", 10, 0.5, 0.5, 0.5, 0.5, 0.5, 0.01, 0.1, "tied", 2069256),
    ("tanh", 4, 0.3, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1, "pgd", 94920),
    ("tanh", 10, 0.5, 0.5, 0.5, 0.5, 0.5, 0.01, 0.1, "pgd", 3140496),
    ("tanh", 4, 0.3, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1, "sgd", 818216),
    ("tanh", 4, 0.3, 0.5, 0.5, 0.6, 0.7, 0.1, 0.1, "pgd-average", 1489544),
    ("tanh", 4, 0.3, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1, "tied-sgd", 251904),
    ("logistic", 8, 0.6, 0.5, 0.5, 1.0, 0.5, 0.05, 0.05, "tied", 6596),
    ("erf", 3, 0.2, 0.0, 0.7, 0.3, 0.9, 0.05, 0.2, "pgd", 19936),
    ("sin", 6, 0.4, 0.4, 0.3, 0.4, 0.3, 0.2, 0.1, "tied", 53900),
    ("gaussian", 5, 0.5, 0.3, 0.6, 0.5, 0.6, 0.1, 0.15, "tied-sgd", 312040),
    ("arctan", 1, 0.3, 0.0, 0.5, 0.0, 0.5, 0.1, 0.02, "pgd", 10272),
]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task[0]}-T{task[1]}-{task[9]}")
def test_no_plan_is_dearer_than_the_reference(task):
    activation, T, alpha, nu_w, nu_u, rho_w, rho_u, delta, epsilon, method, least = task
    scenario = Scenario(
        horizon=T,
        alpha=alpha,
        nu_w=nu_w,
        nu_u=nu_u,
        rho_w=rho_w,
        rho_u=rho_u,
        delta=delta,
        activation=activation,
    )
    found = planned(scenario, method, epsilon)
    assert found.width * found.iterations <= 1.01 * least
    check_local_minimum(scenario, method, epsilon, found)


# --- against each other ------------------------------------------------------------------------


def drawn() -> list[tuple[Scenario, float]]:
    found = []
    for index in range(25):
        draw = random.Random(index)
        regime = ("short", "short", "critical", "long")[index % 4]
        scenario = sample(index, regime, tuple(SIGMA1)[index % 6], (1, 2, 3, 5, 8))
        found.append((scenario, draw.choice([0.01, 0.1, 1.0])))
    return found


@pytest.mark.parametrize(("scenario", "epsilon"), drawn(), ids=name)
def test_tight_is_no_dearer_than_sharp(scenario, epsilon):
    # Sharp plans of gd are slow: those of short horizons will do.
    for method in ("pgd", "pgd-average", "sgd", *(["gd"] if scenario.horizon == 2 else [])):
        tight, sharp = (planned(scenario, method, epsilon, v) for v in ("tight", "sharp"))
        work = tight.width * tight.iterations
        assert work <= sharp.width * sharp.iterations * (1 + PLANNER), method


@pytest.mark.parametrize(("scenario", "epsilon"), drawn(), ids=name)
def test_tied_pairs_are_no_dearer(scenario, epsilon):
    """At ρ = ν, where K_tied ≤ K and S' is smaller wherever a plan may lie."""
    scenario = replace(scenario, rho_w=scenario.nu_w, rho_u=scenario.nu_u)
    for tied, plain in (("tied", "pgd"), ("tied-sgd", "sgd"), ("tied-average", "pgd-average")):
        one, two = planned(scenario, tied, epsilon), planned(scenario, plain, epsilon)
        assert one.width * one.iterations <= two.width * two.iterations * (1 + PLANNER), tied


# --- all methods, regimes and horizons ---------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("regime", ["short", "critical", "long"])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_every_method_has_a_plan_in_every_regime(method, regime, index):
    activation = tuple(SIGMA1)[("short", "critical", "long").index(regime) * 2 + index - 2]
    scenario = sample(31 + index, regime, activation, (2, 3, 5))
    found = planned(scenario, method, 0.1)
    check_local_minimum(scenario, method, 0.1, found)


@pytest.fixture
def few_steps(monkeypatch):
    """The recursion ends after fewer steps than usual; what had no answer then is forgotten."""
    monkeypatch.setattr(directional_derivatives, "MOST_STEPS", 5_000)
    yield
    tight_lemma.cache_clear()


@pytest.mark.usefixtures("few_steps")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("horizon", "activation"), [(10**4, "tanh"), (10**6, "logistic")])
def test_short_memory_of_any_horizon(method, horizon, activation):
    scenario = Scenario(horizon=horizon, alpha=0.5, activation=activation)
    found = planned(scenario, method, 0.1)
    check_local_minimum(scenario, method, 0.1, found)


@pytest.mark.parametrize("method", METHODS)
def test_long_memory_of_a_hundred_steps(method):
    scenario = Scenario(horizon=100, alpha=2)
    found = planned(scenario, method, 0.1)
    assert len(str(found.width)) > 60
    check_local_minimum(scenario, method, 0.1, found)


@pytest.mark.parametrize("method", ["tied", "tied-average", "tied-sgd"])
@pytest.mark.parametrize("variant", ["printed", "corrected", "sharp"])
def test_tied_pairs_have_one_variant(method, variant):
    found = plan(Scenario(), method=method, variant=variant, epsilon=0.1).plans[variant]
    assert not found.feasible
    assert "tied pairs have the variant tight alone" in found.reason


@pytest.mark.parametrize("method", ["tied", "tied-average", "tied-sgd"])
def test_tied_pairs_need_a_bounded_third_derivative(method):
    scenario = Scenario(horizon=2, alpha=0.1, activation="cos(z**2)/(1+z**2)")
    found = plan(scenario, method=method, variant="tight", epsilon=0.1).plans["tight"]
    assert not found.feasible
    assert "third" in found.reason or "σ" + 3 * "'" in found.reason


# --- every pair tried --------------------------------------------------------------------------

#: Plans so small that all pairs can be tried.
SMALL = [
    (Scenario(horizon=1, alpha=0.1, nu_w=0, nu_u=0.1, delta=0.9, activation="logistic"), 3e-4),
    (Scenario(horizon=2, alpha=0.2, nu_w=0.1, nu_u=0.3, delta=0.5), 0.2),
    (Scenario(horizon=2, alpha=0.5, nu_w=0.2, nu_u=0.2, delta=0.3, activation="gaussian"), 0.3),
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("scenario", "epsilon"), SMALL, ids=name)
def test_a_small_plan_is_the_cheapest_of_all_pairs(scenario, epsilon, method):
    found = planned(scenario, method, epsilon)
    work = found.width * found.iterations
    if work > 600:
        pytest.fail("a plan too large to try all pairs")
    best = brute_force(lambda m, tau: risk(scenario, method, m, tau) <= epsilon, work)
    assert work <= best * (1 + WORK)
