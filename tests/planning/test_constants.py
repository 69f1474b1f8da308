"""constants: against the naive reading, by width, by weight bound, and at infinite width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from rnnbound import RequestError, Scenario, constants
from tests.naive import Naive
from tests.scenarios import scenarios, widths
from tests.tolerances import DOUBLE

VARIANTS = ("printed", "corrected", "sharp")


def check(found, own, a):
    for variant in VARIANTS:
        exact = own.constants(variant, a)
        for name, value in found.constants[variant].items():
            assert abs(mpf(str(value)) - exact[name]) <= DOUBLE * exact[name], (variant, name)


@given(scenarios(longest=40), widths)
def test_at_a_width(scenario, m):
    with mp.workdps(50):
        own = Naive(scenario)
        found = constants(scenario, width=m)
        assert found.width == m
        check(found, own, own.alpha_m(m))


@given(scenarios(), st.floats(1e-3, 5))
def test_at_a_weight_bound_and_at_infinite_width(scenario, a):
    with mp.workdps(50):
        own = Naive(scenario)
        check(constants(scenario, alpha_m=a), own, mpf(repr(a)))
        check(constants(scenario), own, own.alpha)
        assert constants(scenario).alpha_m == scenario.alpha


@pytest.mark.parametrize("alpha", ["1", "1.000000000001", "0.999999999999", "3", "0.5"])
@pytest.mark.parametrize("horizon", [10**3, 10**6])
def test_any_horizon_and_regime(alpha, horizon):
    scenario = Scenario(horizon=horizon, alpha=alpha)
    with mp.workdps(60):
        own = Naive(scenario)
        check(constants(scenario), own, own.alpha)


def test_the_names_of_the_contract():
    found = constants(width=100).constants
    paper = ["mu0", "mu1", "L", "beta", "Lambda", "gamma", "F_max", "y_max"]
    assert list(found["printed"]) == list(found["corrected"]) == paper
    sharp = ["u", "w", "L", "b", "B", "S", "S_w", "b_H", "B_H", "K", "K_D"]
    assert list(found["sharp"]) == sharp


def test_one_variant_alone():
    assert list(constants(variant="sharp").constants) == ["sharp"]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"width": 3}, "width"),
        ({"width": 0}, "width"),
        ({"width": "many"}, "width"),
        ({"alpha_m": 0}, "alpha_m"),
        ({"alpha_m": "nan"}, "alpha_m"),
        ({"width": 2, "alpha_m": 1}, "alpha_m"),
        ({"variant": "blunt"}, "variant"),
    ],
)
def test_a_wrong_request_names_its_fault(given, where):
    with pytest.raises(RequestError) as caught:
        constants(**given)
    assert [fault.where for fault in caught.value.faults] == [where]
