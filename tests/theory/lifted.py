"""A scenario as the library's symbols and as the naive reading, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mpmath import mp, mpf

from rnnbound import Scenario
from rnnbound.scenario.scenario_in_number_system import Quantities, quantities
from tests.mpreals import REALS
from tests.naive import Naive
from tests.tolerances import SAME_FORMULA

DIGITS = 50


@contextmanager
def both(scenario: Scenario) -> Iterator[tuple[Quantities, Naive]]:
    with mp.workdps(DIGITS):
        yield quantities(scenario, REALS), Naive(scenario)


def same(found: Any, exact: Any) -> bool:
    found, exact = mpf(found), mpf(exact)
    return abs(found - exact) <= SAME_FORMULA * abs(exact)
