"""Every method and variant has a solver or a reason why not."""

from __future__ import annotations

import pytest

from rnnbound import Scenario
from rnnbound.planning.solver import Solver
from rnnbound.planning.solvers import ABSENT, SOLVERS
from tests.scenarios import PAIRS


def test_nothing_is_missing():
    assert set(PAIRS) <= set(SOLVERS)
    assert ("sgd", "printed") in ABSENT
    assert not set(SOLVERS) & set(ABSENT)


@pytest.mark.parametrize("pair", PAIRS)
def test_a_solver_is_one_for_its_scenario(pair):
    solver = SOLVERS[pair](Scenario(horizon=3))
    assert isinstance(solver, Solver)
    assert solver.scenario.horizon == 3
