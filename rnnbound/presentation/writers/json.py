"""Results as JSON, with numbers that every reader can hold.

A number that a double holds is a JSON number.  A larger integer is a string of its digits, up
to 300 of them; anything else beyond the double range is a string in scientific notation with
17 significant digits.  What is named ``…_log10`` is always a JSON number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, Context, Decimal
from math import isfinite
from typing import Any, Final

from rnnbound import __version__
from rnnbound.presentation.command_result import Answer
from rnnbound.presentation.output_formats import Format, Row, RowTable, RowWriter

_LARGEST_NUMBER: Final = 2**53 - 1
_LARGEST_DIGITS: Final = 10**300
_LINE: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
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
    return value if isinstance(value, str) else _LINE.encode(value)


def quoted(text: str) -> str:
    """A text as JSON has it."""
    return _LINE.encode(text)


def members(names: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """The members of an object for each row, without its braces.

    About three times as fast as ``json.dumps`` of a dictionary for each.
    """
    keys = [f"{quoted(name)}: " for name in names]
    return [", ".join([k + _written(x) for k, x in zip(keys, row, strict=True)]) for row in rows]


def _written(value: Any) -> str:
    kind = type(value)
    if kind is float or (kind is int and abs(value) <= _LARGEST_NUMBER):
        return repr(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    return quoted(value) if kind is str else _LINE.encode(plain(value))


@dataclass(frozen=True, slots=True)
class _Entries:
    """The rows as entries of a list."""

    columns: tuple[str, ...]

    def __call__(self, rows: Sequence[Row], first: int) -> str:
        text = ",\n".join(f"    {{{line}}}" for line in members(self.columns, rows))
        return f",\n{text}" if first else f"\n{text}"


def _rows(table: RowTable) -> RowWriter:
    """One JSON object, whose rows can be written one after the other."""
    return RowWriter(
        _Entries(table.names),
        dumps(table.about).removesuffix("\n}") + ',\n  "rows": [',
        lambda complete: f'\n  ],\n  "complete": {json.dumps(complete)}\n}}\n',
    )


def of_answer(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer."""
    told = {} if answer.promise is None else {"promise": answer.promise}
    return document(answer.command, answer.data) | told


FORMAT: Final = Format(
    name="json",
    suffixes=(".json",),
    for_people=False,
    to_file=False,
    resumable=False,
    require=None,
    rows=_rows,
    whole=lambda answer, to_file: dumps(of_answer(answer)),
)
