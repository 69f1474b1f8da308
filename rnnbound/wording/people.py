"""Numbers for people: short, of any magnitude, rounded to the safe side where it matters."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal
from typing import Final

MISSING: Final = "–"
_DIGITS: Final = 4
_LONGEST: Final = 12
_PREFIXES: Final = ("", "k", "M", "G", "T", "P")


def count(value: int | Decimal | None) -> str:
    """A width or a count: exact up to 12 digits, else four digits, rounded up."""
    if value is None:
        return MISSING
    if isinstance(value, int) and abs(value) < 10**_LONGEST:
        return f"{value:,}"
    return _short(Decimal(value), ROUND_CEILING)


def real(value: float | Decimal | None, *, up: bool = False) -> str:
    """Four digits of a number; `up` rounds upwards, as a bound must."""
    if value is None:
        return MISSING
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return _short(exact, ROUND_CEILING if up else ROUND_HALF_EVEN)


def share(part: float | Decimal, whole: float | Decimal) -> str:
    """`part` of `whole` in per cent."""
    wide = Context(prec=20, Emax=MAX_EMAX, Emin=MIN_EMIN)
    return f"{wide.divide(Decimal(part), Decimal(whole)) * 100:.0f} %"


def complement(delta: float) -> str:
    """1 − δ, written so that it cannot round to 1."""
    exact = Decimal(repr(delta))
    tail = exact.adjusted()
    return (
        f"{1 - exact:f}" if tail >= -9 and len(exact.as_tuple().digits) < 12 else f"1 − {delta!r}"
    )


def size(value: int | Decimal | None) -> str:
    """Bytes with a decimal prefix."""
    if value is None:
        return MISSING
    amount, step = Decimal(value), 0
    if amount >= Decimal(1000) ** len(_PREFIXES):
        return f"{count(value)} B"
    while amount >= 1000:
        amount, step = amount / 1000, step + 1
    return f"{_short(amount, ROUND_CEILING, 3)} {_PREFIXES[step]}B"


def _short(value: Decimal, rounding: str, digits: int = _DIGITS) -> str:
    context = Context(prec=digits, rounding=rounding, Emax=MAX_EMAX, Emin=MIN_EMIN)
    rounded = context.plus(value)
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
