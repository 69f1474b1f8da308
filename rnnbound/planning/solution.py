"""What `solve` returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import Real
from rnnbound.planning.results import Guarantee, Request
from rnnbound.scenario.scenario import Scenario

#: A value of an unknown.
Value = Count | Real


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The value of one quantity at which a guarantee just holds, the others being given.

    Attributes:
        scenario, request: what was asked.
        method: how it trains.
        variant: whose answer this is: the best trusted one that has one.
        trusted: whether that is a theorem.
        unknown: what was solved for.
        direction: whether the ``smallest`` or the ``largest`` value was looked for.
        feasible: whether the guarantee holds at any value.
        unbounded: whether it holds at every value there is; then `value` is None.
        monotone: whether the bound provably moves one way with the unknown, so that `value` is
            the best of all; else it is a boundary: `value` holds and `next_value` does not.
        reason: why there is no value, or no next one; None otherwise.
        value: the last value at which the guarantee holds.
        settings: the fields of the scenario, or of the request, that `value` stands for.
        risk_bound: what the risk is at most at `value`, or at the last value if unbounded.
        next_value: its neighbour, at which the guarantee fails; None if there is none.
        next_risk_bound: the bound there, rounded up; None if there is none.
        next_enclosure: decimal strings with the exact bound at `next_value` between them.
        next_reason: why there is no guarantee at `next_value`.
        nearest: where infeasible, a value of another quantity at which the guarantee would hold.
        guarantee: all about the guarantee at `value`.
    """

    scenario: Scenario
    request: Request
    method: str
    variant: str
    trusted: bool
    unknown: str
    direction: str
    feasible: bool
    unbounded: bool = False
    monotone: bool = True
    reason: str | None = None
    value: Value | None = None
    value_log10: float | None = None
    settings: Mapping[str, Value] | None = None
    risk_bound: Real | None = None
    risk_bound_log10: float | None = None
    next_value: Value | None = None
    next_value_log10: float | None = None
    next_risk_bound: Real | None = None
    next_risk_bound_log10: float | None = None
    next_enclosure: tuple[str, str] | None = None
    next_reason: str | None = None
    nearest: Mapping[str, Value] | None = None
    guarantee: Guarantee | None = None
