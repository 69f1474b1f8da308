"""From balls to decimals and back, at any magnitude."""

from __future__ import annotations

import math
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
)
from typing import Final

from flint import arb, fmpz

#: Digits that identify a double.
SIGNIFICANT: Final = 17
#: Beyond 10^(±this) the logarithm, a double, no longer tells neighbouring magnitudes apart.
LARGEST_EXPONENT: Final = 10**13

#: A result: a double where it fits, else a decimal.
Real = float | Decimal


class MagnitudeError(ArithmeticError):
    """A number too large, or too close to zero, to be worked with."""

    def __init__(self) -> None:
        super().__init__("beyond 10^(10^13) or below 10^(-10^13), which is out of range")


def context(digits: int, rounding: str = ROUND_HALF_EVEN) -> Context:
    """A decimal context with the widest exponents there are."""
    return Context(prec=digits, rounding=rounding, Emax=MAX_EMAX, Emin=MIN_EMIN)


def ball(value: Decimal) -> arb:
    """An enclosure of a finite decimal of any magnitude."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int), "finite"
    mantissa = arb(int("".join(map(str, digits))))
    return (-mantissa if sign else mantissa) * arb(10) ** fmpz(exponent)


def enclosure(x: arb, digits: int = SIGNIFICANT) -> tuple[Decimal, Decimal]:
    """Two decimals of `digits` significant digits, rounded outward, with `x` between them."""
    middle, radius, exponent = (int(part) for part in x.mid_rad_10exp(digits + 3))
    if abs(exponent) > LARGEST_EXPONENT:
        raise MagnitudeError
    scale = Decimal((0, (1,), exponent))
    lower, upper = Decimal(middle - radius), Decimal(middle + radius)
    return (
        context(digits, ROUND_FLOOR).multiply(lower, scale),
        context(digits, ROUND_CEILING).multiply(upper, scale),
    )


def nearest(x: arb, digits: int = SIGNIFICANT) -> Decimal:
    """The middle of `x`, rounded to `digits` significant digits."""
    lower, upper = enclosure(x.mid(), digits + 3)
    wide = context(digits + 8)
    return context(digits).plus(wide.divide(wide.add(lower, upper), Decimal(2)))


def real(x: arb) -> Real:
    """The middle of `x`: a double if one holds it, else a decimal of 17 digits."""
    value = float(x.mid())
    if math.isfinite(value) and (value != 0 or x.mid() == 0):
        return value
    return nearest(x)


def log10(x: arb) -> float:
    """log10 of the middle of `x` > 0, whatever its magnitude."""
    return float((x.mid().log() / arb(10).log()).mid())
