"""Which statement answers for which method and variant."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from rnnbound.planning.internal import InternalEpsilon
from rnnbound.planning.projected import Projected
from rnnbound.planning.solver import Solver
from rnnbound.planning.unprojected import SharpUnprojected
from rnnbound.setting.scenario import Scenario
from rnnbound.theory.corollary1 import Corollary1Corrected, Corollary1Printed, SharpAverage
from rnnbound.theory.paper import CorrectedConstants, PrintedConstants
from rnnbound.theory.sgd import SharpSGD
from rnnbound.theory.sharp import SharpConstants
from rnnbound.theory.theorem1 import SharpDescent, SharpDrift, Theorem1
from rnnbound.theory.theorem2 import SharpTheorem2, Theorem2Corrected, Theorem2Printed

_SHARP: Final = SharpConstants

SOLVERS: Final[dict[tuple[str, str], Callable[[Scenario], Solver]]] = {
    ("pgd", "printed"): partial(Projected, forms=(Theorem1(PrintedConstants),)),
    ("pgd", "corrected"): partial(Projected, forms=(Theorem1(CorrectedConstants),)),
    ("pgd", "sharp"): partial(Projected, forms=(SharpDescent(_SHARP), SharpDrift(_SHARP))),
    ("pgd-average", "printed"): partial(Projected, forms=(Corollary1Printed(),)),
    ("pgd-average", "corrected"): partial(Projected, forms=(Corollary1Corrected(),)),
    ("pgd-average", "sharp"): partial(Projected, forms=(SharpAverage(_SHARP),)),
    ("sgd", "corrected"): partial(
        Projected, forms=(Theorem1(CorrectedConstants, "Theorem 1 for sgd, in expectation"),)
    ),
    ("sgd", "sharp"): partial(Projected, forms=(SharpSGD(_SHARP),)),
    ("gd", "printed"): partial(InternalEpsilon, theorem=Theorem2Printed()),
    ("gd", "corrected"): partial(InternalEpsilon, theorem=Theorem2Corrected()),
    ("gd", "sharp"): partial(SharpUnprojected, theorem=SharpTheorem2(_SHARP)),
}

#: Why a combination has no solver.
ABSENT: Final = {
    ("sgd", "printed"): "version 1 of the paper states no bound for stochastic gradient descent",
}
