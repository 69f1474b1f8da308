"""What a report says, before it is a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from rnnbound.numbers.limits import Real
from rnnbound.parallel.progress_events import tell
from rnnbound.planning.activations import activations
from rnnbound.planning.constants import constants
from rnnbound.planning.constants_by_alpha import Profile, profile
from rnnbound.planning.frontier import Frontier, frontiers
from rnnbound.planning.plan import DEFAULT_EPSILON
from rnnbound.planning.plan import plan as make_plan
from rnnbound.planning.regime import regime
from rnnbound.planning.request_reader import read_request
from rnnbound.planning.results import ActivationRow, Guarantee, Plan, Regime
from rnnbound.scenario.scenario import Scenario
from rnnbound.symbolic.formula import Formula, formula
from rnnbound.symbolic.statements import STATEMENTS
from rnnbound.theory.methods import METHODS

if TYPE_CHECKING:
    from rnnbound.data.dataset import Dataset, DataSummary
    from rnnbound.verification.saved_verification import SavedVerification


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a report says.

    Attributes:
        scenario: the task.
        data: the file that n, T and d come from; None if there is none.
        activation: σ with its suprema.
        regime, profile: memory (with projection at the planned width), and constants against α.
        frontiers: where the guarantees of `plan` begin.
        formulas: of `plan`, the best trusted variant first.
        constants: of the headline at the planned width, by name; empty without a plan.
        verification: a saved result of the checks; None if none was given.
        command: what makes this report again.
        plan: the plan that the report is about.
        other_plans: plans of the same risk by every other method.
    """

    scenario: Scenario
    data: DataSummary | None
    activation: ActivationRow
    regime: Regime
    profile: Profile
    frontiers: tuple[Frontier, ...]
    formulas: tuple[Formula, ...]
    constants: Mapping[str, Real]
    verification: SavedVerification | None
    command: str
    plan: Plan
    other_plans: tuple[Plan, ...]

    @property
    def best(self) -> Guarantee:
        """The headline."""
        return self.plan.plans[self.plan.headline]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of all methods, in their usual order."""
        order = list(METHODS)
        return tuple(
            sorted((self.plan, *self.other_plans), key=lambda one: order.index(one.request.method))
        )

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Fields of the scenario in which the saved checks differ from this report's."""
        if self.verification is None:
            return ()
        theirs = self.verification.scenario
        return tuple(
            f"{name} = {theirs.get(name, 'missing')}"
            for name in Scenario.__slots__
            if theirs.get(name) != getattr(self.scenario, name)
        )


def report(
    scenario: Scenario | None = None,
    *,
    epsilon: float | str = DEFAULT_EPSILON,
    method: str = "pgd",
    data: Dataset | DataSummary | None = None,
    verification: SavedVerification | None = None,
    command: str = "",
) -> Report:
    """Compute everything that a report says.

    Args:
        scenario: the task; the documented default if None.
        epsilon: the target risk.
        method: the one that the report is about; the others are compared with it.
        data: the file that n, T and d come from, whatever the scenario says.
        verification: a saved result of `rnnbound verify --json`.
        command: what makes this report again.

    Raises:
        RequestError: the request is wrong; carries all faults.
    """
    summary, scenario = _summary(data), scenario or Scenario()
    if summary is not None:
        n, horizon, dim = summary.samples, summary.horizon, summary.dim
        scenario = replace(scenario, samples=n, horizon=horizon, dim=dim)
    request = read_request(method=method, variant="all", epsilon=epsilon)
    file = None if summary is None else summary.origin.file
    ask = partial(make_plan, scenario, epsilon=request.epsilon, data=file)
    plans: dict[str, Plan] = {}
    for name in dict.fromkeys((method, *METHODS)):
        tell("planning", len(plans), len(METHODS))
        plans[name] = ask(method=name)
    found = plans.pop(method)
    tell("constants, formulas and where the guarantees begin")
    best = found.plans[found.headline]
    memory = regime(scenario, width=best.width if best.radius_w is not None else None)
    return Report(
        scenario=scenario,
        data=summary,
        activation=activations(scenario.activation)[0],
        regime=memory,
        profile=profile(memory),
        frontiers=frontiers(found),
        formulas=tuple(_formulas(found)),
        constants=_constants(found),
        verification=verification,
        command=command,
        plan=found,
        other_plans=tuple(plans.values()),
    )


def _summary(data: Dataset | DataSummary | None) -> DataSummary | None:
    if data is None:
        return None
    from rnnbound.data.dataset import Dataset

    return data.summary() if isinstance(data, Dataset) else data


def _formulas(found: Plan) -> list[Formula]:
    variants = [name for name in reversed(list(found.plans)) if found.plans[name].feasible]
    method = METHODS[found.request.method]
    return [
        formula(statement, variant=variant, mathml=True)
        for variant in variants
        for statement in (method.formula, *method.requirements)
        if variant in STATEMENTS[statement].lines
    ]


def _constants(found: Plan) -> dict[str, Real]:
    """The headline's constants; without projection at the bound on |W_ii| that is proved."""
    best = found.plans[found.headline]
    if best.width is None:
        return {}
    ask = partial(constants, found.scenario, variant=found.headline)
    if best.radius_w is None and isinstance(best.alpha_m, float):
        values = ask(alpha_m=best.alpha_m)
    else:
        values = ask(width=best.width)
    listed = values.constants[found.headline].items()
    return {name: value for name, value in listed if value is not None}
