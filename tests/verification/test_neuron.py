"""Derivatives against power series in ball arithmetic, and against each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flint import arb, arb_series, ctx

from rnnbound.activations.lookup import ACTIVATIONS
from rnnbound.verification.neuron_derivatives import Neurons, expansion, jets
from rnnbound.verification.scaled_activation_derivatives import Curve

SERIES = {
    "tanh": lambda z: 1 - 2 / ((2 * z).exp() + 1),
    "logistic": lambda z: 1 / ((-z).exp() + 1),
    "gaussian": lambda z: (-z * z).exp(),
    "erf": lambda z: z.erf(),
    "sin": lambda z: z.sin(),
    "arctan": lambda z: z.atan(),
}


def random_neurons(size: int, T: int, d: int) -> Neurons:
    rng = np.random.default_rng(5)
    X = rng.standard_normal((size, T, d))
    return Neurons(
        rng.standard_normal(size),
        rng.standard_normal((size, d)),
        X / np.linalg.norm(X, axis=2, keepdims=True),
        rng.standard_normal(size),
        rng.standard_normal((size, d)),
    )


def power_series(name: str, neurons: Neurons, row: int) -> list[float]:
    """Derivatives of H_T of orders 0 to 3 along the direction."""

    def line(value: float, slope: float) -> arb_series:
        return arb_series([arb(value), arb(slope)], prec=4)

    W = line(neurons.W[row], neurons.omega[row])
    H = line(0.0, 0.0)
    for x in neurons.X[row]:
        z = W * H
        for u, v, coordinate in zip(neurons.U[row], neurons.v[row], x, strict=True):
            z = z + line(u, v) * arb(coordinate)
        H = SERIES[name](z)
    return [float(H[k].mid()) * math.factorial(k) for k in range(4)]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_jets_are_the_derivatives_of_a_power_series(name: str) -> None:
    ctx.cap = 4
    neurons = random_neurons(4, 4, 3)
    found = jets(Curve(name), neurons, 3).H
    for row in range(4):
        expected = power_series(name, neurons, row)
        observed = [float(found[k][-1][row]) for k in range(4)]
        assert observed == pytest.approx(expected, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("curve", [Curve("tanh"), Curve("sin", 0.3, 2.0), Curve("tanh(z)/2")])
def test_full_derivatives_agree_with_directional_ones(curve: Curve) -> None:
    neurons = random_neurons(6, 3, 2)
    full, along = expansion(curve, neurons), jets(curve, neurons, 2)
    direction = np.column_stack([neurons.omega, neurons.v])
    slope = np.einsum("ni,ni->n", full.gradient, direction)
    bent = np.einsum("nij,ni,nj->n", full.hessian, direction, direction)
    assert slope == pytest.approx(along.H[1][-1], rel=1e-12)
    assert bent == pytest.approx(along.H[2][-1], rel=1e-11)


def test_a_common_sequence_of_inputs_need_not_be_repeated() -> None:
    neurons = random_neurons(5, 3, 2)
    same = Neurons(neurons.W, neurons.U, neurons.X[:1], neurons.omega, neurons.v)
    each = Neurons(
        neurons.W, neurons.U, np.repeat(neurons.X[:1], 5, axis=0), neurons.omega, neurons.v
    )
    found, expected = jets(Curve("erf"), same, 1), jets(Curve("erf"), each, 1)
    assert np.array(found.H) == pytest.approx(np.array(expected.H), rel=1e-13)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_scaled_curve_has_scaled_bounds(name: str) -> None:
    curve, z = Curve(name, amplitude=0.5, frequency=3.0), np.linspace(-9, 9, 4001)
    plain = [np.abs(x).max() for x in Curve(name).derivatives(3 * z, 3)]
    scaled = [np.abs(x).max() for x in curve.derivatives(z, 3)]
    expected = [0.5 * 3**k * x for k, x in enumerate(plain)]
    assert scaled == pytest.approx(expected, rel=1e-12)
