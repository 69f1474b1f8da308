"""Propositions 3 to 6 at the point of attraction Θ̄, over many initialisations.

Nothing is trained here: Θ̄ = Θ(0) + c v(Θ(0))/√m is what the theorems compare training with.  The
pair structure makes one neuron of each pair enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from rnnbound.network.array_checks import Array
from rnnbound.numbers.system import Number
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import Theorem
from rnnbound.theory.paper_constants import CorrectedConstants, PaperConstants
from rnnbound.theory.projected_descent import SharpTheorem
from rnnbound.verification import theory_values
from rnnbound.verification.check import Check, exceeds, settle
from rnnbound.verification.class_targets import Map, Target, inputs, target
from rnnbound.verification.neuron_derivatives import Neurons, jets
from rnnbound.verification.random_streams import stream
from rnnbound.verification.scaled_activation_derivatives import Curve
from rnnbound.verification.statistics import quantile

_CHUNK: Final = 1 << 18
#: Outputs are rounded by less than this.
_ROUNDING: Final = 1e-13
#: The smallest δ whose failures can be counted in the number of initialisations used.
_LEAST_DELTA: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Scene:
    """A task, a width and a number of initialisations.

    Attributes:
        curve: the activation; `scenario` has its plain form.
        scenario: T, n, d, α, radii and δ.
        X: inputs, shape (n, T, d).
        goal: the target.
        width: m.
        trials: how many initialisations.
    """

    curve: Curve
    scenario: Scenario
    X: Array
    goal: Target
    width: int
    trials: int

    @property
    def alpha_m(self) -> float:
        """α + ρ_w/√m, which bounds |W_ii|."""
        return float(self.scenario.alpha + self.scenario.rho_w / np.sqrt(self.width))

    def __str__(self) -> str:
        s = self.scenario
        return (
            f"{self.curve}, T = {s.horizon}, n = {s.samples}, d = {s.dim}, α = {s.alpha:g}, "
            f"ν = ({s.nu_w:g}, {s.nu_u:g}), δ = {s.delta:g}, m = {self.width}, "
            f"{self.goal.kind} target"
        )


@dataclass(frozen=True, slots=True)
class Deviations:
    """What happened at Θ̄ in N initialisations.

    Attributes:
        linear: F^Lin(Θ̄) − F̃, shape (N, n, T).
        network: F(Θ̄) − F̃, shape (N, n, T).
        moved: ‖Θ̄ − Θ(0)‖_F², shape (N,).
    """

    linear: Array
    network: Array
    moved: Array


def scenes(scenario: Scenario, seed: int, kinds: Sequence[str]) -> Iterator[Scene]:
    """The scenario made small, and scenes in which the bounds are nearly attained.

    In the latter the target is 0 and v_u = ν_u sign(u): a slowly bending or logistic σ makes each
    neuron's share of F^Lin nearly ±B, the most spread that the class allows.
    """
    small = replace(
        scenario,
        horizon=min(scenario.horizon, 3),
        samples=min(scenario.samples, 3),
        dim=min(scenario.dim, 2),
        delta=max(scenario.delta, _LEAST_DELTA),
    )
    curve = Curve(scenario.activation)
    X = inputs(small.samples, small.horizon, small.dim, seed)
    for kind in kinds:
        goal = target(
            curve,
            X,
            alpha=small.alpha,
            nu_w=small.nu_w,
            nu_u=small.nu_u,
            kind=kind,
            seed=seed,
        )
        yield Scene(curve, small, X, goal, width=64, trials=2000)
    slow, plain = Curve("logistic", frequency=0.1), Curve("logistic")
    yield _spread(slow, nu_u=0.01, delta=1e-3, width=100, trials=20_000)
    # Wide, because Bernstein's inequality is sharp only there.
    yield _spread(plain, nu_u=0.01, delta=1e-3, width=1000, trials=20_000)
    yield _spread(plain, nu_u=1.0, delta=0.9, width=2, trials=20_000)
    yield _spread(plain, nu_u=1.0, delta=0.01, width=2, trials=20_000)


def _spread(curve: Curve, *, nu_u: float, delta: float, width: int, trials: int) -> Scene:
    """T = n = d = 1, X = 1 and v_u = ν_u sign(u)."""
    s = Scenario(horizon=1, samples=1, dim=1, nu_w=0, nu_u=nu_u, delta=delta, activation=curve.name)
    X, zero = np.ones((1, 1, 1)), np.zeros((1, 1))
    sign = Map(np.sign, signed=False)
    goal = Target("sign(u)", np.ones(1), 0.0, nu_u, sign, sign, zero, 0.0)
    return Scene(curve, s, X, goal, width, trials)


def simulate(scene: Scene, rng: np.random.Generator) -> Deviations:
    """Draw initialisations and compare Θ̄ with the target."""
    s, pairs = scene.scenario, scene.width // 2
    shape = (scene.trials, s.samples, s.horizon)
    linear, network, moved = np.empty(shape), np.empty(shape), np.empty(scene.trials)
    at_once = max(1, _CHUNK // pairs)
    for begin in range(0, scene.trials, at_once):
        rows = slice(begin, min(begin + at_once, scene.trials))
        size = (rows.stop - begin) * pairs
        W = s.alpha * rng.choice([-1.0, 1.0], size)
        U = rng.standard_normal((size, s.dim))
        c = rng.choice([-1.0, 1.0], size)
        omega, v = scene.goal.maps(W, U)
        moved[rows] = 2 * (omega**2 + (v**2).sum(axis=1)).reshape(-1, pairs).sum(axis=1)
        for j in range(s.samples):
            neurons = Neurons(W, U, scene.X[None, j], omega, v)
            slope = jets(scene.curve, neurons, 1).H[1]
            by = c / np.sqrt(scene.width)
            up, down = (jets(scene.curve, neurons.moved(sign * by), 0).H[0] for sign in (1.0, -1.0))
            for t in range(s.horizon):
                linear[rows, j, t] = slope[t].reshape(-1, pairs).mean(axis=1)
                outputs = (c * (up[t] - down[t])).reshape(-1, pairs).sum(axis=1)
                network[rows, j, t] = outputs / np.sqrt(scene.width)
    return Deviations(linear - scene.goal.Y, network - scene.goal.Y, moved / scene.width)


def _largest(values: Array) -> Array:
    """The largest absolute value over samples and times, by initialisation."""
    found: Array = np.abs(values).max(axis=(1, 2))
    return found


def _curvature(found: Deviations) -> Array:
    """|F − F^Lin|/‖ΔΘ‖², less what rounding may have added to the numerator."""
    remainder = _largest(found.network - found.linear)
    share: Array = np.maximum(remainder - _ROUNDING, 0.0) / found.moved
    return share


def _norm(values: Array) -> Array:
    """‖·‖_S by initialisation."""
    found: Array = np.sqrt((values**2).sum(axis=2).mean(axis=1))
    return found


@dataclass(frozen=True, slots=True)
class Proposition:
    """A bound on a deviation.

    Attributes:
        text: the statement.
        observe: what it bounds, by initialisation, shape (N,).
        bound: given a variant's constants and m; None if the variant does not state it.
        certain: it may never fail; otherwise with probability δ.
    """

    text: str
    observe: Callable[[Scene, Deviations], Array]
    bound: Callable[[Any, Number], Number | None]
    certain: bool = False


def _root_of(name: str) -> Callable[[Any, Number], Number | None]:
    """The constant over √m, where there is one."""

    def bound(c: Any, m: Number) -> Number | None:
        if name not in c.names:
            return None
        K = getattr(c, name)
        return (K(m) if callable(K) else K) / c.q.ns.sqrt(m)

    return bound


def _sampling_error(c: Any, m: Number) -> Number | None:
    return c.concentration / c.q.ns.sqrt(m) if isinstance(c, PaperConstants) else None


PROPOSITIONS: Final = (
    Proposition(
        "Prop. 3: |F̃_T − F_T^Lin(Θ̄)|",
        lambda scene, found: np.abs(found.linear[:, 0, -1]),
        lambda c, m: c.proposition3(m),
    ),
    Proposition(
        "Prop. 4: |F_t − F_t^Lin|/‖ΔΘ‖² at Θ̄",
        lambda scene, found: _curvature(found),
        lambda c, m: c.proposition4(m, c.q.ns.number(1)),
        certain=True,
    ),
    Proposition(
        "Prop. 5: max |F̃_t − F_t(Θ̄)|",
        lambda scene, found: _largest(found.network),
        lambda c, m: c.proposition5(m),
    ),
    Proposition(
        "Prop. 6: |F_t| at Θ̄",
        lambda scene, found: _largest(found.network + scene.goal.Y),
        lambda c, m: c.F_max if "F_max" in c.names else c.proposition6()[0],
        certain=True,
    ),
    Proposition(
        "Theorem 1: sampling error",
        lambda scene, found: _largest(found.linear),
        _sampling_error,
    ),
    Proposition(
        "Theorem 1, err: |⟨∂F, Θ − Θ̄⟩ − F + F̃|",
        lambda scene, found: np.maximum(_largest(found.linear), _largest(found.network)),
        lambda c, m: c.err / c.q.ns.sqrt(m) if isinstance(c, CorrectedConstants) else None,
    ),
    Proposition(
        "noise/√m bounds ‖F̃ − F^Lin(Θ̄)‖_S",
        lambda scene, found: _norm(found.linear),
        lambda c, m: c.noise(m) / c.q.ns.sqrt(m) if "K" in c.names else None,
    ),
    *(
        Proposition(
            f"{name}/√m bounds ‖F̃ − F(Θ̄)‖_S",
            lambda scene, found: _norm(found.network),
            _root_of(name),
        )
        for name in ("K", "K_D", "K_tied", "K_tied_sgd")
    ),
)


def check(
    scenario: Scenario, variants: Sequence[str], seed: int, kinds: Sequence[str]
) -> list[Check]:
    """All propositions in all variants; each is judged where it fares worst."""
    worst: dict[tuple[str, str], Check] = {}
    claims = {v: [*PROPOSITIONS, *_approximations(v)] for v in variants}
    for index, scene in enumerate(scenes(scenario, seed, kinds)):
        found = simulate(scene, stream(seed, "points of attraction", index))
        for variant, proposition in ((v, p) for v in variants for p in claims[v]):
            check = _judge(scene, proposition, variant, proposition.observe(scene, found))
            if check is not None:
                key = proposition.text, variant
                worst[key] = max(worst.get(key, check), check, key=_badness)
    texts = dict.fromkeys(p.text for v in variants for p in claims[v])
    return [worst[text, v] for text in texts for v in variants if (text, v) in worst]


def _approximations(variant: str) -> Iterator[Proposition]:
    """The term of each sharp theorem that no iteration removes: it covers ‖F̃ − F(Θ̄)‖_S."""
    for name, theorem in theory_values.theorems(variant):
        if not isinstance(theorem, SharpTheorem):
            continue

        def bound(c: Any, m: Number, theorem: Theorem = theorem) -> Number:
            found = theorem.bound(theorem.constants(c.q, c.a), m, c.q.ns.number(1))
            term = found.terms["approximation"]
            return c.q.ns.sqrt(term) if found.combine == "sum" else term

        yield Proposition(
            f"{name}: approximation", lambda scene, found: _norm(found.network), bound
        )


def _badness(check: Check) -> tuple[bool, float]:
    return check.verdict == "refuted", check.ratio or 0.0


def _judge(scene: Scene, proposition: Proposition, variant: str, observed: Array) -> Check | None:
    if not theory_values.applies(variant, scene.curve):
        return None

    def evaluate() -> Number | None:
        c = theory_values.constants(variant, scene.scenario, scene.curve, scene.alpha_m)
        return proposition.bound(c, c.q.ns.number(scene.width))

    bound = theory_values.value(evaluate)
    if bound is None:
        return None
    allowed = 0.0 if proposition.certain else scene.scenario.delta
    return settle(
        "propositions",
        proposition.text,
        variant,
        observed=quantile(observed, allowed),
        bound=bound,
        trials=len(observed),
        failures=sum(exceeds(float(x), bound + scene.goal.error) for x in observed),
        allowed=allowed,
        where=str(scene),
    )
