"""The table of columns says of every value what the records that hold it say."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from types import NoneType
from typing import get_args, get_type_hints

import pytest

from rnnbound.numbers.short_decimals import DOWN, UP
from rnnbound.planning.results import Guarantee
from rnnbound.scenario.scenario import Scenario
from rnnbound.sweeping.columns import COLUMNS

KINDS = {
    frozenset({str}): "word",
    frozenset({bool}): "truth",
    frozenset({int}): "count",
    frozenset({int, Decimal}): "count",
    frozenset({float}): "real",
    frozenset({float, Decimal}): "real",
}


@pytest.mark.parametrize("record", [Scenario, Guarantee])
def test_every_single_value_is_a_column_of_its_kind(record: type) -> None:
    hints = get_type_hints(record)
    kinds = {f.name: frozenset(get_args(hints[f.name]) or {hints[f.name]}) for f in fields(record)}
    found = {name: KINDS.get(types - {NoneType}) for name, types in kinds.items()}
    listed = {name: kind for name, kind in found.items() if kind is not None}
    assert len(listed) > 9
    assert {name: COLUMNS[name].kind for name in listed} == listed
    assert set(found) - set(listed) <= {"terms", "hypotheses", "enclosure", "assumptions"}


def test_bounds_are_rounded_up_and_what_trains_down() -> None:
    sides = {name: column.side for name, column in COLUMNS.items()}
    assert {name for name, side in sides.items() if side == UP} == {
        "risk_bound", *(name for name in COLUMNS if name.startswith("terms.")),
    }  # fmt: skip
    down = {name for name, side in sides.items() if side == DOWN}
    assert down == {"step_size", "radius_w", "radius_u"}
