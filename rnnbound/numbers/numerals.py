"""Numbers for people: short, of any magnitude, rounded to the safe side where it matters."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rnnbound.numbers.limits import context
from rnnbound.numbers.short_decimals import DOWN, NEAREST, UP, short

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
    return short(value, _DIGITS, UP)


def real(value: float | Decimal | None, *, up: bool = False, down: bool = False) -> str:
    """Four digits of a number; `up` rounds as a bound must, `down` as a step size or a radius."""
    if value is None:
        return MISSING
    return short(value, _DIGITS, UP if up else DOWN if down else NEAREST)


def given(value: float) -> str:
    """A number as it was given: all its digits, and no point where there is none."""
    return repr(value).removesuffix(".0")


def share(part: float | Decimal, whole: float | Decimal) -> str:
    """`part` of `whole` in per cent."""
    return f"{context(20).divide(Decimal(part), Decimal(whole)) * 100:.0f} %"


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
    return f"{short(amount, 3, UP)} {_PREFIXES[step]}B"
