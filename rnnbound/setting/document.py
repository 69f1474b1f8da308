"""Scenario files: TOML or JSON from outside, and their JSON Schema."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final

from rnnbound.setting.faults import Fault, shown, suggestion, wrong
from rnnbound.setting.scenario import DEFAULTS, FIELDS

LARGEST: Final = 2**20
_KEYS: Final = tuple(field.name for field in FIELDS)
#: What holds several scenarios in a file, and what names one of them.
SEVERAL: Final = "scenarios"
NAME: Final = "name"
_MOST_DIGITS: Final = 4300
_AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")


def title(source: str) -> str:
    """What messages call `source`."""
    return "standard input" if source == "-" else source


def load(source: str) -> tuple[dict[str, object], list[Fault]]:
    """Read a scenario file; ``-`` is JSON on standard input.

    Returns:
        The values by key, not yet validated, and the faults of the keys.

    Raises:
        RequestError: the file cannot be read or is not TOML or JSON.
    """
    name = title(source)
    data, repeated = _read(source)
    if not isinstance(data, dict):
        raise wrong(name, "must be one table of keys and values")
    if SEVERAL in data:
        raise wrong(name, "holds several scenarios, which only rnnbound sweep takes")
    faults = [Fault(f"{name}: {key}", "duplicate key") for key in repeated]
    return _known(data, f"{name}: ", faults), faults


#: A scenario of a file: its name, its values, and where each of them stands.
Task = tuple[str, dict[str, object], dict[str, str]]


def load_all(source: str) -> tuple[list[Task], list[Fault]]:
    """Read a file of one or several scenarios.

    Several are a list under ``scenarios``, or a JSON list; keys beside it hold for all of them.

    Returns:
        For each its name (or number), its values, not yet validated, and their places; and the
        faults of the keys.

    Raises:
        RequestError: the file cannot be read or is not TOML or JSON.
    """
    name = title(source)
    data, repeated = _read(source)
    faults = [Fault(f"{name}: {key}", "duplicate key") for key in repeated]
    if isinstance(data, dict) and SEVERAL not in data:
        values = _known(data, f"{name}: ", faults)
        return [("1", values, {key: f"{name}: {key}" for key in values})], faults
    if isinstance(data, dict):
        listed, prefix = data.pop(SEVERAL), f"{name}: {SEVERAL}."
        common = _known(data, f"{name}: ", faults)
    else:
        listed, prefix, common = data, f"{name}: ", {}
    if not isinstance(listed, list) or not listed:
        raise wrong(f"{name}: {SEVERAL}", "must be a list of at least one scenario")
    found: list[Task] = []
    for number, task in enumerate(listed, 1):
        where = f"{prefix}{number}"
        if not isinstance(task, dict):
            faults.append(Fault(where, f"must be a table of keys and values, not {shown(task)}"))
            continue
        label = task.pop(NAME, str(number))
        if not isinstance(label, str) or not label.isprintable() or not label:
            faults.append(Fault(f"{where}.{NAME}", f"must be a short text, not {shown(label)}"))
        elif label in {other for other, _, _ in found}:
            faults.append(Fault(f"{where}.{NAME}", f"{shown(label)} names another one, too"))
        own = _known(task, f"{where}.", faults)
        places = {key: f"{name}: {key}" for key in common} | {k: f"{where}.{k}" for k in own}
        found.append((str(label), {**common, **own}, places))
    return found, faults


def _known(data: dict[str, Any], prefix: str, faults: list[Fault]) -> dict[str, object]:
    """The values of known keys; the others are faults."""
    for path in _leaves({key: data[key] for key in data if key not in _KEYS}):
        hint = suggestion(path.rpartition(".")[2], _KEYS)
        faults.append(Fault(f"{prefix}{path}", f"unknown key; {hint}"))
    return {key: value for key, value in data.items() if key in _KEYS}


def _read(source: str) -> tuple[Any, list[str]]:
    """What a file holds, and the keys that it repeats."""
    name = title(source)
    parse = _json if source == "-" else _parser(source)
    try:
        text = _text(_bytes(source))
        if not text.strip():
            raise ValueError("is empty; write at least one key, such as horizon = 10")
        return parse(text)
    except OSError as error:
        raise wrong(name, f"cannot be read: {error.strerror or error}") from None
    except RecursionError:
        raise wrong(name, "is nested too deeply for a scenario") from None
    except ValueError as error:
        raise wrong(name, str(error)) from None


def _parser(source: str) -> Callable[[str], tuple[Any, list[str]]]:
    parsers = {".toml": _toml, ".json": _json}
    path = Path(source)
    if source and path.exists() and not path.is_dir() and path.suffix.lower() not in parsers:
        raise wrong(source, "must end in .toml or .json (or be - for JSON on standard input)")
    return parsers.get(path.suffix.lower(), _toml)


def _bytes(source: str) -> bytes:
    if source == "-":
        if sys.stdin is None:
            raise OSError("standard input is closed")
        return _limited(sys.stdin.buffer.read(LARGEST + 1))
    with open(source, "rb") as file:  # an empty name is no file, not "."
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_size > LARGEST:
            return _limited(b" " * (LARGEST + 1))
        return _limited(file.read(LARGEST + 1))


def _limited(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise ValueError(f"is larger than a scenario may be ({LARGEST:,} bytes)")
    return data


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise ValueError("is binary, not text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        raise ValueError(f"is not UTF-8 text (byte 0x{byte:02x} at offset {error.start})") from None


def _toml(text: str) -> tuple[Any, list[str]]:
    try:
        return tomllib.loads(text + "\n", parse_float=_real), []
    except tomllib.TOMLDecodeError as error:
        message, at = str(error), _AT_LINE.search(str(error))
        if at and re.search(r"overwrite|twice|redefine|mutate", message):
            line = int(at[1])
            key = text.splitlines()[line - 1].partition("=")[0].strip()
            raise ValueError(f"duplicate key {shown(key)} (line {line})") from None
        raise ValueError(f"is not TOML: {message}") from None
    except RecursionError:
        raise
    except ValueError:
        raise ValueError(
            f"has an integer of more than {_MOST_DIGITS} digits, or an impossible date"
        ) from None


def _json(text: str) -> tuple[Any, list[str]]:
    repeated: list[str] = []

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        seen = dict(items)
        if len(seen) < len(items):
            times = Counter(name for name, _ in items)
            repeated.extend(name for name in seen if times[name] > 1)
        return seen

    try:
        hooks: dict[str, Any] = {"parse_float": _real, "parse_int": _integer}
        data = json.loads(text, object_pairs_hook=pairs, parse_constant=_constant, **hooks)
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        raise ValueError(message) from None
    return data, repeated


def _real(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except ArithmeticError:  # an exponent of twenty digits; the field says that it overflows
        return text


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _MOST_DIGITS else text


def _constant(name: str) -> object:
    raise ValueError(f"is not JSON: {name} is not a number that JSON knows")


def _leaves(data: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in data.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{path}.")
        else:
            yield path


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file."""
    from pydantic import ConfigDict, Field, WithJsonSchema, create_model

    described: dict[str, Any] = {}
    for field in FIELDS:
        rule = WithJsonSchema({**field.schema, "title": field.symbol})
        about = Field(default=DEFAULTS[field.name], description=f"{field.meaning}; {field.allowed}")
        described[field.name] = (Annotated[Any, rule], about)
    config = ConfigDict(title="rnnbound scenario", extra="forbid")
    model = create_model("Scenario", __config__=config, **described)
    found = model.model_json_schema()
    for field in FIELDS:
        if DEFAULTS[field.name] is None:  # derived from another field, so no constant to show
            found["properties"][field.name].pop("default")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
