"""What a row of a sweep can tell, and which of it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from rnnbound.planning.results import Guarantee, Request
from rnnbound.scenario.errors import Fault, RequestError, shown, suggestion
from rnnbound.scenario.scenario import FIELDS, Scenario
from rnnbound.sweeping.grid import Grid
from rnnbound.theory.guarantee import TERMS

_SCENARIO: Final = tuple(field.name for field in FIELDS)
_ASKED: Final = ("method", "variant")
#: Of a guarantee: not those that hold several values.
_FOUND: Final = tuple(
    field.name
    for field in fields(Guarantee)
    if field.name not in {"terms", "hypotheses", "enclosure", "assumptions"}
)
COLUMNS: Final = (
    "scenario",
    *_SCENARIO,
    *_ASKED,
    *_FOUND,
    "enclosure_low",
    "enclosure_high",
    *(f"terms.{name}" for name in TERMS),
)

Reader = Callable[[str, Scenario, Request, Guarantee], Any]


def read_columns(asked: str | Sequence[str] | None, grid: Grid) -> tuple[str, ...]:
    """The columns that are asked for, or a sensible choice.

    Raises:
        RequestError: a column is unknown or named twice.
    """
    if asked is None:
        return _usual(grid)
    names = [name.strip() for name in asked.split(",")] if isinstance(asked, str) else list(asked)
    faults = [
        Fault("columns", f"{shown(name)} is unknown; {suggestion(str(name), COLUMNS)}")
        for name in names
        if name not in COLUMNS
    ]
    faults += [
        Fault("columns", f"{name} is named twice")
        for name in dict.fromkeys(names)
        if names.count(name) > 1 and name in COLUMNS
    ]
    if faults:
        raise RequestError(faults)
    return tuple(names)


def _usual(grid: Grid) -> tuple[str, ...]:
    """What is varied, then what was found."""
    several = len(grid.blocks) > 1
    varied = [axis.name for axis in grid.axes]
    if several:
        every = [block.values for block in grid.blocks]
        differing = [
            name for name in _SCENARIO if any(x.get(name) != every[0].get(name) for x in every)
        ]
        varied = ["scenario", *(name for name in differing if name not in varied), *varied]
    target = [] if grid.request.epsilon is None and "epsilon" not in varied else ["epsilon"]
    found = ["variant", "feasible", "width", "iterations", *target, "risk_bound"]
    return tuple(dict.fromkeys([*varied, *found]))


def reader(column: str) -> Reader:
    """What computes one column of a row."""
    if column == "scenario":
        return lambda block, scenario, request, found: block
    if column in _SCENARIO:
        return lambda block, scenario, request, found: getattr(scenario, column)
    if column in _ASKED:
        return lambda block, scenario, request, found: getattr(request, column)
    if column == "epsilon":
        return lambda block, scenario, request, found: request.epsilon
    if column in {"width", "iterations"}:
        # What was given stays visible where nothing is guaranteed.
        return lambda block, scenario, request, found: _first(
            getattr(found, column), getattr(request, column)
        )
    if column.startswith("enclosure"):
        end = 0 if column.endswith("low") else 1
        return lambda block, scenario, request, found: (
            None if found.enclosure is None else found.enclosure[end]
        )
    if column.startswith("terms."):
        name = column.removeprefix("terms.")
        return lambda block, scenario, request, found: _term(found.terms, name)
    return lambda block, scenario, request, found: getattr(found, column)


def _first(value: Any, other: Any) -> Any:
    return other if value is None else value


def _term(terms: Mapping[str, Any] | None, name: str) -> Any:
    return None if terms is None else terms.get(name)
