"""σ and its first seven derivatives on arrays, and global suprema of the first nine.

The suprema are rounded up; tests/certificate/test_bounds.py proves them in balls.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import NDArray

from rnnbound.scenario.errors import wrong

Floats = NDArray[np.float64]

#: Derivatives that are computed, and those that are bounded.
COMPUTED: Final = 7
BOUNDED: Final = 9


@dataclass(frozen=True, slots=True)
class Sigma:
    """An activation with derivatives.

    Attributes:
        name: as in `rnnbound activations`.
        values: (z, order) → [σ(z), …, σ^(order)(z)], order ≤ 7.
        suprema: sup|σ^(k)| for k = 0..9, rounded up.
        errors: bounds of the error of `values` for k = 0..7, where z is exact.
    """

    name: str
    values: Callable[[Floats, int], list[Floats]]
    suprema: tuple[float, ...]
    errors: tuple[float, ...]


def _chain(first: list[float], step: Callable[[Polynomial], Polynomial]) -> list[Polynomial]:
    """The polynomial factors of derivatives 1, 2, …, 7, by their recursion."""
    found = [Polynomial(first)]
    while len(found) < COMPUTED:
        found.append(step(found[-1]))
    return found


def _horner(p: Polynomial, x: Floats) -> Floats:
    """p(x); skips the coefficients that vanish for reasons of symmetry."""
    coefficients = p.coef
    start = 1 if all(c == 0 for c in coefficients[::2]) else 0
    even = all(c == 0 for c in coefficients[1 - start :: 2])
    if not even:
        value = np.full_like(x, coefficients[-1])
        for c in coefficients[-2::-1]:
            value = value * x + c
        return value
    square, terms = x * x, coefficients[start::2]
    value = np.full_like(x, terms[-1])
    for c in terms[-2::-1]:
        value = value * square + c
    return value * x if start else value


#: tanh^(k) = (1 − s²) P_k(s): P_{k+1} = (1 − s²) P_k' − 2s P_k.
_TANH: Final = _chain([1.0], lambda p: Polynomial([1, 0, -1]) * p.deriv() - Polynomial([0, 2]) * p)
#: (e^{−z²})^(k) = e^{−z²} P_k(z): P_{k+1} = P_k' − 2z P_k.
_GAUSS: Final = _chain([0.0, -2.0], lambda p: p.deriv() - Polynomial([0, 2]) * p)


def _tanh(z: Floats, order: int) -> list[Floats]:
    s = np.tanh(z)
    slope = (1 - s) * (1 + s)
    return [s, slope][: order + 1] + [slope * _horner(p, s) for p in _TANH[1:order]]


def _logistic(z: Floats, order: int) -> list[Floats]:
    found = _tanh(z / 2, order)
    return [(found[0] + 1) / 2] + [f * 0.5 ** (k + 2) for k, f in enumerate(found[1:])]


def _gaussian(z: Floats, order: int) -> list[Floats]:
    # Beyond 20 everything is below 10⁻¹⁶⁰; cut so that the polynomials do not overflow.
    x = np.clip(z, -20.0, 20.0)
    bell = np.exp(-x * x)
    return [bell] + [bell * _horner(p, x) for p in _GAUSS[:order]]


def _erf(z: Floats, order: int) -> list[Floats]:
    from scipy.special import erf

    found = _gaussian(z, order - 1) if order else []
    return [erf(z)] + [f * (2 / math.sqrt(math.pi)) for f in found]


def _sin(z: Floats, order: int) -> list[Floats]:
    s, c = np.sin(z), np.cos(z)
    return [s, c, -s, -c, s, c, -s, -c][: order + 1]


def _arctan(z: Floats, order: int) -> list[Floats]:
    """arctan^(k) = (−1)^{k−1} (k − 1)! Im (z − i)^{−k}, and 1/(z − i) = v + iy, y = 1/(1 + z²)."""
    x = np.clip(z, -1e30, 1e30)
    y = 1 / (1 + x * x)
    v = x * y
    found, real, imaginary = [np.arctan(z)], v, y
    for k in range(1, order + 1):
        found.append((-1) ** (k - 1) * math.factorial(k - 1) * imaginary)
        real, imaginary = real * v - imaginary * y, real * y + imaginary * v
    return found


#: Each number: the supremum, raised in the fourth digit or so.
_TANH_SUP: Final = (1.0, 1.0, 0.76981, 2.0, 4.0860, 16.0, 52.2806, 272.0, 1223.8, 7936.0)
_GAUSS_SUP: Final = (1.0, 0.85777, 2.0, 3.9036, 12.0, 32.7144, 120.0, 402.08, 1680.0, 6527.9)

_LOOSE: Final = (2.0**-49, 2.0**-47, 2.0**-46, 2.0**-44, 2.0**-41, 2.0**-38, 2.0**-35, 2.0**-32)
#: z² is off by 400u at z = 20, which e^{−z²} makes vanish; the worst products are near z = 2.
_LOOSER: Final = (2.0**-46, 2.0**-44, 2.0**-42, 2.0**-40, 2.0**-37, 2.0**-34, 2.0**-31, 2.0**-28)


def _scaled(values: tuple[float, ...], factor: float) -> tuple[float, ...]:
    return tuple(v * factor * (1 + 2.0**-50) for v in values)


_LISTED: Final = (
    Sigma("tanh", _tanh, _TANH_SUP, _LOOSE),
    Sigma(
        "logistic",
        _logistic,
        (1.0, *(s * 0.5 ** (k + 2) for k, s in enumerate(_TANH_SUP[1:]))),
        _LOOSE,
    ),
    Sigma("gaussian", _gaussian, _GAUSS_SUP, _LOOSER),
    Sigma("erf", _erf, (1.0, *_scaled(_GAUSS_SUP[:-1], 2 / math.sqrt(math.pi))), _LOOSER),
    Sigma("sin", _sin, (1.0,) * (1 + BOUNDED), _LOOSE),
    # |arctan^(k)| ≤ (k − 1)!
    Sigma(
        "arctan",
        _arctan,
        (1.5708, 1.0, 0.6496, 2.0, 4.669, 24.0, 120.0, 720.0, 5040.0, 40320.0),
        _LOOSER,
    ),
)
SIGMAS: Final = {
    sigma.name: replace(sigma, suprema=_scaled(sigma.suprema, 1 + 2.0**-30)) for sigma in _LISTED
}


def sigma_of(activation: str) -> Sigma:
    """The derivatives of an activation by name.

    Raises:
        RequestError: it is not one of the six named ones.
    """
    if activation not in SIGMAS:
        known = ", ".join(SIGMAS)
        raise wrong("activation", f"certificates know {known} (given: {activation})")
    return SIGMAS[activation]
