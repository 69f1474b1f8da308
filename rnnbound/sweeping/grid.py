"""The points of a sweep: blocks of scenarios, times axes, times variants.

Rows are numbered: the block changes slowest, then the axes in their order, and the variant
fastest.  Nothing is stored for a row; what it stands for is worked out from its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any, Final

from rnnbound.errors import Fault, RequestError, wrong
from rnnbound.planning.plan import DEFAULT_EPSILON
from rnnbound.planning.request_reader import read_request, read_variants
from rnnbound.planning.results import Request
from rnnbound.scenario.scenario import DEFAULTS, FIELDS, Scenario, validate
from rnnbound.sweeping.axes import REQUEST, Axis, Range, read_axes

_FIELDS: Final = tuple(field.name for field in FIELDS)
_RHO: Final = ("rho_w", "rho_u")
#: Rows of one sweep.
MOST_ROWS: Final = 10**12


@dataclass(frozen=True, slots=True)
class Block:
    """One scenario that the axes are applied to.

    Attributes:
        name: what its rows are called; its number if it has no name.
        values: what was said of it, before defaults.
        places: where each value was said, for messages.
    """

    name: str
    values: Mapping[str, Any]
    places: Mapping[str, str]

    @classmethod
    def of(cls, scenario: Scenario | Mapping[str, Any], name: str) -> Block:
        """From a scenario or its values; a ρ that equals its ν follows it."""
        if not isinstance(scenario, Scenario):
            return cls(name, dict(scenario), {})
        values = {field: getattr(scenario, field) for field in _FIELDS}
        for letter in "wu":
            if values[f"rho_{letter}"] == values[f"nu_{letter}"]:
                del values[f"rho_{letter}"]
        return cls(name, values, {})


@dataclass(frozen=True)
class Grid:
    """All points.

    Attributes:
        blocks: the scenarios.
        axes: what is varied, the slowest first.
        request: what is asked at every point, but for what is varied.
    """

    blocks: tuple[Block, ...]
    axes: tuple[Axis, ...]
    request: Request

    @classmethod
    def read(cls, blocks: Sequence[Block], over: object, request: Mapping[str, Any]) -> Grid:
        """The grid, checked at all its points at once.

        Raises:
            RequestError: with every fault.
        """
        # Several scenarios are something to go through as they are.
        axes = read_axes(over) if over or len(blocks) < 2 else ()
        swept = {axis.name for axis in axes}
        faults = [
            Fault(name, "is swept by --over; give one of the two")
            for name in REQUEST
            if name in swept and request.get(name) is not None
        ]
        if faults:
            raise RequestError(faults)
        given = {name: value for name, value in request.items() if value is not None}
        asked = read_request(**{"method": "pgd", "variant": "all", **given})
        known = {*swept, *(name for name in REQUEST if getattr(asked, name) is not None)}
        if "epsilon" not in known and not {"width", "iterations"} <= known:
            asked = replace(asked, epsilon=DEFAULT_EPSILON)
        read = tuple(_checked(blocks, axes))
        grid = cls(read, axes, asked)
        if grid.total > MOST_ROWS:
            raise wrong("over", f"makes {grid.total:.3g} rows; at most {MOST_ROWS:,} can be swept")
        return grid

    @cached_property
    def swept(self) -> Mapping[str, Axis]:
        """The axes by name."""
        return {axis.name: axis for axis in self.axes}

    @cached_property
    def variants(self) -> Sequence[str]:
        """The variants of every point, the fastest to change."""
        axis = self.swept.get("variant")
        return axis.values if axis else read_variants(self.request.variant)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many blocks, values of each axis, and variants that no axis sweeps."""
        inner = 1 if "variant" in self.swept else len(self.variants)
        return (len(self.blocks), *(len(axis.values) for axis in self.axes), inner)

    @cached_property
    def total(self) -> int:
        """The number of rows."""
        return prod(self.sizes)

    def places(self, rows: Any) -> list[Any]:
        """For row numbers (or an array of them): the index into each of :attr:`sizes`."""
        found = []
        for size in reversed(self.sizes):
            found.append(rows % size)
            rows = rows // size
        return found[::-1]

    def cutoffs(self) -> tuple[float, ...]:
        """1/σ1 of every activation, rising, if α is swept: below it, memory is short."""
        from rnnbound.planning.regime import regime

        if "alpha" not in self.swept:
            return ()
        swept = self.swept.get("activation")
        own = [block.values.get("activation", DEFAULTS["activation"]) for block in self.blocks]
        names = dict.fromkeys(swept.values if swept else own)
        return tuple(sorted({float(regime(Scenario(activation=name)).cutoff) for name in names}))

    def point(self, row: int) -> tuple[Mapping[str, Any], Request]:
        """The scenario's values and the request of one row."""
        block, *indices, variant = self.places(row)
        values = dict(self.blocks[block].values)
        asked: dict[str, Any] = {"variant": self.variants[variant]}
        for axis, index in zip(self.axes, indices, strict=True):
            (asked if axis.name in REQUEST else values)[axis.name] = axis.values[index]
        return values, replace(self.request, **asked)


def _checked(blocks: Sequence[Block], axes: Sequence[Axis]) -> Iterator[Block]:
    """The blocks with their values read.

    Every combination occurs, so a rule holds at all points if it holds at two corners: where
    ρ is least and ν largest, and where ν is least.
    """
    if not blocks:
        raise wrong("scenario", "holds no scenario")
    ends = {axis.name: _ends(axis) for axis in axes if axis.name in _FIELDS}
    tight = {name: low if name in _RHO else high for name, (low, high) in ends.items()}
    small = {name: low for name, (low, _) in ends.items() if name not in _RHO}
    faults: dict[Fault, None] = {}
    for block in blocks:
        own = {name: value for name, value in block.values.items() if name not in ends}
        found, wrongs = validate({**own, **tight})
        wrongs += validate({**{k: v for k, v in own.items() if k not in _RHO}, **small})[1]
        for fault in wrongs:
            axis = fault.where in ends
            where = "over" if axis else block.places.get(fault.where, fault.where)
            faults[Fault(where, f"{fault.where} {fault.message}" if axis else fault.message)] = None
        yield replace(block, values={name: found[name] for name in own if name in found})
    if faults:
        raise RequestError(faults)


def _ends(axis: Axis) -> tuple[Any, Any]:
    """The least and the largest value."""
    few = isinstance(axis.values, Range)
    ends = (axis.values[0], axis.values[-1]) if few else axis.values
    return min(ends), max(ends)


def scenario_of(values: Mapping[str, Any]) -> Scenario:
    """The scenario of one point."""
    return Scenario(**values)
