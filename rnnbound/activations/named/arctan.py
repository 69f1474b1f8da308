"""arctan z."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rnnbound.activations.activation import ROUNDED_UP, NamedActivation, scaled, whole
from rnnbound.activations.named import gaussian
from rnnbound.activations.support_functions.closed_form_helpers import nearest
from rnnbound.activations.support_functions.interface import RAISED
from rnnbound.activations.support_functions.polynomial_curve import Curve, Piece, polynomial

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array, ArrayKernel

#: (1 + z²)⁻³·((1 + z²)², 2z(1 + z²), |2 − 6z²|): the derivatives of arctan.
CURVE: Final = Curve(
    weight=lambda z: (1 + z * z) ** -3,
    values=(polynomial(1, 0, 2, 0, 1), polynomial(0, 2, 0, 2, 0), polynomial(2, 0, -6, 0, 0)),
    slopes=(
        polynomial(0, -2, 0, -4, 0, -2),
        polynomial(2, 0, -4, 0, -6, 0),
        polynomial(0, -24, 0, 24, 0, 0),
    ),
    curvatures=(2, 4.67, 24),
    pieces=(
        Piece(0, math.sqrt(1 / 3), (1, 1, 1), (1, 0.65, 2)),
        Piece(math.sqrt(1 / 3), 1, (1, 1, -1), (0.751, 0.65, 0.501)),
    ),
)


class _Support:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        return RAISED / (1 + nearest(low, high) ** 2)

    def slope(self, x0: float, x1: float) -> float:
        """At the only inner maximum, or x0 π/2 at infinity."""
        at_infinity = x0 * (math.pi / 2)
        if x1 <= x0:
            return RAISED * at_infinity
        z = (x0 / x1) / (1 + math.sqrt((1 - x0 / x1) * (1 + x0 / x1)))
        return RAISED * max(at_infinity, x0 * math.atan(z) + x1 / (1 + z * z))

    def bend(self, x1: float, x2: float) -> float:
        return CURVE.highest(x1, x2, 0.0)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return CURVE.highest(x1, x2, x3)


def _kernel(long: bool) -> ArrayKernel:
    import numpy as np

    from rnnbound.activations.array_kernel import ArrayKernel

    def both(z: Array, out: Array) -> None:
        np.multiply(z, z, out)
        np.add(out, 1, out)
        np.reciprocal(out, out)
        np.arctan(z, z)

    return ArrayKernel(lambda z: np.arctan(z, z), both)


def _derivatives(z: Array, order: int) -> list[Array]:
    """arctan^(k) = (−1)^{k−1} (k − 1)! Im (z − i)^{−k}, and 1/(z − i) = v + iy, y = 1/(1 + z²)."""
    import numpy as np

    if not order:
        return [np.arctan(z)]
    x = np.clip(z, -1e30, 1e30)
    y = 1 / (1 + x * x)
    v = x * y
    found, real, imaginary = [np.arctan(z), y], v, y
    for k in range(2, order + 1):
        real, imaginary = real * v - imaginary * y, real * y + imaginary * v
        found.append((-1) ** (k - 1) * math.factorial(k - 1) * imaginary)
    return found


ACTIVATION: Final = NamedActivation(
    name="arctan",
    formula="arctan z",
    place=6,
    synonyms=("atan",),
    sigma0=lambda ns: ns.pi / 2,
    sigma1=whole(1),
    sigma2=lambda ns: 3 * ns.sqrt(ns.number(3)) / 8,
    sigma3=whole(2),
    written=("π/2", "1", "3√3/8"),
    support=_Support(),
    kernel=_kernel,
    derivatives=_derivatives,
    # |arctan^(k)| ≤ (k − 1)!
    suprema=scaled(
        (1.5708, 1.0, 0.6496, 2.0, 4.669, 24.0, 120.0, 720.0, 5040.0, 40320.0), ROUNDED_UP
    ),
    errors=gaussian.ERRORS,
)
