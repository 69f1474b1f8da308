"""The number system is all that formulas use: balls offer it, and so may anyone."""

from __future__ import annotations

import inspect

import pytest

from rnnbound.numbers.balls import BALLS
from rnnbound.numbers.system import NumberSystem
from tests.mpreals import REALS

MEMBERS = [name for name in vars(NumberSystem) if not name.startswith("_")]


@pytest.mark.parametrize("system", [BALLS, REALS], ids=["balls", "mpmath"])
@pytest.mark.parametrize("member", MEMBERS)
def test_every_member_is_there_with_the_same_parameters(system, member):
    if member == "pi":
        assert 3.14 < system.pi < 3.15
        return
    wanted = inspect.signature(getattr(NumberSystem, member))
    assert (
        list(inspect.signature(getattr(system, member)).parameters) == list(wanted.parameters)[1:]
    )
