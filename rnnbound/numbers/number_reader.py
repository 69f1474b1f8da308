"""Reading numbers that people write: ``0.1``, ``1_000_000``, ``1e6``, and those of Python.

Nothing here is evaluated; what is not plainly a number is refused with a message that says
what was expected.  A :class:`ValueError`'s text completes the sentence "<name> ...".

A double, Python's or another library's, means the shortest decimal that is read back as it; a
number of less precision, such as NumPy's ``float32``, the double that it is exactly.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import Any, Final

from rnnbound.numbers.count import Count, normalise
from rnnbound.numbers.limits import LARGEST_EXPONENT, context

_NUMERAL: Final = re.compile(
    r"[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d{1,18})?", re.ASCII
)
#: Characters of a text, or digits of a number.
_LONGEST: Final = 10_000
#: Bits that no integer of so many digits has.
_MOST_BITS: Final = 33_220
#: Digits of a fraction as a decimal: enough for the nearest double.
_DIGITS: Final = 40
_LARGEST: Final = 1.7976931348623157e308


def real(value: object) -> float:
    """A finite double that is zero only if `value` is."""
    exact = _decimal(value, "a number")
    nearest = float(exact)
    if math.isinf(nearest):
        raise ValueError("is too large: it overflows (the largest double is about 1.8e308)")
    if nearest == 0 and exact != 0:
        raise ValueError("is too small: it underflows to zero (the least double is about 5e-324)")
    return nearest


def integer(value: object) -> int:
    """An integer below the largest double."""
    whole = _whole(value)
    if whole != 0 and (whole.adjusted() > 308 or abs(int(whole)) > _LARGEST):
        raise ValueError("is too large: it overflows (at most about 1.8e308)")
    return int(whole)


def count(value: object) -> Count:
    """An integer of any size, such as a width."""
    whole = _whole(value)
    if whole != 0 and whole.adjusted() > LARGEST_EXPONENT:
        raise ValueError("is too large: it overflows (at most 10^(10^13))")
    return normalise(whole)


def exact(value: object) -> Decimal:
    """A decimal, as it is written."""
    return _decimal(value, "a number")


def _whole(value: object) -> Decimal:
    exact = _decimal(value, "an integer")
    fractional = exact.as_tuple().exponent
    if isinstance(fractional, int) and fractional < 0 and exact != exact.to_integral_value():
        raise ValueError("must be an integer, such as 1000000, 1_000_000 or 1e6")
    return exact


def _decimal(value: object, wanted: str) -> Decimal:
    value = own(value)
    if isinstance(value, str):
        return _read(value, wanted)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, Fraction)):
        raise ValueError(f"must be {wanted}, not {_kind(value)}")
    if isinstance(value, Fraction):
        if "int" in wanted:
            raise ValueError("must be an integer, such as 1000000, 1_000_000 or 1e6")
        parts = (_decimal(part, wanted) for part in value.as_integer_ratio())
        return context(_DIGITS).divide(*parts)
    long = isinstance(value, int) and value.bit_length() > _MOST_BITS
    if long or (isinstance(value, Decimal) and len(value.as_tuple().digits) > _LONGEST):
        raise ValueError(f"must be {wanted} of at most {_LONGEST:,} digits")
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise ValueError("must be finite")
    return exact


def _read(text: str, wanted: str) -> Decimal:
    text = text.strip()
    if not text:
        raise ValueError(f"must be {wanted}; it is empty")
    if len(text) > _LONGEST:
        raise ValueError(f"must be {wanted} of at most {_LONGEST:,} characters")
    if text.lstrip("+-").lower() in {"nan", "inf", "infinity"}:
        raise ValueError("must be finite")
    if not _NUMERAL.fullmatch(text):
        raise ValueError(f"must be {wanted}, such as {'1e6' if 'int' in wanted else '0.5'}")
    return Decimal(text.replace("_", ""))


def own(value: Any) -> Any:
    """A number of another library, or an array without axes, as an int, float or Fraction.

    What is none, or is Python's own, comes back as it is.
    """
    if isinstance(value, (bool, str, Decimal)):
        return value
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return value
    if isinstance(value, Rational):  # every int is one
        top, bottom = int(value.numerator), int(value.denominator)
        return top if bottom == 1 else Fraction(top, bottom)
    if isinstance(value, Real):
        return float(value)
    return value


def _kind(value: object) -> str:
    names = {bool: "a boolean", type(None): "null", list: "a list", dict: "a table"}
    return names.get(type(value), f"a {type(value).__name__}")
