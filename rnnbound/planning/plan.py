"""plan: from two of target risk, width and iterations to the third."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from flint import arb

from rnnbound.numbers import decimals
from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import SIGNIFICANT, MagnitudeError, Real
from rnnbound.numbers.short_decimals import DOWN, UP, short
from rnnbound.planning.guarantee_record import describe
from rnnbound.planning.request_reader import headline, read_request, read_variants
from rnnbound.planning.results import Guarantee, Plan, Request
from rnnbound.planning.solver import Solver
from rnnbound.planning.solvers import absent, solver_for
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import TRUSTED
from rnnbound.theory.methods import tied_form

#: Digits of a risk in a reason.
SHOWN: Final = 6
#: The target risk of a plan for which nothing was asked.
DEFAULT_EPSILON = 0.1


def plan(
    scenario: Scenario | None = None,
    *,
    epsilon: float | str | None = None,
    width: Count | str | None = None,
    iterations: Count | str | None = None,
    method: str = "pgd",
    variant: str = "all",
    max_width: Count | str | None = None,
    max_iterations: Count | str | None = None,
    digits: int = 17,
    data: str | None = None,
) -> Plan:
    """The least width and iteration count that guarantee a risk, or what given ones guarantee.

    Args:
        scenario: the task; the documented default if None.
        epsilon: the target risk, in the units of Y² summed over time; 0.1 if nothing is given.
        width: m, even.
        iterations: τ.
        method: a key of :data:`rnnbound.theory.methods.METHODS`.
        variant: ``printed``, ``corrected``, ``sharp``, ``tight`` or ``all``.
        max_width, max_iterations: limits that the headline plan is compared with.
        digits: significant digits of each enclosure.
        data: the name of the file that n, T and d of the scenario come from; its inputs are at
            most 1, and that its targets belong to the class is assumed.

    With `epsilon` alone, width × iterations is least; with one more, the missing one is; with
    all three, the guarantee is checked; without `epsilon`, `width` and `iterations` give the
    risk that they guarantee.

    Raises:
        RequestError: the request is wrong; carries all faults.
    """
    scenario = scenario or Scenario()
    if epsilon is None and (width is None or iterations is None):
        epsilon = DEFAULT_EPSILON
    request = read_request(
        method=method,
        variant=variant,
        epsilon=epsilon,
        width=width,
        iterations=iterations,
        max_width=max_width,
        max_iterations=max_iterations,
        data=data,
    )
    variants = read_variants(request.variant)
    plans = {name: guarantee(scenario, request, name, digits) for name in variants}
    best = answering(plans)
    return Plan(scenario, request, best, plans, _excess(plans[best], request))


def answering(found: Mapping[str, Guarantee]) -> str:
    """The headline: the best trusted variant that has an answer, else the best trusted one."""
    feasible = tuple(name for name, guarantee in found.items() if guarantee.feasible)
    if not any(TRUSTED[name] for name in feasible):
        feasible = tuple(found)
    return headline(feasible)


def with_tied_pairs(found: Plan) -> Guarantee | None:
    """What the same request needs with tied pairs; None if the method has no such form."""
    tied = tied_form(found.request.method)
    if tied is None:
        return None
    request = replace(found.request, method=tied.name, variant="tight")
    return guarantee(found.scenario, request, "tight", SIGNIFICANT)


def guarantee(scenario: Scenario, request: Request, variant: str, digits: int) -> Guarantee:
    """One variant's answer to the request."""
    if why := absent(scenario, request.method, variant):
        return Guarantee(
            statement=None,
            trusted=TRUSTED[variant],
            feasible=False,
            reason=why,
        )
    solver = solver_for(scenario, request.method, variant)
    try:
        found = _counts(solver, request)
        answer = found and describe(solver, request, variant, *found, digits)
        if answer is None:
            return _infeasible(solver, request, variant)
        if not answer.certified:
            return _missed(answer)
    except MagnitudeError as error:
        return Guarantee(
            statement=None,
            trusted=TRUSTED[variant],
            feasible=False,
            reason=str(error),
            epsilon=request.epsilon,
        )
    return answer


def _counts(solver: Solver, request: Request) -> tuple[Count, Count] | None:
    """The width and iteration count that answer the request."""
    epsilon, m, tau = request.epsilon, request.width, request.iterations
    if epsilon is None or (m is not None and tau is not None):
        assert m is not None
        assert tau is not None
        return m, tau
    if m is not None:
        tau = solver.least_iterations(m, epsilon)
    elif tau is not None:
        m = solver.least_width(tau, epsilon)
    else:
        return solver.best(epsilon)
    return None if m is None or tau is None else (m, tau)


def _missed(answer: Guarantee) -> Guarantee:
    """The answer where width and iterations were given and miss the target."""
    assert answer.risk_bound is not None
    return replace(
        answer,
        feasible=False,
        certified=True,
        reason=missed(answer.width, answer.iterations, answer.risk_bound, answer.epsilon),
        smallest_epsilon=answer.risk_bound,
        smallest_epsilon_log10=answer.risk_bound_log10,
    )


def _infeasible(solver: Solver, request: Request, variant: str) -> Guarantee:
    """Why there is no such guarantee, and the smallest risk that the fixed count allows."""
    m, tau, epsilon = request.width, request.iterations, request.epsilon
    smallest: arb | None = None
    if m is None or tau is None:
        with solver.searching():
            limit = solver.infimum(m, tau)
        smallest = limit if limit.is_finite() else None
    given = {"width": m, "iterations": tau}
    fixed = " and ".join(f"{name} {count}" for name, count in given.items() if count is not None)
    if smallest is None:
        reason = f"{fixed}: no internal ε meets the requirements of the theorem; it needs more"
    else:
        reason = unreachable(fixed, decimals.real(smallest), epsilon)
    return Guarantee(
        statement=None,
        trusted=TRUSTED[variant],
        feasible=False,
        reason=reason,
        epsilon=epsilon,
        smallest_epsilon=None if smallest is None else decimals.real(smallest),
        smallest_epsilon_log10=None if smallest is None else decimals.log10(smallest),
    )


def missed(m: Count | None, tau: Count | None, risk: Real, epsilon: float | None) -> str:
    """Why given counts do not do."""
    shown = short(risk, SHOWN, UP)
    return f"width {m} and iterations {tau} guarantee {shown}, which is above {epsilon}"


def unreachable(fixed: str, smallest: Real, epsilon: float | None) -> str:
    """Why no value of the other count does."""
    return (
        f"{fixed}: the bound stays above {short(smallest, SHOWN, DOWN)}, which is above the "
        f"target {epsilon}, however large the other count is"
    )


def _excess(best: Guarantee, request: Request) -> tuple[str, ...]:
    """How the headline plan exceeds the limits."""
    limits = (
        ("width", best.width, request.max_width),
        ("iterations", best.iterations, request.max_iterations),
    )
    return tuple(
        f"the plan needs {name} {needed}, which exceeds --max-{name} {limit} by {needed - limit}"
        for name, needed, limit in limits
        if needed is not None and limit is not None and needed > limit
    )
