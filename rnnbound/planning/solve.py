"""solve: the one quantity that was left open, at the value where the guarantee just holds.

Whatever is returned was checked exactly, and so was its neighbour: the next integer (for a width
the next even one), or the next double.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Final

from flint import arb

from rnnbound.errors import Fault, RequestError, shown, suggestion, wrong
from rnnbound.numbers import decimals
from rnnbound.numbers.balls import ACCURATE_BITS, BALLS, UndecidedError, precision
from rnnbound.numbers.count import Count, below
from rnnbound.numbers.limits import MagnitudeError
from rnnbound.planning.feasibility_boundary import boundary
from rnnbound.planning.least_epsilon import least_epsilon, reachable, rounded_up
from rnnbound.planning.plan import DEFAULT_EPSILON, guarantee
from rnnbound.planning.request_reader import read_request, read_variants
from rnnbound.planning.results import Guarantee, Request
from rnnbound.planning.solution import Solution, Value
from rnnbound.planning.solver import Solver
from rnnbound.planning.solvers import absent, solver_class, solver_for
from rnnbound.planning.unknowns import UNKNOWNS, Asked, Ranked, Unknown
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import TRUSTED, VARIANTS
from rnnbound.theory.methods import METHODS

#: Digits of the enclosures: neighbouring doubles can have bounds that share the first 17.
DIGITS: Final = 30


def solve(
    unknown: str,
    scenario: Scenario | None = None,
    *,
    epsilon: float | str | None = None,
    width: Count | str | None = None,
    iterations: Count | str | None = None,
    method: str = "pgd",
    variant: str = "all",
    data: str | None = None,
) -> Solution:
    """The value of `unknown` at which the guarantee just holds, all others being given.

    Args:
        unknown: a key of :data:`rnnbound.planning.unknowns.UNKNOWNS`, such as ``width`` or
            ``nu`` (both radii of the target class in proportion).
        scenario: the task; what it says of `unknown` is where the search starts.
        epsilon: the target risk; 0.1 if it is neither given nor the unknown.
        width: m, even.
        iterations: τ.
        method: a key of :data:`rnnbound.theory.methods.METHODS`.
        variant: ``printed``, ``corrected``, ``sharp``, ``tight``, or ``all`` for the best trusted
            one that has an answer.
        data: the name of the file that n, T and d of the scenario come from, if any.

    Returns:
        The largest value where more is harder, or the least where more is easier, and the
        evidence that the next value fails.

    Raises:
        RequestError: the request is wrong; carries all faults.
    """
    scenario = scenario or Scenario()
    given = {"epsilon": epsilon, "width": width, "iterations": iterations}
    _check_given(unknown, given)
    if unknown != "epsilon" and epsilon is None:
        given["epsilon"] = DEFAULT_EPSILON
    request = read_request(method=method, variant=variant, data=data, **given)
    names = read_variants(request.variant)
    if request.variant == "all":
        names = tuple(name for name in reversed(VARIANTS) if TRUSTED[name])
    tried = []
    for name in names:
        found = _solved(unknown, scenario, request, name)
        tried.append(found)
        if found.feasible and not _cut_short(found):
            break
    reached = [x for x in tried if x.feasible]
    there = [x for x in tried if not absent(scenario, request.method, x.variant)]
    if reached:
        return max(reached, key=_reach)
    return next((x for x in there if x.nearest), (there or tried)[0])


def _cut_short(found: Solution) -> bool:
    """Whether the value is where tight constants cannot be computed, not where the bound is ε."""
    return found.variant == "tight" and bool(found.next_value) and found.next_risk_bound is None


def _reach(found: Solution) -> float:
    """How far a variant gets, to compare it with others; the first of equals is taken."""
    if found.unbounded or found.value_log10 is None:
        return math.inf
    return found.value_log10 if found.direction == "largest" else -found.value_log10


def _check_given(unknown: str, given: Mapping[str, object]) -> None:
    if unknown not in UNKNOWNS:
        raise wrong(
            "unknown", f"no such unknown {shown(unknown)}; {suggestion(unknown, [*UNKNOWNS])}"
        )
    faults = []
    for name, value in given.items():
        if name == unknown and value is not None:
            faults.append(Fault(name, f"is what is solved for; leave it out (given: {value})"))
        if name not in {unknown, "epsilon"} and value is None:
            faults.append(Fault(name, f"is required to solve for {unknown}, e.g. 1000"))
    if faults:
        raise RequestError(faults)


def _solved(unknown: str, scenario: Scenario, request: Request, variant: str) -> Solution:
    """One variant's answer."""
    sought = UNKNOWNS[unknown]
    blank = Solution(
        scenario=scenario,
        request=request,
        method=request.method,
        variant=variant,
        trusted=TRUSTED[variant],
        unknown=unknown,
        direction=sought.direction,
        monotone=monotone(request.method, variant, sought),
        feasible=False,
    )
    if why := absent(scenario, request.method, variant):
        return replace(blank, reason=why)
    try:
        if isinstance(sought, Ranked):
            return _in_scenario(blank, sought)
        assert isinstance(sought, Asked), "there is no other kind"
        return _epsilon(blank) if sought.step is None else _count(blank, sought.step)
    except (MagnitudeError, UndecidedError) as error:
        return replace(blank, reason=str(error))


def monotone(method: str, variant: str, unknown: Unknown) -> bool:
    """Whether the bound, as computed, provably moves one way with the unknown."""
    if unknown.monotone == "always" or variant not in METHODS[method].variants:
        return True
    if not solver_class(method, variant).monotone:
        return False
    return variant != "tight" or unknown.monotone == "by solver"


def _epsilon(blank: Solution) -> Solution:
    """The least double that a plan at (m, τ) accepts as its target."""
    request, solver = blank.request, _solver(blank, blank.scenario)
    assert request.width is not None
    assert request.iterations is not None
    found = least_epsilon(solver, request.width, request.iterations)
    if found is None:
        return _not_applicable(blank, solver, sys.float_info.max)
    value, before = found
    # The bound is the same on both sides; what changes is whether it is small enough.
    return _evidence(blank, value, before)


def _not_applicable(blank: Solution, solver: Solver, epsilon: float) -> Solution:
    """No internal ε fits: which width, or how many iterations, would make the theorem apply."""
    m, tau = blank.request.width, blank.request.iterations
    given = f"width {m} and iterations {tau}"
    reason = f"{given}: no internal ε meets the requirements of the theorem"
    return _with_nearest(blank, reason, _counts(solver, m, tau, epsilon))


def _counts(
    solver: Solver, m: Count | None, tau: Count | None, epsilon: float
) -> tuple[dict[str, Value], ...]:
    """More of one count, if the given other one allows that, else of both."""
    steps = None if m is None else solver.least_iterations(m, epsilon)
    width = None if tau is None else solver.least_width(tau, epsilon)
    found: list[dict[str, Value]] = []
    if steps is not None and tau is not None:
        found.append({"iterations": steps})
    if width is not None and m is not None:
        found.append({"width": width})
    if not found and (best := solver.best(epsilon)):
        found.append({"width": best[0], "iterations": best[1]})
    return tuple(found)


def _with_nearest(
    blank: Solution, reason: str | None, ways: Sequence[Mapping[str, Value]]
) -> Solution:
    """No solution, and what would change that."""
    listed = [" ".join(f"--{name} {x}".lower() for name, x in way.items()) for way in ways]
    if not listed:
        return replace(blank, reason=reason)
    nearest = {name: x for way in ways for name, x in way.items()}
    return replace(
        blank, reason=f"{reason}; it would hold with {' or '.join(listed)}", nearest=nearest
    )


def _count(blank: Solution, step: int) -> Solution:
    """The least width or iteration count."""
    request, solver = blank.request, _solver(blank, blank.scenario)
    assert request.epsilon is not None
    value = _least(solver, request, request.epsilon)
    if value is None:
        answer = guarantee(blank.scenario, request, blank.variant, DIGITS)
        if answer.smallest_epsilon is None:
            m, tau = request.width, request.iterations
            return _with_nearest(blank, answer.reason, _counts(solver, m, tau, request.epsilon))
        risk = reachable(solver, request.width, request.iterations, answer.smallest_epsilon)
        ways: tuple[dict[str, Value], ...] = () if risk is None else ({"epsilon": risk},)
        return _with_nearest(blank, answer.reason, ways)
    return _evidence(blank, value, below(value, step) if value > step else None)


def _least(solver: Solver, request: Request, epsilon: float) -> Count | None:
    """The least of the count that the request leaves open."""
    if request.width is None:
        assert request.iterations is not None
        return solver.least_width(request.iterations, epsilon)
    return solver.least_iterations(request.width, epsilon)


def _in_scenario(blank: Solution, unknown: Ranked) -> Solution:
    """The last value of a quantity of the scenario."""

    @cache
    def gap(rank: int) -> arb | None:
        try:
            return _gap(blank, unknown.put(blank.scenario, unknown.value(rank)))
        except (MagnitudeError, UndecidedError):
            return None

    last, beyond = boundary(unknown, gap, math.log(_start(blank, unknown)))
    if last is None:
        return _too_hard(blank, unknown)
    if beyond is None:
        return _unbounded(blank, unknown, unknown.value(last))
    return _evidence(blank, unknown.value(last), unknown.value(beyond))


def _gap(blank: Solution, scenario: Scenario) -> arb | None:
    """log(bound/ε) of the request at a scenario; None where the guarantee does not apply."""
    m, tau, epsilon = blank.request.width, blank.request.iterations, blank.request.epsilon
    assert m is not None
    assert tau is not None
    assert epsilon is not None
    return _solver(blank, scenario).gap(m, tau, epsilon)


def _start(blank: Solution, unknown: Ranked) -> Value:
    """Where the search starts: where the variant sharp ends, which has closed forms.

    Raises:
        MagnitudeError: the constants cannot be computed there.
    """
    if blank.variant != "tight":
        return unknown.of(blank.scenario)
    method = METHODS[blank.method].refines or blank.method
    sharp = _solved(blank.unknown, blank.scenario, replace(blank.request, method=method), "sharp")
    if sharp.value is None:
        return unknown.of(blank.scenario)
    try:
        _gap(blank, unknown.put(blank.scenario, sharp.value))
    except MagnitudeError as error:
        where = f"{unknown.symbol} = {sharp.value}, where the variant sharp ends"
        raise MagnitudeError(f"at {where}: {error}") from None
    return sharp.value


def _too_hard(blank: Solution, unknown: Ranked) -> Solution:
    """Why no value will do, and the least risk that the easiest value gives."""
    easiest, request = unknown.value(unknown.easiest), blank.request
    scenario = unknown.put(blank.scenario, easiest)
    answer = guarantee(scenario, request, blank.variant, DIGITS)
    why = f"even at {unknown.symbol} = {easiest} {answer.reason}"
    m, tau, epsilon, solver = (
        request.width,
        request.iterations,
        request.epsilon,
        _solver(blank, scenario),
    )
    assert m is not None
    assert tau is not None
    assert epsilon is not None
    if answer.risk_bound is not None and (found := least_epsilon(solver, m, tau)):
        return _with_nearest(blank, why, ({"epsilon": found[0]},))
    return _with_nearest(blank, why, _counts(solver, m, tau, epsilon))


def _unbounded(blank: Solution, unknown: Ranked, hardest: Value) -> Solution:
    """The guarantee holds at every value, as far as a scenario can hold one."""
    ends = hardest, unknown.value(unknown.easiest)
    found = [
        guarantee(unknown.put(blank.scenario, x), blank.request, blank.variant, DIGITS)
        for x in ends
    ]
    assert found[0].feasible
    if found[0].enclosure == found[1].enclosure:
        why = f"the bound does not depend on {unknown.symbol}: it holds at every value"
    else:
        way = "up" if unknown.harder else "down"
        limit = f"{Decimal(hardest):.4g}".lower()
        why = f"it holds at every {unknown.symbol} that a scenario can hold, {way} to {limit}"
    return replace(
        blank,
        feasible=True,
        unbounded=True,
        reason=why,
        risk_bound=found[0].risk_bound,
        risk_bound_log10=found[0].risk_bound_log10,
    )


def _evidence(blank: Solution, value: Value, after: Value | None) -> Solution:
    """The guarantee at `value`, and that there is none at its neighbour."""
    answer, settings = _filled_in(blank, value)
    assert answer.feasible, "the value was found to hold"
    found = replace(
        blank,
        feasible=True,
        value=value,
        value_log10=_log10(value),
        settings=settings,
        risk_bound=answer.risk_bound,
        risk_bound_log10=answer.risk_bound_log10,
        guarantee=answer,
    )
    if after is None:
        return replace(found, reason=f"{value} is the least there is")
    beyond, _ = _filled_in(blank, after)
    assert not beyond.feasible, "its neighbour was found to fail"
    return replace(
        found,
        next_value=after,
        next_value_log10=_log10(after),
        next_risk_bound=beyond.enclosure and rounded_up(Decimal(beyond.enclosure[1])),
        next_risk_bound_log10=beyond.risk_bound_log10,
        next_enclosure=beyond.enclosure,
        next_reason=beyond.reason,
    )


def _filled_in(blank: Solution, value: Value) -> tuple[Guarantee, Mapping[str, Value]]:
    """The answer with the unknown filled in, and what it was filled in with."""
    unknown = UNKNOWNS[blank.unknown]
    scenario, request = unknown.filled_in(blank.scenario, blank.request, value)
    answer = guarantee(scenario, request, blank.variant, DIGITS)
    return answer, unknown.settings(blank.scenario, value)


def _solver(blank: Solution, scenario: Scenario) -> Solver:
    return solver_for(scenario, blank.method, blank.variant)


def _log10(value: Value) -> float:
    with precision(ACCURATE_BITS):
        return decimals.log10(BALLS.number(value))
