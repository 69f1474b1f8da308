"""The steps of the sharp proofs, checked at every iterate of real trajectories.

Projected methods: ‖g‖² ≤ S R; ⟨g, Θ − Θ̄⟩ ≥ R − √R K/√m as long as V ≤ ‖ν‖², V = ‖Θ − Θ̄‖_F²;
V ≤ ‖ν‖² until the bound is reached (drift form and longer steps); a risk that never increases and
a curvature of at most S' along every step (descent forms); and how far the recurrent weights get.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.network import Network, Step, train
from rnnbound.network.array_checks import Array
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.methods import METHODS
from rnnbound.verification import theory_values
from rnnbound.verification.check import Check, closeness, exceeds, powerless, settle
from rnnbound.verification.class_targets import Map, Target, mean_slope, target
from rnnbound.verification.random_streams import seed_for
from rnnbound.verification.scaled_activation_derivatives import Curve
from rnnbound.verification.small_tasks import Task, Trial, at, attraction, solvers, trials

#: A risk below this share of R(Θ(0)) is too close to the rounding of F − Y to be compared.
_EXACT: Final = 1e-12
#: A change of the root of the risk, and a movement of the weights, that rounding leaves exact
#: enough to tell the curvature from them.
_CLEAR_CHANGE: Final = 1e-9
_CLEAR_MOVE: Final = 1e-8
_TINY_TRIALS: Final = 100
#: How many kinds of targets each form of a statement is followed on.
_KINDS_EACH: Final = 2
#: Where the recurrent weights of gd use the largest share of what they may.
_REACHING: Final = (10_000, 8)
#: Where projections are tried.
_PRESSED: Final = (100, 4)
_LONG_STEP: Final = 1e6
#: Where R bends most: ν_u, and the input weights that are tried.
_LARGE_NU: Final = 1000.0
_WIDEST: Final = 6.0
_POINTS: Final = 121


def _unfollowed(method: str, variant: str) -> str | None:
    """Why no trajectory shows the steps of a proof; None if one does."""
    if METHODS[method].stochastic:
        return "its proof is about means over the mini-batches, which no single trajectory shows"
    if METHODS[method].averages:
        return "its proof is about the average iterate, which no single iterate shows"
    if not theory_values.has_S(variant):
        return "only the steps of the proofs of sharp and tight are followed"
    return None


@dataclass(slots=True)
class Trajectory:
    """What a run leaves behind, one entry for each iterate before the last step.

    Attributes:
        risk, gradient_squared, inner, distance, drift: R, ‖g‖², ⟨g, Θ − Θ̄⟩, V, max|W − W(0)|.
        moved: ‖Θ(s) − Θ(s − 1)‖², from the second iterate on.
    """

    risk: list[float] = field(default_factory=list)
    gradient_squared: list[float] = field(default_factory=list)
    inner: list[float] = field(default_factory=list)
    distance: list[float] = field(default_factory=list)
    drift: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)


def follow(trial: Trial, start: Network) -> Trajectory:
    """Train and look at every iterate."""
    W, U = attraction(trial, start)
    seen = Trajectory()
    last: tuple[Array, Array] | None = None

    def look(step: Step) -> None:
        nonlocal last
        w, u = step.network.w, step.network.u
        if last is not None:
            seen.moved.append(_squared(w - last[0], u - last[1]))
        last = w.copy(), u.copy()
        assert step.risk is not None, "full-batch methods evaluate every risk"
        seen.risk.append(step.risk)
        seen.gradient_squared.append(_squared(step.gradient_w, step.gradient_u))
        inner = (step.gradient_w * (w - W)).sum() + (step.gradient_u * (u - U)).sum()
        seen.inner.append(float(inner))
        seen.distance.append(_squared(w - W, u - U))
        seen.drift.append(float(np.abs(w - start.w).max()))

    task = trial.task
    train(start, task.scenario.activation, task.X, task.goal.Y, trial.schedule(), on_step=look)
    return seen


def _squared(w: Array, u: Array) -> float:
    return float((w * w).sum() + (u * u).sum())


@dataclass(frozen=True, slots=True)
class Claim:
    """A step of a proof on one trajectory.

    Attributes:
        text: the step.
        observed, bound: at the iterate where it is closest to failing.
        certain: it may never fail; otherwise with probability δ over the initialisation.
    """

    text: str
    observed: float
    bound: float
    certain: bool


def claims(trial: Trial, seen: Trajectory, S: float) -> Iterator[Claim]:
    """The steps that the proof of the trial's statement takes.

    Args:
        trial: the statement.
        seen: its trajectory.
        S: the constant S.
    """
    risk = np.array(seen.risk)
    alive = risk > _EXACT * risk[0]
    if not alive.any():  # the target is 0
        return
    share = np.array(seen.gradient_squared)[alive] / risk[alive]
    yield Claim("‖g‖² ≤ S R", float(share.max()), S, certain=True)
    if not METHODS[trial.method].projects:
        before = slice(0, _first(risk <= trial.bound) + 1)
        text = "|W_ii − W_ii(0)| ≤ a − α"
        yield Claim(text, max(seen.drift[before]), trial.reach, certain=False)
        return
    if trial.S_prime is not None:
        yield from _descent_claims(trial, seen, risk, alive, trial.S_prime)
    # SharpDescent bounds R by K²/m + ..., all others √R by K/√m + ...
    if trial.combine == "squared-sum":
        yield from _drift_claims(trial, seen, risk, alive)


def _first(holds: NDArray[np.bool_]) -> int:
    """The first index where `holds`, or the last index."""
    return int(np.argmax(holds)) if holds.any() else len(holds) - 1


def _drift_claims(
    trial: Trial, seen: Trajectory, risk: Array, alive: NDArray[np.bool_]
) -> Iterator[Claim]:
    s = trial.task.scenario
    nu_squared = s.nu_w**2 + s.nu_u**2
    distance = np.array(seen.distance)
    near = (distance <= nu_squared) & alive
    if near.any():
        lost = (risk - np.array(seen.inner))[near] / np.sqrt(risk[near])
        yield Claim("⟨g, Θ − Θ̄⟩ ≥ R − √R K/√m", float(lost.max()), trial.rest, certain=False)
    before = slice(0, _first(risk <= trial.bound) + 1)
    text = "V ≤ ‖ν‖²"
    yield Claim(text, float(distance[before].max()), nu_squared, certain=False)


def _descent_claims(
    trial: Trial,
    seen: Trajectory,
    risk: Array,
    alive: NDArray[np.bool_],
    S_prime: tuple[float, float],
) -> Iterator[Claim]:
    pairs = np.flatnonzero(alive[:-1] & alive[1:])
    if not len(pairs):
        return
    growth = float((risk[pairs + 1] / risk[pairs]).max())
    yield Claim("R never increases", growth, 1.0, certain=True)
    fall = risk[pairs] - risk[pairs + 1]
    moved = np.array(seen.moved)[pairs]
    clear = (np.abs(fall) > _CLEAR_CHANGE * np.sqrt(risk[pairs])) & (moved > _CLEAR_MOVE**2)
    if clear.any():
        curvature = 2 / trial.step_size - fall[clear] / moved[clear]
        text = "curvature along a step ≤ S'"
        yield Claim(text, float(curvature.max()), min(S_prime), certain=True)


def check(
    scenario: Scenario,
    method: str,
    variant: str,
    kinds: Sequence[str],
    seeds: int,
    seed: int,
) -> list[Check]:
    """Follow trajectories of a method and judge every step of its proof.

    Args:
        scenario: what the small tasks are derived from.
        method, variant: the statement.
        kinds: kinds of targets; each gets its own task.
        seeds: initialisations for each of them.
        seed: of everything random.
    """
    if why := _unfollowed(method, variant):
        return [powerless("steps", f"{method}: steps along a trajectory", variant, "", why)]
    cases: list[tuple[Trial, int]] = []
    for i, kind in enumerate(kinds):
        for form, trial in enumerate(
            trials(method, variant, scenario, kind, seed_for(seed, "tasks", i))
        ):
            mine = (i - form) % len(kinds) < _KINDS_EACH
            if mine and isinstance(trial, Trial) and trial.powerless is None:
                cases.append((trial, seeds))
    cases += [(trial, _TINY_TRIALS) for trial in _tiny(scenario, method, variant)]
    if not METHODS[method].projects:
        cases.append((_reaching(scenario, method, variant), seeds))
    found: dict[str, list[tuple[Trial, Claim]]] = {}
    for trial, times in cases:
        S = _S(trial)
        for number in range(times):
            seen = follow(trial, trial.start(seed_for(seed, "starts", number)))
            for claim in claims(trial, seen, S):
                found.setdefault(claim.text, []).append((trial, claim))
    if METHODS[method].projects and not METHODS[method].tied:
        for bent in _bends(scenario, method, variant):
            found.setdefault(bent[1].text, []).append(bent)
    if METHODS[method].projects:
        pressed = _pressed(scenario, method, variant, seed)
        found[pressed[1].text] = [pressed]
    return [_judge(method, variant, text, claimed) for text, claimed in found.items()]


def _judge(method: str, variant: str, text: str, claimed: Sequence[tuple[Trial, Claim]]) -> Check:
    trial, worst = max(claimed, key=lambda pair: closeness(pair[1].observed, pair[1].bound))
    return settle(
        "steps",
        f"{method}: {text}",
        variant,
        observed=worst.observed,
        bound=worst.bound,
        trials=len(claimed),
        failures=sum(exceeds(claim.observed, claim.bound) for _, claim in claimed),
        allowed=0.0 if worst.certain else trial.task.scenario.delta,
        where=str(trial),
    )


def _S(trial: Trial) -> float:
    """S at the weights that the statement allows."""
    s = trial.task.scenario
    a = s.alpha + trial.reach
    found = theory_values.value(
        lambda: theory_values.constants(trial.variant, s, Curve(s.activation), a).S
    )
    assert found is not None
    return found


def _one_step_task(scenario: Scenario, nu_u: float) -> Task:
    """T = n = d = 1, X = 1, a logistic σ and v_u = ν_u."""
    s = replace(
        scenario,
        horizon=1,
        samples=1,
        dim=1,
        nu_w=0.0,
        nu_u=nu_u,
        rho_w=0.0,
        rho_u=nu_u,
        activation="logistic",
        alpha=0.1,
    )
    X = np.ones((1, 1, 1))
    value, error = mean_slope(Curve("logistic"))
    ones = Map(np.ones_like, signed=False)
    goal = Target("constant", np.ones(1), 0.0, nu_u, ones, ones, nu_u * value * X[:, :, 0], error)
    return Task(s, X, goal)


def _tiny(scenario: Scenario, method: str, variant: str) -> Iterator[Trial]:
    """One pair of neurons, one logistic step: where ‖∂F‖² comes close to S."""
    yield from _of_a_pair(_one_step_task(scenario, 0.01), method, variant)


def _of_a_pair(task: Task, method: str, variant: str) -> Iterator[Trial]:
    for solver in solvers(method, variant, task.scenario):
        trial = at(solver, task, method, variant, 2, 4)
        if trial is not None:
            yield trial


def _bends(scenario: Scenario, method: str, variant: str) -> Iterator[tuple[Trial, Claim]]:
    """The same with a target so large that S' is mostly what the network bends."""
    task = _one_step_task(scenario, _LARGE_NU)
    u = np.linspace(-_WIDEST, _WIDEST, _POINTS)
    h = [x / np.sqrt(2) for x in Curve(task.scenario.activation).derivatives(u, 2)]
    Y = float(task.goal.Y[0, 0])
    e = h[0][:, None] - h[0] - Y
    # ∂²(½R) = ∂F∂Fᵀ + e∂²F, in the input weights of the two neurons.
    hessian = np.empty((*e.shape, 2, 2))
    hessian[..., 0, 0] = h[1][:, None] ** 2 + e * h[2][:, None]
    hessian[..., 1, 1] = h[1] ** 2 - e * h[2]
    hessian[..., 0, 1] = hessian[..., 1, 0] = -h[1][:, None] * h[1]
    norms = np.abs(np.linalg.eigvalsh(hessian)).max(axis=2)
    largest = float(norms[np.abs(e) <= Y].max())
    text = "‖∂²(½R)‖ ≤ S' where R ≤ R(Θ(0))"
    for trial in _of_a_pair(task, method, variant):
        if trial.S_prime is not None:
            yield trial, Claim(text, largest, min(trial.S_prime), certain=True)


def _pressed(scenario: Scenario, method: str, variant: str, seed: int) -> tuple[Trial, Claim]:
    """Steps so long that the recurrent weights are as far from their start as they may be."""
    trial = _moving_w(scenario, method, variant, scenario.activation, *_PRESSED)
    longest = 0.0

    def look(step: Step) -> None:
        nonlocal longest
        longest = max(longest, float(np.abs(step.network.w - start.w).max()))

    start, task = trial.start(seed_for(seed, "starts")), trial.task
    schedule = replace(trial.schedule(), step_size=_LONG_STEP)
    train(start, task.scenario.activation, task.X, task.goal.Y, schedule, on_step=look)
    text = "|W_ii − W_ii(0)| ≤ a − α with any step"
    return trial, Claim(text, longest, trial.reach, certain=True)


def _reaching(scenario: Scenario, method: str, variant: str) -> Trial:
    """Where weights that are not projected get far: a steep σ."""
    return _moving_w(scenario, method, variant, "tanh(4*z)", *_REACHING)


def _moving_w(
    scenario: Scenario, method: str, variant: str, activation: str, width: int, steps: int
) -> Trial:
    """An input that is followed by 0, and a target that moves W alone."""
    s = replace(
        scenario,
        horizon=2,
        samples=1,
        dim=1,
        nu_w=0.01,
        nu_u=0.0,
        rho_w=0.01,
        rho_u=0.01,
        activation=activation,
        alpha=0.01,
        delta=0.1,
    )
    X = np.array([[[1.0], [0.0]]])
    curve = Curve(s.activation)
    radii = {"nu_w": s.nu_w, "nu_u": s.nu_u}
    goal = target(curve, X, alpha=s.alpha, **radii, kind="constant", seed=0)
    solver = next(solvers(method, variant, s))
    trial = at(solver, Task(s, X, goal), method, variant, width, steps)
    assert trial is not None, "sharp theorems apply at every width"
    return trial
