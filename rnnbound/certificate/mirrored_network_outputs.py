"""Outputs of mirrored networks Θ_i = M_i ± D_i, with proved errors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.neuron_pair_passes import Pairs, sized_states
from rnnbound.certificate.rounding_error_bounds import UNIT, gamma, up
from rnnbound.network import Network

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


#: Recurrent and input weights of the first or of the second neuron of each pair.
Side = tuple[Floats, Floats]


def residual(pairs: Pairs, moves: Floats, copies: float = 1.0) -> Residual:
    """ē for Θ̄_i = M_i + D̄_i, Θ̄_i' = M_i − D̄_i.

    Args:
        pairs: data and neurons.
        moves: D̄, shape (k, p), taken as exact.
        copies: how many pairs each stands for, if they are a sample; what is found is then an
            estimate.
    """
    w, u = moves[:, 0], moves[:, 1:]
    ahead, behind = (pairs.w + w, pairs.u + u), (pairs.w - w, pairs.u - u)
    return residual_at(pairs, ahead, behind, copies, blur=2 * UNIT)


def residual_at(
    pairs: Pairs, one: Side, two: Side, copies: float = 1.0, *, blur: float = 0.0
) -> Residual:
    """F − Y of a network whose pairs have opposite signs, and any weights.

    Args:
        pairs: data and signs.
        one: the first neurons, shapes (k,) and (k, d).
        two: the second ones.
        copies: how many pairs each stands for.
        blur: a bound of the relative error of the weights.
    """
    total, sizes = pairs.added(partial(_outputs, one, two), 2)
    w, u = (np.maximum(np.abs(a), np.abs(b)) for a, b in zip(one, two, strict=True))
    state = float(max(jet[()].error for jet in sized_states(pairs, w, u, 0, blur)))
    total, width = total * copies, pairs.width * copies
    # Two states, their difference, the sum over pairs; then the scaling and the target.
    errors = 2 * pairs.count * state + gamma(pairs.count + 16) * sizes
    errors = (1 + gamma(32)) * errors / math.sqrt(width)
    output = total / math.sqrt(width)
    errors += gamma(8) * (np.abs(output) + np.abs(pairs.y))
    values = output - pairs.y
    doubt = s_norm(errors)
    return Residual(values, doubt, up(s_norm(values) + doubt))


def _outputs(one: Side, two: Side, pairs: Pairs, block: slice) -> tuple[Floats, Floats]:
    """What a block adds to √m F, and a bound of its terms, shape (T, n) each."""
    shape, c = (pairs.horizon, pairs.samples), pairs.c[block]
    value, size = np.empty(shape), np.empty(shape)
    sides = (pairs.jets(w[block], u[block], 0) for w, u in (one, two))
    for t, (ahead, behind) in enumerate(zip(*sides, strict=True)):
        odd = ahead[()] - behind[()]
        value[t], size[t] = c @ odd, np.abs(c) @ np.abs(odd)
    return value, size


def risk_at(pairs: Pairs, network: Network) -> float:
    """An upper bound of the risk of a network with the signs of the pairs."""
    k = pairs.count
    w, u = (np.asarray(a, np.float64) for a in (network.w, network.u))
    return up(residual_at(pairs, (w[:k], u[:k]), (w[k:], u[k:])).size ** 2)


def s_norm(values: Floats) -> float:
    """‖values‖_S = √((1/n) Σ values²) from above, for shape (T, n)."""
    mean = float((values**2).sum()) / values.shape[1]
    return up(math.sqrt(up(mean, values.size + 64)))
