"""The keys of a result, with types and meanings from its dataclasses."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

#: What people call the types of fields; the first that matches.
_TYPES = (
    (r"\bbool\b", "true or false"),
    (r"Mapping|dict", "object"),
    (r"tuple|list|Sequence", "list"),
    (r"\bint\b|Count", "integer"),
    (r"float|Real|Decimal", "number"),
    (r"\bstr\b", "text"),
)
_ENTRY = re.compile(r"^ {4}(\w+(?:, \w+)*): (.*(?:\n {5,}.*)*)", re.MULTILINE)
_ROLE = re.compile(r":\w+:`~?([^`]*)`")


def keys(data: object) -> list[tuple[str, str, str]]:
    """Dotted path, type and meaning of every key in `data`."""
    return list(dict.fromkeys(_of(data, "")))


def _of(value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    if is_dataclass(value) and not isinstance(value, type):
        said = meanings(type(value))
        for field in fields(value):
            kind = _named(str(field.type))
            yield from _entry(
                getattr(value, field.name), _join(path, field.name), kind, said.get(field.name, "")
            )
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _entry(item, _join(path, name), _named(type(item).__name__), "")


def _entry(value: Any, path: str, kind: str, said: str) -> Iterator[tuple[str, str, str]]:
    """A key and what is below it; entries of one kind are said once."""
    yield path, kind, said
    if isinstance(value, Mapping) and _alike(list(value.values())):
        for item in value.values():
            yield from _of(item, f"{path}.NAME")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from _of(item, f"{path}.N")
    else:
        yield from _of(value, path)


def _alike(values: Sequence[Any]) -> bool:
    return bool(values) and all(is_dataclass(value) for value in values)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _named(annotation: str) -> str:
    names = [name for pattern, name in _TYPES if re.search(pattern, annotation)]
    null = "None" in annotation
    return (names[0] if names else "object") + (" or null" if null and names else "")


def meanings(cls: type) -> dict[str, str]:
    """What the docstrings of a dataclass and of those that it extends say of its attributes."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__[:-1]):
        listed = inspect.cleandoc(base.__doc__ or "").partition("Attributes:\n")[2]
        for names, said in _ENTRY.findall(listed):
            found |= dict.fromkeys(names.split(", "), _ROLE.sub(r"`\1`", " ".join(said.split())))
    return found
