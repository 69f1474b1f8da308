"""Scenario files: TOML or JSON from outside, and their JSON Schema."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import PurePath
from typing import Annotated, Any, Final

from rnnbound.errors import Fault, shown, suggestion, wrong
from rnnbound.scenario.input_file import decode, read_bytes, title
from rnnbound.scenario.nesting_depth_limit import require_shallow
from rnnbound.scenario.scenario import DEFAULTS, FIELDS

LARGEST: Final = 2**20
_KEYS: Final = tuple(field.name for field in FIELDS)
#: What holds several scenarios in a file, and what names one of them.
SEVERAL: Final = "scenarios"
NAME: Final = "name"
#: How many there may be.
MOST: Final = 10_000
_MOST_DIGITS: Final = 4300
_MOST_BITS: Final = 14_284  # of so many digits
#: Characters of a key that is shown as it is.
_LONGEST: Final = 60
#: Unknown keys that get a suggestion, which takes a while.
_HINTED: Final = 100
_AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")


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
    if len(listed) > MOST:
        raise wrong(f"{name}: {SEVERAL}", f"holds {len(listed):,} scenarios, more than {MOST:,}")
    found: list[Task] = []
    labels: set[object] = set()
    for number, task in enumerate(listed, 1):
        where = f"{prefix}{number}"
        if not isinstance(task, dict):
            faults.append(Fault(where, f"must be a table of keys and values, not {shown(task)}"))
            continue
        label = task.pop(NAME, str(number))
        if not isinstance(label, str) or not label.isprintable() or not label:
            faults.append(Fault(f"{where}.{NAME}", f"must be a short text, not {shown(label)}"))
        elif label in labels:
            faults.append(Fault(f"{where}.{NAME}", f"{shown(label)} names another one, too"))
        else:
            labels.add(label)
        own = _known(task, f"{where}.", faults)
        places = {key: f"{name}: {key}" for key in common} | {k: f"{where}.{k}" for k in own}
        found.append((str(label), {**common, **own}, places))
    return found, faults


def _known(data: dict[str, Any], prefix: str, faults: list[Fault]) -> dict[str, object]:
    """The values of known keys; the others are faults."""
    for path in _leaves({key: data[key] for key in data if key not in _KEYS}):
        hint = suggestion(path.rpartition(".")[2], _KEYS) if len(faults) < _HINTED else ""
        faults.append(Fault(f"{prefix}{path}", f"unknown key; {hint}".removesuffix("; ")))
    return {key: value for key, value in data.items() if key in _KEYS}


def _read(source: str) -> tuple[Any, list[str]]:
    """What a file holds, and the keys that it repeats."""
    name = title(source)
    parsers = {".toml": _toml, ".json": _json}
    parse = _json if source == "-" else parsers.get(PurePath(source).suffix.lower())
    try:
        data = read_bytes(source, LARGEST, "a scenario", stdin=True)
        if parse is None:
            raise ValueError("must end in .toml or .json (or be - for JSON on standard input)")
        text = decode(data)
        if not text.strip():
            raise ValueError("is empty; write at least one key, such as horizon = 10")
        require_shallow(text)
        return parse(text)
    except ValueError as error:
        raise wrong(name, str(error)) from None


def _toml(text: str) -> tuple[Any, list[str]]:
    try:
        data = tomllib.loads(text + "\n", parse_float=_real)
        if _bits(data) > _MOST_BITS:
            raise ValueError("which was written to the base 16, 8 or 2")
        return data, []
    except tomllib.TOMLDecodeError as error:
        message, at = str(error), _AT_LINE.search(str(error))
        if at and re.search(r"overwrite|twice|redefine|mutate", message):
            line = int(at[1])
            key = text.split("\n")[line - 1].partition("=")[0].strip()
            raise ValueError(f"duplicate key {shown(key)} (line {line})") from None
        raise ValueError(f"is not TOML: {message}") from None
    except ValueError:
        raise ValueError(
            f"has an integer of more than {_MOST_DIGITS} digits, or an impossible date"
        ) from None


def _bits(data: object) -> int:
    """The size of the largest integer in it, which nobody may want to see in decimal digits."""
    if isinstance(data, dict):
        return max(map(_bits, data.values()), default=0)
    if isinstance(data, list):
        return max(map(_bits, data), default=0)
    return data.bit_length() if isinstance(data, int) else 0


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
        path = f"{prefix}{key if len(key) <= _LONGEST else shown(key)}"
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
