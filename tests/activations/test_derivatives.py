"""Derivatives of the named activations: their errors and the suprema that certificates use."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest
from flint import arb, arb_series, ctx

from rnnbound.activations.lookup import ACTIVATIONS


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_and_their_errors(name: str) -> None:
    exact = {
        "tanh": mp.tanh,
        "logistic": lambda z: 1 / (1 + mp.exp(-z)),
        "gaussian": lambda z: mp.exp(-z * z),
        "erf": mp.erf,
        "sin": mp.sin,
        "arctan": mp.atan,
    }[name]
    sigma = ACTIVATIONS[name]
    with mp.workdps(40):
        for z in (-5.5, -1.3, -1e-3, 0.0, 0.4, 0.7, 2.2, 3.1, 9.0):
            wanted = [c * mp.factorial(k) for k, c in enumerate(mp.taylor(exact, mp.mpf(z), 7))]
            found = sigma.derivatives(np.array([z]), 7)
            for k, (value, want) in enumerate(zip(found, wanted, strict=True)):
                assert abs(mp.mpf(float(value[0])) - want) <= sigma.errors[k]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_suprema_are_proved(name: str) -> None:
    """In ball arithmetic, by Taylor's formula of second order on cells of [0, 10].

    Beyond, the derivatives of tanh, logistic, erf and e^(−z²) have decayed and sin has been through
    a period.  |arctan^(k)| = (k − 1)! cos^k φ |sin k(φ + π/2)| ≤ (k − 1)! with z = tan φ.
    """
    functions = {
        "tanh": lambda z: 1 - 2 / ((2 * z).exp() + 1),
        "logistic": lambda z: 1 / (1 + (-z).exp()),
        "gaussian": lambda z: (-z * z).exp(),
        "erf": lambda z: z.erf(),
        "sin": lambda z: z.sin(),
    }
    sigma, before = ACTIVATIONS[name], ctx.cap
    orders = range(1, 10)
    if name == "arctan":
        assert all(sigma.suprema[k] >= math.factorial(k - 1) for k in (1, 5, 6, 7, 8, 9))
        functions["arctan"] = lambda z: z.atan()
        orders = range(2, 5)
    ctx.cap = 12
    try:
        # Narrow cells where odd derivatives are attained, at 0.
        cells = [(arb(i) / 65536, arb(1) / 65536) for i in range(64)]
        cells += [(arb(i) / 4096, arb(1) / 4096) for i in range(4, 6144)]
        cells += [(arb(i) / 512, arb(1) / 512) for i in range(768, 5120)]
        for left, width in cells:
            at = functions[name](arb_series([left, 1]))
            over = functions[name](arb_series([left + arb(width / 2, width / 2 * 1.0001), 1]))
            for k in orders:
                for sign in (1, -1):
                    value, slope, bend = (
                        sign * series[k + j] * arb(k + j).fac()
                        for j, series in enumerate((at, at, over))
                    )
                    assert value + _rise(slope, bend, width) <= sigma.suprema[k], (k, left)
    finally:
        ctx.cap = before


def _rise(slope: arb, bend: arb, width: arb) -> arb:
    """The largest slope·y + bend·y²/2 for 0 ≤ y ≤ width."""
    if bend < 0 and slope <= 0:
        return arb(0)
    if bend < 0:
        return (abs(slope) * width).min(slope**2 / (2 * abs(bend)))
    # With |bend| the function is convex, so it is largest at an end.
    return (slope * width + bend.abs_upper() * width**2 / 2).max(arb(0))
