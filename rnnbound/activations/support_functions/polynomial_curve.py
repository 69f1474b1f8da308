"""Suprema along a curve ``weight(s) · (|P1|, |P2|, |P3|)(s)`` with polynomials P_k.

tanh, erf, e^(−z²), arctan and their derivatives are such curves.  Between consecutive zeros of
the P_k, every combination with coefficients ≥ 0 rises and then falls (docs/theory.md, section
4.4; tested in ball arithmetic), so its maximum is where its derivative changes sign.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rnnbound.activations.support_functions.interface import RAISED

#: Half the width of the bracket around a maximum; what is lost is quadratic in it.
_HALF_WIDTH: Final = 2.0**-26
#: Relative to the sum of its coefficients, a polynomial larger than this has a sure sign.
_SURE: Final = 2.0**-44
_NEWTON_STEPS: Final = 30

_DEGREE: Final = 5

#: Coefficients by ascending powers, up to the fifth.
Polynomial = tuple[float, float, float, float, float, float]


def polynomial(*coefficients: float) -> Polynomial:
    """A polynomial with zeros for the powers that are not given."""
    a, b, c, d, e, g = (*coefficients, *(0.0,) * (_DEGREE + 1 - len(coefficients)))
    return a, b, c, d, e, g


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the curve on which no P_k changes sign.

    Attributes:
        low, high: its ends.
        signs: of P_1, P_2, P_3 on it.
        highest: upper bounds of weight·|P_k| on it.
    """

    low: float
    high: float
    signs: tuple[int, int, int]
    highest: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve, its derivative and its pieces.

    Attributes:
        weight: the common positive factor.
        values: P_k.
        slopes: polynomials with the sign of (weight·P_k)' after one common positive factor.
        curvatures: upper bounds of |(weight·P_k)''|.
        pieces: in order.
    """

    weight: Callable[[float], float]
    values: tuple[Polynomial, Polynomial, Polynomial]
    slopes: tuple[Polynomial, Polynomial, Polynomial]
    curvatures: tuple[float, float, float]
    pieces: tuple[Piece, ...]

    def highest(self, x1: float, x2: float, x3: float) -> float:
        """sup_s weight·(x1|P1| + x2|P2| + x3|P3|), raised."""
        best = 0.0
        for piece in self.pieces:
            h1, h2, h3 = piece.highest
            if x1 * h1 + x2 * h2 + x3 * h3 > best:
                best = max(best, self._on(piece, x1, x2, x3))
        return best * RAISED

    def _on(self, piece: Piece, x1: float, x2: float, x3: float) -> float:
        s1, s2, s3 = piece.signs
        y1, y2, y3 = x1 * s1, x2 * s2, x3 * s3
        at, half_width = _sign_change(_combined(self.slopes, y1, y2, y3), piece.low, piece.high)
        c1, c2, c3 = self.curvatures
        value = self.weight(at) * _value(_combined(self.values, y1, y2, y3), at)
        return value + (x1 * c1 + x2 * c2 + x3 * c3) * half_width**2


def _combined(
    polynomials: tuple[Polynomial, Polynomial, Polynomial], x: float, y: float, z: float
) -> Polynomial:
    (a, b, c, d, e, g), (h, i, j, k, m, n), (p, q, r, s, t, u) = polynomials
    return (
        x * a + y * h + z * p,
        x * b + y * i + z * q,
        x * c + y * j + z * r,
        x * d + y * k + z * s,
        x * e + y * m + z * t,
        x * g + y * n + z * u,
    )


def _value(f: Polynomial, x: float) -> float:
    a, b, c, d, e, g = f
    return a + x * (b + x * (c + x * (d + x * (e + x * g))))


def _sign_change(f: Polynomial, low: float, high: float) -> tuple[float, float]:
    """Where a polynomial that is first ≥ 0 and then ≤ 0 changes sign on [low, high].

    Returns:
        A point and a half-width: the change, if not at an end of the interval, is no farther
        than that from the point.
    """
    a, b, c, d, e, g = f
    scale = sum(map(abs, f)) * (1.0 if high <= 1 else high**_DEGREE) * _SURE
    if _value(f, low) < -scale:
        return low, 0.0
    if _value(f, high) > scale:
        return high, 0.0
    at, left, right = _first_guess(a, b, c, low, high), low, high
    for _ in range(_NEWTON_STEPS):
        value = a + at * (b + at * (c + at * (d + at * (e + at * g))))
        slope = b + at * (2 * c + at * (3 * d + at * (4 * e + at * 5 * g)))
        if value > 0:
            left = at
        else:
            right = at
        probe = at - value / slope if slope else left
        if not left < probe < right:
            probe = (left + right) / 2
        moved, at = abs(probe - at), probe
        if moved < _HALF_WIDTH:
            break
    half_width = _HALF_WIDTH
    while (at - half_width > low and _value(f, at - half_width) < scale) or (
        at + half_width < high and _value(f, at + half_width) > -scale
    ):
        half_width *= 4
    return at, half_width


def _first_guess(f0: float, f1: float, f2: float, low: float, high: float) -> float:
    """The zero of f0 + f1 x + f2 x² if that is where it should be, else the middle."""
    under = f1 * f1 - 4 * f0 * f2
    if under >= 0 and f1 < 0 < f0:
        at = 2 * f0 / (math.sqrt(under) - f1)
        if low < at < high:
            return at
    return (low + high) / 2
