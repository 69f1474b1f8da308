"""Multistart ascent: resilient propagation (Rprop; Riedmiller, Braun 1993), all starts at once.

Only signs of slopes are used and every coordinate has its own step, so that objectives of any
scale, and maxima at infinity, need no tuning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from rnnbound.network.array_checks import Array

_NUDGE: Final = 1e-6
_GROW: Final = 1.3
_SHRINK: Final = 0.5
_LARGEST_STEP: Final = 8.0
_SMALLEST_STEP: Final = 1e-9


def ascend(
    objective: Callable[[Array], Array],
    project: Callable[[Array], Array],
    start: Array,
    rounds: int,
) -> tuple[Array, Array]:
    """Climb from every start and return the best point that each one saw.

    Args:
        objective: values, shape (N,), of points, shape (N, P); row i of any multiple of N rows
            belongs to start i modulo N.
        project: moves points into the domain, row by row.
        start: shape (N, P).
        rounds: how many steps to take.

    Returns:
        The points, shape (N, P), and their values, shape (N,).
    """
    size, width = start.shape
    point = project(start)
    best, value = point.copy(), objective(point)
    step = np.full_like(point, 0.1)
    last = np.zeros_like(point)
    nudges = _NUDGE * np.concatenate([np.zeros((1, width)), np.eye(width)])
    for _ in range(rounds):
        around = project((point[None] + nudges[:, None]).reshape(-1, width))
        values = objective(around).reshape(width + 1, size)
        better = values[0] > value
        best[better], value[better] = point[better], values[0][better]
        slope = np.sign(values[1:] - values[0]).T
        agree = slope * last
        step = np.clip(
            step * np.where(agree > 0, _GROW, np.where(agree < 0, _SHRINK, 1.0)),
            _SMALLEST_STEP,
            _LARGEST_STEP,
        )
        slope[agree < 0] = 0
        point = project(point + slope * step)
        last = slope
    values = objective(point)
    better = values > value
    best[better], value[better] = point[better], values[better]
    return best, value
