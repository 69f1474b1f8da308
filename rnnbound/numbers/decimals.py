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
    return value if _holds(value, x.mid()) else nearest(x)


def upper(x: arb) -> Real:
    """A number no smaller than `x`: a double where one holds it, else 17 digits."""
    found = _outward(x.upper(), math.inf)
    return enclosure(x)[1] if found is None else found


def lower(x: arb) -> Real:
    """A number no larger than `x`, of the same kind."""
    found = _outward(x.lower(), -math.inf)
    return enclosure(x)[0] if found is None else found


def _outward(end: arb, direction: float) -> float | None:
    """The first double from `end` on in a direction; None if doubles do not reach that far."""
    value = float(end)
    while _holds(value, end) and not (arb(value) >= end if direction > 0 else arb(value) <= end):
        value = math.nextafter(value, direction)
    return value if _holds(value, end) else None


def _holds(value: float, x: arb) -> bool:
    """Whether a double stands for `x`: it is neither infinite nor 0 for what is not 0."""
    return math.isfinite(value) and (value != 0 or bool(x == 0))


def log10(x: arb) -> float:
    """log10 of the middle of `x` > 0, whatever its magnitude."""
    return float((x.mid().log() / arb(10).log()).mid())
