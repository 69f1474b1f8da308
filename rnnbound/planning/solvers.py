"""Which statement answers for which method and variant."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from rnnbound.activations.lookup import resolve
from rnnbound.planning.internal_epsilon_solver import InternalEpsilon
from rnnbound.planning.projected_solver import Projected
from rnnbound.planning.solver import Solver
from rnnbound.planning.unprojected_solver import SharpUnprojected
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.corollary1 import Corollary1Corrected, Corollary1Printed, SharpAverage
from rnnbound.theory.guarantee import TIED, VARIANTS
from rnnbound.theory.long_steps import (
    TiedDescent,
    TiedLongSteps,
    TightDescent,
    TightLongSteps,
    from_start,
)
from rnnbound.theory.paper import CorrectedConstants, PrintedConstants
from rnnbound.theory.sgd import SharpSGD
from rnnbound.theory.sharp import SharpConstants
from rnnbound.theory.theorem1 import SharpDescent, SharpDrift, SharpTheorem, Theorem1, Theorem1SGD
from rnnbound.theory.theorem2 import SharpTheorem2, Theorem2Corrected, Theorem2Printed
from rnnbound.theory.tied import TiedAverage, TiedDrift, TiedSGD
from rnnbound.theory.tight import TightConstants

_SHARP: Final = SharpConstants


def _tight(*forms: type[SharpTheorem]) -> Callable[[Scenario], Solver]:
    """Sharp theorems with tight constants."""
    titled = (form(TightConstants, form.statement.replace("Sharp", "Tight")) for form in forms)
    return partial(Projected, forms=tuple(titled))


def _tied(*forms: type[SharpTheorem]) -> Callable[[Scenario], Solver]:
    return partial(Projected, forms=tuple(form(TightConstants) for form in forms))


SOLVERS: Final[dict[tuple[str, str], Callable[[Scenario], Solver]]] = {
    ("pgd", "printed"): partial(Projected, forms=(Theorem1(PrintedConstants),)),
    ("pgd", "corrected"): partial(Projected, forms=(Theorem1(CorrectedConstants),)),
    ("pgd", "sharp"): partial(Projected, forms=(SharpDescent(_SHARP), SharpDrift(_SHARP))),
    ("pgd", "tight"): _tight(
        from_start(TightLongSteps),
        TightLongSteps,
        from_start(TightDescent),
        TightDescent,
        SharpDrift,
    ),
    ("pgd-average", "printed"): partial(Projected, forms=(Corollary1Printed(),)),
    ("pgd-average", "corrected"): partial(Projected, forms=(Corollary1Corrected(),)),
    ("pgd-average", "sharp"): partial(Projected, forms=(SharpAverage(_SHARP),)),
    ("pgd-average", "tight"): _tight(SharpAverage),
    ("sgd", "corrected"): partial(
        Projected, forms=(Theorem1SGD(CorrectedConstants, "Theorem 1 for sgd, in expectation"),)
    ),
    ("sgd", "sharp"): partial(Projected, forms=(SharpSGD(_SHARP),)),
    ("sgd", "tight"): _tight(SharpSGD),
    ("gd", "printed"): partial(InternalEpsilon, theorem=Theorem2Printed()),
    ("gd", "corrected"): partial(InternalEpsilon, theorem=Theorem2Corrected()),
    ("gd", "sharp"): partial(SharpUnprojected, theorem=SharpTheorem2(_SHARP)),
    ("gd", "tight"): partial(
        SharpUnprojected,
        theorem=SharpTheorem2(TightConstants, SharpTheorem2.statement.replace("Sharp", "Tight")),
    ),
    ("tied", "tight"): _tied(
        from_start(TiedLongSteps),
        TiedLongSteps,
        from_start(TiedDescent),
        TiedDescent,
        TiedDrift,
    ),
    ("tied-average", "tight"): _tied(TiedAverage),
    ("tied-sgd", "tight"): _tied(TiedSGD),
}

#: Why a combination has no solver, whatever the scenario.
ABSENT: Final = {
    ("sgd", "printed"): "version 1 of the paper states no bound for stochastic gradient descent",
    **{
        (method, variant): "tied pairs have the variant tight alone"
        for method in TIED.values()
        for variant in VARIANTS
        if variant != "tight"
    },
}


def absent(scenario: Scenario, method: str, variant: str) -> str | None:
    """Why there is no statement of this variant for the method and scenario; None if there is."""
    if (method, variant) in ABSENT:
        return ABSENT[method, variant]
    if method in TIED.values() and not resolve(scenario.activation).support.has_third:
        lacks = f"which {scenario.activation} does not have"
        return f"tied pairs need a bounded third derivative σ''', {lacks}"
    return None
