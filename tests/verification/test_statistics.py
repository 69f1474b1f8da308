from __future__ import annotations

import numpy as np
import pytest
from mpmath import betainc, mp

from rnnbound.verification.statistics import clopper_pearson, mean_exceeds, quantile


@pytest.mark.parametrize(
    ("failures", "trials"), [(0, 1), (1, 1), (0, 50), (3, 50), (50, 50), (19, 20_000)]
)
def test_each_limit_leaves_half_a_per_cent(failures: int, trials: int) -> None:
    low, high = clopper_pearson(failures, trials)
    assert 0 <= low <= failures / trials <= high <= 1
    with mp.workdps(30):
        if failures:  # P(at least this many failures) at the lower limit
            tail = betainc(failures, trials - failures + 1, 0, low, regularized=True)
            assert float(tail) == pytest.approx(0.005, rel=1e-6)
        if failures < trials:
            tail = 1 - betainc(failures + 1, trials - failures, 0, high, regularized=True)
            assert float(tail) == pytest.approx(0.005, rel=1e-6)


def test_counts_that_are_no_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="5 of 4"):
        clopper_pearson(5, 4)


@pytest.mark.parametrize("allowed", [0.0, 0.01, 0.25, 0.9])
def test_at_most_the_allowed_share_exceeds_the_quantile(allowed: float) -> None:
    values = np.random.default_rng(0).standard_normal(1000)
    at = quantile(values, allowed)
    assert (values > at).sum() <= allowed * 1000
    assert (values >= at).sum() > allowed * 1000


def test_a_mean_exceeds_a_bound_only_with_confidence() -> None:
    noise = np.random.default_rng(1).standard_normal(20)
    assert not mean_exceeds(noise, noise.mean() - 0.01)
    assert mean_exceeds(noise, noise.mean() - 3)
    assert not mean_exceeds(noise, noise.mean() + 3)
