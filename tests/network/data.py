"""Small problems, ways to run them block by block, and tolerances with their reasons."""

from __future__ import annotations

import numpy as np
import pytest

from rnnbound.network import Network, initialise, tiling
from rnnbound.network.array_checks import Array

#: What the issue promises for gradients against an independent autograd.
GRADIENT = 1e-10
#: A few hundred roundings of numbers of size 1.
ROUNDING = 1e-13
#: The same in float32.
SINGLE = 1e-4

#: The six built-in activations and two formulas, one of them built from erf.
ACTIVATIONS = ("tanh", "logistic", "gaussian", "erf", "sin", "arctan", "z/sqrt(1+z**2)", "erf(z)/2")


def problem(
    n: int, horizon: int, dim: int, width: int, seed: int = 0
) -> tuple[Network, Array, Array]:
    """A network away from its symmetric start, inputs of norm at most 1, and targets."""
    rng = np.random.default_rng(seed)
    start = initialise(width, dim, 0.7, seed)
    moved = Network(
        start.w + 0.2 * rng.standard_normal(width),
        start.u + 0.2 * rng.standard_normal((width, dim)),
        start.c,
    )
    X = rng.standard_normal((n, horizon, dim))
    X /= np.maximum(1, np.linalg.norm(X, axis=2, keepdims=True))
    return moved, X, rng.standard_normal((n, horizon))


def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make even small problems consist of several blocks of several tiles."""
    monkeypatch.setattr(tiling, "_SMALL", 0)
    monkeypatch.setattr(tiling, "_WIDEST", 16)
    monkeypatch.setattr(tiling, "_CALL", 48)
