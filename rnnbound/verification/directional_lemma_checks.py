"""The tight lemma along single directions: p_T, b_T and T_T at any (ω, ξ) (section 4.4).

Weights, inputs and the signs of a direction are searched for; the sizes of its parts are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from rnnbound.network.array_checks import Array
from rnnbound.numbers.balls import BALLS
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.directional_derivatives import Rate, derivatives
from rnnbound.verification import theory_values
from rnnbound.verification.check import Check, closeness, exceeds, powerless, settle
from rnnbound.verification.lemma_attack import Domain, Found, Place, witness
from rnnbound.verification.multistart_ascent import ascend
from rnnbound.verification.neuron_derivatives import Neurons, jets
from rnnbound.verification.random_streams import stream
from rnnbound.verification.scaled_activation_derivatives import Curve

VARIANT: Final = "tight"
_DIMENSIONS: Final = (1, 2, 3)
_ANGLES: Final = 5
_RESTARTS: Final = 3
_ROUNDS: Final = 60
_LONGEST: Final = 4
_SMALL: Final = 0.02
#: Activations with other shapes than the scenario's own.
_OTHERS: Final = ("logistic", "sin", "gaussian")


@dataclass(frozen=True, slots=True)
class Height:
    """What is bounded along a direction.

    Attributes:
        text: the statement.
        order: of the derivative.
        observe: its size at the last step, shape (N,).
    """

    text: str
    order: int
    observe: Callable[[Curve, Neurons], Array]


def _state(order: int) -> Callable[[Curve, Neurons], Array]:
    return lambda curve, neurons: np.abs(jets(curve, neurons, order).H[order][-1])


HEIGHTS: Final = (
    Height("p_T at (ω, ξ) bounds |D z_T|", 1, lambda c, x: np.abs(jets(c, x, 1).z[1][-1])),
    Height("b_T at (ω, ξ) bounds |D²H_T|", 2, _state(2)),
    Height("T_T at (ω, ξ) bounds |D³H_T|", 3, _state(3)),
)


def _places(scenario: Scenario) -> Iterator[tuple[Place, int]]:
    """The scenario's own activation, also with small weights, and others.

    From two steps on: in one, p_1 = ξ.
    """
    own, curve = replace(scenario, samples=1), Curve(scenario.activation)
    for T in sorted({2, min(_LONGEST, max(2, scenario.horizon))}):
        yield Place(curve, own), T
    yield Place(curve, replace(own, alpha=min(_SMALL, own.alpha))), 2
    for name in _OTHERS:
        if name != own.activation:
            yield Place(Curve(name), replace(own, activation=name)), 2


def check(scenario: Scenario, number: int, seed: int) -> list[Check]:
    """Attack a statement of :data:`HEIGHTS`; no power if it needs a σ''' that is not bounded."""
    worst: tuple[float, float, float, Found, int] | None = None
    height, trials, failures = HEIGHTS[number], 0, 0
    for index, (place, T) in enumerate(_places(scenario)):
        c: Any = theory_values.constants(VARIANT, place.at(T, 1), place.curve)
        if height.order == 3 and not c.has_third:
            continue
        parts = _parts(stream(seed, "parts of directions", index))
        rng = stream(seed, "lemmas along directions", number, index)
        found = _climb(height, place, T, parts, rng)
        bounds = _bounds(c, parts, T, height.order)
        for row, value in enumerate(found.values):
            bound = bounds[row % len(parts)]
            near = closeness(float(value), bound)
            trials, failures = trials + 1, failures + exceeds(float(value), bound)
            if worst is None or near > worst[0]:
                worst = near, float(value), bound, found, row
    if worst is None:
        why = "it needs a bounded σ''', which none of the activations tried has"
        return [powerless("lemmas", height.text, VARIANT, "", why)]
    _, observed, bound, found, row = worst
    s, omega = found.place.scenario, abs(float(found.neurons.omega[row]))
    return [
        settle(
            "lemmas",
            height.text,
            VARIANT,
            observed=observed,
            bound=bound,
            trials=trials,
            failures=failures,
            where=(
                f"{found.place.curve}, T = {found.T}, d = {int(found.dims[row])}, "
                f"a = α = {s.alpha:g}, ω = {omega:.3g}"
            ),
            witness=witness(found, row),
        )
    ]


def _parts(rng: np.random.Generator) -> Array:
    """Pairs (ω, ξ) on the quarter circle: its ends and random ones."""
    angles = np.concatenate([[0.0, np.pi / 2], rng.uniform(0, np.pi / 2, _ANGLES)])
    found: Array = np.abs(np.stack([np.sin(angles), np.cos(angles)], axis=1))
    return found


def _bounds(c: Any, parts: Array, T: int, order: int) -> list[float]:
    lemma, found = c.lemma, []
    rate = Rate(BALLS.number(c.a), lemma.sigma1)
    for omega, xi in parts.tolist():
        last = derivatives(lemma.support, rate, omega, xi, T, order).last[order - 1]
        found.append(float(last.upper()))
    return found


def _climb(height: Height, place: Place, T: int, parts: Array, rng: np.random.Generator) -> Found:
    """Row i has the parts i modulo their number."""
    dims = np.repeat(_DIMENSIONS, _RESTARTS * len(parts))
    domain = Domain(
        T=T - 1,
        a=np.full(len(dims), place.scenario.alpha),
        live=(np.arange(max(_DIMENSIONS)) < dims[:, None]).astype(float),
        radii=np.tile(parts, (len(dims) // len(parts), 1)),
    )
    best, values = ascend(
        lambda points: height.observe(place.curve, domain.unpack(points)),
        domain.project,
        domain.starts(rng),
        _ROUNDS,
    )
    return Found(place, T, domain.unpack(best), dims, values)
