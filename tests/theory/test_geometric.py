"""μ0 and μ1 against their definitions, run and raised to a power."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.decimals import nearest
from rnnbound.theory.geometric import geometric_sums
from tests import naive
from tests.mpreals import REALS
from tests.theory.lifted import same
from tests.tolerances import VALUE

ratios = st.one_of(
    st.floats(1e-6, 4),
    st.sampled_from([1.0, 1 + 1e-12, 1 - 1e-12, 1 + 2.3e-16, 1 - 1.2e-16, 1 + 1e-9, 0.5, 3.0]),
)


@given(ratios, st.integers(1, 120))
def test_the_sums_are_their_definitions(z, t):
    with mp.workdps(50):
        found = geometric_sums(REALS, mpf(z), t)
        assert same(found.mu0, naive.mu0(t, mpf(z)))
        assert same(found.mu1, naive.mu1(t, mpf(z)))
        assert same(found.mu1_before, naive.mu1(t - 1, mpf(z)))


@pytest.mark.parametrize("t", [1, 2, 48, 49, 50, 10**6, 10**12])
def test_at_ratio_one_they_are_polynomials(t):
    with precision(300):
        found = geometric_sums(BALLS, BALLS.number(1), t)
        assert (found.mu0, found.mu1, found.mu1_before) == (t, t * (t + 1) // 2, t * (t - 1) // 2)


@pytest.mark.parametrize("z", ["1.000000000001", "0.999999999999", "0.3", "3"])
@pytest.mark.parametrize("t", [10**3, 10**6, 10**12])
def test_long_sums_are_their_closed_forms(z, t):
    if z == "3" and t > 10**6:
        t = 10**7
    with mp.workdps(120), precision(250):
        x = mpf(z)
        power = mp.exp(t * mp.log(x))
        mu0 = (power - 1) / (x - 1)
        mu1 = (t * power * (x - 1) - (power - 1)) / (x - 1) ** 2
        found = geometric_sums(BALLS, BALLS.number(float(z)), t)
        assert abs(mpf(str(nearest(found.mu0, 40))) / mu0 - 1) < VALUE
        assert abs(mpf(str(nearest(found.mu1, 40))) / mu1 - 1) < VALUE


@given(st.floats(0.01, 0.99))
def test_in_short_memory_they_reach_their_limits(z):
    with mp.workdps(30):
        found = geometric_sums(REALS, mpf(z), 10**6)
        assert abs(found.mu0 * (1 - mpf(z)) - 1) < VALUE
        assert abs(found.mu1 * (1 - mpf(z)) ** 2 - 1) < VALUE
