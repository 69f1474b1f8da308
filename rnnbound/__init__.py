"""rnnbound: how wide a diagonal recurrent network must be, and how long it must train.

The public API; every name is imported when it is first used.

    >>> from rnnbound import Scenario, plan
    >>> plan(Scenario(horizon=4, alpha=0.3), epsilon=0.1).plans["sharp"].width
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Scenario": "rnnbound.scenario.scenario",
    "RequestError": "rnnbound.errors",
    "plan": "rnnbound.planning.plan",
    "bound": "rnnbound.planning.bound",
    "solve": "rnnbound.planning.solve",
    "sweep": "rnnbound.sweeping.sweep",
    "compare": "rnnbound.comparison.compare",
    "constants": "rnnbound.planning.constants",
    "regime": "rnnbound.planning.regime",
    "frontiers": "rnnbound.planning.frontier",
    "profile": "rnnbound.planning.constants_by_alpha",
    "formula": "rnnbound.symbolic.formula",
    "growth": "rnnbound.symbolic.growth",
    "activations": "rnnbound.planning.activations",
    "errata": "rnnbound.theory.errata",
    "verify": "rnnbound.verification.verify",
    "certify": "rnnbound.certificate.certification",
    "report": "rnnbound.comparison.report_contents",
    "read_dataset": "rnnbound.data.read",
    "Dataset": "rnnbound.data.dataset",
    "Plan": "rnnbound.planning.results",
    "Bound": "rnnbound.planning.results",
    "Guarantee": "rnnbound.planning.results",
    "Hypothesis": "rnnbound.planning.results",
    "Solution": "rnnbound.planning.solution",
    "Comparison": "rnnbound.comparison.results",
    "Contender": "rnnbound.comparison.results",
    "Constants": "rnnbound.planning.results",
    "Regime": "rnnbound.planning.results",
    "Frontier": "rnnbound.planning.frontier",
    "Profile": "rnnbound.planning.constants_by_alpha",
    "Formula": "rnnbound.symbolic.formula",
    "GrowthRow": "rnnbound.symbolic.growth",
    "ActivationRow": "rnnbound.planning.results",
    "Sweep": "rnnbound.sweeping.sweep",
    "Verification": "rnnbound.verification.verify",
    "Check": "rnnbound.verification.check",
    "Certification": "rnnbound.certificate.results",
    "Report": "rnnbound.comparison.report_contents",
}

# A room and a function of the API share this name.  The import system binds a room to its name
# once, when the room is first loaded; from here on the name means the function.
import_module(f"{__name__}.activations")
del globals()["activations"]

__all__ = ["__version__"]
__all__ += list(_HOMES)

if TYPE_CHECKING:
    from rnnbound.certificate.certification import certify as certify
    from rnnbound.certificate.results import Certification as Certification
    from rnnbound.comparison.compare import compare as compare
    from rnnbound.comparison.report_contents import Report as Report
    from rnnbound.comparison.report_contents import report as report
    from rnnbound.comparison.results import Comparison as Comparison
    from rnnbound.comparison.results import Contender as Contender
    from rnnbound.data.dataset import Dataset as Dataset
    from rnnbound.data.read import read_dataset as read_dataset
    from rnnbound.errors import RequestError as RequestError
    from rnnbound.planning.activations import activations as activations
    from rnnbound.planning.bound import bound as bound
    from rnnbound.planning.constants import constants as constants
    from rnnbound.planning.constants_by_alpha import Profile as Profile
    from rnnbound.planning.constants_by_alpha import profile as profile
    from rnnbound.planning.frontier import Frontier as Frontier
    from rnnbound.planning.frontier import frontiers as frontiers
    from rnnbound.planning.plan import plan as plan
    from rnnbound.planning.regime import regime as regime
    from rnnbound.planning.results import ActivationRow as ActivationRow
    from rnnbound.planning.results import Bound as Bound
    from rnnbound.planning.results import Constants as Constants
    from rnnbound.planning.results import Guarantee as Guarantee
    from rnnbound.planning.results import Hypothesis as Hypothesis
    from rnnbound.planning.results import Plan as Plan
    from rnnbound.planning.results import Regime as Regime
    from rnnbound.planning.solution import Solution as Solution
    from rnnbound.planning.solve import solve as solve
    from rnnbound.scenario.scenario import Scenario as Scenario
    from rnnbound.sweeping.sweep import Sweep as Sweep
    from rnnbound.sweeping.sweep import sweep as sweep
    from rnnbound.symbolic.formula import Formula as Formula
    from rnnbound.symbolic.formula import formula as formula
    from rnnbound.symbolic.growth import GrowthRow as GrowthRow
    from rnnbound.symbolic.growth import growth as growth
    from rnnbound.theory.errata import errata as errata
    from rnnbound.verification.check import Check as Check
    from rnnbound.verification.verify import Verification as Verification
    from rnnbound.verification.verify import verify as verify


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
