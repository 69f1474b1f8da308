"""An independent float64 reading of section 4.4: dense grids over z and over directions.

Not one line of rnnbound is used here, and nothing is rigorous: every value is attained, up to
rounding, at some z and some direction, so a proved bound may not lie below it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Points of the grid over z ≥ 0, of one local grid, of the quarter circle, and of one part of it.
_Z, _LOCAL, _ANGLES, _FINE = 1601, 11, 41, 17
#: How often a part of the quarter circle is divided again.
_ROUNDS = 3
#: How often the grid around the best z is made five times finer.
_ZOOMS = 4

SIGMA1: Final = {
    "tanh": 1.0,
    "logistic": 0.25,
    "gaussian": math.sqrt(2 / math.e),
    "erf": 2 / math.sqrt(math.pi),
    "sin": 1.0,
    "arctan": 1.0,
}
#: Where the coordinate s ends; z = s, but z = tan s for arctan.
ENDS: Final = {
    "tanh": 12.0,
    "logistic": 24.0,
    "gaussian": 7.0,
    "erf": 6.5,
    "sin": math.pi / 2,
    "arctan": math.pi / 2,
}
#: |σ| at infinity, which for sin is no limit.
LIMITS: Final = {"tanh": 1.0, "logistic": 1.0, "erf": 1.0, "arctan": math.pi / 2}
_erf = np.vectorize(math.erf, otypes=[np.float64])


def _tanh(s: Array) -> list[Array]:
    y, q = np.tanh(s), 4 * np.exp(-2 * s) / (1 + np.exp(-2 * s)) ** 2
    return [y, q, -2 * y * q, q * (6 * y * y - 2)]


def _logistic(s: Array) -> list[Array]:
    y = 1 / (1 + np.exp(-s))
    q = np.exp(-s) / (1 + np.exp(-s)) ** 2
    return [y, q, q * (1 - 2 * y), q * (1 - 6 * q)]


def _gaussian(s: Array) -> list[Array]:
    e = np.exp(-s * s)
    return [e, -2 * s * e, (4 * s * s - 2) * e, (12 * s - 8 * s**3) * e]


def _erf_values(s: Array) -> list[Array]:
    e = 2 / math.sqrt(math.pi) * np.exp(-s * s)
    return [_erf(s), e, -2 * s * e, (4 * s * s - 2) * e]


def _sin(s: Array) -> list[Array]:
    return [np.sin(s), np.cos(s), -np.sin(s), -np.cos(s)]


def _arctan(s: Array) -> list[Array]:
    c, d = np.cos(s), np.sin(s)
    return [s, c**2, -2 * d * c**3, (6 * d * d - 2 * c * c) * c**4]


DERIVATIVES: Final[dict[str, Callable[[Array], list[Array]]]] = {
    "tanh": _tanh,
    "logistic": _logistic,
    "gaussian": _gaussian,
    "erf": _erf_values,
    "sin": _sin,
    "arctan": _arctan,
}


def features(activation: str, s: Array) -> Array:
    """|σ|, |σ'|, |σ''|, |σ'''| at s, along the last axis.

    z ≥ 0 is enough: |σ^(k)| is even for k ≥ 1 and |σ(z)| ≥ |σ(−z)|.  So is a quarter of a period
    of sin.
    """
    found: Array = np.abs(np.stack(DERIVATIVES[activation](s), axis=-1))
    return found


class Sup:
    """sup_z Σ_k x_k |σ^(k)(z)|, x_k ≥ 0, for many x at once: on finer and finer grids."""

    def __init__(self, activation: str, points: int = _Z) -> None:
        self.activation = activation
        self.end = ENDS[activation]
        self.s = np.linspace(0.0, self.end, points)
        self.table = features(activation, self.s)
        self.infinity = LIMITS.get(activation, 0.0)
        self.local = np.linspace(-1.0, 1.0, _LOCAL)

    def __call__(self, *coefficients: Array | float) -> Array:
        arrays = np.broadcast_arrays(*(np.asarray(c, float) for c in coefficients))
        c = np.stack([np.atleast_1d(x) for x in arrays])
        k, rows = len(c), np.arange(c.shape[1])
        coarse = (self.table[:, :k] @ c).argmax(axis=0)
        best: Array = c[0] * self.infinity
        centre, width = self.s[coarse], self.s[1]
        for _ in range(_ZOOMS):
            s = np.clip(centre[:, None] + width * self.local, 0.0, self.end)
            values = np.einsum("dzk,kd->dz", features(self.activation, s)[..., :k], c)
            i = values.argmax(axis=1)
            best = np.maximum(best, values[rows, i])
            centre, width = s[rows, i], width * (self.local[1] - self.local[0])
        return best


def recursion(sup: Sup, T: int, a: float, omega: Array, xi: Array) -> dict[str, Array]:
    """|D H_t|, |D²H_t|, |D³H_t| as bounded step by step: arrays of shape (T, directions)."""
    p, c, d = xi.copy(), np.zeros_like(xi), np.zeros_like(xi)
    first, second, third = [], [], []
    for t in range(T):
        if t:
            p, c, d = (
                xi + sup(omega, a * p),
                sup(0.0, 2 * omega * p + a * c, a * p * p),
                sup(0.0, 3 * omega * c + a * d, 3 * omega * p * p + 3 * a * p * c, a * p**3),
            )
        first.append(SIGMA1[sup.activation] * p)
        second.append(sup(0.0, c, p * p))
        third.append(sup(0.0, d, 3 * p * c, p**3))
    return {"first": np.array(first), "second": np.array(second), "third": np.array(third)}


def _objectives(r: dict[str, Array]) -> dict[str, Array]:
    return {
        "S": (r["first"] ** 2).sum(axis=0),
        "b_H": np.sqrt((r["second"] ** 2).sum(axis=0)),
        "T_H": np.sqrt((r["third"] ** 2).sum(axis=0)),
        "L": r["first"][-1],
        "b": r["second"][-1],
        "T3": r["third"][-1],
    }


def dense(
    activation: str, T: int, a: float, alpha: float, nu_w: float, nu_u: float
) -> dict[str, float]:
    """The constants of section 4.4 at horizon T and |W_ii| ≤ a; B and B_H at α and ν."""
    sup = Sup(activation)
    out = worst(sup, T, a)
    angles = np.array([math.pi / 2, 0.0])
    r = recursion(sup, T, a, np.round(np.sin(angles)), np.round(np.cos(angles)))["first"]
    out["w"], out["u"] = map(float, r[-1])
    out["S_w"] = float((r[:, 0] ** 2).sum())
    r = recursion(sup, T, alpha, np.array([nu_w]), np.array([nu_u]))["first"]
    out["B_H"], out["B"] = float(np.sqrt((r**2).sum())), float(r[-1, 0])
    return out


def worst(sup: Sup, T: int, a: float) -> dict[str, float]:
    """The largest values over directions: every good local maximum is looked at again."""
    angles = np.linspace(0.0, math.pi / 2, _ANGLES)
    step = angles[1]
    found = _objectives(recursion(sup, T, a, np.sin(angles), np.cos(angles)))
    out = {name: float(v.max()) for name, v in found.items()}
    parts: list[tuple[str, float]] = []
    for name, v in found.items():
        padded = np.concatenate(([-np.inf], v, [-np.inf]))
        # The grid's own error, quadratic in its step of 1/25, is below 2 %.
        peak = (v >= padded[:-2]) & (v >= padded[2:]) & (v >= v.max() * 0.98)
        parts += [(name, float(x)) for x in angles[peak]][:2]
    for _ in range(_ROUNDS):
        grid = np.array([x for _, x in parts])[:, None] + np.linspace(-step, step, _FINE)
        grid = np.clip(grid, 0.0, math.pi / 2)
        found = _objectives(recursion(sup, T, a, np.sin(grid).ravel(), np.cos(grid).ravel()))
        moved = []
        for k, (name, _) in enumerate(parts):
            values = found[name].reshape(grid.shape)[k]
            i = int(values.argmax())
            out[name] = max(out[name], float(values[i]))
            moved.append((name, float(grid[k, i])))
        parts, step = moved, step * 2 / (_FINE - 1)
    return out
