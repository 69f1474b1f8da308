"""What a row of a sweep can tell: one record a column, which everything else asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Literal

from rnnbound.numbers.short_decimals import DOWN, NEAREST, UP
from rnnbound.planning.request_reader import method_name, variant_name
from rnnbound.planning.results import Guarantee, Request
from rnnbound.scenario.scenario import DEFAULTS, FIELDS, Scenario
from rnnbound.scenario.value_reader import even_width, explained, positive, positive_count
from rnnbound.theory.guarantee import TERMS

#: What the cells of a column hold.
Kind = Literal["word", "truth", "count", "real"]
#: From the name of the block, the scenario, the request and what was found.
Reader = Callable[[str, Scenario, Request, Guarantee], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: its heading, and its key in JSON.
        kind: what its cells hold, where there is a value.
        read: what computes a cell.
        parse: turns text or a number into a value of an axis, or raises ValueError; None where it
            cannot be varied.
        label: what an axis of a chart says; empty where none is drawn.
        multiple: what an integer on an axis is a multiple of.
        side: where a real number is rounded to for people.
        cells: how wide most of its cells are in a table.
    """

    name: str
    kind: Kind
    read: Reader
    parse: Callable[[object], Any] | None = None
    label: str = ""
    multiple: int = 1
    side: str = NEAREST
    cells: int = 9

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in {"count", "real"}


def _of_scenario() -> Iterator[Column]:
    kinds: dict[type, Kind] = {int: "count", str: "word"}
    for field in FIELDS:
        kind = kinds.get(type(DEFAULTS[field.name]), "real")
        label = f"{field.name} {field.symbol}"
        yield Column(field.name, kind, _scenario(field.name), field.parse, label)


def _scenario(name: str) -> Reader:
    get = attrgetter(name)
    return lambda block, scenario, request, found: get(scenario)


def _request(name: str) -> Reader:
    get = attrgetter(name)
    return lambda block, scenario, request, found: get(request)


def _found(name: str, kind: Kind, side: str = NEAREST, label: str = "") -> Column:
    get = attrgetter(name)

    def read(block: str, scenario: Scenario, request: Request, found: Guarantee) -> Any:
        return get(found)

    return Column(name, kind, read, label=label, side=side)


def _given_or_found(name: str) -> Reader:
    """What was given stays visible where nothing is guaranteed."""
    get = attrgetter(name)

    def read(block: str, scenario: Scenario, request: Request, found: Guarantee) -> Any:
        value = get(found)
        return get(request) if value is None else value

    return read


def _end(place: int) -> Reader:
    return lambda block, scenario, request, found: (
        None if found.enclosure is None else found.enclosure[place]
    )


def _term(name: str) -> Column:
    def read(block: str, scenario: Scenario, request: Request, found: Guarantee) -> Any:
        return None if found.terms is None else found.terms.get(name)

    return Column(f"terms.{name}", "real", read, side=UP)


_LISTED: Final = (
    Column("scenario", "word", lambda block, scenario, request, found: block),
    *_of_scenario(),
    Column("method", "word", _request("method"), explained(method_name), cells=12),
    Column("variant", "word", _request("variant"), explained(variant_name)),
    _found("statement", "word"),
    _found("trusted", "truth"),
    _found("feasible", "truth"),
    _found("reason", "word"),
    Column(
        *("width", "count", _given_or_found("width"), explained(even_width), "width m"),
        multiple=2,  # neurons come in pairs
        cells=15,
    ),
    _found("width_log10", "real"),
    Column(
        *("iterations", "count", _given_or_found("iterations")),
        explained(positive_count),
        "iterations τ",
        cells=15,
    ),
    _found("iterations_log10", "real"),
    _found("step_size", "real", DOWN),
    Column("epsilon", "real", _request("epsilon"), explained(positive), "target ε"),
    _found("risk_bound", "real", UP, "risk bound"),
    _found("risk_bound_log10", "real"),
    _found("certified", "truth"),
    _found("combine", "word"),
    _found("form", "word"),
    _found("dominant_term", "word"),
    _found("vacuous", "truth"),
    _found("alpha_m", "real"),
    _found("contraction", "real"),
    _found("regime", "word"),
    _found("radius_w", "real", DOWN),
    _found("radius_u", "real", DOWN),
    _found("memory_bytes", "count"),
    _found("flops", "count"),
    _found("smallest_epsilon", "real"),
    _found("smallest_epsilon_log10", "real"),
    _found("risk_of", "word"),
    _found("iterate", "word"),
    _found("expectation", "word"),
    Column("enclosure_low", "word", _end(0)),
    Column("enclosure_high", "word", _end(1)),
    *map(_term, TERMS),
)
COLUMNS: Final[Mapping[str, Column]] = {column.name: column for column in _LISTED}
#: The columns that are fields of the scenario.
SCENARIO: Final = tuple(field.name for field in FIELDS)
