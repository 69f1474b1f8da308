"""regime: short, critical or long, and the width at which it changes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from mpmath import mp, mpf

from rnnbound import Scenario, bound, regime
from tests.naive import Naive
from tests.scenarios import scenarios, widths
from tests.tolerances import DOUBLE, VALUE


@given(scenarios(), widths)
def test_against_the_definitions(scenario, m):
    with mp.workdps(50):
        own = Naive(scenario)
        for found, a in (
            (regime(scenario), own.alpha),
            (regime(scenario, width=m), own.alpha_m(m)),
        ):
            r = a * own.s1
            assert found.regime == ("short" if r < 1 else "long" if r > 1 else "critical")
            assert abs(found.contraction / r - 1) <= DOUBLE
            assert abs(found.alpha_m / a - 1) <= DOUBLE
            assert abs(found.cutoff * own.s1 - 1) <= DOUBLE
            assert abs(found.growth_per_step - mp.log(r)) <= VALUE * abs(mp.log(r))
            if own.alpha * own.s1 >= 1:
                assert found.critical_width is None
            else:
                exact = (own.rho_w / (1 / own.s1 - own.alpha)) ** 2
                assert abs(found.critical_width - exact) <= DOUBLE * exact


@pytest.mark.parametrize("offset", ["1e-12", "1e-15"])
def test_next_to_critical(offset):
    for sign, name in ((1, "long"), (-1, "short")):
        with mp.workdps(30):
            found = regime(Scenario(alpha=str(1 + sign * mpf(offset))))
            assert found.regime == name
            exact = mp.log(mpf(repr(found.scenario.alpha)))
            assert abs(found.growth_per_step / exact - 1) < VALUE


def test_exactly_critical():
    found = regime(Scenario(alpha=0.75, nu_w=0.5), width=4)
    assert found.regime == "critical"
    assert (found.contraction, found.growth_per_step) == (1.0, 0.0)
    assert found.critical_width == 4.0


@pytest.mark.parametrize("power", [100, 1000, 10**12])
def test_a_huge_width_is_still_told_from_the_limit(power):
    """α = 1, so α_m > 1 however wide the network is, by ρ_w/√m."""
    found = regime(Scenario(alpha=1), width=f"1e{power}")
    assert found.regime == "long"
    assert Decimal(found.growth_per_step).adjusted() == -power // 2 - 1
    assert found.contraction == 1.0


def test_a_plan_of_a_huge_width_has_the_same_regime():
    found = bound(Scenario(alpha=1), width="1e1000", iterations=10, variant="sharp")
    assert found.bounds["sharp"].regime == "long"


def test_wider_than_the_critical_width_is_short():
    scenario = Scenario(alpha=0.9)
    critical = regime(scenario).critical_width
    assert critical == pytest.approx(25)
    assert regime(scenario, width=26).regime == "short"
    assert regime(scenario, width=24).regime == "long"
