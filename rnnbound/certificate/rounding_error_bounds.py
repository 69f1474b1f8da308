"""Rounding errors of doubles, bounded a priori.

A sum of n products, in any order, errs by at most γ_n Σ|a_k b_k|, γ_n = nu/(1 − nu), u = 2⁻⁵³
(Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).  Underflow is below every
error bound here, each of which holds a term of at least 2⁻¹⁰⁰.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Half the distance from 1 to the next double.
UNIT: Final = 2.0**-53


def gamma(n: int) -> float:
    """An upper bound of γ_n.

    Raises:
        ValueError: n is too large for the bound to mean anything.
    """
    if n > 2**50:
        raise ValueError(f"too many operations for doubles: {n}")
    return (n + 1) * UNIT / (1 - (n + 1) * UNIT)


#: More than the rounding of a few operations, and what keeps a bound above an underflow.
_A_LITTLE: Final = 1 + 2 * gamma(64)
_LEAST: Final = 2.0**-1000


def up(x: float, operations: int = 64) -> float:
    """x ≥ 0, raised by more than the relative error of so many roundings of nonnegative terms."""
    return float(x) * (_A_LITTLE if operations <= 64 else 1 + 2 * gamma(operations)) + _LEAST


@dataclass(frozen=True, slots=True)
class Sized:
    """What is known of a number that is computed in doubles.

    Supports + and ·, so that a formula which is evaluated on doubles, evaluated on these, yields
    how far the former is off: the same lines give the value and its error.

    Attributes:
        size: a bound of the exact number.
        error: a bound of the distance between it and the computed one.
    """

    size: float
    error: float = 0.0

    def __add__(self, other: Sized) -> Sized:
        size, error = self.size + other.size, self.error + other.error
        return Sized(up(size), up(error + 2 * UNIT * (size + error)))

    def __mul__(self, other: Sized) -> Sized:
        size = self.size * other.size
        error = self.error * (other.size + other.error) + self.size * other.error
        return Sized(up(size), up(error + 2 * UNIT * (size + error) + 2.0**-1000))

    @property
    def computed(self) -> float:
        """A bound of the computed number."""
        return up(self.size + self.error)
