"""Paths of `--get`: what they find in a result, and what can be told of them before there is one.

What a result will hold is said by a shape, which is one of: a type, whose fields or entries it
tells; a mapping of keys to shapes, where exactly these are there; a list of shapes;
:class:`Entries`, for a list of one shape.  What is known already is its own shape.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from rnnbound.errors import RequestError, shown, suggestion, wrong

#: An index of more digits is beyond every list.
_DIGITS: Final = 12
#: The keys of a list whose length nobody knows yet.
_NUMBERED: Final = "0, 1, 2, …"
#: Names that are listed in an error.
_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Entries:
    """A list.

    Attributes:
        shape: of each of its entries.
        number: how many there are; None if nobody knows yet.
    """

    shape: Any
    number: int | None = None


def of(cls: Any, **known: Any) -> dict[str, Any]:
    """The shape of a dataclass, or of a Pydantic model, with what is known of some fields."""
    if is_dataclass(cls):
        hints = _hints(cls)
        found = {field.name: hints[field.name] for field in fields(cls)}
    else:
        found = {x.alias or name: x.annotation for name, x in cls.model_fields.items()}
    return {**found, **known}


def guarantee() -> dict[str, Any]:
    """The shape of a guarantee in JSON."""
    from rnnbound.planning.results import Guarantee
    from rnnbound.theory.guarantee import TERMS

    return of(Guarantee, terms=dict.fromkeys(TERMS, float))


def by_variant(values: Mapping[str, Any], each: Any) -> dict[str, Any]:
    """The shape of something for each variant that `--variant` asks for."""
    from rnnbound.theory.guarantee import VARIANTS

    asked = values["variant"]
    return dict.fromkeys((asked,) if asked in VARIANTS else VARIANTS, each)


def check(shape: Any, path: str) -> None:
    """See that a path may lead somewhere in a result of that shape.

    Raises:
        RequestError: it cannot; lists what there is instead.
    """
    here, seen = [shape], ""
    for key in path.split("."):
        below = [x for one in here for x in _below(one, key)]
        if not below:
            names = dict.fromkeys(name for one in here for name in _names(one))
            raise no_such(key, seen, path, list(names))
        here, seen = below, f"{seen}.{key}".lstrip(".")


def pick(data: Any, path: str) -> Any:
    """The value at a dotted path such as ``plans.sharp.hypotheses.0.name``.

    Raises:
        RequestError: there is none; lists what there is instead.
    """
    value, seen = data, ""
    for key in path.split("."):
        entries: Mapping[str, Any] = {}
        if isinstance(value, Mapping):
            entries = value
        elif isinstance(value, Sequence) and not isinstance(value, str):
            entries = {str(index): item for index, item in enumerate(value)}
        if key not in entries:
            raise no_such(key, seen, path, list(entries))
        value, seen = entries[key], f"{seen}.{key}".lstrip(".")
    return value


def no_such(key: str, seen: str, path: str, names: Sequence[str]) -> RequestError:
    """What to say of a path with a key that is not where it should be."""
    place = f"under {shown(seen)}" if seen else "in the result"
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    there = f"nothing is {place}"
    if names:
        there = f"keys {place}: {', '.join(map(str, names[:_MOST]))}{more}"
    hint = suggestion(key, names) if names else ""
    hint = f"{hint}; " if hint.startswith("did") else ""
    return wrong("--get", f"no {shown(key)} {place} (given: {shown(path)}); {hint}{there}")


def _below(shape: Any, key: str) -> list[Any]:
    """The shapes that may be under a key; none if nothing can be."""
    if shape is Any:
        return [Any]
    if isinstance(shape, Mapping):
        return [shape[key]] if key in shape else []
    if isinstance(shape, list):
        return [shape[int(key)]] if _is_index(key, len(shape)) else []
    if isinstance(shape, Entries):
        return [shape.shape] if _is_index(key, shape.number) else []
    if _has_fields(shape):
        return _below(of(shape), key)
    origin, inner = get_origin(shape), get_args(shape)
    if origin in {Union, types.UnionType}:
        return [x for one in inner for x in _below(one, key)]
    if not isinstance(origin, type):
        return []
    if issubclass(origin, Mapping):
        return [inner[1]]
    if issubclass(origin, tuple) and inner[-1] is not Ellipsis:
        return [inner[int(key)]] if _is_index(key, len(inner)) else []
    if issubclass(origin, Sequence):
        return [inner[0]] if _is_index(key, None) else []
    return []


def _names(shape: Any) -> Iterable[str]:
    """The keys of a shape, as far as they have names."""
    if isinstance(shape, Mapping):
        return shape
    if isinstance(shape, (list, Entries)):
        number = len(shape) if isinstance(shape, list) else shape.number
        if number is None:
            return [_NUMBERED]
        return [f"0 to {number - 1}"] if number > 1 else ["0"] * number
    if _has_fields(shape):
        return of(shape)
    origin, inner = get_origin(shape), get_args(shape)
    if origin in {Union, types.UnionType}:
        return [name for one in inner for name in _names(one)]
    if isinstance(origin, type) and issubclass(origin, tuple) and inner[-1] is not Ellipsis:
        return list(map(str, range(len(inner))))
    return [_NUMBERED] if isinstance(origin, type) and issubclass(origin, Sequence) else []


def _has_fields(shape: Any) -> bool:
    return isinstance(shape, type) and (is_dataclass(shape) or hasattr(shape, "model_fields"))


def _is_index(key: str, number: int | None) -> bool:
    if not (key.isascii() and key.isdecimal()) or len(key) > _DIGITS or str(int(key)) != key:
        return False
    return number is None or int(key) < number


def _hints(cls: Any) -> dict[str, Any]:
    """The types of the fields; one whose name is for type checkers alone may be anything."""
    known: dict[str, Any] = {}
    while True:
        try:
            return get_type_hints(cls, localns=known)
        except NameError as error:
            known[str(error.name)] = Any
