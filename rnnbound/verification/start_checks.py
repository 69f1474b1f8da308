"""What tight constants say of the start itself: the mean square of a neuron's share, and ‖J_0‖².

One neuron of each pair is enough: the other has the same derivatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from rnnbound.network.array_checks import Array
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.long_steps import TightLongSteps, from_start
from rnnbound.verification import theory_values
from rnnbound.verification.check import Check, exceeds, settle
from rnnbound.verification.class_targets import inputs
from rnnbound.verification.neuron_derivatives import Neurons, jets
from rnnbound.verification.random_streams import stream
from rnnbound.verification.scaled_activation_derivatives import Curve
from rnnbound.verification.statistics import mean_exceeds, quantile

VARIANT: Final = "tight"
#: Neurons whose mean square is taken.
_NEURONS: Final = 40_000
_WIDTH: Final = 400
_STARTS: Final = 2000
_LEAST_DELTA: Final = 0.1


@dataclass(frozen=True, slots=True)
class Scene:
    """Inputs, shape (n, T, d), of a small scenario."""

    scenario: Scenario
    X: Array

    def __str__(self) -> str:
        s = self.scenario
        return (
            f"{s.activation}, T = {s.horizon}, n = {s.samples}, d = {s.dim}, α = {s.alpha:g}, "
            f"ν = ({s.nu_w:g}, {s.nu_u:g})"
        )

    def neurons(self, size: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """W and U at the start."""
        s = self.scenario
        return s.alpha * rng.choice([-1.0, 1.0], size), rng.standard_normal((size, s.dim))

    def slopes(self, W: Array, U: Array) -> Array:
        """∂h_t(X_j), shape (N, n, T, 1 + d), the W coordinate first."""
        n, T, d = self.X.shape
        found = np.empty((len(W), n, T, 1 + d))
        axes = np.eye(1 + d)
        for j in range(n):
            for k in range(1 + d):
                omega, v = np.full(len(W), axes[k, 0]), np.tile(axes[k, 1:], (len(W), 1))
                turned = Neurons(W, U, self.X[None, j], omega, v)
                found[:, j, :, k] = np.array(
                    jets(Curve(self.scenario.activation), turned, 1).H[1]
                ).T
        return found


def scenes(scenario: Scenario, seed: int) -> Iterator[Scene]:
    """The scenario made small, and one step on one input of norm 1, where U alone moves."""
    small = replace(
        scenario,
        horizon=min(scenario.horizon, 3),
        samples=min(scenario.samples, 2),
        dim=min(scenario.dim, 2),
        delta=max(scenario.delta, _LEAST_DELTA),
    )
    yield Scene(small, inputs(small.samples, small.horizon, small.dim, seed))
    for name in dict.fromkeys((scenario.activation, "logistic")):
        one = replace(small, horizon=1, samples=1, dim=1, activation=name)
        radii: dict[str, Any] = {"nu_w": 0.0, "nu_u": 1.0, "rho_w": 0.0, "rho_u": 1.0}
        yield Scene(replace(one, **radii), np.ones((1, 1, 1)))


def check(scenario: Scenario, seed: int) -> list[Check]:
    """Both statements, each judged where it fares worst."""
    found: dict[str, list[Check]] = {}
    for index, scene in enumerate(scenes(scenario, seed)):
        rng = stream(seed, "neurons at the start", index)
        for made in (_mean_square(scene, rng), _jacobian(scene, rng)):
            found.setdefault(made.statement, []).append(made)
    return [max(made, key=_badness) for made in found.values()]


def _badness(check: Check) -> tuple[bool, float]:
    return check.verdict == "refuted", check.ratio or 0.0


def _mean_square(scene: Scene, rng: np.random.Generator) -> Check:
    """E‖Z‖² where the maps follow the last derivative of the first sample, as far as they may."""
    s = scene.scenario
    slopes = scene.slopes(*scene.neurons(_NEURONS, rng))
    towards = slopes[:, 0, -1]
    length = np.maximum(np.linalg.norm(towards[:, 1:], axis=1, keepdims=True), 1e-300)
    w = s.nu_w * np.sign(towards[:, :1])
    maps = np.concatenate([w, s.nu_u * towards[:, 1:] / length], axis=1)
    shares = np.einsum("ijtk,ik->ijt", slopes, maps)
    squares = (shares**2).sum(axis=2).mean(axis=1)
    B_rms = theory_values.value(
        lambda: theory_values.constants(VARIANT, s, Curve(s.activation)).B_rms
    )
    assert B_rms is not None
    return settle(
        "propositions",
        "B_rms bounds √(E‖Z‖²)",
        VARIANT,
        observed=float(np.sqrt(squares.mean())),
        bound=B_rms,
        trials=len(squares),
        failures=int(mean_exceeds(squares, B_rms**2)),
        where=str(scene),
    )


def _jacobian(scene: Scene, rng: np.random.Generator) -> Check:
    """‖J_0‖² over many starts."""
    s, pairs = scene.scenario, _WIDTH // 2
    n, T, _ = scene.X.shape
    slopes = scene.slopes(*scene.neurons(_STARTS * pairs, rng))
    by_start = slopes.reshape(_STARTS, pairs, n * T, -1).transpose(0, 2, 1, 3)
    rows = by_start.reshape(_STARTS, n * T, -1)
    gram = 2 * rows @ rows.transpose(0, 2, 1) / (n * _WIDTH)
    norms = np.linalg.eigvalsh(gram)[:, -1]
    # The share of δ that the theorem with the longest steps spends on this event.
    spent = from_start(TightLongSteps).spent

    def bound() -> object:
        c = theory_values.constants(VARIANT, s, Curve(s.activation))
        return c.S_start(c.q.ns.number(_WIDTH), spent)

    most = theory_values.value(bound)
    assert most is not None
    allowed = float(spent) * s.delta
    return settle(
        "propositions",
        "S at the start bounds ‖J_0‖²",
        VARIANT,
        observed=quantile(norms, allowed),
        bound=most,
        trials=len(norms),
        failures=sum(exceeds(float(x), most) for x in norms),
        allowed=allowed,
        where=f"{scene}, δ = {s.delta:g}, m = {_WIDTH}",
    )
