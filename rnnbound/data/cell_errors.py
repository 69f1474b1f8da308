"""Why the text of a cell is not a number, said so that it can be mended."""

from __future__ import annotations

import re
from typing import Final

MISSING: Final = frozenset(
    {"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", ".", "-", "--", "?"}
)
#: What is matched is never given back (``++``): cells may be long, and none takes quadratic time.
_NUMBER: Final = re.compile(r"[+-]?(?:\d++\.?\d*+|\.\d++)(?:e[+-]?\d++)?", re.IGNORECASE)
_INFINITE: Final = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_DATE: Final = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ].*)?|\d{1,2}:\d{2}(?::\d{2}.*)?")
_DECIMAL_COMMA: Final = re.compile(
    r"[+-]?(?:\d*,(?:\d{1,2}|\d{4,})|\d{4,},\d+|\d{1,3}(?:[. \u00a0\u202f]\d{3})+,\d+)"
    r"(?:e[+-]?\d+)?",
    re.IGNORECASE,
)
_COMMA: Final = re.compile(r"[+-]?\d{1,3},\d{3}")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:(?:[,.'’_ \u00a0\u202f])\d{3})+(?:\.\d*)?")
_NUMERIC: Final = re.compile(r"[\d\s.,:;'’_%/+\-\u00a0\u202f−]++")
_DIGIT: Final = re.compile(r"\d")


def is_missing(cell: str) -> bool:
    """Whether the cell stands for a value that is not there."""
    return cell.strip().lower() in MISSING


def looks_numeric(cell: str) -> bool:
    """Whether the cell was meant as a number, a date or a time, however it is written."""
    text = cell.strip()
    return bool(_NUMBER.fullmatch(text) or (_NUMERIC.fullmatch(text) and _DIGIT.search(text)))


def fault(cell: str) -> str | None:
    """What is wrong with `cell` as a number; None if it is one.

    A number is written with digits, a decimal point and nothing between its digits.
    """
    text = cell.strip()
    if is_missing(text):
        given = f" ({text!r})" if text else ""
        return f"is missing{given}; fill the gap, or make the parts series of their own (group)"
    if _NUMBER.fullmatch(text):
        return (
            None
            if abs(float(text)) < float("inf")
            else f"is too large for a double ({_short(text)})"
        )
    if _INFINITE.fullmatch(text):
        return f"is infinite ({text!r})"
    return f"{_kind(text)} (given: {_short(text)})"


def _kind(text: str) -> str:
    if _COMMA.fullmatch(text):
        return (
            "has a comma, which may separate decimals or thousands; write decimals with a point "
            "and thousands without separator"
        )
    if _DECIMAL_COMMA.fullmatch(text):
        return "has a decimal comma; write numbers with a decimal point, such as 3.14"
    if _DATE.fullmatch(text):
        return "is a date or a time, not a number"
    if _THOUSANDS.fullmatch(text):
        return "has thousands separators; write the digits of a number without any between them"
    if text.endswith("%"):
        return "has a per cent sign; write the number alone"
    if text.startswith("−"):
        return "begins with a typographic minus; write a hyphen, such as -1.5"
    return "is text, not a number"


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:30]}…")
