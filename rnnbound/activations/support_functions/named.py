"""The six named activations: closed forms for slope, closed forms or curves for the rest."""

from __future__ import annotations

import math
from typing import Final

from rnnbound.activations.support_functions.interface import RAISED, Support
from rnnbound.activations.support_functions.polynomial_curve import Curve, Piece, polynomial

_TWO_OVER_ROOT_PI: Final = 2 / math.sqrt(math.pi)
_ROOT_HALF: Final = math.sqrt(1 / 2)
#: Beyond this, tails are bounded by what they are here.
_FAR: Final = 20.0

#: (1 − s²)·(1, 2s, |2 − 6s²|) with s = tanh z.
TANH: Final = Curve(
    weight=lambda s: 1 - s * s,
    values=(polynomial(1, 0, 0), polynomial(0, 2, 0), polynomial(2, 0, -6)),
    slopes=(polynomial(0, -2, 0, 0), polynomial(2, 0, -6, 0), polynomial(0, -16, 0, 24)),
    curvatures=(2, 12, 56),
    pieces=(
        Piece(0, math.sqrt(1 / 3), (1, 1, 1), (1, 0.77, 2)),
        Piece(math.sqrt(1 / 3), math.sqrt(2 / 3), (1, 1, -1), (0.667, 0.77, 0.667)),
    ),
)

#: e^(−z²)·(1, 2z, |2 − 4z²|): the derivatives of erf, but for 2/√π.
ERF: Final = Curve(
    weight=lambda z: math.exp(-z * z),
    values=(polynomial(1, 0, 0), polynomial(0, 2, 0), polynomial(2, 0, -4)),
    slopes=(polynomial(0, -2, 0, 0), polynomial(2, 0, -4, 0), polynomial(0, -12, 0, 8)),
    curvatures=(2, 3.91, 12),
    pieces=(
        Piece(0, math.sqrt(1 / 2), (1, 1, 1), (1, 0.858, 2)),
        Piece(math.sqrt(1 / 2), math.sqrt(3 / 2), (1, 1, -1), (0.607, 0.858, 0.893)),
    ),
)

#: e^(−z²)·(2z, |2 − 4z²|, |12z − 8z³|): the derivatives of e^(−z²).
GAUSSIAN: Final = Curve(
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

#: (1 + z²)⁻³·((1 + z²)², 2z(1 + z²), |2 − 6z²|): the derivatives of arctan.
ARCTAN: Final = Curve(
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


def _rational_bend(x1: float, x2: float, factor: float) -> float:
    """2x2/(x1 + √(x1² + factor·x2²)), scaled so that nothing overflows."""
    largest = max(x1, x2)
    if not largest:
        return 0.0
    x1, x2 = x1 / largest, x2 / largest
    return 2 * x2 / (x1 + math.sqrt(x1 * x1 + factor * x2 * x2))


def _nearest(low: float, high: float) -> float:
    """The least |z| on an interval."""
    return max(low, -high, 0.0)


class _Tanh:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        return RAISED / math.cosh(min(_nearest(low, high), _FAR)) ** 2

    def slope(self, x0: float, x1: float) -> float:
        """x1 + x0²/(4x1), attained at tanh z = x0/(2x1); x0 at infinity."""
        return RAISED * (x1 + x0 * (x0 / (4 * x1)) if 2 * x1 > x0 else x0)

    def bend(self, x1: float, x2: float) -> float:
        """Attained where the derivative of (1 − s²)(x1 + 2x2 s) is 0."""
        s = _rational_bend(x1, x2, 12)
        return RAISED * (1 - s * s) * (x1 + 2 * x2 * s)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return TANH.highest(x1, x2, x3)


class _Logistic:
    """(1 + tanh(z/2))/2."""

    has_third = True

    def steepest(self, low: float, high: float) -> float:
        return _TANH.steepest(low / 2, high / 2) / 4

    def slope(self, x0: float, x1: float) -> float:
        """x0/2 + x1/4 + x0²/(4x1), attained at tanh(z/2) = x0/x1; x0 at infinity."""
        return RAISED * (x0 / 2 + x1 / 4 + x0 * (x0 / (4 * x1)) if x1 > x0 else x0)

    def bend(self, x1: float, x2: float) -> float:
        return _TANH.bend(x1 / 4, x2 / 8)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return _TANH.twist(x1 / 4, x2 / 8, x3 / 16)


def _under_gauss(a: float, b: float) -> float:
    """sup_z e^(−z²)(a + 2bz)."""
    z = _rational_bend(a, b, 8)
    return RAISED * math.exp(-z * z) * (a + 2 * b * z)


class _Erf:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        return RAISED * _TWO_OVER_ROOT_PI * math.exp(-(min(_nearest(low, high), _FAR) ** 2))

    def slope(self, x0: float, x1: float) -> float:
        """Attained at z = x0/(2x1)."""
        if not x1:
            return x0 * RAISED
        z = x0 / (2 * x1)
        return RAISED * (x0 * math.erf(z) + x1 * _TWO_OVER_ROOT_PI * math.exp(-z * z))

    def bend(self, x1: float, x2: float) -> float:
        return _TWO_OVER_ROOT_PI * _under_gauss(x1, x2)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return _TWO_OVER_ROOT_PI * ERF.highest(x1, x2, x3)


class _Gaussian:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        """2z e^(−z²) rises up to z = 1/√2."""
        near, far = _nearest(low, high), max(abs(low), abs(high))
        z = min(max(_ROOT_HALF, near), far)
        return RAISED * 2 * z * math.exp(-(min(z, _FAR) ** 2))

    def slope(self, x0: float, x1: float) -> float:
        return _under_gauss(x0, x1)

    def bend(self, x1: float, x2: float) -> float:
        return GAUSSIAN.highest(x1, x2, 0.0)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return GAUSSIAN.highest(x1, x2, x3)


class _Sin:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        """|cos z|, which is 1 at the multiples of π."""
        if high - low >= math.pi or math.floor(high / math.pi) >= math.ceil(low / math.pi):
            return RAISED
        return RAISED * max(abs(math.cos(low)), abs(math.cos(high)))

    def slope(self, x0: float, x1: float) -> float:
        return RAISED * math.hypot(x0, x1)

    def bend(self, x1: float, x2: float) -> float:
        return RAISED * math.hypot(x1, x2)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return RAISED * math.hypot(x1 + x3, x2)


class _Arctan:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        return RAISED / (1 + _nearest(low, high) ** 2)

    def slope(self, x0: float, x1: float) -> float:
        """At the only inner maximum, or x0 π/2 at infinity."""
        at_infinity = x0 * (math.pi / 2)
        if x1 <= x0:
            return RAISED * at_infinity
        z = (x0 / x1) / (1 + math.sqrt((1 - x0 / x1) * (1 + x0 / x1)))
        return RAISED * max(at_infinity, x0 * math.atan(z) + x1 / (1 + z * z))

    def bend(self, x1: float, x2: float) -> float:
        return ARCTAN.highest(x1, x2, 0.0)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return ARCTAN.highest(x1, x2, x3)


_TANH: Final = _Tanh()

SUPPORTS: Final[dict[str, Support]] = {
    "tanh": _TANH,
    "logistic": _Logistic(),
    "gaussian": _Gaussian(),
    "erf": _Erf(),
    "sin": _Sin(),
    "arctan": _Arctan(),
}
