"""The Gaussian e^(−z²)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rnnbound.activations.activation import ROUNDED_UP, NamedActivation, scaled, whole
from rnnbound.activations.derivative_polynomials import chain, horner
from rnnbound.activations.support_functions.closed_form_helpers import FAR, nearest, rational_bend
from rnnbound.activations.support_functions.interface import RAISED
from rnnbound.activations.support_functions.polynomial_curve import Curve, Piece, polynomial
from rnnbound.numbers.system import Number, NumberSystem

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array, ArrayKernel

_ROOT_HALF: Final = math.sqrt(1 / 2)

#: e^(−z²)·(2z, |2 − 4z²|, |12z − 8z³|): the derivatives of e^(−z²).
CURVE: Final = Curve(
    weight=lambda z: math.exp(-z * z),
    values=(polynomial(0, 2, 0, 0), polynomial(2, 0, -4, 0), polynomial(0, 12, 0, -8)),
    slopes=(polynomial(2, 0, -4, 0, 0), polynomial(0, -12, 0, 8, 0), polynomial(12, 0, -48, 0, 16)),
    curvatures=(3.91, 12, 42),
    pieces=(
        Piece(0, math.sqrt(1 / 2), (1, 1, 1), (0.858, 2, 3.91)),
        Piece(math.sqrt(1 / 2), math.sqrt(3 / 2), (1, -1, 1), (0.858, 0.893, 3.44)),
        Piece(math.sqrt(3 / 2), 1.66, (1, -1, -1), (0.547, 0.893, 1.061)),
    ),
)


def largest_combination(a: float, b: float) -> float:
    """sup_z e^(−z²)(a + 2bz), for a, b ≥ 0."""
    z = rational_bend(a, b, 8)
    return RAISED * math.exp(-z * z) * (a + 2 * b * z)


class _Support:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        """2z e^(−z²) rises up to z = 1/√2."""
        near, far = nearest(low, high), max(abs(low), abs(high))
        z = min(max(_ROOT_HALF, near), far)
        return RAISED * 2 * z * math.exp(-(min(z, FAR) ** 2))

    def slope(self, x0: float, x1: float) -> float:
        return largest_combination(x0, x1)

    def bend(self, x1: float, x2: float) -> float:
        return CURVE.highest(x1, x2, 0.0)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return CURVE.highest(x1, x2, x3)


def _third(ns: NumberSystem) -> Number:
    """sup |12z − 8z³| e^{−z²}, attained at z² = (3 − √6)/2, where its derivative is 0."""
    root = ns.sqrt(ns.number(6))
    square = (3 - root) / 2
    return 4 * root * ns.sqrt(square) * ns.exp(-square)


def _kernel(long: bool) -> ArrayKernel:
    import numpy as np

    from rnnbound.activations.array_kernel import ArrayKernel

    def value(z: Array) -> None:
        np.multiply(z, z, z)
        np.negative(z, z)
        np.exp(z, z)

    def both(z: Array, out: Array) -> None:
        np.multiply(z, -2, out)
        value(z)
        np.multiply(out, z, out)

    return ArrayKernel(value, both)


#: (e^{−z²})^(k) = e^{−z²} P_k(z): P_{k+1} = P_k' − 2z P_k.
_POLYNOMIALS: Final = chain((0.0, -2.0), (1.0,), (0.0, -2.0))


def derivatives(z: Array, order: int) -> list[Array]:
    """Beyond 20 everything is below 10⁻¹⁶⁰; cut so that the polynomials do not overflow."""
    import numpy as np

    x = np.clip(z, -20.0, 20.0)
    bell = np.exp(-x * x)
    return [bell, *(bell * horner(p, x) for p in _POLYNOMIALS[:order])]


#: Each number: the supremum, raised in the fourth digit or so.
SUPREMA: Final = (1.0, 0.85777, 2.0, 3.9036, 12.0, 32.7144, 120.0, 402.08, 1680.0, 6527.9)
#: z² is off by 400u at z = 20, which e^{−z²} makes vanish; the worst products are near z = 2.
ERRORS: Final = (2.0**-46, 2.0**-44, 2.0**-42, 2.0**-40, 2.0**-37, 2.0**-34, 2.0**-31, 2.0**-28)

ACTIVATION: Final = NamedActivation(
    name="gaussian",
    formula="e^(−z²)",
    place=3,
    synonyms=("gauss",),
    sigma0=whole(1),
    sigma1=lambda ns: ns.sqrt(2 / ns.exp(ns.number(1))),
    sigma2=whole(2),
    sigma3=_third,
    written=("1", "√(2/e)", "2"),
    support=_Support(),
    kernel=_kernel,
    derivatives=derivatives,
    suprema=scaled(SUPREMA, ROUNDED_UP),
    errors=ERRORS,
)
