"""How sure a frequency makes us of a probability."""

from __future__ import annotations

from typing import Final

import numpy as np

from rnnbound.network.array_checks import Array

#: Confidence of every interval.
CONFIDENCE: Final = 0.99


def clopper_pearson(
    failures: int, trials: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """The exact interval of a probability after `failures` in `trials` (Clopper, Pearson 1934).

    The limits are quantiles of beta distributions; each tail has (1 − confidence)/2.

    Raises:
        ValueError: the counts are no counts of failures in trials.
    """
    if not 0 <= failures <= trials:
        raise ValueError(f"needs 0 ≤ failures ≤ trials (given: {failures} of {trials})")
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = betaincinv(failures, trials - failures + 1, tail) if failures else 0.0
    high = betaincinv(failures + 1, trials - failures, 1 - tail) if failures < trials else 1.0
    return float(low), float(high)


def quantile(values: Array, allowed: float) -> float:
    """The (1 − `allowed`)-quantile: the least value that at most that share exceeds.

    Args:
        values: shape (N,), N ≥ 1.
        allowed: in [0, 1); 0 gives the largest value.
    """
    ordered = np.sort(values)
    return float(ordered[len(ordered) - 1 - int(allowed * len(ordered))])


def mean_exceeds(values: Array, bound: float) -> bool:
    """Whether the mean of the distribution of `values` is above `bound`, with confidence.

    One-sided Student test at half of what :data:`CONFIDENCE` leaves.

    Args:
        values: shape (N,), N ≥ 2, independent.
        bound: what the mean is claimed to be at most.
    """
    from scipy.special import stdtrit

    spread = float(values.std(ddof=1)) / len(values) ** 0.5
    quantile_of_t = float(stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2))
    return bool(float(values.mean()) - bound > quantile_of_t * spread)
