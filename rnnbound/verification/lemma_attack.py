"""Where the lemmas are attacked: small tasks derived from the scenario, and the search there."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from rnnbound.activations.lookup import ACTIVATIONS
from rnnbound.network.array_checks import Array
from rnnbound.numbers.system import Number
from rnnbound.scenario.scenario import Scenario
from rnnbound.verification import theory_values
from rnnbound.verification.check import Check, closeness, exceeds, settle
from rnnbound.verification.lemma_checks import LEMMAS, Lemma, Special
from rnnbound.verification.multistart_ascent import ascend
from rnnbound.verification.neuron_derivatives import Neurons
from rnnbound.verification.one_pair_networks import PAIR
from rnnbound.verification.random_streams import stream
from rnnbound.verification.scaled_activation_derivatives import Curve

_LONGEST: Final = 4
_DIMENSIONS: Final = (1, 2, 3)
_RESTARTS: Final = 8
_ROUNDS: Final = 80
#: A small weight and a small amplitude, at which several bounds are attained.
_SMALL: Final = 0.02
#: Small radii; ν_w outweighs ν_u, because W and U cannot both move the state as far as they may.
_NU_W: Final = 0.018
_NU_U: Final = 0.006
_FIGURES: Final = 6
_STEEP: Final = 3.0
_FAR_RADII: Final = (1.0, 2.0, 4.0)


def _lengths(vectors: Array) -> Array:
    """Norms along the third axis from the end, which is kept."""
    found: Array = np.sqrt(np.square(vectors).sum(axis=-3, keepdims=True))
    return found


@dataclass(frozen=True)
class Domain:
    """The domain of N searches: each has its own a, d and radii of the direction.

    Attributes:
        T: the horizon; there is one input more, for Γ_T.
        a: bound on |W|, shape (N,).
        live: which coordinates of U and the inputs exist, shape (N, D), 0 or 1.
        radii: of the direction's W- and U-part, shape (N, 2); None: the whole has norm 1.
        fixed: |W| = a rather than ≤ a.
    """

    T: int
    a: Array
    live: Array
    radii: Array | None
    fixed: bool = False

    @property
    def width(self) -> int:
        """Coordinates of a point: W, U, X, ω, v."""
        D = int(self.live.shape[1])
        return 2 + 2 * D + (self.T + 1) * D

    @cached_property
    def _mask(self) -> Array:
        """Which coordinates of a point exist, shape (width, 1, N), 0 or 1."""
        ones, live = np.ones((1, len(self.a))), self.live.T
        return np.concatenate([ones, *[live] * (self.T + 2), ones, live])[:, None]

    def unpack(self, points: Array) -> Neurons:
        """Points as neurons; shape (k·N, width) for some k."""
        D, T = self.live.shape[1], self.T
        size = len(points)
        X = points[:, 1 + D : 1 + D + (T + 1) * D].reshape(size, T + 1, D)
        return Neurons(points[:, 0], points[:, 1 : 1 + D], X, points[:, -1 - D], points[:, -D:])

    def project(self, points: Array) -> Array:
        """The nearest admissible points, up to the scaling of the direction."""
        D = self.live.shape[1]
        # A row for each coordinate: loops over many points are much faster than over few of those.
        rows = np.ascontiguousarray(points.T).reshape(self.width, -1, len(self.a)) * self._mask
        W, omega, v = rows[0], rows[-1 - D], rows[-D:]
        X = rows[1 + D : -1 - D].reshape(self.T + 1, D, *W.shape)
        if self.fixed:
            np.copysign(self.a, W, out=W)
        else:
            np.clip(W, -self.a, self.a, out=W)
        X /= np.maximum(_lengths(X), 1.0)
        length = np.maximum(_lengths(v), 1e-300)
        if self.radii is None:
            whole = np.hypot(omega, length[0])
            omega /= whole
            v /= whole
        else:
            np.copysign(self.radii[:, 0], omega, out=omega)
            v *= self.radii[:, 1] / length
        return np.ascontiguousarray(rows.reshape(self.width, -1).T)

    def starts(self, rng: np.random.Generator) -> Array:
        """Random points: weights of several sizes, inputs on the sphere."""
        size = len(self.live)
        points = rng.standard_normal((size, self.width))
        neurons = self.unpack(points)
        neurons.W[:] = self.a * np.sign(neurons.W) * rng.choice([1.0, 1.0, 0.3], size)
        neurons.U[:] *= rng.choice([0.0, 0.5, 2.0, 20.0], (size, 1))
        neurons.X[:] *= self.live[:, None, :]
        neurons.X[:] /= np.maximum(np.linalg.norm(neurons.X, axis=2, keepdims=True), 1e-9)
        return points


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lemma is attacked.

    Attributes:
        curve: the activation.
        scenario: its plain activation, T, n = 1 and the radii; |W| ≤ α.
    """

    curve: Curve
    scenario: Scenario

    def at(self, T: int, d: int) -> Scenario:
        """The scenario with another horizon and dimension."""
        return replace(self.scenario, horizon=T, dim=d)


def places(
    scenario: Scenario, more: Collection[Special] = ()
) -> list[tuple[Place, tuple[int, ...]]]:
    """The places, with the horizons to try there.

    Args:
        scenario: what to derive them from.
        more: ``every activation`` that has a name; one where the ``input alone`` moves, through
            U, in place of one of small amplitude; some where it moves ``far``; and ``lopsided``
            ones, of large amplitude and small weights and the other way round.

    Besides the scenario's own weights there are places at which a bound that is loose elsewhere is
    nearly attained: small weights, small radii, the logistic function, and an activation of small
    amplitude, whose σ'' outweighs σ'².
    """
    own = replace(scenario, samples=1)
    small = replace(
        own,
        alpha=min(_SMALL, own.alpha),
        nu_w=_NU_W,
        nu_u=_NU_U,
        rho_w=_NU_W,
        rho_u=_NU_U,
    )
    curve = Curve(own.activation)
    longest = min(_LONGEST, max(2, own.horizon))
    found: list[tuple[Place, tuple[int, ...]]] = [
        (Place(curve, own), (1, 2, longest) if longest > 2 else (1, 2)),
        (Place(curve, small), (1, 2)),
    ]
    if "input alone" not in more:
        found.append((Place(Curve(own.activation, amplitude=_SMALL), small), (1, 2)))
    for name in ACTIVATIONS if "every activation" in more else ("logistic",):
        if name != own.activation:
            found.append((Place(Curve(name), replace(small, activation=name)), (1, 2)))
    if "input alone" in more:
        found.append((Place(curve, replace(small, nu_w=0.0, rho_w=0.0)), (1,)))
    for amplitude, r in ((1 / _SMALL, _SMALL), (_SMALL, _STEEP)) if "lopsided" in more else ():
        other = Curve(own.activation, amplitude=amplitude)
        place = Place(other, replace(small, alpha=r / other.steepest))
        found.append((place, (1, 2)))
    for radius in _FAR_RADII if "far" in more else ():
        radii: dict[str, Any] = {"nu_w": 0.0, "rho_w": 0.0, "nu_u": radius, "rho_u": radius}
        found.append((Place(curve, replace(small, **radii)), (1,)))
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """What the searches for one lemma at one place and horizon found.

    Attributes:
        place, T: where.
        neurons: the best configurations, N of them.
        dims: the dimension of each, shape (N,).
        values: what was observed, shape (N,).
    """

    place: Place
    T: int
    neurons: Neurons
    dims: Array
    values: Array


def attack(lemma: Lemma, scenario: Scenario, seed: int) -> Iterator[Found]:
    """Search everywhere for configurations that come close to the lemma's bound."""
    for index, (place, horizons) in enumerate(places(scenario, lemma.places)):
        for T in sorted({max(T, lemma.shortest) for T in horizons}):
            rng = stream(seed, "lemmas", index, T, *lemma.name.encode())
            yield _climb(lemma, place, T, rng)


def _climb(lemma: Lemma, place: Place, T: int, rng: np.random.Generator) -> Found:
    dims = np.repeat(_DIMENSIONS, _RESTARTS)
    live = (np.arange(max(_DIMENSIONS)) < dims[:, None]).astype(float)
    s = place.scenario
    radii = {
        "any": None,
        "w": (1.0, 0.0),
        "u": (0.0, 1.0),
        "target": (s.nu_w, s.nu_u),
        "radius": (s.rho_w / math.sqrt(PAIR), s.rho_u / math.sqrt(PAIR)),
    }[lemma.direction]
    domain = Domain(
        T=T,
        a=np.full(len(dims), s.alpha),
        live=live,
        radii=None if radii is None else np.tile(radii, (len(dims), 1)),
        fixed=lemma.direction in {"target", "radius"},
    )
    best, values = ascend(
        lambda points: lemma.observe(place.curve, domain.unpack(points)),
        domain.project,
        domain.starts(rng),
        _ROUNDS,
    )
    return Found(place, T, domain.unpack(best), dims, values)


def judge(lemma: Lemma, variant: str, found: Sequence[Found]) -> Check | None:
    """The verdict on the lemma in one variant; None if the variant has no such constant."""
    trials = failures = 0
    worst: tuple[float, float, float, Found, int] | None = None
    for case in found:
        curve = case.place.curve
        if not theory_values.applies(variant, curve):
            continue
        for d in _DIMENSIONS:
            bound = _bound(lemma, variant, case.place, case.T, d)
            if bound is None:
                return None
            rows = np.flatnonzero(case.dims == d)
            trials += len(rows)
            failures += sum(exceeds(float(case.values[row]), bound) for row in rows)
            row = int(rows[np.argmax(case.values[rows])])
            observed = float(case.values[row])
            near = closeness(observed, bound)
            if worst is None or near > worst[0]:
                worst = near, observed, bound, case, row
    assert worst is not None, "the plain activation is always tried"
    _, observed, bound, case, row = worst
    return settle(
        "lemmas",
        f"{lemma.symbol} bounds {lemma.text}",
        variant,
        observed=observed,
        bound=bound,
        trials=trials,
        failures=failures,
        where=_where(case, row),
        witness=witness(case, row),
    )


def _bound(lemma: Lemma, variant: str, place: Place, T: int, d: int) -> float | None:
    scenario = place.at(T, d)
    a = scenario.alpha + lemma.beyond(scenario.rho_w)

    def evaluate() -> Number | None:
        return lemma.bound(theory_values.constants(variant, scenario, place.curve, a))

    return theory_values.value(evaluate)


def _where(case: Found, row: int) -> str:
    s = case.place.scenario
    return f"{case.place.curve}, T = {case.T}, d = {int(case.dims[row])}, a = α = {s.alpha:g}"


def witness(case: Found, row: int) -> dict[str, Any]:
    """The configuration to six figures: enough to compute the observed value by hand."""
    d = int(case.dims[row])
    neurons = case.neurons

    def rounded(x: Array) -> Any:
        return [rounded(part) for part in x] if x.ndim else float(f"{float(x):.{_FIGURES}g}")

    return {
        "activation": str(case.place.curve),
        "W": rounded(neurons.W[row]),
        "U": rounded(neurons.U[row, :d]),
        "X": rounded(neurons.X[row, :, :d]),
        "direction_w": rounded(neurons.omega[row]),
        "direction_u": rounded(neurons.v[row, :d]),
    }


def check(scenario: Scenario, variants: Sequence[str], name: str, seed: int) -> list[Check]:
    """Attack the lemma `name` and judge it in every variant that states it."""
    lemma = LEMMAS[name]
    stated = [v for v in variants if _bound(lemma, v, places(scenario)[0][0], 2, 1) is not None]
    if not stated:
        return []
    found = list(attack(lemma, scenario, seed))
    judged = (judge(lemma, variant, found) for variant in stated)
    return [check for check in judged if check is not None]
