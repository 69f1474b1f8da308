"""tanh z."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rnnbound.activations.activation import ROUNDED_UP, NamedActivation, scaled, whole
from rnnbound.activations.derivative_polynomials import chain, horner
from rnnbound.activations.support_functions.closed_form_helpers import FAR, nearest, rational_bend
from rnnbound.activations.support_functions.interface import RAISED
from rnnbound.activations.support_functions.polynomial_curve import Curve, Piece, polynomial

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array, ArrayKernel

#: (1 − s²)·(1, 2s, |2 − 6s²|) with s = tanh z.
CURVE: Final = Curve(
    weight=lambda s: 1 - s * s,
    values=(polynomial(1, 0, 0), polynomial(0, 2, 0), polynomial(2, 0, -6)),
    slopes=(polynomial(0, -2, 0, 0), polynomial(2, 0, -6, 0), polynomial(0, -16, 0, 24)),
    curvatures=(2, 12, 56),
    pieces=(
        Piece(0, math.sqrt(1 / 3), (1, 1, 1), (1, 0.77, 2)),
        Piece(math.sqrt(1 / 3), math.sqrt(2 / 3), (1, 1, -1), (0.667, 0.77, 0.667)),
    ),
)


class Support:
    """Of tanh."""

    has_third = True

    def steepest(self, low: float, high: float) -> float:
        return RAISED / math.cosh(min(nearest(low, high), FAR)) ** 2

    def slope(self, x0: float, x1: float) -> float:
        """x1 + x0²/(4x1), attained at tanh z = x0/(2x1); x0 at infinity."""
        return RAISED * (x1 + x0 * (x0 / (4 * x1)) if 2 * x1 > x0 else x0)

    def bend(self, x1: float, x2: float) -> float:
        """Attained where the derivative of (1 − s²)(x1 + 2x2 s) is 0."""
        s = rational_bend(x1, x2, 12)
        return RAISED * (1 - s * s) * (x1 + 2 * x2 * s)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return CURVE.highest(x1, x2, x3)


def _kernel(long: bool) -> ArrayKernel:
    """In float64 NumPy's exp and a division take less time than its tanh, if not fewer calls."""
    import numpy as np

    from rnnbound.activations.array_kernel import by_value

    def value(z: Array) -> None:
        np.tanh(z, z)

    def slope(h: Array, out: Array) -> None:
        np.multiply(h, h, out)
        np.subtract(1, out, out)

    def half(y: Array) -> None:
        """tanh(y/2)/2 = ½ − 1/(1 + e^y), to 2·10⁻¹⁶: absolutely, not relative to a tiny value."""
        np.exp(y, y)
        np.add(y, 1.0, y)
        np.divide(1.0, y, y)
        np.subtract(0.5, y, y)

    def half_slope(h: Array, out: Array) -> None:
        np.multiply(h, h, out)
        np.subtract(0.25, out, out)

    return by_value(half, half_slope, 2.0, 2.0) if long else by_value(value, slope)


#: tanh^(k) = (1 − s²) P_k(s): P_{k+1} = (1 − s²) P_k' − 2s P_k.
_POLYNOMIALS: Final = chain((1.0,), (1.0, 0.0, -1.0), (0.0, -2.0))


def derivatives(z: Array, order: int) -> list[Array]:
    """Tanh and its derivatives."""
    import numpy as np

    s = np.tanh(z)
    if not order:
        return [s]
    slope = (1 - s) * (1 + s)
    return [s, slope, *(slope * horner(p, s) for p in _POLYNOMIALS[1:order])]


#: Each number: the supremum, raised in the fourth digit or so.
SUPREMA: Final = (1.0, 1.0, 0.76981, 2.0, 4.0860, 16.0, 52.2806, 272.0, 1223.8, 7936.0)
ERRORS: Final = (2.0**-49, 2.0**-47, 2.0**-46, 2.0**-44, 2.0**-41, 2.0**-38, 2.0**-35, 2.0**-32)

ACTIVATION: Final = NamedActivation(
    name="tanh",
    formula="tanh z",
    place=1,
    synonyms=(),
    sigma0=whole(1),
    sigma1=whole(1),
    sigma2=lambda ns: 4 * ns.sqrt(ns.number(3)) / 9,
    sigma3=whole(2),
    written=("1", "1", "4√3/9"),
    support=Support(),
    kernel=_kernel,
    derivatives=derivatives,
    suprema=scaled(SUPREMA, ROUNDED_UP),
    errors=ERRORS,
)
