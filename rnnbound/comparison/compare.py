"""compare: the same task under every variant of every method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from decimal import Decimal
from itertools import product as pairs_of

from rnnbound.comparison.literature_growth_law import (
    CHANGES,
    DEFAULT_DEGREE,
    SOURCE,
    Change,
    GrowthLaw,
)
from rnnbound.comparison.results import Comparison, Contender, Factor, Law
from rnnbound.numbers import decimals
from rnnbound.numbers.balls import ACCURATE_BITS, BALLS, precision
from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import SIGNIFICANT, Real
from rnnbound.parallel.progress_events import tell
from rnnbound.planning.assumption_sentences import shared
from rnnbound.planning.cost import product
from rnnbound.planning.plan import DEFAULT_EPSILON, guarantee
from rnnbound.planning.request_reader import read_request
from rnnbound.planning.results import Guarantee, Request
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.value_reader import Reader, positive, positive_to
from rnnbound.theory.guarantee import VARIANTS
from rnnbound.theory.methods import METHODS

ABOUT = (
    "ReLU networks with a full random recurrent matrix; no target class is assumed. Its constants "
    "and its degree are not published, so that it gives no width and no iteration count: only "
    "factors of growth can be compared"
)
_LARGEST_DEGREE = 1e6
#: Of inputs of norm at most 1.
_LARGEST_SEPARATION = 1.0
#: Variants whose bounds do not know how many samples there are.
_BLIND_TO_SAMPLES = ("sharp", "tight")


def compare(
    scenario: Scenario | None = None,
    *,
    epsilon: float | str | None = None,
    degree: float | str = DEFAULT_DEGREE,
    separation: float | str | None = None,
    calibrate: bool = True,
    data: str | None = None,
) -> Comparison:
    """The same task under every variant of every method, and a growth law of the literature.

    Args:
        scenario: the task; the documented default if None.
        epsilon: the target risk; 0.1 if None.
        degree: of the polynomials in the growth law of Allen-Zhu, Li and Song.
        separation: δ_sep of the data in that law, in (0, 1].
        calibrate: measure this machine for two seconds, to estimate how long training takes.
        data: the name of the file that n, T and d of the scenario come from, if any.

    Raises:
        RequestError: the request is wrong; carries all faults.
    """
    scenario = scenario or Scenario()
    law = _law(degree, separation)
    asked = DEFAULT_EPSILON if epsilon is None else epsilon
    request = read_request(method="pgd", variant="all", epsilon=asked, data=data)
    plans: dict[tuple[str, str], Guarantee] = {}
    for method, variant in (pairs := list(pairs_of(METHODS, VARIANTS))):
        tell("planning", len(plans), len(pairs))
        plans[method, variant] = guarantee(scenario, _for(request, method), variant, SIGNIFICANT)
    contenders = tuple(
        _contender(scenario, method, variant, found) for (method, variant), found in plans.items()
    )
    seconds = None
    if calibrate and any(one.feasible for one in contenders):
        contenders, seconds = _timed(scenario, contenders)
    return Comparison(
        scenario,
        request,
        {
            method: {one.variant: one for one in contenders if one.method == method}
            for method in METHODS
        },
        _cheapest(contenders),
        tuple(_growth(scenario, request, plans, law)),
        _described(law, scenario, request),
        seconds,
        shared(scenario, data),
    )


def _law(degree: object, separation: object) -> GrowthLaw:
    """The growth law as asked for."""
    reader = Reader()
    law = GrowthLaw(
        reader.required("degree", degree, positive_to(_LARGEST_DEGREE)),
        reader.read("separation", separation, positive_to(_LARGEST_SEPARATION)),
    )
    reader.finish()
    return law


def _described(law: GrowthLaw, scenario: Scenario, request: Request) -> Law:
    assert request.epsilon is not None
    size = law.polynomial_log10(scenario.horizon, scenario.samples, request.epsilon)
    return Law(SOURCE, law.degree, law.separation, size, ABOUT)


def _for(request: Request, method: str) -> Request:
    return replace(request, method=method)


def _contender(scenario: Scenario, method: str, variant: str, found: Guarantee) -> Contender:
    blank = Contender(
        method=method,
        variant=variant,
        statement=found.statement,
        trusted=found.trusted,
        feasible=found.feasible,
        reason=found.reason,
    )
    if not found.feasible:
        return blank
    assert found.width is not None
    assert found.flops is not None
    parameters = product(found.width, scenario.dim + 1)
    projected = [
        side for side, r in (("W", found.radius_w), ("U", found.radius_u)) if r is not None
    ]
    return replace(
        blank,
        risk_of=found.risk_of,
        iterate=found.iterate,
        expectation=found.expectation,
        projects=" and ".join(projected) or "nothing",
        tied=METHODS[method].tied,
        samples_per_step=scenario.samples if found.expectation is None else 1,
        width=found.width,
        width_log10=found.width_log10,
        iterations=found.iterations,
        iterations_log10=found.iterations_log10,
        step_size=found.step_size,
        risk_bound=found.risk_bound,
        risk_bound_log10=found.risk_bound_log10,
        vacuous=found.vacuous,
        parameters=parameters,
        memory_bytes=found.memory_bytes,
        flops=found.flops,
        flops_log10=_log10(found.flops),
    )


def _timed(
    scenario: Scenario, contenders: tuple[Contender, ...]
) -> tuple[tuple[Contender, ...], float]:
    """The same with times, and how long measuring took."""
    from rnnbound.comparison.training_speed import measured

    tell("measuring this machine")
    planned = [one for one in contenders if one.feasible]
    machine = measured(scenario, [(one.method, one.width) for one in planned if one.width])

    def timed(one: Contender) -> Contender:
        if one.width is None or one.iterations is None:
            return one
        seconds = machine.time(one.method, one.width, one.iterations)
        return replace(one, seconds=seconds, seconds_log10=_log10(seconds))

    return tuple(map(timed, contenders)), machine.seconds


def _cheapest(contenders: tuple[Contender, ...]) -> tuple[str, str] | None:
    """The trusted plan with the fewest operations."""
    known = [one for one in contenders if one.trusted and one.flops is not None]
    best = min(known, key=lambda one: one.flops or 0, default=None)
    return None if best is None else (best.method, best.variant)


def _growth(
    scenario: Scenario,
    request: Request,
    plans: dict[tuple[str, str], Guarantee],
    law: GrowthLaw,
) -> Iterator[Factor]:
    """What each change multiplies the requirements with: from two plans each, and by the law."""
    assert request.epsilon is not None
    for done, change in enumerate(CHANGES):
        tell("planning for changed tasks", done, len(CHANGES))
        for (method, variant), before in plans.items():
            if before.feasible:
                after = _changed(scenario, _for(request, method), variant, change, before)
                yield _factor(f"{method} {variant}", change, before, after)
        width, steps = law.factors(change, request.epsilon)
        yield Factor(SOURCE, True, change.name, _power(width), width, _power(steps), steps)


def _changed(
    scenario: Scenario, request: Request, variant: str, change: Change, before: Guarantee
) -> Guarantee | None:
    """The plan for the changed task; None if there is no such task."""
    assert request.epsilon is not None
    alone = change.horizon == change.samples == change.epsilon == 1
    if alone or (change.samples > 1 and variant in _BLIND_TO_SAMPLES):
        return before  # the bound does not know of it
    sizes = {
        name: getattr(scenario, name) * getattr(change, name) for name in ("horizon", "samples")
    }
    epsilon = float(Decimal(repr(request.epsilon)) * Decimal(repr(change.epsilon)))
    try:
        task = Scenario(**{**asdict(scenario), **sizes})
        return guarantee(task, replace(request, epsilon=positive(epsilon)), variant, SIGNIFICANT)
    except ValueError:  # beyond what a scenario or a request can hold
        return None


def _factor(of: str, change: Change, before: Guarantee, after: Guarantee | None) -> Factor:
    m, tau = (after.width, after.iterations) if after else (None, None)
    widths, steps = _ratio(before.width, m), _ratio(before.iterations, tau)
    return Factor(of, False, change.name, *widths, *steps)


def _ratio(before: Count | None, after: Count | None) -> tuple[Real | None, float | None]:
    """after/before and its log10."""
    if before is None or after is None:
        return None, None
    with precision(ACCURATE_BITS):
        ratio = BALLS.number(after) / BALLS.number(before)
        return decimals.real(ratio), decimals.log10(ratio)


def _power(log: float | None) -> Real | None:
    """10^log."""
    if log is None:
        return None
    with precision(ACCURATE_BITS):
        return decimals.real((BALLS.number(log) * BALLS.log(BALLS.number(10))).exp())


def _log10(value: Count | Real) -> float:
    with precision(ACCURATE_BITS):
        return decimals.log10(BALLS.number(value))
