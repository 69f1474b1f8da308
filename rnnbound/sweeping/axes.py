"""What is varied: ``horizon=1:200``, ``alpha=0.1:1.5:0.05``, ``epsilon=1e-4:1:log50``, lists.

A value is the decimal that a person would write, so that 0.1:1.5:0.05 holds 0.15, and a range
includes its end if a step leads there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, Final, overload

from rnnbound.numbers import numerals
from rnnbound.planning.request import even_width, positive, positive_count
from rnnbound.setting.faults import Fault, RequestError, shown, suggestion, wrong
from rnnbound.setting.scenario import FIELDS
from rnnbound.theory.guarantee import METHODS, VARIANTS

#: What a request has beside the scenario.
REQUEST: Final = ("epsilon", "width", "iterations", "method", "variant")
NAMES: Final = (*(field.name for field in FIELDS), *REQUEST)
_WORDS: Final = ("activation", "method", "variant")
_WHOLE: Final = ("horizon", "samples", "dim", "width", "iterations")
#: Values of one axis.
LONGEST: Final = 10**9
_MOST_LISTED: Final = 10**6
_SPACED: Final = re.compile(r"(log|lin)(\d{1,9})", re.ASCII)
_EXACT: Final = Context(prec=400)
_FINE: Final = Context(prec=60)
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
    for field in FIELDS:
        if field.name == name:
            return field.parse
    plain = {"epsilon": positive, "width": even_width, "iterations": positive_count}
    if name in plain:
        return lambda value: _explained(plain[name], value)
    known = list(METHODS) if name == "method" else list(VARIANTS)

    def choose(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"is no {name}; {suggestion(str(value), known)}")
        return value

    return lambda value: _explained(choose, value)


def _explained(read: Callable[[Any], Any], value: object) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise ValueError(f"{error} (given: {shown(value)})") from None


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
    for text in [over] if isinstance(over, str) else over or ():
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
    key = name.replace("-", "_")
    if key not in NAMES:
        raise wrong("over", f"{shown(name)} cannot be swept; {suggestion(key, NAMES)}")
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
        given = list(values)
    except TypeError:
        raise ValueError(f"must have a text or a sequence of values, not {values!r}") from None
    return _different([read(_plain(value)) for value in given])


def _plain(value: Any) -> Any:
    """A number of NumPy as Python's own."""
    return value.item() if hasattr(value, "item") else value


def _read(name: str, text: str) -> tuple[Sequence[Any], bool]:
    parts = list(_split(text))
    if not all(parts):
        raise ValueError(f"has an empty value (given: {shown(text)}); {_GRAMMAR}")
    if name in _WORDS:
        return _different([parser(name)(part) for part in parts]), False
    ranges = [":" in part for part in parts]
    if ranges == [True]:
        return _range(name, text)
    values: list[Any] = []
    for part, is_range in zip(parts, ranges, strict=True):
        found = _range(name, part)[0] if is_range else [parser(name)(part)]
        if len(values) + len(found) > _MOST_LISTED:
            raise ValueError(f"lists more than {_MOST_LISTED:,} values")
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
            raise ValueError(f"lists {value} twice")
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
    spaced = _SPACED.fullmatch(parts[2]) if len(parts) == 3 else None
    if spaced:
        return _spaced(name, start, end, spaced[1] == "log", int(spaced[2]), text)
    usual = Decimal(2 if name == "width" else 1)  # neurons come in pairs
    try:
        step = numerals.exact(parts[2]) if len(parts) == 3 else usual
    except ValueError:
        raise ValueError(f"has the step {shown(parts[2])}; {_GRAMMAR}") from None
    return _stepped(name, start, end, step, text), False


def _stepped(name: str, start: Decimal, end: Decimal, step: Decimal, text: str) -> Range:
    if step == 0:
        raise ValueError(f"has a step of zero (given: {shown(text)})")
    whole = name in _WHOLE
    if whole and step != step.to_integral_value():
        raise ValueError(f"takes integers only; the step is {step} (given: {shown(text)})")
    if name == "width" and step % 2:
        raise ValueError(f"must be even; take an even step (given: {shown(text)})")
    steps = _EXACT.divide(_EXACT.subtract(end, start), step)
    if steps < 0:
        way = "down" if end < start else "up"
        raise ValueError(f"goes {way}, the step does not (given: {shown(text)})")
    if steps >= LONGEST:
        raise ValueError(f"has more than {LONGEST:,} values (given: {shown(text)})")
    return Range(start, step, int(steps) + 1, whole)


def _spaced(
    name: str, start: Decimal, end: Decimal, logarithmic: bool, count: int, text: str
) -> tuple[tuple[Any, ...], bool]:
    if not 1 <= count <= _MOST_LISTED:
        raise ValueError(f"must have from 1 to {_MOST_LISTED:,} values (given: {shown(text)})")
    if logarithmic and not (start > 0 and end > 0):
        raise ValueError(f"has a logarithm only above zero (given: {shown(text)})")
    if count == 1 and start != end:
        raise ValueError(f"needs two values for two ends (given: {shown(text)})")
    if count > 1 and start == end:
        raise ValueError(f"has ends that are the same (given: {shown(text)})")

    def at(i: int) -> Decimal:
        if i in {0, count - 1}:
            return end if i else start
        share = _FINE.divide(Decimal(i), Decimal(count - 1))
        if not logarithmic:
            return _FINE.fma(_FINE.subtract(end, start), share, start)
        ratio = _FINE.multiply(share, _FINE.ln(_FINE.divide(end, start)))
        return _FINE.multiply(start, _FINE.exp(ratio))

    if name not in _WHOLE:
        return _different(float(at(i)) for i in range(count)), logarithmic
    unit = 2 if name == "width" else 1
    whole = (int((at(i) / unit).to_integral_value()) * unit for i in range(count))
    return tuple(dict.fromkeys(whole)), logarithmic
