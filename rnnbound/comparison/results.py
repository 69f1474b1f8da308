"""What a comparison is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import Real
from rnnbound.planning.results import Assumption, Request
from rnnbound.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One variant of one method: what it needs and what it promises for the target risk.

    Attributes:
        method, variant: which statement.
        statement: its title; None if there is no plan.
        trusted: whether it is a theorem.
        feasible: whether it has a plan.
        reason: why not.
        iterate: whose risk is bounded: the ``best``, ``last`` or ``average`` iterate.
        risk_of: the data whose risk is bounded.
        expectation: what the bound is on a mean over: ``sampling``, of mini-batches; None if
            nothing.  The probability 1 − δ is over the initialisation alone.
        projects: what is projected during training: ``W and U``, ``W`` or ``nothing``.
        tied: whether each pair of neurons is kept mirrored.
        samples_per_step: how many samples a gradient step sees.
        width, iterations, step_size, risk_bound, vacuous, memory_bytes, flops: the plan.
        parameters: m(d + 1), the trained weights.
        seconds: the time of training on this machine; None if it was not measured.
    """

    method: str
    variant: str
    statement: str | None
    trusted: bool
    feasible: bool
    reason: str | None
    risk_of: str | None = None
    iterate: str | None = None
    expectation: str | None = None
    projects: str | None = None
    tied: bool = False
    samples_per_step: int | None = None
    width: Count | None = None
    width_log10: float | None = None
    iterations: Count | None = None
    iterations_log10: float | None = None
    step_size: Real | None = None
    risk_bound: Real | None = None
    risk_bound_log10: float | None = None
    vacuous: bool | None = None
    parameters: Count | None = None
    memory_bytes: Count | None = None
    flops: Count | None = None
    flops_log10: float | None = None
    seconds: Real | None = None
    seconds_log10: float | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """What a change of the task multiplies a requirement with.

    Attributes:
        of: the method and variant, or the growth law.
        law: whether it is a growth law without constants, rather than two plans.
        change: what changes.
        width_log10, iterations_log10: log10 of the factors; None where there are none.
    """

    of: str
    law: bool
    change: str
    width: Real | None
    width_log10: float | None
    iterations: Real | None
    iterations_log10: float | None


@dataclass(frozen=True, slots=True)
class Law:
    """The growth law that is compared with; it has no constants and yields no width.

    Attributes:
        source: whose it is.
        degree: of its polynomials, as asked; it is not published.
        separation: δ_sep, if it was given.
        polynomial_log10: log10 of (n T log(1/ε)/δ_sep)^degree, which stands before an unknown
            constant; None without a separation.
        about: what it says, and of what.
    """

    source: str
    degree: float
    separation: float | None
    polynomial_log10: float | None
    about: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same task under every guarantee.

    Attributes:
        contenders: by method and variant, those without a plan too.
        cheapest: method and variant of the trusted plan with the fewest operations.
        growth: how the requirements of plans, and of the law, grow.
        law: the growth law.
        calibration_seconds: how long this machine was measured; None if it was not.
        assumptions: what all guarantees rest on, beside what the contenders say themselves.
    """

    scenario: Scenario
    request: Request
    contenders: Mapping[str, Mapping[str, Contender]]
    cheapest: tuple[str, str] | None
    growth: tuple[Factor, ...]
    law: Law
    calibration_seconds: float | None
    assumptions: tuple[Assumption, ...]

    @property
    def listed(self) -> tuple[Contender, ...]:
        """All contenders in a row."""
        return tuple(one for variants in self.contenders.values() for one in variants.values())
