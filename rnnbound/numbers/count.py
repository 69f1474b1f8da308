"""Widths and iteration counts of any size.

A count is an exact ``int`` as long as all its digits are shown, which 300 are.  Beyond that
single units cannot be told apart in what is shown, and a count is a ``Decimal`` of 17
significant digits, exactly as printed: what a person reads is what was proved.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Final

from rnnbound.numbers.limits import SIGNIFICANT, context

if TYPE_CHECKING:
    from flint import arb

Count = int | Decimal

EXACT_DIGITS: Final = 300
_LARGEST_EXACT: Final = 10**EXACT_DIGITS
_EXACT_BITS: Final = _LARGEST_EXACT.bit_length() + 16
_UP: Final = context(SIGNIFICANT, ROUND_CEILING)
_DOWN: Final = context(SIGNIFICANT, ROUND_FLOOR)


def normalise(value: Count) -> Count:
    """`value` in the one form that its size has, rounded up if need be."""
    if isinstance(value, int):
        return value if value < _LARGEST_EXACT else _UP.create_decimal(value)
    return int(value) if value.adjusted() < EXACT_DIGITS else _UP.plus(value)


def at_least(x: arb, step: int = 1) -> Count:
    """The least positive multiple of `step` that is not below the middle of `x`."""
    # Reading a count needs no balls: an error message should not wait for them.
    from rnnbound.numbers.balls import precision
    from rnnbound.numbers.decimals import enclosure

    middle = x.mid()
    if middle <= 0:
        return step
    if middle < _LARGEST_EXACT:
        with precision(_EXACT_BITS):
            whole = (middle / step).ceil().unique_fmpz()
        assert whole is not None, "the ceiling of an exact number is an integer"
        return max(step, int(whole) * step)
    return _UP.plus(enclosure(middle, SIGNIFICANT + 3)[1])


def below(value: Count, step: int = 1) -> Count:
    """The count just below `value`."""
    return value - step if isinstance(value, int) else normalise(_DOWN.next_minus(value))


def above(value: Count, step: int = 1) -> Count:
    """The count just above `value`."""
    return normalise(value + step) if isinstance(value, int) else _UP.next_plus(value)


def bits(value: Count) -> int:
    """A precision that tells `value` from its neighbours, with a margin."""
    return 64 + (value.bit_length() if isinstance(value, int) else 4 * SIGNIFICANT)
