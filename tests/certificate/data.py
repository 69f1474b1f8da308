"""Small problems for the tests of certificates."""

from __future__ import annotations

from functools import cache

import numpy as np

from rnnbound.certificate import Problem

#: Every fourth of the yearly sunspot numbers would do; a series alike needs no file.
_AR = (1.34, -0.65, 0.31)


@cache
def series(kind: str, points: int = 60, horizon: int = 3) -> Problem:
    """Windows of a series, with a constant channel and the next value as target."""
    rng = np.random.default_rng(7)
    if kind == "autoregressive":
        s = list(rng.standard_normal(3))
        while len(s) < points + horizon + 1:
            s.append(sum(a * b for a, b in zip(_AR, s[:-4:-1], strict=True)) + rng.normal())
    elif kind == "chaotic":
        s = [0.3]
        while len(s) < points + horizon + 1:
            s.append(3.9 * s[-1] * (1 - s[-1]))
    else:
        s = list(rng.standard_normal(points + horizon + 1))
    values = np.array(s) - np.mean(s)
    X = np.array([values[i : i + horizon] for i in range(points)])
    Y = np.array([values[i + 1 : i + 1 + horizon] for i in range(points)])
    channel = np.full_like(X, 0.5 * np.abs(values).max())
    return Problem.of(np.stack([X, channel], 2), Y)
