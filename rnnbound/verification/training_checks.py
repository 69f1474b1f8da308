"""Bounds against trained networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from rnnbound.network import train
from rnnbound.network.array_checks import Array
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import Iterate
from rnnbound.verification.check import Check, exceeds, powerless, settle
from rnnbound.verification.class_targets import Map, Target
from rnnbound.verification.random_streams import seed_for
from rnnbound.verification.small_tasks import Task, Trial, at, solvers, trials
from rnnbound.verification.statistics import mean_exceeds

#: Runs over which the mean over the sampling of sgd is taken.
_SAMPLINGS: Final = 5
#: A width at which only the optimization term is left; nothing of that size is trained.
_HUGE: Final = 10**14
_OBSERVED: Final[Mapping[Iterate, str]] = {
    "best": "best risk",
    "last": "last risk",
    "average": "risk of the average",
}


def observed(trial: Trial) -> str:
    """Which risk the statement bounds, in words."""
    return "mean risk of all iterates" if trial.expectation else _OBSERVED[trial.iterate]


def check(
    scenario: Scenario,
    method: str,
    variant: str,
    kinds: Sequence[str],
    seeds: int,
    seed: int,
) -> list[Check]:
    """Train and compare, one check for each form of the statement.

    Args:
        scenario: what the small tasks are derived from.
        method, variant: the statement.
        kinds: kinds of targets; each gets its own task.
        seeds: initialisations for each of them.
        seed: of everything random.
    """
    tried = [
        list(trials(method, variant, scenario, kind, seed_for(seed, "tasks", i)))
        for i, kind in enumerate(kinds)
    ]
    found = [_compare(method, variant, form, seeds, seed) for form in zip(*tried, strict=True)]
    return [*found, *_untrained(scenario, method, variant)]


def _statement(trial: Trial) -> str:
    label = f" ({trial.label})" if trial.label else ""
    return f"{trial.method}: {observed(trial)}{label}"


def _compare(
    method: str, variant: str, form: Sequence[Trial | str], seeds: int, seed: int
) -> Check:
    ready = [trial for trial in form if isinstance(trial, Trial)]
    strong = [trial for trial in ready if trial.powerless is None]
    chosen = strong or ready[:1]
    if not chosen:
        return powerless("training", f"{method}: best risk", variant, "", str(form[0]))
    outcomes = [(trial, *_outcome(trial, s, seed)) for trial in chosen for s in range(seeds)]
    trial, risk, _ = max(outcomes, key=lambda found: found[1] / found[0].bound)
    return settle(
        "training",
        _statement(trial),
        variant,
        observed=risk,
        bound=trial.bound,
        trials=len(outcomes),
        failures=sum(failed for _, _, failed in outcomes),
        allowed=trial.task.scenario.delta,
        where=f"{trial.title}: {trial}; R(0) = {trial.task.goal.risk:.4g}",
        powerless=_no_power(trial),
    )


def _no_power(trial: Trial) -> str | None:
    """Why the run could not have failed."""
    start = trial.task.goal.risk
    if trial.bound < start:
        return None
    why = f"the bound, {trial.bound:.3g}, is above R(0) = {start:.3g}"
    return f"{why}; {trial.powerless}" if trial.powerless else why


def _outcome(trial: Trial, number: int, seed: int) -> tuple[float, bool]:
    """What the statement bounds, in one initialisation, and whether it exceeds the bound.

    The error of the target's quadrature counts in favour of the statement.
    """
    start = trial.start(seed_for(seed, "starts", number))
    task = trial.task
    slack = 3 * task.goal.error * np.sqrt(max(task.goal.risk, trial.bound) * task.scenario.horizon)
    limit = float(trial.bound + slack)

    def run(sampling: int = 0) -> Array:
        ran = train(start, task.scenario.activation, task.X, task.goal.Y, trial.schedule(sampling))
        if trial.iterate == "average":
            return np.array([ran.average_risk])
        return ran.risks[-1:] if trial.iterate == "last" else ran.risks[:-1]

    if trial.expectation:
        draws = [seed_for(seed, "mini-batches", number, k) for k in range(_SAMPLINGS)]
        means = np.array([run(draw).mean() for draw in draws])
        return float(means.mean()), mean_exceeds(means, limit)
    risk = float(run().min())
    return risk, exceeds(risk, limit)


def _untrained(scenario: Scenario, method: str, variant: str) -> Iterator[Check]:
    """R(Θ(0)) against the bound at τ = 1, where the only iterate is Θ(0).

    The width may be anything: R(Θ(0)) is the mean of Σ_t Y_t² at each of them.
    """
    own = replace(scenario, horizon=1, samples=1, dim=1)
    cases = [own, replace(own, activation="logistic", nu_w=0.0, nu_u=0.01, rho_w=0.0, rho_u=0.01)]
    found = []
    for case in cases:
        task = _sign_task(case)
        for solver in solvers(method, variant, case):
            trial = at(solver, task, method, variant, _HUGE, 1)
            # The last iterate is Θ(1), not Θ(0).
            if trial is not None and trial.iterate != "last":
                found.append(trial)
    if not found:
        return
    trial = max(found, key=lambda t: t.task.goal.risk / t.bound)
    yield settle(
        "training",
        f"{method}: R(Θ(0)) at τ = 1",
        variant,
        observed=trial.task.goal.risk,
        bound=trial.bound,
        trials=len(found),
        failures=sum(exceeds(t.task.goal.risk, t.bound) for t in found),
        where=f"{trial.title}: {trial}",
        powerless="a true bound is above R(0) here; only a constant that is too small would show",
    )


def _sign_task(scenario: Scenario) -> Task:
    """T = n = d = 1, X = 1 and the largest target: v_u = ν_u sign σ'(u)."""
    from rnnbound.verification.class_targets import mean_slope
    from rnnbound.verification.scaled_activation_derivatives import Curve

    X = np.ones((1, 1, 1))
    curve = Curve(scenario.activation)
    value, error = mean_slope(curve)
    always = Map(lambda y: np.sign(curve.derivatives(y, 1)[1]), signed=False)
    Y = np.full((1, 1), scenario.nu_u * value)
    goal = Target("sign σ'", np.ones(1), scenario.nu_w, scenario.nu_u, always, always, Y, error)
    return Task(scenario, X, goal)
