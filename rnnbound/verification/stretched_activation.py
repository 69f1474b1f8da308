"""Activations in NumPy with their first three derivatives, also stretched and scaled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from rnnbound.activations.activation import ACTIVATIONS
from rnnbound.network.array_checks import Array
from rnnbound.numbers.balls import BALLS
from rnnbound.scenario.quantities import Quantities, quantities
from rnnbound.scenario.scenario import Scenario

Derivatives = Callable[[Array, int], list[Array]]


def _tanh(z: Array, order: int) -> list[Array]:
    h = np.tanh(z)
    found: list[Array] = [h]
    if order >= 1:
        slope = 1 - h * h
        found.append(slope)
        if order >= 2:
            found += [-2 * h * slope, -2 * slope * (1 - 3 * h * h)]
    return found


def _logistic(z: Array, order: int) -> list[Array]:
    h = (1 + np.tanh(z / 2)) / 2
    found: list[Array] = [h]
    if order >= 1:
        slope = h * (1 - h)
        found.append(slope)
        if order >= 2:
            found += [slope * (1 - 2 * h), slope * (1 - 6 * slope)]
    return found


def _bell(z: Array, order: int) -> list[Array]:
    """e^(−z²) and its derivatives; where it underflows, so do they."""
    near = np.clip(z, -27, 27)
    square = near * near
    bell = np.exp(-square)
    found: list[Array] = [bell]
    if order >= 1:
        found += [-2 * near * bell, (4 * square - 2) * bell, (12 - 8 * square) * near * bell]
    return found


def _erf(z: Array, order: int) -> list[Array]:
    from scipy.special import erf

    slopes = _bell(z, order)[:3] if order >= 1 else []
    return [erf(z), *(2 / np.sqrt(np.pi) * slope for slope in slopes)]


def _sin(z: Array, order: int) -> list[Array]:
    h = np.sin(z)
    if order < 1:
        return [h]
    slope = np.cos(z)
    return [h, slope, -h, -slope]


def _arctan(z: Array, order: int) -> list[Array]:
    found: list[Array] = [np.arctan(z)]
    if order >= 1:
        slope = 1 / (1 + z * z)
        found += [slope, -2 * z * slope**2, (6 * z * z - 2) * slope**3]
    return found


_NAMED: Final[dict[str, Derivatives]] = {
    "tanh": _tanh,
    "logistic": _logistic,
    "gaussian": _bell,
    "erf": _erf,
    "sin": _sin,
    "arctan": _arctan,
}


@lru_cache(maxsize=16)
def _formula(text: str) -> Derivatives:
    """The derivatives of a formula that the scenario has accepted."""
    import sympy as sp

    from rnnbound.activations import formula_parser

    function = formula_parser.build(formula_parser.read(text))
    (z,) = function.free_symbols
    lines: list[Any] = [
        sp.lambdify(z, function.diff(z, k) if k else function, ["scipy", "numpy"], cse=True)
        for k in range(4)
    ]

    def evaluate(points: Array, order: int) -> list[Array]:
        with np.errstate(all="ignore"):
            return [np.broadcast_to(f(points), points.shape) for f in lines[: order + 1]]

    return evaluate


@dataclass(frozen=True, slots=True)
class Curve:
    """σ(z) = amplitude · σ_name(frequency · z).

    Attributes:
        name: an activation's name, or its formula.
        amplitude, frequency: how it is scaled and stretched; 1 and 1 leave it as it is.
    """

    name: str
    amplitude: float = 1.0
    frequency: float = 1.0

    @property
    def is_plain(self) -> bool:
        """Whether this is the activation of that name itself."""
        return self.amplitude == self.frequency == 1

    def __str__(self) -> str:
        if self.is_plain:
            return self.name
        scale = "" if self.amplitude == 1 else f"{self.amplitude:g}·"
        inside = "z" if self.frequency == 1 else f"{self.frequency:g}z"
        name = self.name if self.name in ACTIVATIONS else f"[{self.name}]"
        return f"{scale}{name}({inside})"

    def derivatives(self, z: Array, order: int) -> list[Array]:
        """σ, σ', ... up to `order` ≤ 3 at `z`, each of the shape of `z`; more may be returned."""
        evaluate = _NAMED.get(self.name) or _formula(self.name)
        if self.is_plain:
            return evaluate(z, order)
        f, scale = self.frequency, self.amplitude
        return [scale * f**k * x for k, x in enumerate(evaluate(f * z, order))]

    def __call__(self, z: Array) -> Array:
        """σ(z)."""
        return self.derivatives(z, 0)[0]

    @property
    def steepest(self) -> float:
        """sup|σ'|, not above it."""
        return _steepest(self)

    def quantities(self, q: Quantities) -> Quantities:
        """`q`, whose bounds are those of the plain activation, with the bounds of this one."""
        if self.is_plain:
            return q
        from dataclasses import replace

        A, f = BALLS.number(self.amplitude), BALLS.number(self.frequency)
        return replace(q, sigma0=A * q.sigma0, sigma1=A * f * q.sigma1, sigma2=A * f * f * q.sigma2)


@lru_cache(maxsize=64)
def _steepest(curve: Curve) -> float:
    q = curve.quantities(quantities(Scenario(activation=curve.name), BALLS))
    return float(q.sigma1.lower())
