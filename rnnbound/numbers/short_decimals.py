"""Numbers in few digits, rounded to the side that keeps what is said of them true."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from rnnbound.numbers.limits import Real, context

UP: Final = ROUND_CEILING
DOWN: Final = ROUND_FLOOR
NEAREST: Final = ROUND_HALF_EVEN


def short(value: Real | int, digits: int, rounding: str = NEAREST) -> str:
    """`digits` significant digits of a number, without trailing zeros.

    Args:
        value: any finite number.
        digits: how many digits stay.
        rounding: :data:`UP` for a bound, :data:`DOWN` for a step size or radius.
    """
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    rounded = context(digits, rounding).plus(exact)
    if rounded == 0:
        return "0"
    exponent = rounded.adjusted()
    if -5 < exponent < digits + 2:
        text = f"{rounded:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    sign, figures, _ = rounded.as_tuple()
    mantissa = "".join(map(str, figures)).rstrip("0")
    mantissa = f"{mantissa[0]}.{mantissa[1:]}" if len(mantissa) > 1 else mantissa
    return f"{'-' if sign else ''}{mantissa}e{exponent}"
