"""A scenario lifted into a number system."""

from __future__ import annotations

from hypothesis import given
from mpmath import mp, mpf

from rnnbound.numbers.balls import BALLS, precision
from rnnbound.scenario.scenario_in_number_system import quantities
from tests.mpreals import REALS
from tests.naive import Naive
from tests.scenarios import scenarios
from tests.tolerances import SAME_FORMULA

NAMES = ("alpha", "nu_w", "nu_u", "rho_w", "rho_u", "delta")


@given(scenarios())
def test_symbols_are_the_decimals_of_the_scenario(scenario):
    with mp.workdps(50):
        q, own = quantities(scenario, REALS), Naive(scenario)
        assert q.T == scenario.horizon
        assert (q.n, q.d) == (own.n, own.d)
        for name in NAMES:
            assert getattr(q, name) == getattr(own, name) == mpf(repr(getattr(scenario, name)))
        assert abs(q.nu_squared / own.nu2 - 1) < SAME_FORMULA
        assert abs(q.rho_squared / own.rho2 - 1) < SAME_FORMULA
        assert abs(q.nu**2 / own.nu2 - 1) < SAME_FORMULA
        assert abs(q.rho**2 / own.rho2 - 1) < SAME_FORMULA


@given(scenarios())
def test_balls_hold_the_decimals(scenario):
    with precision(200):
        q = quantities(scenario, BALLS)
        for name in NAMES:
            numerator, denominator = _exact(getattr(scenario, name))
            assert (getattr(q, name) * denominator).contains(BALLS.number(numerator))


def _exact(x: float) -> tuple[int, int]:
    from fractions import Fraction

    return Fraction(repr(x)).as_integer_ratio()


@given(scenarios())
def test_other_radii_change_nothing_else(scenario):
    with mp.workdps(30):
        q = quantities(scenario, REALS)
        other = q.with_radii(mpf(7), mpf(24))
        assert (other.rho_w, other.rho_u, other.rho) == (7, 24, 25)
        for name in ("T", "n", "d", "alpha", "nu_w", "nu_u", "delta", "sigma1", "nu_squared"):
            assert getattr(other, name) == getattr(q, name)
