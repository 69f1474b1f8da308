"""Targets that belong to the class: F̃_t(X) = E[v_w ∂_w h_t + v_u·∂_u h_t], by quadrature.

The maps v_w, v_u are joint functions of (w0, u0) built from a profile p with |p| ≤ 1 of the
projection y = u0·q onto a unit vector q: ``v_w = ±ν_w p(y) s``, ``v_u = ν_u p(y) s q``, where s is
1 or the sign of w0.  Each profile has an even and an odd form, because one of them contributes
nothing where σ has a parity (section 1): whichever gives the larger target is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from rnnbound.network.array_checks import Array
from rnnbound.verification.neuron_derivatives import Neurons, jets
from rnnbound.verification.random_streams import stream
from rnnbound.verification.scaled_activation_derivatives import Curve

Profile = Callable[[Array], Array]

#: Where a profile may jump or bend.
_KINKS: Final = (-1.0, 0.0, 1.0)
#: Beyond it a standard normal variable has probability 3e-19.
_FAR: Final = 9.0
#: Dimensions in which a product rule is used; above, scrambled Sobol points.
_PRODUCT: Final = 3
#: Nodes for each unit of the kinked axis, and along each other axis, by dimension.
_NODES: Final = {1: (12, 0), 2: (8, 48), 3: (6, 24)}
_SOBOL_LOG2: Final = 12
_SCRAMBLES: Final = 8
_CHUNK: Final = 1 << 19


@dataclass(frozen=True, slots=True)
class Kind:
    """A family of maps.

    Attributes:
        even, odd: its profiles.
    """

    even: Profile
    odd: Profile


def _waves(seed: int) -> Kind:
    """A random trigonometric polynomial, scaled so that it stays within ±1."""
    rng = stream(seed, "waves of targets")
    size, speed = rng.standard_normal(5), rng.uniform(0.3, 3.0, 5)
    size /= np.abs(size).sum()
    return Kind(
        lambda y: np.cos(np.multiply.outer(y, speed)) @ size,
        lambda y: np.sin(np.multiply.outer(y, speed)) @ size,
    )


_KINDS: Final = {
    "constant": Kind(np.ones_like, np.sign),
    "sign": Kind(lambda y: np.sign(np.abs(y) - 1), np.sign),
    "clipped": Kind(lambda y: np.minimum(np.abs(y), 1.0), lambda y: np.clip(y, -1.0, 1.0)),
    "oscillating": Kind(lambda y: np.cos(3 * y), lambda y: np.sin(3 * y)),
}
#: Every kind of map, by name.
KINDS: Final = (*_KINDS, "random")


@dataclass(frozen=True, slots=True)
class Map:
    """One of v_w, v_u without its radius: a profile, and whether the sign of w0 enters."""

    profile: Profile
    signed: bool
    sign: float = 1.0

    def __call__(self, w: Array, y: Array) -> Array:
        """Values in [−1, 1] at w0 and y = u0·q, shape (N,)."""
        values = self.sign * self.profile(y)
        return values * np.sign(w) if self.signed else values


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the class on given inputs.

    Attributes:
        kind: the family of its maps.
        q: the unit vector, shape (d,).
        nu_w, nu_u: the radii.
        map_w, map_u: v_w/ν_w and the size of v_u/ν_u.
        Y: F̃_t(X_j), shape (n, T).
        error: the largest error of Y: the change when nodes are added, or for random points three
            standard errors.
    """

    kind: str
    q: Array
    nu_w: float
    nu_u: float
    map_w: Map
    map_u: Map
    Y: Array
    error: float

    def maps(self, w: Array, u: Array) -> tuple[Array, Array]:
        """v_w(w0, u0), shape (N,), and v_u(w0, u0), shape (N, d)."""
        y = u @ self.q
        return self.nu_w * self.map_w(w, y), self.nu_u * self.map_u(w, y)[:, None] * self.q

    @property
    def risk(self) -> float:
        """R(Θ(0)): the mean over samples of Σ_t Y_t², since the network starts at 0."""
        return float((self.Y**2).sum() / len(self.Y))


def target(
    curve: Curve,
    X: Array,
    *,
    alpha: float,
    nu_w: float,
    nu_u: float,
    kind: str,
    seed: int,
) -> Target:
    """A target of the given kind, of the parity that is not lost.

    Args:
        curve: the activation.
        X: inputs, shape (n, T, d), in the unit ball.
        alpha: α.
        nu_w, nu_u: radii of the class.
        kind: one of :data:`KINDS`.
        seed: chooses q, and the map of the kind ``random``.

    Raises:
        ValueError: the kind is unknown.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)} (given: {kind})")
    family = _waves(seed) if kind == "random" else _KINDS[kind]
    d = X.shape[2]
    q = _direction(d, seed)
    choices = [Map(p, signed) for p, signed in product((family.even, family.odd), (False, True))]
    values, errors = _responses(curve, X, alpha, q, choices)
    towards_w, towards_u = nu_w * values[0], nu_u * values[1]
    u = _largest(towards_u)
    options = [(i, sign) for i in range(len(choices)) for sign in (1.0, -1.0)]
    w, sign = max(
        options, key=lambda o: float(np.linalg.norm(towards_u[u] + o[1] * towards_w[o[0]]))
    )
    Y = towards_u[u] + sign * towards_w[w]
    error = float(np.max(nu_u * errors[1][u] + nu_w * errors[0][w]))
    map_w = Map(choices[w].profile, choices[w].signed, sign)
    return Target(kind, q, nu_w, nu_u, map_w, choices[u], Y, error)


def _direction(d: int, seed: int) -> Array:
    """A random unit vector; 1 for d = 1."""
    found: Array = stream(seed, "directions of targets").standard_normal(d)
    return found / np.linalg.norm(found) if d > 1 else np.ones(1)


def _largest(values: Array) -> int:
    return int(np.argmax(np.linalg.norm(values, axis=(1, 2))))


def _responses(
    curve: Curve, X: Array, alpha: float, q: Array, choices: list[Map]
) -> tuple[Array, Array]:
    """E[p ∂_w h_t] and E[p ∂_u h_t·q] for every map p, with errors; both (2, choices, n, T)."""
    rules = list(_rules(q))
    values = np.array([_integrate(curve, X, alpha, q, choices, *rule) for rule in rules])
    if len(q) <= _PRODUCT:
        return values[1], np.abs(values[1] - values[0])
    spread: Array = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return values.mean(axis=0), 3 * spread


def _rules(q: Array) -> Iterator[tuple[Array, Array]]:
    """Points, shape (N, d), and weights for the standard normal distribution.

    Up to three dimensions a coarser and a finer product rule, split at the kinks of the profiles;
    above, independently scrambled Sobol points.
    """
    d = len(q)
    if d > _PRODUCT:
        from scipy.special import ndtri
        from scipy.stats import qmc

        for scramble in range(_SCRAMBLES):
            # The integrals are the same whatever the seed.
            points = qmc.Sobol(d, rng=stream(0, "quadrature", scramble)).random_base2(_SOBOL_LOG2)
            yield ndtri(points), np.full(len(points), 1 / len(points))
        return
    along, across = _NODES[d]
    turn = _frame(q)
    for finer in (1.0, 1.5):
        axes = [_split_rule(int(finer * along))]
        axes += [_hermite(int(finer * across)) for _ in range(d - 1)]
        grids = np.meshgrid(*(nodes for nodes, _ in axes), indexing="ij")
        weights = np.meshgrid(*(weight for _, weight in axes), indexing="ij")
        points = np.stack([grid.ravel() for grid in grids], axis=1)
        yield points @ turn.T, np.prod([weight.ravel() for weight in weights], axis=0)


def _frame(q: Array) -> Array:
    """An orthogonal matrix whose first column is q."""
    basis, _ = np.linalg.qr(np.column_stack([q, np.eye(len(q))]))
    return np.column_stack([q, basis[:, 1:]])


def _split_rule(nodes: int) -> tuple[Array, Array]:
    """Gauss–Legendre for the normal density on unit intervals, between all the kinks."""
    edges = np.unique([*np.arange(-_FAR, _FAR + 1), *_KINKS])
    points, weights = np.polynomial.legendre.leggauss(nodes)
    half = np.diff(edges)[:, None] / 2
    middle = (edges[1:] + edges[:-1])[:, None] / 2
    y = (middle + half * points).ravel()
    density = np.exp(-y * y / 2) / np.sqrt(2 * np.pi)
    return y, (half * weights).ravel() * density


def _hermite(nodes: int) -> tuple[Array, Array]:
    """Gauss–Hermite for the normal density."""
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return points, weights / weights.sum()


def _integrate(
    curve: Curve,
    X: Array,
    alpha: float,
    q: Array,
    choices: list[Map],
    points: Array,
    weights: Array,
) -> Array:
    """The responses by one rule, shape (2, choices, n, T)."""
    n, T, _ = X.shape
    total = np.zeros((2, len(choices), n, T))
    many = max(1, min(len(points), _CHUNK // T))
    block = max(1, _CHUNK // (T * many))
    for w0, begin in product((alpha, -alpha), range(0, len(points), many)):
        u = points[begin : begin + many]
        y = u @ q
        w = np.full(len(u), w0)
        share = weights[begin : begin + many] / 2
        mixed = np.array([share * choice(w, y) for choice in choices])
        for first in range(0, n, block):
            some = X[first : first + block]
            U, W = np.tile(u, (len(some), 1)), np.tile(w, len(some))
            sequences = np.repeat(some, len(u), axis=0)
            for part in (0, 1):
                v = np.zeros_like(U) if part == 0 else np.broadcast_to(q, U.shape)
                omega = np.full(len(U), 1.0 - part)
                slopes = np.array(jets(curve, Neurons(W, U, sequences, omega, v), 1).H[1])
                by_sample = slopes.reshape(T, len(some), len(u))
                total[part, :, first : first + block] += np.einsum("cp,tjp->cjt", mixed, by_sample)
    return total


def inputs(n: int, T: int, d: int, seed: int) -> Array:
    """Inputs of norm 1, shape (n, T, d): signs for d = 1, else uniform on the sphere."""
    rng = stream(seed, "inputs")
    X = rng.standard_normal((n, T, d))
    found: Array = X / np.linalg.norm(X, axis=2, keepdims=True)
    return found


def mean_slope(curve: Curve) -> tuple[float, float]:
    """E|σ'(u)| for u ~ N(0, 1), and its error."""
    values = [
        float(np.abs(curve.derivatives(y, 1)[1]) @ weights)
        for y, weights in (_split_rule(nodes) for nodes in (24, 48))
    ]
    return values[1], abs(values[1] - values[0])
