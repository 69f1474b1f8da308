"""The remainders of single pairs, computed as they are, against what a certificate allows them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import erf

from rnnbound.certificate import Problem
from rnnbound.certificate.bound_parts import Radii, Start
from rnnbound.certificate.comparator_search import norm_of
from rnnbound.certificate.fixed_size_certificate import pairs_of
from rnnbound.certificate.mirrored_network_outputs import residual
from rnnbound.certificate.neuron_pair_passes import Pairs
from rnnbound.certificate.tied_pair_remainder import Tied
from rnnbound.network import initialise

_SIGMAS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tanh": np.tanh,
    "erf": erf,
    "arctan": np.arctan,
    "sin": np.sin,
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "gaussian": lambda z: np.exp(-z * z),
}
#: d, T and radii; so many channels that derivatives are added up by inner products at the end.
_SIZES = ((1, 3, 0.1, 0.05), (2, 2, 0.02, 0.1), (4, 2, 0.1, 0.1), (12, 2, 0.1, 0.1))
#: Half the distance of a central difference, along D − D̄.
_STEP = 1e-5


def _odd(pairs: Pairs, moves: np.ndarray) -> np.ndarray:
    """φ of every pair, shape (T, k, n)."""
    sides = []
    for sign in (1, -1):
        w, u = pairs.w + sign * moves[:, 0], pairs.u + sign * moves[:, 1:]
        h, states = np.zeros((pairs.count, pairs.samples)), []
        for x in pairs.x:
            h = _SIGMAS[pairs.sigma.name](w[:, None] * h + u @ x)
            states.append(h)
        sides.append(np.array(states))
    return sides[0] - sides[1]


def _inside(moves: np.ndarray, radii: Radii) -> np.ndarray:
    moves = moves.copy()
    moves[:, 0] = np.clip(moves[:, 0], -radii.w, radii.w)
    length = np.sqrt((moves[:, 1:] ** 2).sum(1))
    moves[:, 1:] *= np.minimum(1, radii.u * (1 - 1e-14) / length)[:, None]
    return moves


@pytest.mark.parametrize("name", _SIGMAS)
def test_no_pair_curves_more_than_allowed(name: str) -> None:
    """A search over D for the worst rem = φ'(D)[D − D̄] − (φ(D) − φ(D̄))."""
    rng = np.random.default_rng(len(name))
    worst = []
    for d, horizon, r_w, r_u in _SIZES:
        data = Problem.of(rng.standard_normal((6, horizon, d)), rng.standard_normal((6, horizon)))
        pairs = pairs_of(data, initialise(10, d, 0.4, 3), name, 1)
        radii = Radii(r_w, r_u)
        fixed = _inside(rng.standard_normal((5, 1 + d)) * 0.1, radii)
        found = residual(pairs, fixed)
        allowed = Tied().bends(Start(pairs, radii, fixed, 1.0, norm_of(pairs), found))
        best, here, base = np.full(5, -np.inf), fixed, _odd(pairs, fixed)
        for turn in range(150):
            scale = (0.3, 0.05, 0.005)[turn % 3]
            moves = _inside(
                (here, fixed, 0 * fixed)[turn % 3] + rng.normal(0, scale, fixed.shape), radii
            )
            y = moves - fixed
            slope = (_odd(pairs, moves + _STEP * y) - _odd(pairs, moves - _STEP * y)) / (2 * _STEP)
            rem, size = slope - (_odd(pairs, moves) - base), (y**2).sum(1)
            far = size > 1e-6
            against = -pairs.c * (rem * found.values[:, None]).sum((0, 2)) / pairs.samples
            assert (against <= allowed.against * size * (1 + 1e-6))[far].all()
            norm = np.sqrt((rem**2).sum((0, 2)) / pairs.samples)
            assert (norm <= allowed.remainder * size * (1 + 1e-6))[far].all()
            ratio = np.where(far, against / (allowed.against * np.maximum(size, 1e-6)), -np.inf)
            here = np.where((ratio > best)[:, None], moves, here)
            best = np.maximum(best, ratio)
        worst.append(best.max())
    # A bound that nothing comes near would make this empty.
    assert max(worst) > 0.5
