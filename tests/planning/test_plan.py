"""plan: the bound holds, nothing can be spared, and no other plan is much cheaper."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import cache

import pytest
from mpmath import mp, mpf

from rnnbound import RequestError, Scenario, plan
from rnnbound.numbers.count import Count, below
from rnnbound.numbers.short_decimals import DOWN, short
from rnnbound.planning.plan import SHOWN
from tests.naive import Naive, doubles
from tests.optimum import (
    brute_force,
    digits,
    internal_work,
    meets,
    projected_work,
    sharp_gd_work,
)
from tests.scenarios import ACTIVATIONS, PAIRS, PROJECTED, name, sample
from tests.tolerances import INFIMUM, WORK
from tests.work import at_most

SHARP = tuple(pair for pair in PAIRS if pair[1] == "sharp")
INTERNAL = (("gd", "printed"), ("gd", "corrected"))


def seeded() -> list[tuple[Scenario, float]]:
    """A scenario of each regime and activation, with a target risk."""
    found = []
    for index, activation in enumerate(ACTIVATIONS):
        for regime in ("short", "critical", "long")[index % 2 :: 2] or ("short",):
            draw = random.Random(f"{regime}{activation}")
            scenario = sample(3, regime, activation, (2, 3, 4, 6))
            found.append((scenario, draw.choice([0.01, 0.1, 1.0, 7.5])))
    return found


SCENARIOS = seeded()


@cache
def planned(scenario, method, variant, **given):
    """One variant's plan, which must exist."""
    found = plan(scenario, method=method, variant=variant, **given).plans[variant]
    assert found.feasible, found.reason
    assert found.certified
    assert isinstance(found.width, Decimal) or found.width % 2 == 0
    assert all(hypothesis.name for hypothesis in found.hypotheses)
    return found


def check_local_minimum(scenario, method, variant, found, epsilon, fixed=()) -> None:
    """bound(m, τ) ≤ ε < bound(m⁻, τ), bound(m, τ⁻), with enough digits to be sure.

    The predecessor is m − 2 or τ − 1, of a count beyond what is exact the one of 17 digits.
    """
    m, tau = found.width, found.iterations
    with mp.workdps(digits(m, tau)):
        own, target = Naive(scenario), mpf(repr(epsilon))

        def serves(m: Count, tau: Count) -> bool:
            return meets(own, method, variant, int(m), int(tau), target)

        assert serves(m, tau), "the plan misses its target"
        if m > 2 and "width" not in fixed:
            assert not serves(below(m, 2), tau), "a pair to spare"
        if tau > 1 and "iterations" not in fixed:
            assert not serves(m, below(tau)), "a step to spare"


#: Plans with less work than this are compared with every other pair: rounding rules them.
SEVERAL = 1200


def cheapest_pair(scenario, method, variant, epsilon, found) -> int:
    """The least m·τ of all pairs, one by one."""
    with doubles():
        rough = Naive(scenario)
    with mp.workdps(25):
        own, target = Naive(scenario), mpf(repr(epsilon))

        def serves(m: int, tau: int) -> bool:
            if (method, variant) not in INTERNAL:
                with doubles():
                    ratio = rough.risk(method, variant, m, tau).risk / epsilon
                if abs(ratio - 1) > 1e-9:
                    return ratio < 1
            return meets(own, method, variant, m, tau, target)

        return brute_force(serves, found.width * found.iterations)


def optimal_log_work(scenario, method, variant, epsilon, near):
    with doubles():
        own, target = Naive(scenario), epsilon
        if method != "gd":
            return projected_work(own, method, variant, target, near)
        if variant == "sharp":
            return sharp_gd_work(own, target, near)
        return internal_work(own, variant, target)


@pytest.mark.parametrize(("method", "variant"), PAIRS)
@pytest.mark.parametrize(("scenario", "epsilon"), SCENARIOS, ids=name)
def test_a_plan_holds_and_has_nothing_to_spare(scenario, epsilon, method, variant):
    found = planned(scenario, method, variant, epsilon=epsilon)
    assert found.epsilon == epsilon
    assert found.risk_bound <= epsilon
    check_local_minimum(scenario, method, variant, found, epsilon)


@pytest.mark.parametrize(("method", "variant"), PAIRS)
@pytest.mark.parametrize(("scenario", "epsilon"), SCENARIOS[::2], ids=name)
def test_a_plan_is_within_half_a_percent_of_the_cheapest(scenario, epsilon, method, variant):
    found = planned(scenario, method, variant, epsilon=epsilon)
    work = mp.log(found.width) + mp.log(found.iterations)
    best = optimal_log_work(scenario, method, variant, epsilon, found.width)
    if found.width * found.iterations < SEVERAL:
        assert work <= mp.log(cheapest_pair(scenario, method, variant, epsilon, found)) + WORK
    else:
        assert work <= best + WORK
    assert work >= best - mpf(10) ** -9, "the scan itself is not at the optimum"


#: Large ε or little memory: plans small enough to try every pair.
SMALL = [
    (Scenario(horizon=1, alpha=0.1, nu_w=0, nu_u=0.1, delta=0.9, activation="logistic"), 0.001),
    (Scenario(horizon=1, alpha=0.1, nu_w=0, nu_u=0.1, delta=0.9, activation="logistic"), 0.0003),
    (Scenario(horizon=2, alpha=0.2, nu_w=0.1, nu_u=0.3, delta=0.5), 0.9),
    (Scenario(horizon=2, alpha=0.2, nu_w=0.1, nu_u=0.3, delta=0.5), 0.3),
    (Scenario(horizon=3, alpha=0.3, nu_w=0.5, nu_u=0.5, delta=0.5, activation="logistic"), 0.05),
    (Scenario(horizon=3, alpha=1.5, nu_w=0.5, nu_u=0.1, delta=0.1), 60.0),
    (Scenario(horizon=2, alpha=0.2, nu_w=0.0, nu_u=1.0, delta=0.5, activation="sin"), 1e6),
    (Scenario(horizon=4, alpha=0.2, nu_w=2.0, nu_u=1.0, delta=0.5, activation="sin"), 5e3),
]


@pytest.mark.parametrize(("method", "variant"), [pair for pair in PAIRS if pair not in INTERNAL])
@pytest.mark.parametrize(("scenario", "epsilon"), SMALL)
def test_a_small_plan_is_the_cheapest_of_all_pairs(scenario, epsilon, method, variant):
    found = planned(scenario, method, variant, epsilon=epsilon)
    check_local_minimum(scenario, method, variant, found, epsilon)
    work = found.width * found.iterations
    if work < SEVERAL:
        assert work <= (1 + WORK) * cheapest_pair(scenario, method, variant, epsilon, found)
        return
    best = optimal_log_work(scenario, method, variant, epsilon, found.width)
    # Rounding moves the larger count by a unit at most: the smaller one is chosen to suit.
    larger = max(found.width / 2, found.iterations)
    assert mp.log(work) <= best + WORK + mp.log(1 + 1 / mpf(larger))


@pytest.mark.parametrize(("method", "variant"), INTERNAL)
@pytest.mark.parametrize("epsilon", [1.0, 1e3, 1e6, 1e9])
def test_theorem_2_with_a_large_target_chooses_its_internal_epsilon(epsilon, method, variant):
    """α_target grows with ε: the whole budget would cost more than a part of it."""
    scenario = Scenario(horizon=8, alpha=0.5, delta=0.1)
    found = planned(scenario, method, variant, epsilon=epsilon)
    check_local_minimum(scenario, method, variant, found, epsilon)
    with mp.workdps(15):
        own, whole = Naive(scenario), 4 * mpf(repr(epsilon)) / 9
        need = own.needs(variant, whole)
        best = internal_work(own, variant, mpf(repr(epsilon)))
        work = mp.log(found.width) + mp.log(found.iterations)
        assert work <= best + WORK
        if epsilon > 1:
            assert work < mp.log(need.m) + mp.log(need.tau) - 1
            assert found.risk_bound < epsilon


# --- width or iterations given ---------------------------------------------------------------


@pytest.mark.parametrize(("method", "variant"), PAIRS)
@pytest.mark.parametrize(("scenario", "epsilon"), SCENARIOS[::3], ids=name)
@pytest.mark.parametrize("factor", [1, 3, 1000])
def test_a_given_count_leaves_the_least_of_the_other(scenario, epsilon, method, variant, factor):
    free = planned(scenario, method, variant, epsilon=epsilon)
    width, steps = free.width * factor, free.iterations * factor
    found = planned(scenario, method, variant, epsilon=epsilon, width=width)
    assert found.width == width
    assert found.iterations <= free.iterations
    check_local_minimum(scenario, method, variant, found, epsilon, fixed=("width",))
    if (method, factor) == ("gd", 1000):
        return  # so many steps may carry the weights too far: see the next test
    found = planned(scenario, method, variant, epsilon=epsilon, iterations=steps)
    assert found.iterations == steps
    check_local_minimum(scenario, method, variant, found, epsilon, fixed=("iterations",))


@pytest.mark.parametrize("variant", ["printed", "corrected", "sharp"])
@pytest.mark.parametrize("steps", [10**6, 10**12, 10**30])
def test_gd_with_many_steps_gets_the_least_width(variant, steps):
    scenario = Scenario(horizon=3, alpha=0.5, delta=0.1)
    found = plan(scenario, method="gd", variant=variant, epsilon=0.1, iterations=steps)
    found = found.plans[variant]
    if found.feasible:
        check_local_minimum(scenario, "gd", variant, found, 0.1, fixed=("iterations",))
        return
    assert variant != "sharp"
    with mp.workdps(25):
        own = Naive(scenario)
        most = mpf("0.4") / 9  # 4ε/9
        reached = [y for y in range(-20, 40) if own.needs(variant, mp.exp(y)).tau <= steps]
        if found.smallest_epsilon is None:
            assert reached == []
        else:
            assert found.smallest_epsilon > 0.1
            assert own.needs(variant, most).tau > steps


@pytest.mark.parametrize(("method", "variant"), PAIRS)
@pytest.mark.parametrize("mode", ["width", "iterations"])
def test_an_infeasible_plan_names_the_smallest_reachable_risk(method, variant, mode):
    """Just above it there is a plan, just below it there is none."""
    scenario = Scenario(horizon=3, alpha=0.4, delta=0.1)
    count = {"sharp": 10**4, "corrected": 10**15, "printed": 10**15}[variant]
    given = {mode: count}
    found = plan(scenario, method=method, variant=variant, epsilon=1e-30, **given).plans[variant]
    assert not found.feasible
    assert found.smallest_epsilon is not None, found.reason
    smallest = float(found.smallest_epsilon)
    assert short(found.smallest_epsilon, SHOWN, DOWN) in found.reason
    assert f"{mode} {count}" in found.reason
    assert 10**found.smallest_epsilon_log10 == pytest.approx(smallest, rel=INFIMUM)
    above = planned(scenario, method, variant, epsilon=smallest * (1 + INFIMUM), **given)
    assert getattr(above, mode) == count
    below = plan(
        scenario, method=method, variant=variant, epsilon=smallest * (1 - INFIMUM), **given
    )
    assert not below.plans[variant].feasible


@pytest.mark.parametrize("width", [2, 10**4])
def test_sharp_gd_at_a_width_too_small_says_what_it_can_reach(width):
    found = plan(method="gd", variant="sharp", width=width, epsilon=1e-9).plans["sharp"]
    assert not found.feasible
    assert found.smallest_epsilon is not None, found.reason
    with mp.workdps(30):
        own = Naive(Scenario())
        reached = min(own.gd_sharp(mpf(width), mpf(4) ** k).risk for k in range(16))
        assert found.smallest_epsilon <= reached


@pytest.mark.parametrize("variant", ["printed", "corrected"])
@pytest.mark.parametrize("mode", ["width", "iterations"])
def test_theorem_2_may_need_more_of_a_count_whatever_the_target(variant, mode):
    found = plan(method="gd", variant=variant, epsilon=0.1, **{mode: 2}).plans[variant]
    assert not found.feasible
    assert found.smallest_epsilon is None
    assert f"{mode} 2" in found.reason


@pytest.mark.parametrize(
    ("method", "variant", "epsilon", "scenario"),
    [
        ("pgd", "sharp", 0.1, Scenario(horizon=1, nu_w=0, nu_u=1)),
        ("pgd-average", "sharp", 0.1, Scenario(horizon=1, nu_w=0, nu_u=1)),
        ("sgd", "sharp", 0.1, Scenario(horizon=1, nu_w=0, nu_u=1)),
        ("gd", "sharp", 0.1, Scenario(horizon=1, nu_w=0, nu_u=1)),
        ("pgd", "sharp", 0.2125, Scenario(horizon=2, alpha=0.5)),
    ],
)
def test_a_target_that_is_exactly_the_limit_of_infinite_width_is_infeasible(
    method, variant, epsilon, scenario
):
    """‖ν‖²S(α)/τ = ε: every finite width stays above."""
    with at_most(1_000_000):
        found = plan(scenario, method=method, variant=variant, epsilon=epsilon, iterations=10)
    guarantee = found.plans[variant]
    assert not guarantee.feasible
    assert guarantee.smallest_epsilon == pytest.approx(epsilon, rel=INFIMUM)


@pytest.mark.parametrize(("method", "variant"), PAIRS)
def test_both_given_without_a_target_is_the_bound(method, variant):
    m, tau = 10**20, 10**18
    found = plan(width=m, iterations=tau, method=method, variant=variant).plans[variant]
    assert found.feasible
    assert found.epsilon is None
    with mp.workdps(40):
        exact = Naive(Scenario()).risk(method, variant, m, tau).risk
        assert abs(mpf(str(found.risk_bound)) / exact - 1) < mpf(10) ** -15


def test_all_three_given_is_a_check():
    good = plan(width=10**6, iterations=10**5, epsilon=0.1, variant="sharp").plans["sharp"]
    assert good.feasible
    bad = plan(width=100, iterations=10, epsilon=0.1, variant="sharp").plans["sharp"]
    assert not bad.feasible
    assert bad.smallest_epsilon == bad.risk_bound > 0.1
    assert "above 0.1" in bad.reason


# --- any size of number ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "variant", "horizon"),
    [("pgd", "sharp", 140), ("sgd", "sharp", 140), ("pgd", "corrected", 80)],
)
def test_widths_of_hundreds_of_digits_are_exact_and_minimal(method, variant, horizon):
    scenario = Scenario(horizon=horizon, alpha=3)
    found = planned(scenario, method, variant, epsilon=0.1)
    assert len(str(found.width)) > 230
    assert isinstance(found.width, int)
    check_local_minimum(scenario, method, variant, found, 0.1)


def test_sharp_gd_with_a_width_of_hundreds_of_digits():
    scenario = Scenario(horizon=120, alpha=3)
    found = planned(scenario, "gd", "sharp", epsilon=0.1)
    assert len(str(found.width)) > 200
    check_local_minimum(scenario, "gd", "sharp", found, 0.1)


@pytest.mark.parametrize(("method", "variant"), PROJECTED)
@pytest.mark.parametrize("horizon", [10**6, 10**12])
def test_short_memory_of_any_horizon(horizon, method, variant):
    scenario = Scenario(horizon=horizon)
    found = planned(scenario, method, variant, epsilon=0.1)
    check_local_minimum(scenario, method, variant, found, 0.1)
    best = optimal_log_work(scenario, method, variant, 0.1, found.width)
    assert mp.log(found.width) + mp.log(found.iterations) <= best + WORK


@pytest.mark.parametrize("method", ["pgd", "pgd-average", "sgd", "gd"])
def test_long_memory_of_a_million_steps_is_finite(method):
    for variant, found in plan(Scenario(horizon=10**6, alpha=3), method=method).plans.items():
        if (method, variant) == ("sgd", "printed"):
            continue
        assert found.feasible, found.reason
        assert isinstance(found.width, Decimal)
        assert found.width.is_finite()
        assert found.iterations.is_finite()
        assert 9e5 < found.width_log10 < 1e7
        assert 9e5 < found.iterations_log10 < 1e7
        assert found.risk_bound <= 0.1
        assert found.regime == "long"


def test_the_million_step_plan_of_long_memory_is_right():
    """Sharp descent form, from the closed form of the naive sums."""
    scenario = Scenario(horizon=10**6, alpha=3)
    found = planned(scenario, "pgd", "sharp", epsilon=0.1)
    with mp.workdps(60):
        own = Naive(scenario)
        m, tau = mpf(str(found.width)), mpf(str(found.iterations))
        risk = own.risk("pgd", "sharp", m, tau).risk
        assert risk <= mpf("0.1")
        assert risk > mpf("0.1") * (1 - mpf(10) ** -15)


# --- limits, requests ------------------------------------------------------------------------


def test_the_default_request_is_a_tenth():
    assert plan(variant="sharp").request.epsilon == 0.1
    assert plan(variant="sharp").plans["sharp"] == plan(epsilon="0.1").plans["sharp"]


@pytest.mark.parametrize("limit", ["max_width", "max_iterations"])
def test_a_limit_says_by_how_much_it_is_exceeded(limit):
    free = plan(variant="sharp").plans["sharp"]
    needed = {"max_width": free.width, "max_iterations": free.iterations}[limit]
    within = plan(variant="sharp", **{limit: needed})
    assert within.holds
    assert within.excess == ()
    beyond = plan(variant="sharp", **{limit: needed - 1})
    assert not beyond.holds
    assert len(beyond.excess) == 1
    assert "by 1" in beyond.excess[0]
    assert limit.replace("_", "-") in beyond.excess[0]


def test_faults_of_a_request_come_at_once():
    with pytest.raises(RequestError) as caught:
        plan(method="pdg", variant="shrap", epsilon="-1", width=3, iterations="x", max_width=0)
    where = {fault.where: fault.message for fault in caught.value.faults}
    assert set(where) == {"method", "variant", "epsilon", "width", "iterations", "max_width"}
    assert "did you mean 'pgd'" in where["method"]
    assert "did you mean 'sharp'" in where["variant"]
    assert "even" in where["width"]


@pytest.mark.parametrize(
    "epsilon",
    ["nan", "inf", 0, -1, "1e400", "1e-400", True, "", 10**400, 10**5000],
    ids=lambda x: f"{x!s:.6}" if not isinstance(x, int) or x < 2 else "huge",
)
def test_a_target_that_is_no_positive_double_is_refused(epsilon):
    with pytest.raises(RequestError) as caught:
        plan(epsilon=epsilon)
    assert [fault.where for fault in caught.value.faults] == ["epsilon"]


@pytest.mark.parametrize("epsilon", [1e-300, 1e300])
@pytest.mark.parametrize(("method", "variant"), PAIRS)
def test_extreme_targets(method, variant, epsilon):
    scenario = Scenario(horizon=3, alpha=0.4)
    with at_most(1_000_000):
        found = planned(scenario, method, variant, epsilon=epsilon)
    if method != "gd":
        check_local_minimum(scenario, method, variant, found, epsilon)
    assert found.risk_bound <= epsilon


@pytest.mark.parametrize(("width", "epsilon"), [(2, 0.1), (1000, 0.001), (10**150, 1e-300)])
def test_sharp_gd_without_recurrence_ends(width, epsilon):
    """At T = 1 the recurrent weights never move (S_w = 0): no limit on τ, but one on ε."""
    scenario = Scenario(horizon=1)
    with at_most(1_000_000):
        found = plan(scenario, method="gd", variant="sharp", width=width, epsilon=epsilon)
    guarantee = found.plans["sharp"]
    with mp.workdps(50):
        limit = Naive(scenario).gd_sharp(mpf(width), mpf(10) ** 400).risk
        assert not guarantee.feasible
        assert limit > epsilon
        assert abs(mpf(str(guarantee.smallest_epsilon)) / limit - 1) < INFIMUM
