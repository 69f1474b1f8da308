"""A whole plan, carried out: train at the planned width and see when ε is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np

from rnnbound.network import Schedule, Step, initialise, train
from rnnbound.network.array_checks import Array
from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import Real
from rnnbound.planning.plan import plan as planning
from rnnbound.planning.results import Guarantee
from rnnbound.scenario.scenario import Scenario
from rnnbound.verification.check import Check, exceeds, powerless, settle
from rnnbound.verification.class_targets import Target, inputs, target
from rnnbound.verification.plan_duration import EVALUATIONS, Forecast, Limits, announcement
from rnnbound.verification.plan_duration import forecast as make_forecast
from rnnbound.verification.random_streams import seed_for
from rnnbound.verification.scaled_activation_derivatives import Curve

_POINTS: Final = 100


@dataclass(frozen=True, slots=True)
class PlanRun:
    """A plan that was carried out, or refused.

    Attributes:
        method, variant: the statement.
        width, iterations, step_size, risk_bound, form, iterate, expectation: the plan.
        epsilon: the target risk.
        initial_risk: R(Θ(0)); None if the target was not computed.
        forecast: what it was expected to take.
        reached_at: the first step at which the risk was at most ε; None if it was not.
        steps: how many were made.
        best_risk, last_risk: of the iterates evaluated.
        seconds: what training took.
        curve_steps, curve_risks: risks on the way, thinned out.
        interrupted: whether somebody ended it early.
    """

    method: str
    variant: str
    width: Count | None
    iterations: Count | None
    step_size: Real | None
    risk_bound: Real | None
    form: str | None
    iterate: str | None
    expectation: str | None
    epsilon: float
    initial_risk: float | None
    forecast: Forecast | None
    reached_at: int | None = None
    steps: int = 0
    best_risk: float | None = None
    last_risk: float | None = None
    seconds: float | None = None
    curve_steps: tuple[int, ...] = ()
    curve_risks: tuple[float, ...] = ()
    interrupted: bool = False


def run_plan(
    scenario: Scenario,
    *,
    epsilon: float,
    method: str,
    variant: str,
    kind: str,
    limits: Limits,
    seed: int = 0,
    until_reached: bool = False,
    workers: int = 1,
    announce: Callable[[str], None] = lambda line: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[PlanRun, Check]:
    """Plan for `epsilon`, forecast, and train.

    Args:
        scenario: the task, at its full size.
        epsilon: the target risk.
        method, variant: whose plan.
        kind: the kind of target, one of :data:`rnnbound.verification.class_targets.KINDS`.
        limits: what it may take.
        seed: of data, target, initialisation and sampling.
        until_reached: stop as soon as the risk is at most `epsilon`.
        workers: processes that train.
        announce: told beforehand how long it will take.
        progress: told the steps made and planned.
    """
    found = planning(scenario, epsilon=epsilon, method=method, variant=variant).plans[variant]
    statement = f"the whole plan: {method} reaches risk ≤ {epsilon:g}"
    if not found.feasible:
        return _refused(statement, found, scenario, epsilon, method, variant, str(found.reason))
    forecast = make_forecast(scenario, found, method, limits, workers)
    announce(announcement(found, forecast))
    if forecast.refusal is not None:
        return _refused(
            statement, found, scenario, epsilon, method, variant, forecast.refusal, forecast
        )
    X = inputs(scenario.samples, scenario.horizon, scenario.dim, seed)
    radii = {"nu_w": scenario.nu_w, "nu_u": scenario.nu_u}
    curve = Curve(scenario.activation)
    goal = target(curve, X, alpha=scenario.alpha, **radii, kind=kind, seed=seed)
    if goal.risk <= epsilon:
        reason = (
            f"R(0) = {goal.risk:.4g} of the {kind} target is already below ε = {epsilon:g}; "
            f"ask for less, such as {goal.risk / 2:.2g}"
        )
        return _refused(
            statement, found, scenario, epsilon, method, variant, reason, forecast, goal.risk
        )
    schedule = _schedule(scenario, found, method, seed, epsilon if until_reached else None, workers)
    ran = _train(scenario, found, schedule, X, goal, forecast, epsilon, variant, seed, progress)
    return ran, _check(statement, scenario, ran, found, goal)


def _schedule(
    scenario: Scenario,
    found: Guarantee,
    method: str,
    seed: int,
    stop_at: float | None,
    workers: int,
) -> Schedule:
    assert isinstance(found.iterations, int)
    return Schedule(
        method,
        float(found.step_size or 0),
        found.iterations,
        radius_w=None if found.radius_w is None else scenario.rho_w,
        radius_u=None if found.radius_u is None else scenario.rho_u,
        seed=seed_for(seed, "mini-batches"),
        stop_at=stop_at,
        risk_every=max(1, found.iterations // EVALUATIONS),
        workers=workers,
    )


def _thinned(count: int) -> list[int]:
    """Which of so many points a curve shows."""
    kept = np.linspace(0, count - 1, min(_POINTS, count)).astype(int)
    return sorted(set(kept.tolist()))


def _train(
    scenario: Scenario,
    found: Guarantee,
    schedule: Schedule,
    X: Array,
    goal: Target,
    forecast: Forecast,
    epsilon: float,
    variant: str,
    seed: int,
    progress: Callable[[int, int], None],
) -> PlanRun:
    assert isinstance(found.width, int)
    assert found.risk_bound is not None, "what is trained is feasible"
    start = initialise(found.width, scenario.dim, scenario.alpha, seed_for(seed, "starts"))
    steps: list[int] = []
    risks: list[float] = []

    def look(step: Step) -> None:
        if step.risk is not None:
            steps.append(step.index)
            risks.append(step.risk)

    begun = perf_counter()
    average: float | None = None
    interrupted = False
    try:
        run = train(
            start,
            scenario.activation,
            X,
            goal.Y,
            schedule,
            on_step=look,
            progress=lambda done: progress(done, schedule.iterations),
        )
        steps, risks, average = run.steps.tolist(), run.risks.tolist(), run.average_risk
    except KeyboardInterrupt:
        interrupted = True
    reached = next((step for step, risk in zip(steps, risks, strict=True) if risk <= epsilon), None)
    thin = _thinned(len(steps))
    return PlanRun(
        method=schedule.method,
        variant=variant,
        width=found.width,
        iterations=schedule.iterations,
        step_size=schedule.step_size,
        risk_bound=float(found.risk_bound),
        form=found.form,
        iterate=found.iterate,
        expectation=found.expectation,
        epsilon=epsilon,
        initial_risk=goal.risk,
        forecast=forecast,
        reached_at=reached,
        steps=steps[-1] if steps else 0,
        best_risk=min(risks, default=None),
        last_risk=average if average is not None else (risks[-1] if risks else None),
        seconds=perf_counter() - begun,
        curve_steps=tuple(steps[i] for i in thin),
        curve_risks=tuple(risks[i] for i in thin),
        interrupted=interrupted,
    )


def _check(
    statement: str, scenario: Scenario, ran: PlanRun, found: Guarantee, goal: Target
) -> Check:
    """One run of a claim that may fail with probability δ."""
    whole = ran.iterate != "best" and ran.steps == ran.iterations
    risk = ran.last_risk if whole else ran.best_risk
    if ran.interrupted or risk is None:
        return powerless("plan", statement, ran.variant, scenario.activation, "was interrupted")
    slack = goal.error * 3 * (goal.risk * scenario.horizon) ** 0.5
    return settle(
        "plan",
        statement,
        ran.variant,
        observed=risk,
        bound=ran.epsilon,
        trials=1,
        failures=int(exceeds(risk, ran.epsilon + slack)),
        allowed=scenario.delta,
        where=f"m = {ran.width}, τ = {ran.iterations}, {goal.kind} target, R(0) = {goal.risk:.4g}",
    )


def _refused(
    statement: str,
    found: Guarantee,
    scenario: Scenario,
    epsilon: float,
    method: str,
    variant: str,
    reason: str,
    forecast: Forecast | None = None,
    risk: float | None = None,
) -> tuple[PlanRun, Check]:
    run = PlanRun(
        method=method,
        variant=variant,
        width=found.width,
        iterations=found.iterations,
        step_size=found.step_size,
        risk_bound=found.risk_bound,
        form=found.form,
        iterate=found.iterate,
        expectation=found.expectation,
        epsilon=epsilon,
        initial_risk=risk,
        forecast=forecast,
    )
    return run, powerless("plan", statement, variant, scenario.activation, reason)
