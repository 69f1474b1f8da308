"""How fast this machine trains, from two seconds of training."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from time import perf_counter
from typing import Final

from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import SIGNIFICANT, Real, context
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.methods import METHODS
from rnnbound.verification.plan_duration import pace, sample_width, visits

#: Seconds that are spent on measuring, apart from the one run that each kind of step needs.
SPAN: Final = 2.0

_Kind = tuple[bool, int]


@dataclass(frozen=True, slots=True)
class Machine:
    """Seconds for each neuron, sample and time step, by kind of step.

    Attributes:
        paces: by whether one sample is seen at a step, and by the width that was run.
        seconds: how long measuring took.
    """

    scenario: Scenario
    paces: dict[_Kind, float]
    seconds: float

    def time(self, method: str, m: Count, tau: Count) -> Real:
        """About how long `tau` steps at width `m` take on one core, in seconds."""
        wide = context(SIGNIFICANT)
        each = Decimal(repr(self.paces[_kind(method, m)]))
        total = wide.multiply(each, Decimal(visits(self.scenario, m, tau, method)))
        near = float(total)
        return near if 0 < near < float("inf") else total


def measured(scenario: Scenario, plans: Iterable[tuple[str, Count]]) -> Machine:
    """Run a few steps of each kind that `plans`, methods with widths, ask for.

    The fastest run of a kind counts: whatever else the machine does only slows it down.
    """
    kinds = {_kind(method, m): method for method, m in plans}
    begun = perf_counter()
    paces = {}
    for (stochastic, width), method in kinds.items():
        end = perf_counter() + SPAN / len(kinds)
        fastest = pace(scenario, width, method)
        while perf_counter() < end:
            fastest = min(fastest, pace(scenario, width, method))
        paces[stochastic, width] = fastest
    return Machine(scenario, paces, perf_counter() - begun)


def _kind(method: str, m: Count) -> _Kind:
    return METHODS[method].stochastic, sample_width(m)
