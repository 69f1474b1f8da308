"""An autograd that shares nothing with the network: dual numbers over mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import sympy as sp

from rnnbound.network import Network
from rnnbound.network.array_checks import Array

Z = sp.Symbol("z", real=True)
FORMULAS = {
    "tanh": sp.tanh(Z),
    "logistic": 1 / (1 + sp.exp(-Z)),
    "gaussian": sp.exp(-(Z**2)),
    "erf": sp.erf(Z),
    "sin": sp.sin(Z),
    "arctan": sp.atan(Z),
    "z/sqrt(1+z**2)": Z / sp.sqrt(1 + Z**2),
    "erf(z)/2": sp.erf(Z) / 2,
    "1/(1+exp(-z))": 1 / (1 + sp.exp(-Z)),
}


class Dual:
    """value + Σ_i slope_i ε_i."""

    def __init__(self, value: Any, slope: Any) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other: Dual) -> Dual:
        return Dual(self.value * other.value, self.value * other.slope + other.value * self.slope)


def sigma(name: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """σ and σ' in mpmath."""
    tree = FORMULAS[name]
    return sp.lambdify(Z, tree, "mpmath"), sp.lambdify(Z, sp.diff(tree, Z), "mpmath")


def half_gradient(net: Network, name: str, X: Array, Y: Array) -> tuple[float, Array, Array]:
    """R, ½∂R/∂w and ½∂R/∂u, at 30 digits."""
    (n, horizon, dim), m = X.shape, net.width
    value, slope = sigma(name)
    with mp.workdps(30):
        eye = np.array(
            [[mp.mpf(int(i == j)) for j in range(m * (1 + dim))] for i in range(m * (1 + dim))]
        )
        theta = [*net.w, *net.u.ravel()]
        variables = [Dual(mp.mpf(float(x)), row) for x, row in zip(theta, eye, strict=True)]
        w, u = variables[:m], variables[m:]
        zero = Dual(mp.mpf(0), eye[0] * 0)
        risk = zero
        for j in range(n):
            h = [zero] * m
            for t in range(horizon):
                F = Dual(-mp.mpf(float(Y[j, t])), eye[0] * 0)
                for i in range(m):
                    z = w[i] * h[i]
                    for k in range(dim):
                        x = mp.mpf(float(X[j, t, k]))
                        z = z + Dual(u[i * dim + k].value * x, u[i * dim + k].slope * x)
                    h[i] = Dual(value(z.value), slope(z.value) * z.slope)
                    s = mp.mpf(float(net.c[i])) / mp.sqrt(m)
                    F = F + Dual(h[i].value * s, h[i].slope * s)
                risk = risk + F * F
        half = np.array([float(x / (2 * n)) for x in risk.slope])
    return float(risk.value / n), half[:m], half[m:].reshape(m, dim)
