"""Outputs of mirrored networks Θ_i = M_i ± D_i, with proved errors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.passes import Pairs, moved_error
from rnnbound.certificate.rounding import gamma, up

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Residual:
    """ē = F(Θ̄) − Y at the comparator.

    Attributes:
        values: as computed, shape (T, n).
        doubt: a bound of ‖·‖_S of its error.
        size: an upper bound of ω = ‖ē‖_S.
    """

    values: Floats
    doubt: float
    size: float


def residual(pairs: Pairs, moves: Floats, copies: float = 1.0) -> Residual:
    """ē for Θ̄_i = M_i + D̄_i, Θ̄_i' = M_i − D̄_i.

    Args:
        pairs: data and neurons.
        moves: D̄, shape (k, p), taken as exact.
        copies: how many pairs each stands for, if they are a sample; what is found is then an
            estimate.
    """
    shape = (pairs.horizon, pairs.samples)
    total, sizes = np.zeros(shape), np.zeros(shape)

    def work(block: slice) -> tuple[Floats, Floats]:
        w, u, move, c = pairs.w[block], pairs.u[block], moves[block], pairs.c[block]
        value, size = np.empty(shape), np.empty(shape)
        ahead = pairs.jets(w + move[:, 0], u + move[:, 1:], 0)
        behind = pairs.jets(w - move[:, 0], u - move[:, 1:], 0)
        for t, (one, two) in enumerate(zip(ahead, behind, strict=True)):
            odd = one[()] - two[()]
            value[t], size[t] = c @ odd, np.abs(c) @ np.abs(odd)
        return value, size

    for one, two in pairs.run(work, 2):
        total += one
        sizes += two
    far = np.abs(moves)
    state = moved_error(pairs, np.abs(pairs.w) + far[:, 0], np.abs(pairs.u) + far[:, 1:])
    total, width = total * copies, pairs.width * copies
    # Two states, their difference, the sum over pairs; then the scaling and the target.
    errors = 2 * pairs.count * state + gamma(pairs.count + 16) * sizes
    errors = (1 + gamma(32)) * errors / math.sqrt(width)
    output = total / math.sqrt(width)
    errors += gamma(8) * (np.abs(output) + np.abs(pairs.y))
    values = output - pairs.y
    doubt = s_norm(errors)
    return Residual(values, doubt, up(s_norm(values) + doubt))


def s_norm(values: Floats) -> float:
    """‖values‖_S = √((1/n) Σ values²) from above, for shape (T, n)."""
    mean = float((values**2).sum()) / values.shape[1]
    return up(math.sqrt(up(mean, values.size + 64)))
