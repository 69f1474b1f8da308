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
    "Scenario": "rnnbound.setting.scenario",
    "RequestError": "rnnbound.setting.faults",
    "plan": "rnnbound.planning.plan",
    "bound": "rnnbound.planning.bound",
    "solve": "rnnbound.planning.solve",
    "sweep": "rnnbound.sweeping.sweep",
    "compare": "rnnbound.comparing.compare",
    "constants": "rnnbound.planning.constants",
    "regime": "rnnbound.planning.regime",
    "frontiers": "rnnbound.planning.frontier",
    "profile": "rnnbound.planning.profile",
    "formula": "rnnbound.planning.formula",
    "growth": "rnnbound.planning.growth",
    "activations": "rnnbound.planning.activations",
    "errata": "rnnbound.theory.errata",
    "verify": "rnnbound.verification.verify",
    "read_dataset": "rnnbound.data.read",
    "Dataset": "rnnbound.data.dataset",
    "Plan": "rnnbound.planning.results",
    "Bound": "rnnbound.planning.results",
    "Guarantee": "rnnbound.planning.results",
    "Hypothesis": "rnnbound.planning.results",
    "Solution": "rnnbound.planning.solution",
    "Comparison": "rnnbound.comparing.results",
    "Contender": "rnnbound.comparing.results",
    "Constants": "rnnbound.planning.results",
    "Regime": "rnnbound.planning.results",
    "Frontier": "rnnbound.planning.frontier",
    "Profile": "rnnbound.planning.profile",
    "Formula": "rnnbound.planning.formula",
    "GrowthRow": "rnnbound.planning.growth",
    "ActivationRow": "rnnbound.planning.results",
    "Sweep": "rnnbound.sweeping.sweep",
    "Verification": "rnnbound.verification.verify",
    "Check": "rnnbound.verification.check",
}

__all__ = ["__version__"]
__all__ += list(_HOMES)

if TYPE_CHECKING:
    from rnnbound.comparing.compare import compare as compare
    from rnnbound.comparing.results import Comparison as Comparison
    from rnnbound.comparing.results import Contender as Contender
    from rnnbound.data.dataset import Dataset as Dataset
    from rnnbound.data.read import read_dataset as read_dataset
    from rnnbound.planning.activations import activations as activations
    from rnnbound.planning.bound import bound as bound
    from rnnbound.planning.constants import constants as constants
    from rnnbound.planning.formula import Formula as Formula
    from rnnbound.planning.formula import formula as formula
    from rnnbound.planning.frontier import Frontier as Frontier
    from rnnbound.planning.frontier import frontiers as frontiers
    from rnnbound.planning.growth import GrowthRow as GrowthRow
    from rnnbound.planning.growth import growth as growth
    from rnnbound.planning.plan import plan as plan
    from rnnbound.planning.profile import Profile as Profile
    from rnnbound.planning.profile import profile as profile
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
    from rnnbound.setting.faults import RequestError as RequestError
    from rnnbound.setting.scenario import Scenario as Scenario
    from rnnbound.sweeping.sweep import Sweep as Sweep
    from rnnbound.sweeping.sweep import sweep as sweep
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
