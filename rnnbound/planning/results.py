"""What the library returns: plain, frozen data whose fields are the keys of the JSON output.

A count is an ``int`` (up to 300 digits) or a ``Decimal``; a real is a ``float`` where a double
holds it, else a ``Decimal`` of 17 significant digits.  ``None`` means: does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import Real
from rnnbound.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that a guarantee rests on.

    Attributes:
        name: a short name.
        statement: one plain sentence, with the numbers in it.
        status: ``assumed``, ``checked`` (on the data given), ``enforced`` (by the algorithm) or
            ``fails``.
    """

    name: str
    statement: str
    status: str


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """An assumption of a theorem, and what is left of it.

    Attributes:
        name: the inequality.
        holds: whether it does.
        margin: left side minus right side; ≥ 0 where it holds.
    """

    name: str
    holds: bool
    margin: Real | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """A guarantee at one width and iteration count: a plan, or a bound.

    Attributes:
        statement: the theorem.
        trusted: whether this variant is a theorem; `printed` is not.
        feasible: whether the guarantee exists as asked.
        reason: why not, with the nearest feasible value; None if feasible.
        width: m, even.
        iterations: τ.
        step_size: η, for steps along half the gradient of the risk.
        epsilon: the target risk, if one was asked for.
        risk_bound: what the risk is at most, with probability 1 − δ.
        enclosure: decimal strings with the exact bound between them.
        certified: the enclosure, and risk_bound ≤ epsilon or its contrary, are proved in ball
            arithmetic.
        terms: the parts of the bound.
        combine: they add up to the bound (``sum``) or to its square root (``squared-sum``).
        form: ``drift`` (best iterate), ``descent`` (last iterate), None where there is one form.
        dominant_term: the largest term's name.
        hypotheses: the assumptions that can fail, with margins.
        vacuous: the bound is no better than B_rms², which bounds the risk before any training.
        alpha_m: the bound on every |W_ii| during training.
        contraction: alpha_m · σ1.
        regime: ``short``, ``critical`` or ``long`` memory.
        radius_w: ρ_w/√m, how far each W_ii may move; None without projection.
        radius_u: ρ_u/√m, how far each U_i may move; None where U is not projected.
        memory_bytes: float64 training memory, see :mod:`rnnbound.planning.cost`.
        flops: floating-point operations of the whole training.
        smallest_epsilon: where infeasible, the limit below which no risk can be reached.
        risk_of: the data whose risk is bounded: ``training data``.
        iterate: whose risk it is: the ``last``, ``best`` or ``average`` iterate.
        expectation: what `risk_bound` bounds a mean over: ``sampling``, of mini-batches; None
            where it bounds the risk itself.  1 − δ is over the initialisation alone.
        assumptions: all that the guarantee rests on.
    """

    statement: str | None
    trusted: bool
    feasible: bool
    reason: str | None = None
    width: Count | None = None
    width_log10: float | None = None
    iterations: Count | None = None
    iterations_log10: float | None = None
    step_size: Real | None = None
    epsilon: float | None = None
    risk_bound: Real | None = None
    risk_bound_log10: float | None = None
    enclosure: tuple[str, str] | None = None
    certified: bool = False
    terms: Mapping[str, Real] | None = None
    combine: str | None = None
    form: str | None = None
    dominant_term: str | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    vacuous: bool | None = None
    alpha_m: Real | None = None
    contraction: Real | None = None
    regime: str | None = None
    radius_w: Real | None = None
    radius_u: Real | None = None
    memory_bytes: Count | None = None
    flops: Count | None = None
    smallest_epsilon: Real | None = None
    smallest_epsilon_log10: float | None = None
    risk_of: str | None = None
    iterate: str | None = None
    expectation: str | None = None
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of :func:`rnnbound.plan` or :func:`rnnbound.bound`.

    Attributes:
        data: the file that n, T and d were taken from; None if there is none.
    """

    method: str
    variant: str
    epsilon: float | None = None
    width: Count | None = None
    iterations: Count | None = None
    max_width: Count | None = None
    max_iterations: Count | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Plans for one scenario and request, a variant each.

    Attributes:
        headline: the best trusted variant among those asked for that has a plan, else the best
            trusted one, else the last.
        plans: by variant.
        excess: how the headline plan exceeds the request's limits, a line each.
    """

    scenario: Scenario
    request: Request
    headline: str
    plans: Mapping[str, Guarantee]
    excess: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the headline plan exists and keeps within the limits."""
        return self.plans[self.headline].feasible and not self.excess


@dataclass(frozen=True, slots=True)
class Bound:
    """Bounds for one scenario, width and iteration count, a variant each."""

    scenario: Scenario
    request: Request
    headline: str
    bounds: Mapping[str, Guarantee]

    @property
    def holds(self) -> bool:
        """Whether the headline guarantee applies there."""
        return self.bounds[self.headline].feasible


@dataclass(frozen=True, slots=True)
class Constants:
    """Constants by variant and name; None where one needs a width and none was given.

    Attributes:
        reasons: by variant, why none of its constants could be computed.
    """

    scenario: Scenario
    width: Count | None
    alpha_m: Real
    constants: Mapping[str, Mapping[str, Real | None]]
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Regime:
    """The memory regime.

    Attributes:
        regime: ``short``, ``critical`` or ``long``.
        alpha_m: the bound on every |W_ii|; α itself at infinite width.
        contraction: r = alpha_m σ1.
        cutoff: 1/σ1, the alpha_m at which the regime changes.
        critical_width: (ρ_w/(1/σ1 − α))²; memory is short for every larger width.  None if no
            width makes it short.
        growth_per_step: log r, the exponential rate per time step (negative: decay).
    """

    scenario: Scenario
    width: Count | None
    regime: str
    alpha_m: Real
    contraction: Real
    cutoff: Real
    critical_width: Real | None
    critical_width_log10: float | None
    growth_per_step: Real


@dataclass(frozen=True, slots=True)
class ActivationRow:
    """One activation with its bounds, as numbers and as people write them.

    Attributes:
        sigma3: sup |σ'''|; None if σ is not three times differentiable with that bounded.
    """

    name: str
    formula: str
    sigma0: Real
    sigma1: Real
    sigma2: Real
    sigma3: Real | None
    cutoff: Real
    written: tuple[str, str, str]
