"""The three ways in which the naive sums are computed agree."""

from __future__ import annotations

import pytest
from mpmath import mp, mpf

from tests import naive
from tests.scenarios import ACTIVATIONS
from tests.tolerances import SAME_FORMULA

RATIOS = ("0.05", "0.5", "1", "0.999999999999", "1.000000000001", "3")


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("a", RATIOS)
@pytest.mark.parametrize("horizon", [1, 2, 3, 37])
def test_written_out_running_and_extrapolated(activation, a, horizon):
    with mp.workdps(50):
        sigma, a = naive.sigmas(activation), mpf(a)
        full = naive._unrolled(horizon, a, sigma)[-1]
        for other in (naive._running(horizon, a, sigma), naive._extrapolated(horizon, a, sigma)):
            for name, x, y in zip(full._fields, full, other, strict=True):
                assert abs(x - y) <= SAME_FORMULA * abs(x) + mpf(10) ** -60, name
        for x, y in zip(full[:3], naive.means(horizon, a, activation), strict=True):
            assert abs(x - y) <= SAME_FORMULA * abs(x)
