"""Reading numbers that people write: ``0.1``, ``1_000_000``, ``1e6``.

Nothing here is evaluated; what is not plainly a number is refused with a message that says
what was expected.  A :class:`ValueError`'s text completes the sentence "<name> ...".
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final

from rnnbound.numbers.count import Count, normalise
from rnnbound.numbers.limits import LARGEST_EXPONENT

_NUMERAL: Final = re.compile(
    r"[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d{1,18})?", re.ASCII
)
_LONGEST: Final = 10_000


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
    count_ = count(value)
    if not isinstance(count_, int) or abs(count_) > 1.7976931348623157e308:
        raise ValueError("is too large: it overflows (at most about 1.8e308)")
    return count_


def count(value: object) -> Count:
    """An integer of any size, such as a width."""
    exact = _decimal(value, "an integer")
    if exact != 0 and exact.adjusted() > LARGEST_EXPONENT:
        raise ValueError("is too large: it overflows (at most 10^(10^13))")
    fractional = exact.as_tuple().exponent
    if isinstance(fractional, int) and fractional < 0 and exact != exact.to_integral_value():
        raise ValueError("must be an integer, such as 1000000, 1_000_000 or 1e6")
    return normalise(exact)


def exact(value: object) -> Decimal:
    """A decimal, as it is written."""
    return _decimal(value, "a number")


def _decimal(value: object, wanted: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise ValueError(f"must be {wanted}, not {_kind(value)}")
    if isinstance(value, str):
        text = value.strip()
        if not text:
            raise ValueError(f"must be {wanted}; it is empty")
        if len(text) > _LONGEST:
            raise ValueError(f"must be {wanted} of at most {_LONGEST:,} characters")
        if text.lstrip("+-").lower() in {"nan", "inf", "infinity"}:
            raise ValueError("must be finite")
        if not _NUMERAL.fullmatch(text):
            raise ValueError(f"must be {wanted}, such as {'1e6' if 'int' in wanted else '0.5'}")
        return Decimal(text.replace("_", ""))
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise ValueError("must be finite")
    return exact


def _kind(value: object) -> str:
    names = {bool: "a boolean", type(None): "null", list: "a list", dict: "a table"}
    return names.get(type(value), f"a {type(value).__name__}")
