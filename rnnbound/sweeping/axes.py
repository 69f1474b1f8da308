"""What is varied: ``horizon=1:200``, ``alpha=0.1:1.5:0.05``, ``epsilon=1e-4:1:log50``, lists.

A value is the decimal that a person would write, so that 0.1:1.5:0.05 holds 0.15, and a range
includes its end if a step leads there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache
from itertools import islice
from math import isqrt
from typing import Any, Final, overload

from rnnbound.errors import Fault, RequestError, shown, suggestion, wrong
from rnnbound.numbers import number_reader
from rnnbound.sweeping.columns import COLUMNS, SCENARIO

#: What can be varied, by name.
_VARIED: Final = {name: column for name, column in COLUMNS.items() if column.parse is not None}
#: What a request has beside the scenario.
REQUEST: Final = tuple(name for name in _VARIED if name not in SCENARIO)
#: Values of one axis.
LONGEST: Final = 10**9
_MOST_LISTED: Final = 10**6
#: Where a range may end; in a list there may be larger counts.
FARTHEST: Final = Decimal(sys.float_info.max)
_SPACED: Final = re.compile(r"(log|lin)(\d+)", re.ASCII)
_TOO_MANY: Final = f"lists more than {_MOST_LISTED:,} values"
_EXACT: Final = Context(prec=400)
_FINE: Final = Context(prec=70)
_GRAMMAR: Final = "write values as 1,2,5 or START:END, START:END:STEP, START:END:log50 or :lin50"


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied.

    Attributes:
        name: a field of the scenario, or of the request.
        values: in the order of the sweep, all different.
        logarithmic: whether they were asked for at equal ratios.
        text: what was asked for.
    """

    name: str
    values: Sequence[Any]
    logarithmic: bool
    text: str


@dataclass(frozen=True, slots=True)
class Range(Sequence[Any]):
    """``start + i·step``, computed when asked for.

    Attributes:
        start, step: exact decimals.
        size: how many values.
        whole: whether they are integers.
    """

    start: Decimal
    step: Decimal
    size: int
    whole: bool

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> int | float: ...
    @overload
    def __getitem__(self, index: slice) -> list[int | float]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self.size))]
        if not -self.size <= index < self.size:
            raise IndexError(index)
        value = _EXACT.fma(Decimal(index % self.size), self.step, self.start)
        return int(value) if self.whole else float(value)


def parser(name: str) -> Callable[[object], Any]:
    """What turns text or a number into a value of `name`; it raises ValueError."""
    parse = _VARIED[name].parse
    assert parse is not None, "what can be varied can be read"
    return parse


def read_axes(over: object) -> tuple[Axis, ...]:
    """The axes, the slowest first.

    Args:
        over: texts ``name=values``, or a mapping of names to texts or values.

    Raises:
        RequestError: with every fault.
    """
    axes: list[Axis] = []
    faults: list[Fault] = []
    for name, values in _pairs(over):
        try:
            axis = read_axis(name, values)
        except RequestError as error:
            faults += error.faults
            continue
        if any(axis.name == other.name for other in axes):
            faults.append(Fault("over", f"{axis.name} is swept twice; give each axis once"))
        axes.append(axis)
    if faults:
        raise RequestError(faults)
    if not axes:
        raise wrong("over", f"is required, e.g. horizon=1:200; {_GRAMMAR}")
    return tuple(axes)


def _pairs(over: Any) -> Iterator[tuple[str, object]]:
    if hasattr(over, "items"):
        yield from over.items()
        return
    texts = [over] if isinstance(over, str) else () if over is None else over
    if not isinstance(texts, Iterable):
        raise wrong("over", f"must be texts NAME=VALUES, or a mapping (given: {shown(over)})")
    for text in texts:
        name, equals, values = str(text).partition("=")
        if not equals:
            raise wrong(
                "over", f"must be NAME=VALUES, such as horizon=1:200 (given: {shown(text)})"
            )
        yield name.strip(), values.strip()


def read_axis(name: str, values: object) -> Axis:
    """The axis of one name.

    Raises:
        RequestError: there is no such name, or a value is wrong.
    """
    key = str(name).replace("-", "_")
    if key not in _VARIED:
        raise wrong("over", f"{shown(name)} cannot be swept; {suggestion(key, tuple(_VARIED))}")
    try:
        if isinstance(values, str):
            found, logarithmic = _read(key, values)
        else:
            found, logarithmic = _listed(key, values), False
    except ValueError as error:
        raise wrong("over", f"{name} {error}") from None
    text = values if isinstance(values, str) else ",".join(map(str, found[:_MOST_LISTED]))
    return Axis(key, found, logarithmic, text)


def _listed(name: str, values: Any) -> tuple[Any, ...]:
    read = parser(name)
    try:
        given = list(islice(values, _MOST_LISTED + 1))
    except TypeError:
        message = f"must have a text or a sequence of values, not {shown(values)}"
        raise ValueError(message) from None
    if len(given) > _MOST_LISTED:
        raise ValueError(_TOO_MANY)
    return _different(map(read, given))


def _read(name: str, text: str) -> tuple[Sequence[Any], bool]:
    parts = list(_split(text))
    if not all(parts):
        raise ValueError(f"has an empty value (given: {shown(text)}); {_GRAMMAR}")
    if COLUMNS[name].kind == "word":
        return _different([parser(name)(part) for part in parts]), False
    ranges = [":" in part for part in parts]
    if ranges == [True]:
        return _range(name, text)
    values: list[Any] = []
    for part, is_range in zip(parts, ranges, strict=True):
        found = _range(name, part)[0] if is_range else [parser(name)(part)]
        if len(values) + len(found) > _MOST_LISTED:
            raise ValueError(_TOO_MANY)
        values += found
    return _different(values), False


def _split(text: str) -> Iterator[str]:
    """At commas, but for those within parentheses."""
    depth, start = 0, 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            yield text[start:i].strip()
            start = i + 1
    yield text[start:].strip()


def _different(values: Iterable[Any]) -> tuple[Any, ...]:
    seen: dict[Any, None] = {}
    for value in values:
        if value in seen:
            raise ValueError(f"lists {shown(value)} twice")
        seen[value] = None
    if not seen:
        raise ValueError("has no values")
    return tuple(seen)


def _range(name: str, text: str) -> tuple[Sequence[Any], bool]:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) not in {2, 3} or not all(parts):
        raise ValueError(f"has no such range (given: {shown(text)}); {_GRAMMAR}")
    read = parser(name)
    start, end = (Decimal(str(read(part))) for part in parts[:2])
    if max(start, end) > FARTHEST:
        raise ValueError(f"ranges to at most 1.8e308; list larger values (given: {shown(text)})")
    spaced = _SPACED.fullmatch(parts[2]) if len(parts) == 3 else None
    if spaced:
        return _spaced(name, start, end, spaced[1] == "log", spaced[2], text)
    usual = Decimal(COLUMNS[name].multiple)
    try:
        step = usual
        if len(parts) == 3:
            number_reader.real(parts[2])  # within the range of doubles
            step = number_reader.exact(parts[2])
    except ValueError as error:
        raise ValueError(f"has a step that {error} (given: {shown(text)}); {_GRAMMAR}") from None
    return _stepped(name, start, end, step, text), False


def _stepped(name: str, start: Decimal, end: Decimal, step: Decimal, text: str) -> Range:
    if step == 0:
        raise ValueError(f"has a step of zero (given: {shown(text)})")
    column = COLUMNS[name]
    whole = column.kind == "count"
    if whole and step != step.to_integral_value():
        raise ValueError(f"takes integers only, and such steps (given: {shown(text)})")
    if whole and int(step) % column.multiple:
        raise ValueError(f"must be even; take an even step (given: {shown(text)})")
    steps = _EXACT.divide(_EXACT.subtract(end, start), step)
    if steps < 0:
        way = "down" if end < start else "up"
        raise ValueError(f"goes {way}, the step does not (given: {shown(text)})")
    if steps >= LONGEST:
        raise ValueError(f"has more than {LONGEST:,} values (given: {shown(text)})")
    found = Range(start, step, int(steps) + 1, whole)
    if len(found) > 1 and (found[0] == found[1] or found[-1] == found[-2]):
        raise ValueError(f"has a step that doubles do not show (given: {shown(text)})")
    return found


def _arithmetic(start: Decimal, end: Decimal, count: int) -> Callable[[int], Decimal]:
    """What gives the i-th of `count` values at equal distances."""
    span = _FINE.subtract(end, start)
    return lambda i: _FINE.fma(span, _FINE.divide(Decimal(i), Decimal(count - 1)), start)


def _geometric(start: Decimal, end: Decimal, count: int) -> Callable[[int], Decimal]:
    """What gives the i-th of `count` values at equal ratios, from about 2√count exponentials."""
    log = _FINE.ln(_FINE.divide(end, start))
    stride = isqrt(count) + 1

    @cache
    def power(i: int) -> Decimal:
        return _FINE.exp(_FINE.multiply(log, _FINE.divide(Decimal(i), Decimal(count - 1))))

    def at(i: int) -> Decimal:
        low = i % stride
        return _FINE.multiply(start, _FINE.multiply(power(i - low), power(low)))

    return at


def _spaced(
    name: str, start: Decimal, end: Decimal, logarithmic: bool, digits: str, text: str
) -> tuple[tuple[Any, ...], bool]:
    count = int(digits[:9]) if len(digits) < 10 else LONGEST
    if not 1 <= count <= _MOST_LISTED:
        raise ValueError(f"must have from 1 to {_MOST_LISTED:,} values (given: {shown(text)})")
    if logarithmic and not (start > 0 and end > 0):
        raise ValueError(f"has a logarithm only above zero (given: {shown(text)})")
    if count == 1 and start != end:
        raise ValueError(f"needs two values for two ends (given: {shown(text)})")
    if count > 1 and start == end:
        raise ValueError(f"has ends that are the same (given: {shown(text)})")

    between = (_geometric if logarithmic else _arithmetic)(start, end, count)

    def at(i: int) -> Decimal:
        if i in {0, count - 1}:
            return end if i else start
        return between(i)

    column = COLUMNS[name]
    if column.kind != "count":
        return _different(float(at(i)) for i in range(count)), logarithmic
    unit = column.multiple
    whole = (int((at(i) / unit).to_integral_value()) * unit for i in range(count))
    return tuple(dict.fromkeys(whole)), logarithmic
