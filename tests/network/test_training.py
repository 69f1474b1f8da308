"""Training runs."""

from __future__ import annotations

import numpy as np
import pytest

from rnnbound.network import METHODS, Schedule, initialise, train


@pytest.mark.parametrize("method", METHODS)
def test_training_lowers_the_risk(method: str) -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((6, 5, 3))
    X /= np.linalg.norm(X, axis=2, keepdims=True)
    Y = rng.standard_normal((6, 5))
    radii = {} if method == "gd" else {"radius_w": 0.5, "radius_u": 0.5}
    run = train(initialise(64, 3, 0.6, 1), "tanh", X, Y, Schedule(method, 0.05, 20, **radii))
    assert run.best_risk < run.risks[0]
