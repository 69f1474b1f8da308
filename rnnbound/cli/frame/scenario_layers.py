"""The scenario from its layers: option, environment, file, default, in this order."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from rnnbound.errors import Fault, RequestError, shown
from rnnbound.scenario.scenario import FIELDS, Scenario, validate

if TYPE_CHECKING:
    from rnnbound.scenario.scenario_file import Task
    from rnnbound.sweeping.grid import Block

OPTION: Final = {field.name: "--" + field.name.replace("_", "-") for field in FIELDS}
VARIABLE: Final = {field.name: "RNNBOUND_" + field.name.upper() for field in FIELDS}


def resolve(
    options: Mapping[str, str | None],
    source: str | None,
    data: Mapping[str, tuple[int, str]] = MappingProxyType({}),
) -> tuple[Scenario, dict[str, str]]:
    """The scenario, and where the value of each field comes from.

    Args:
        options: the value of each option, None if it was not given.
        source: a scenario file, or ``-``.
        data: the fields that a data set fixes, each with its value and where that comes from;
            nothing else may be said of them.

    Raises:
        RequestError: with every fault of the values that count, each at its place.
    """
    said: dict[str, object] = {}
    faults: list[Fault] = []
    where: dict[str, str] = {}
    if source is not None:
        from rnnbound.scenario.input_file import title
        from rnnbound.scenario.scenario_file import load

        said, faults = load(source)
        where = {name: f"{title(source)}: {name}" for name in said}
    values, places = _layered(said, where, options)
    for name, (size, why) in data.items():
        if name in values and not _same(name, values[name], size):
            message = f"contradicts --data: {why} (given: {shown(values[name])}; leave it out)"
            faults.append(Fault(places[name], message))
        if name not in values:
            places[name] = f"--data ({name})"
        values[name] = size
    resolved, wrong = validate(values)
    faults += [Fault(places[fault.where], fault.message) for fault in wrong]
    if faults:
        raise RequestError(faults)
    return Scenario(**resolved), places


def blocks(
    options: Mapping[str, str | None], source: str | None
) -> tuple[list[Block], list[Fault]]:
    """The scenarios of a file that may hold several, with the layers above it, not validated.

    Returns:
        A block each, and the faults of the file's keys.

    Raises:
        RequestError: the file cannot be read.
    """
    from rnnbound.sweeping.grid import Block

    tasks: list[Task] = [("1", {}, {})]
    faults: list[Fault] = []
    if source is not None:
        from rnnbound.scenario.scenario_file import load_all

        tasks, faults = load_all(source)
    found = []
    for name, values, where in tasks:
        found.append(Block(name, *_layered(values, where, options)))
    return found, faults


def _layered(
    said: Mapping[str, object], where: Mapping[str, str], options: Mapping[str, str | None]
) -> tuple[dict[str, object], dict[str, str]]:
    """What a file says under what the environment and the options say, and the place of each.

    A field of which nobody says anything has its option as its place.
    """
    variables = {n: v for n, v in VARIABLE.items() if v in os.environ}
    given = {name: value for name, value in options.items() if value is not None}
    values = {**said, **{name: os.environ[v] for name, v in variables.items()}, **given}
    return values, {**OPTION, **where, **variables, **{name: OPTION[name] for name in given}}


def _same(name: str, given: object, value: int) -> bool:
    field = next(field for field in FIELDS if field.name == name)
    try:
        return bool(field.parse(given) == value)
    except ValueError:
        return False
