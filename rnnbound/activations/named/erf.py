"""The error function, whose slope is 2/√π e^(−z²)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rnnbound.activations.activation import ROUNDED_UP, NamedActivation, scaled, whole
from rnnbound.activations.named import gaussian
from rnnbound.activations.support_functions.closed_form_helpers import FAR, nearest
from rnnbound.activations.support_functions.interface import RAISED
from rnnbound.activations.support_functions.polynomial_curve import Curve, Piece, polynomial

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array, ArrayKernel

_TWO_OVER_ROOT_PI: Final = 2 / math.sqrt(math.pi)

#: e^(−z²)·(1, 2z, |2 − 4z²|): the derivatives of erf, but for 2/√π.
CURVE: Final = Curve(
    weight=lambda z: math.exp(-z * z),
    values=(polynomial(1, 0, 0), polynomial(0, 2, 0), polynomial(2, 0, -4)),
    slopes=(polynomial(0, -2, 0, 0), polynomial(2, 0, -4, 0), polynomial(0, -12, 0, 8)),
    curvatures=(2, 3.91, 12),
    pieces=(
        Piece(0, math.sqrt(1 / 2), (1, 1, 1), (1, 0.858, 2)),
        Piece(math.sqrt(1 / 2), math.sqrt(3 / 2), (1, 1, -1), (0.607, 0.858, 0.893)),
    ),
)


class _Support:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        return RAISED * _TWO_OVER_ROOT_PI * math.exp(-(min(nearest(low, high), FAR) ** 2))

    def slope(self, x0: float, x1: float) -> float:
        """Attained at z = x0/(2x1)."""
        if not x1:
            return x0 * RAISED
        z = x0 / (2 * x1)
        return RAISED * (x0 * math.erf(z) + x1 * _TWO_OVER_ROOT_PI * math.exp(-z * z))

    def bend(self, x1: float, x2: float) -> float:
        return _TWO_OVER_ROOT_PI * gaussian.largest_combination(x1, x2)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return _TWO_OVER_ROOT_PI * CURVE.highest(x1, x2, x3)


def _kernel(long: bool) -> ArrayKernel:
    import numpy as np

    from rnnbound.activations.array_kernel import ArrayKernel
    from rnnbound.activations.erf_on_arrays import erf

    bell = gaussian.ACTIVATION.kernel(long).value

    def both(z: Array, out: Array) -> None:
        np.copyto(out, z)
        bell(out)
        np.copyto(z, erf(z, out))
        np.multiply(out, _TWO_OVER_ROOT_PI, out)

    return ArrayKernel(lambda z: both(z, np.empty_like(z)), both)


def _derivatives(z: Array, order: int) -> list[Array]:
    from scipy.special import erf

    found = gaussian.derivatives(z, order - 1) if order else []
    return [erf(z), *(f * _TWO_OVER_ROOT_PI for f in found)]


ACTIVATION: Final = NamedActivation(
    name="erf",
    formula="erf z",
    place=4,
    synonyms=(),
    sigma0=whole(1),
    sigma1=lambda ns: 2 / ns.sqrt(ns.pi),
    sigma2=lambda ns: 2 * ns.sqrt(2 / (ns.pi * ns.exp(ns.number(1)))),
    sigma3=lambda ns: 4 / ns.sqrt(ns.pi),
    written=("1", "2/√π", "2√2/√(πe)"),
    support=_Support(),
    kernel=_kernel,
    derivatives=_derivatives,
    suprema=scaled((1.0, *scaled(gaussian.SUPREMA[:-1], _TWO_OVER_ROOT_PI)), ROUNDED_UP),
    errors=gaussian.ERRORS,
)
