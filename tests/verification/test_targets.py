from __future__ import annotations

import math

import numpy as np
import pytest

from rnnbound import Scenario, constants
from rnnbound.verification.class_targets import KINDS, inputs, mean_slope, target
from rnnbound.verification.neuron_derivatives import Neurons, jets
from rnnbound.verification.scaled_activation_derivatives import Curve


def make(name: str, d: int, kind: str, T: int = 3) -> tuple[np.ndarray, object]:
    X = inputs(2, T, d, 0)
    return X, target(Curve(name), X, alpha=0.3, nu_w=0.4, nu_u=0.5, kind=kind, seed=1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "d"), [("tanh", 1), ("gaussian", 2), ("logistic", 5)])
def test_a_target_is_the_expectation_over_initialisations(name: str, d: int, kind: str) -> None:
    X, found = make(name, d, kind)
    rng = np.random.default_rng(7)
    size = 100_000
    w, u = 0.3 * rng.choice([-1.0, 1.0], size), rng.standard_normal((size, d))
    v_w, v_u = found.maps(w, u)
    assert np.abs(v_w).max() <= 0.4 + 1e-12
    assert np.linalg.norm(v_u, axis=1).max() <= 0.5 + 1e-12
    for j in range(len(X)):
        slopes = np.array(jets(Curve(name), Neurons(w, u, X[None, j], v_w, v_u), 1).H[1])
        spread = slopes.std(axis=1) / math.sqrt(size)
        assert np.abs(slopes.mean(axis=1) - found.Y[j]).max() < 5 * spread.max() + found.error


@pytest.mark.parametrize(("d", "accuracy"), [(1, 1e-12), (2, 1e-4), (4, 1e-2)])
def test_the_reported_error_is_small(d: int, accuracy: float) -> None:
    _, found = make("tanh", d, "sign")
    assert 0 <= found.error < accuracy


@pytest.mark.parametrize("name", ["tanh", "erf", "sin", "arctan", "gaussian", "logistic"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_parity_loses_the_target(name: str, kind: str) -> None:
    _, found = make(name, 1, kind, T=2)
    bound = constants(Scenario(horizon=2, alpha=0.3, nu_w=0.4, activation=name)).constants
    assert 1e-6 < found.risk <= bound["sharp"]["B_H"] ** 2


def test_the_mean_slope_of_the_logistic_function() -> None:
    # E σ'(u): an independent sum of trapezes.
    z = np.linspace(-12, 12, 200_001)
    values = np.exp(-z * z / 2) / math.sqrt(2 * math.pi) / (4 * np.cosh(z / 2) ** 2)
    assert mean_slope(Curve("logistic"))[0] == pytest.approx(np.trapezoid(values, z), rel=1e-10)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        make("tanh", 1, "square")
