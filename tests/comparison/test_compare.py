"""compare: plans agree with `plan`, factors with pairs of plans, times with a stopwatch's sense."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest

from rnnbound import RequestError, Scenario, compare, plan
from rnnbound.comparison import training_speed as measuring
from rnnbound.comparison.literature_growth_law import CHANGES, SOURCE, GrowthLaw
from rnnbound.comparison.training_speed import SPAN, Machine, measured
from rnnbound.symbolic.growth import derived
from rnnbound.theory.guarantee import VARIANTS
from rnnbound.theory.methods import METHODS
from rnnbound.verification.plan_duration import duration, visits

TASK = Scenario(horizon=4, alpha=0.3, delta=0.1, samples=20, dim=4)


@pytest.fixture(scope="module")
def found():
    return compare(TASK, epsilon=0.2, calibrate=False)


def test_every_variant_of_every_method_is_there_with_its_plan(found):
    assert list(found.contenders) == list(METHODS)
    for method, variants in found.contenders.items():
        assert list(variants) == list(VARIANTS)
        plans = plan(TASK, epsilon=0.2, method=method).plans
        for variant, one in variants.items():
            guarantee = plans[variant]
            assert (one.feasible, one.reason) == (guarantee.feasible, guarantee.reason)
            assert (one.width, one.iterations) == (guarantee.width, guarantee.iterations)
            assert one.trusted == (variant != "printed")
            if one.feasible:
                assert one.parameters == one.width * (TASK.dim + 1)
                assert one.flops == guarantee.flops


def test_what_is_promised(found):
    of = found.contenders
    assert of["pgd"]["corrected"].iterate == "best"
    assert of["pgd"]["tight"].iterate == "last"
    assert of["tied-average"]["tight"].iterate == "average"
    assert [of["pgd"][v].projects for v in ("sharp", "corrected")] == ["W", "W and U"]
    assert of["gd"]["sharp"].projects == "nothing"
    assert [of[m]["tight"].tied for m in ("pgd", "tied", "tied-sgd")] == [False, True, True]
    over = [of[m]["tight"].expectation for m in ("sgd", "tied-sgd", "tied")]
    assert over == ["sampling", "sampling", None]
    assert [of[m]["tight"].samples_per_step for m in ("sgd", "pgd")] == [1, 20]


def test_the_cheapest_is_trusted_and_has_the_fewest_operations(found):
    method, variant = found.cheapest
    best = found.contenders[method][variant]
    assert best.trusted
    assert all(best.flops <= one.flops for one in found.listed if one.trusted and one.feasible)


def test_factors_are_those_of_two_plans(found):
    longer = replace(TASK, horizon=8)
    for method, variant in (("pgd", "corrected"), ("tied", "tight")):
        before, after = (
            plan(task, epsilon=0.2, method=method).plans[variant] for task in (TASK, longer)
        )
        (factor,) = (
            f for f in found.growth if f.of == f"{method} {variant}" and f.change == "T doubles"
        )
        assert factor.width == pytest.approx(after.width / before.width)
        assert factor.iterations == pytest.approx(after.iterations / before.iterations)
        assert not factor.law


def test_what_bounds_do_not_know_of_changes_nothing(found):
    for factor in found.growth:
        separated = factor.change == "δ_sep halves"
        blind = factor.of.endswith(("sharp", "tight")) and factor.change == "n doubles"
        if not factor.law and (separated or blind):
            assert (factor.width, factor.iterations) == (1, 1)


def test_factors_approach_the_laws_of_our_own_formulas():
    """pgd at small ε: m and τ grow as 1/ε in sharp, as 1/ε² in corrected."""
    far = compare(Scenario(horizon=4), epsilon=1e-9, calibrate=False)
    for variant in ("corrected", "sharp"):
        (factor,) = (
            f for f in far.growth if f.of == f"pgd {variant}" and f.change == "ε is a tenth"
        )
        for quantity, log in (("m", factor.width_log10), ("tau", factor.iterations_log10)):
            order = derived("pgd", variant, quantity, "epsilon", "short")
            assert log == pytest.approx(float(order.size[1]), abs=0.02)


def test_the_law_grows_as_its_polynomial():
    law = GrowthLaw(degree=3, separation=0.01)
    by_name = {change.name: law.factors(change, 0.1) for change in CHANGES}
    assert by_name["T doubles"] == pytest.approx((3 * math.log10(2), 3 * math.log10(2)))
    assert by_name["δ_sep halves"] == by_name["n doubles"] == by_name["T doubles"]
    # log(1/ε) doubles: to the degree in m, once in τ.
    assert by_name["ε is a tenth"] == pytest.approx((3 * math.log10(2), math.log10(2)))
    sizes = 10 * 1000 * math.log(10) / 0.01
    assert law.polynomial_log10(10, 1000, 0.1) == pytest.approx(3 * math.log10(sizes))
    assert GrowthLaw(3).polynomial_log10(10, 1000, 0.1) is None


def test_the_law_has_no_width_and_says_so(found):
    assert "no width" in found.law.about
    assert {f.of for f in found.growth if f.law} == {SOURCE}
    assert found.law.degree == 100
    huge = next(f for f in found.growth if f.law and f.change == "T doubles")
    assert huge.width_log10 == pytest.approx(100 * math.log10(2))


def test_the_law_says_nothing_where_log_of_1_over_epsilon_is_not_positive():
    law = GrowthLaw(degree=5, separation=0.5)
    assert law.factors(next(c for c in CHANGES if c.epsilon < 1), 2.0) == (None, None)
    assert law.polynomial_log10(4, 20, 1.0) is None


def test_numbers_beyond_doubles():
    long = Scenario(alpha=3, horizon=1000)
    sharp = plan(long, variant="sharp").plans["sharp"]
    machine = Machine(long, {(False, 2048): 1e-9}, 0.0)
    seconds = machine.time("pgd", sharp.width, sharp.iterations)
    assert isinstance(seconds, Decimal)
    assert duration(seconds).endswith(" years")
    assert "e+" in duration(seconds)


def test_times_come_from_a_measurement(monkeypatch):
    # A clock that goes on by a tenth of the span each time it is read.
    ticks = count()
    monkeypatch.setattr(measuring, "perf_counter", lambda: next(ticks) * SPAN / 10)
    runs = []
    monkeypatch.setattr(
        measuring, "pace", lambda *asked: runs.append(asked[1:]) or next(paces[asked[1:]])
    )
    paces = {(2048, "tied"): count(3), (64, "sgd"): count(9, -1)}
    machine = measured(TASK, [("pgd", 10**9), ("tied", 4096), ("sgd", 64)])
    # Each kind has half of the span, after a first run; the fastest run of each counts.
    assert runs == [(2048, "tied")] * 5 + [(64, "sgd")] * 5
    assert machine.paces == {(False, 2048): 3, (True, 64): 5}
    assert machine.seconds == pytest.approx(1.3 * SPAN)
    once, twice = (machine.time("pgd", 10**9, steps) for steps in (1000, 2000))
    assert twice == pytest.approx(2 * once)
    # Full gradients: n samples a step; sgd: one, and n at each evaluation of the risk.
    assert visits(TASK, 64, 10**6, "pgd") == 64 * 4 * 20 * 10**6
    assert visits(TASK, 64, 10**6, "sgd") == 64 * 4 * (10**6 + 20 * 100)


@pytest.mark.parametrize(
    ("request_", "where"),
    [({"epsilon": 0}, "epsilon"), ({"degree": "x"}, "degree"), ({"separation": 2}, "separation")],
)
def test_wrong_requests(request_, where):
    with pytest.raises(RequestError) as caught:
        compare(TASK, **request_, calibrate=False)
    assert [fault.where for fault in caught.value.faults] == [where]
