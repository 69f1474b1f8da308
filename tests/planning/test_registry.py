"""Every method and variant has a solver or a reason why not."""

from __future__ import annotations

import pytest

from rnnbound import Scenario
from rnnbound.planning.solver import Solver
from rnnbound.planning.solvers import solver_for
from rnnbound.theory.guarantee import VARIANTS
from rnnbound.theory.methods import METHODS, statements
from tests.scenarios import PAIRS


def test_nothing_is_missing():
    assert set(PAIRS) <= set(statements())
    assert "printed" in METHODS["sgd"].absent
    for method in METHODS.values():
        assert {*method.variants} | {*method.absent} == {*VARIANTS}
        assert not {*method.variants} & {*method.absent}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_solver_is_one_for_its_scenario(pair):
    solver = solver_for(Scenario(horizon=3), *pair)
    assert isinstance(solver, Solver)
    assert solver.scenario.horizon == 3
