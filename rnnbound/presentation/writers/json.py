"""Results as JSON, with numbers that every reader can hold.

A number that a double holds is a JSON number.  A larger integer is a string of its digits, up
to 300 of them; anything else beyond the double range is a string in scientific notation with
17 significant digits.  What is named ``…_log10`` is always a JSON number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, Context, Decimal
from math import isfinite
from typing import Any, Final

from rnnbound import __version__

_LARGEST_NUMBER: Final = 2**53 - 1
_LARGEST_DIGITS: Final = 10**300
_SCIENTIFIC: Final = Context(prec=17, rounding=ROUND_CEILING, Emax=MAX_EMAX, Emin=MIN_EMIN)


def document(command: str, data: object) -> dict[str, Any]:
    """The JSON object of a command's result."""
    return {"schema": f"rnnbound.{command}/1", "version": __version__, **plain(data)}


def dumps(data: object) -> str:
    """`data` as indented JSON text."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)


def plain(value: Any, key: str = "") -> Any:
    """`value` in terms of JSON's own types."""
    if is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name), field.name) for field in fields(value)
        }
    if isinstance(value, Mapping):
        return {name: plain(item, name) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if key.endswith("_log10"):
        return value if isinstance(value, float) else int(value)
    return number(value)


def number(value: int | float | Decimal) -> int | float | str:
    """A number, or the text of one that a double cannot hold; rounded up where it is rounded."""
    if isinstance(value, float):
        assert isfinite(value), "the library returns finite numbers"
        return value
    if isinstance(value, int):
        if abs(value) <= _LARGEST_NUMBER:
            return value
        return str(value) if abs(value) < _LARGEST_DIGITS else _scientific(Decimal(value))
    near = float(value)
    return near if isfinite(near) and (near != 0) == (value != 0) else _scientific(value)


def _scientific(value: Decimal) -> str:
    return format(_SCIENTIFIC.plus(value), ".16e")


def bare(value: Any) -> str:
    """One JSON value as a shell wants it: text without quotes, the rest as in JSON."""
    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, allow_nan=False)
    )
