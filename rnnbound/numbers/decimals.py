"""From balls to decimals and back, at any magnitude."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from flint import arb, fmpz

from rnnbound.numbers.limits import LARGEST_EXPONENT, SIGNIFICANT, MagnitudeError, Real, context


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
