"""Small tasks on which a bound can be put to the test: data, target, width, steps, step size."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from flint import arb

from rnnbound.network import Network, Schedule, initialise
from rnnbound.network.array_checks import Array
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.limits import MagnitudeError
from rnnbound.planning.cost import flops
from rnnbound.planning.projected_solver import Projected
from rnnbound.planning.solver import Evaluation, Solver
from rnnbound.planning.solvers import solver_for
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.theory.guarantee import Combine, Iterate, RiskBound, Theorem
from rnnbound.theory.long_steps import LongSteps
from rnnbound.theory.projected_descent import SharpDescent
from rnnbound.theory.sharp_constants import lifted
from rnnbound.verification.class_targets import Target, inputs, target
from rnnbound.verification.scaled_activation_derivatives import Curve

#: What a training run of a check may cost.
AFFORDABLE_FLOPS: Final = 6e7
#: A plan is made for this share of R(0), so that the untrained network misses the bound.
_SHARE: Final = 0.5
_LONGEST: Final = 4
_SAMPLES: Final = 3
_DIM: Final = 2
#: Where no plan is affordable: a width and a number of steps at which training is still observed.
_OBSERVED: Final = (1000, 50)


@dataclass(frozen=True, slots=True)
class Task:
    """Data of a small scenario.

    Attributes:
        scenario: its T, n and d are those of the data.
        X: inputs, shape (n, T, d).
        goal: the target.
    """

    scenario: Scenario
    X: Array
    goal: Target

    def __str__(self) -> str:
        s = self.scenario
        return (
            f"{s.activation}, T = {s.horizon}, n = {s.samples}, d = {s.dim}, α = {s.alpha:g}, "
            f"ν = ({s.nu_w:g}, {s.nu_u:g}), {self.goal.kind} target"
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """A guarantee at a width and a number of steps, ready to be tried on a task.

    Attributes:
        task: the data.
        method, variant, title, form: the statement.
        iterate, expectation: whose risk it bounds, and what it is a mean over.
        width, iterations: m and τ.
        step_size: η.
        bound: what the risk is at most.
        combine: whether the terms add up to the bound or to its root.
        optimization: the term that falls with τ, in √R or R.
        rest: the other terms, likewise.
        reach: a − α, how far a recurrent weight may get.
        projects: whether W and whether U are projected.
        label: which of several forms of the same kind; empty if there is one.
        S_prime: S' where the statement has it, by the step that it takes and by the bound that
            it promises.
        powerless: why the run cannot refute the bound; None if it can.
    """

    task: Task
    method: str
    variant: str
    title: str
    form: str | None
    iterate: Iterate
    expectation: str | None
    width: int
    iterations: int
    step_size: float
    bound: float
    combine: Combine
    optimization: float
    rest: float
    reach: float
    projects: tuple[bool, bool]
    label: str
    S_prime: tuple[float, float] | None
    powerless: str | None

    def __str__(self) -> str:
        return f"{self.task}, m = {self.width}, τ = {self.iterations}"

    def start(self, seed: int) -> Network:
        """The network at initialisation."""
        s = self.task.scenario
        return initialise(self.width, s.dim, s.alpha, seed)

    def schedule(self, seed: int = 0) -> Schedule:
        """How the theorem trains: what it does not project is not projected."""
        s = self.task.scenario
        on_w, on_u = self.projects
        return Schedule(
            self.method,
            self.step_size,
            self.iterations,
            radius_w=s.rho_w if on_w else None,
            radius_u=s.rho_u if on_u else None,
            seed=seed,
        )


def small_task(scenario: Scenario, T: int, kind: str, seed: int) -> Task:
    """The scenario with horizon T and few samples and dimensions, inputs of norm 1."""
    small = replace(
        scenario,
        horizon=T,
        samples=min(scenario.samples, _SAMPLES),
        dim=min(scenario.dim, _DIM),
    )
    X = inputs(small.samples, T, small.dim, seed)
    curve = Curve(small.activation)
    radii = {"nu_w": small.nu_w, "nu_u": small.nu_u}
    goal = target(curve, X, alpha=small.alpha, **radii, kind=kind, seed=seed)
    return Task(small, X, goal)


def solvers(method: str, variant: str, scenario: Scenario) -> Iterator[Solver]:
    """The solver of the statement; one for each form where there are several."""
    found = solver_for(scenario, method, variant)
    if not isinstance(found, Projected):
        yield found
        return
    for form in found.forms:
        alone = copy(form)
        # Left to itself, a form need not be better than the others to be planned with.
        vars(alone)["competes"] = True
        yield Projected(scenario, (alone,))


def trials(
    method: str, variant: str, scenario: Scenario, kind: str, seed: int
) -> Iterator[Trial | str]:
    """A trial for each form of the statement, at the longest affordable horizon.

    Yields:
        The trial; or why there is none.
    """
    longest = min(scenario.horizon, _LONGEST)
    tasks = [small_task(scenario, T, kind, seed) for T in range(longest, 0, -1)]
    forms = len(list(solvers(method, variant, scenario)))
    for index in range(forms):
        yield _best_trial(method, variant, tasks, index)


def _best_trial(method: str, variant: str, tasks: list[Task], index: int) -> Trial | str:
    needs = ""
    for task in tasks:
        epsilon = float(f"{_SHARE * task.goal.risk:.4g}")
        if not epsilon > 0:
            continue
        solver = list(solvers(method, variant, task.scenario))[index]
        try:
            counts = solver.best(epsilon)
        except MagnitudeError:
            continue
        if counts is None:
            continue
        m, tau = counts
        cost = flops(task.scenario, method, m, tau)
        if cost <= AFFORDABLE_FLOPS:
            assert isinstance(m, int)
            assert isinstance(tau, int)
            found = at(solver, task, method, variant, m, tau)
            assert found is not None, "the plan is feasible"
            return found
        needs = f"a bound of {_SHARE:g} R(0) needs m = {_short(m)}, τ = {_short(tau)}"
    # T = 1 is the cheapest: watch a run there, whatever its bound says.
    solver = list(solvers(method, variant, tasks[-1].scenario))[index]
    found = at(solver, tasks[-1], method, variant, *_OBSERVED)
    reason = needs or "no width and number of steps bring the bound below R(0)"
    return replace(found, powerless=reason) if found is not None else reason


def at(solver: Solver, task: Task, method: str, variant: str, m: int, tau: int) -> Trial | None:
    """The statement at (m, τ); None if it does not apply there."""
    with precision(solver.bits(m, tau)):
        evaluation: Evaluation | None = solver.evaluate(m, tau)
        if evaluation is None:
            return None
        bound = evaluation.bound
        (form,) = solver.forms if isinstance(solver, Projected) else (None,)
        return Trial(
            task=task,
            method=method,
            variant=variant,
            title=evaluation.title,
            form=evaluation.form,
            iterate=evaluation.iterate,
            expectation=evaluation.expectation,
            width=m,
            iterations=tau,
            step_size=_down(bound.step_size),
            bound=_up(bound.risk),
            combine=bound.combine,
            optimization=_up(bound.terms["optimization"]),
            rest=_up(BALLS.number(0) + bound.rest),
            reach=_up(evaluation.a - solver.q.alpha),
            projects=(evaluation.radius_w is not None, evaluation.radius_u is not None),
            label=_label(form),
            S_prime=_S_prime(form, solver.q, bound, tau),
            powerless=None,
        )


def _label(form: Theorem | None) -> str:
    """The step of a descent form, and whether its S' rests on S at the start."""
    if isinstance(form, LongSteps):
        up, down = form.step.as_integer_ratio()
        step = f"η = {up}/({down}S')" if down > 1 else "η = 1/S'"
        return step + (", start" if form.spent else "")
    return "η = 1/S'" if isinstance(form, SharpDescent) else ""


def _S_prime(
    form: Theorem | None, q: Quantities, bound: RiskBound, tau: int
) -> tuple[float, float] | None:
    """S' twice: the step has it, and the optimization term."""
    if isinstance(form, SharpDescent):
        in_bound = bound.terms["optimization"] * tau / q.nu_squared
        return _down(1 / bound.step_size), _down(in_bound)
    if not isinstance(form, LongSteps):
        return None
    step = lifted(BALLS, form.step)
    # 2x(x − k) = S'‖ν‖²/(cτ), unless x is the largest share of k that the step allows.
    in_bound = 2 * step * bound.total * bound.terms["optimization"] * tau / q.nu_squared
    return _down(step / bound.step_size), _down(in_bound)


def attraction(trial: Trial, start: Network) -> tuple[Array, Array]:
    """Θ̄: W, shape (m,), and U, shape (m, d)."""
    v_w, v_u = trial.task.goal.maps(start.w, start.u)
    root = np.sqrt(trial.width)
    return start.w + start.c * v_w / root, start.u + start.c[:, None] * v_u / root


def _up(x: arb) -> float:
    return float(x.upper())


def _down(x: arb) -> float:
    return float(x.mid())


def _short(count: object) -> str:
    return f"{count:,}" if isinstance(count, int) and count < 10**9 else f"{float(str(count)):.3g}"
