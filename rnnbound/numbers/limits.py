"""How far numbers reach, and how many digits of them are kept."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from typing import Final

#: Digits that identify a double.
SIGNIFICANT: Final = 17
#: Beyond 10^(±this) the logarithm, a double, no longer tells neighbouring magnitudes apart.
LARGEST_EXPONENT: Final = 10**13

#: A result: a double where it fits, else a decimal.
Real = float | Decimal


class MagnitudeError(ArithmeticError):
    """Something too large, or too close to zero, to be worked with."""

    def __init__(
        self, reason: str = "a number on the way is beyond 10^(10^13) or below 10^(-10^13)"
    ) -> None:
        super().__init__(reason)


class TooLargeError(MagnitudeError):
    """A power that is beyond all numbers; a search takes it for infinite."""


def context(digits: int, rounding: str = ROUND_HALF_EVEN) -> Context:
    """A decimal context with the widest exponents there are."""
    return Context(prec=digits, rounding=rounding, Emax=MAX_EMAX, Emin=MIN_EMIN)
