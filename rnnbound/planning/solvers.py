"""Which solver plans with which kind of theorem."""

from __future__ import annotations

from typing import Any, Final

from rnnbound.activations.lookup import resolve
from rnnbound.planning.paper_theorem2_solver import InternalEpsilon
from rnnbound.planning.projected_solver import Projected
from rnnbound.planning.sharp_theorem2_solver import SharpUnprojected
from rnnbound.planning.solver import Solver
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import Theorem
from rnnbound.theory.methods import METHODS
from rnnbound.theory.unprojected_descent import SharpTheorem2, Theorem2

#: By kind of theorem; the first that fits.
_SOLVERS: Final[tuple[tuple[type[Any], type[Any]], ...]] = (
    (Theorem2, InternalEpsilon),
    (SharpTheorem2, SharpUnprojected),
    (Theorem, Projected),
)


def solver_class(method: str, variant: str) -> type[Any]:
    """What plans for a method with the theorem of a variant."""
    form = METHODS[method].forms(variant)[0]
    return next(solver for kind, solver in _SOLVERS if isinstance(form, kind))


def solver_for(scenario: Scenario, method: str, variant: str) -> Solver:
    """The planner of a scenario."""
    made: Solver = solver_class(method, variant)(scenario, METHODS[method].forms(variant))
    return made


def absent(scenario: Scenario, method: str, variant: str) -> str | None:
    """Why there is no statement of this variant for the method and scenario; None if there is."""
    asked = METHODS[method]
    if variant in asked.absent:
        return asked.absent[variant]
    if asked.tied and not resolve(scenario.activation).support.has_third:
        lacks = f"which {scenario.activation} does not have"
        return f"tied pairs need a bounded third derivative σ''', {lacks}"
    return None
