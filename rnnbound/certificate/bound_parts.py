"""What a certificate adds up, and the step size that makes it least (section 6.4)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.mirrored_network_outputs import Residual
from rnnbound.certificate.neuron_pair_passes import Pairs
from rnnbound.certificate.rounding_error_bounds import gamma, up

Floats = NDArray[np.float64]

#: More than the roundings of a few operations.
NEAR: Final = 1 + gamma(64)

#: A bound that is so much above what can be had is not improved.
_ENOUGH: Final = 1.002
#: A bound for a given N_V.
Reach = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Radii:
    """The set that is projected on: |w_i − w_i(0)| ≤ w, ‖u_i − u_i(0)‖ ≤ u.

    Attributes:
        w: ρ_w/√m.
        u: ρ_u/√m.
    """

    w: float
    u: float

    @property
    def ball(self) -> float:
        """The radius of a ball around it."""
        return up(math.hypot(self.w, self.u))


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Some of the pairs.

    Attributes:
        chosen: which.
        pairs: these; they may remember.
    """

    chosen: NDArray[np.int64]
    pairs: Pairs

    @classmethod
    def of(cls, pairs: Pairs, chosen: NDArray[np.int64]) -> Sample:
        """A sample that will be looked at again and again."""
        return cls(chosen, replace(pairs.some(chosen), memory={}))


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A network at its start, data, the set that is projected on, and a comparator in it.

    Attributes:
        pairs: data and neurons.
        radii: of the projection.
        moves: D̄, shape (k, p), inside.
        initial: a bound of R(0).
        norm: a bound of ‖J_0‖.
        found: ē.
        sample: pairs whose curvature stands for that of all; None: all are looked at.
        stands_for: the data and neurons that `pairs` are a part of; None: these are all.
        steps: τ, which says what is worth computing; any is valid.
    """

    pairs: Pairs
    radii: Radii
    moves: Floats
    initial: float
    norm: float
    found: Residual
    sample: Sample | None = None
    stands_for: Pairs | None = None
    steps: int = 10**15

    @property
    def looked_at(self) -> Pairs:
        """The pairs whose curvature is computed."""
        return self.pairs if self.sample is None else self.sample.pairs

    @property
    def moves_looked_at(self) -> Floats:
        """Their D̄."""
        return self.moves if self.sample is None else self.moves[self.sample.chosen]

    @property
    def width(self) -> int:
        """m."""
        return self.whole.width

    @property
    def whole(self) -> Pairs:
        """All data and neurons."""
        return self.stands_for or self.pairs

    @property
    def copies(self) -> float:
        """How many pairs of the network each of `pairs` stands for."""
        return self.whole.count / self.pairs.count

    @property
    def root_width(self) -> float:
        """√m, rounded down."""
        return math.sqrt(self.width) * (1 - gamma(4))

    def repeated(self, values: Floats) -> Floats:
        """What was found of the pairs looked at, over and over, for every pair."""
        return np.resize(values, self.pairs.count)

    @property
    def far(self) -> tuple[Floats, Floats]:
        """|D̄_i| in w and in u, shape (k,) each."""
        in_u = np.sqrt((self.moves[:, 1:] ** 2).sum(1)) * NEAR
        return np.abs(self.moves[:, 0]), in_u

    @property
    def caps(self) -> Floats:
        """The largest ‖δ_i‖² that the set leaves a neuron of each pair, shape (k,)."""
        far_w, far_u = self.far
        return ((self.radii.w + far_w) ** 2 + (self.radii.u + far_u) ** 2) * NEAR * self.copies

    def settled(self, parts: Parts, at_best: Parts) -> bool:
        """Whether hardly anything is won by coming from `parts` to what is `at_best` possible."""
        return parts.best(self.steps)[1] <= _ENOUGH * at_best.best(self.steps)[1]

    def parts(self, moved: float, bend: float, remainder: Reach, against: Reach) -> Parts:
        """The certificate's parts.

        Args:
            moved: how far the Jacobian gets from J_0.
            bend: ‖∂²F‖ in the set.
            remainder, against: as in :class:`Parts`.
        """
        size = self.norm + moved
        smoothness = up(size * size + math.sqrt(self.initial) * bend)
        distance = up(2 * self.copies * float((self.moves**2).sum()), self.moves.size + 64)
        return Parts(self.found.size, distance, smoothness, self.initial, remainder, against)


@dataclass(frozen=True, slots=True)
class Bends:
    """How much the neurons curve, shape (k,) each: bounds on the whole set.

    Attributes:
        remainder: ‖rem_i‖_S √m ≤ remainder ‖δ_i‖².
        against: −⟨ē, rem_i⟩ √m ≤ against ‖δ_i‖².
        hessian: the second derivative, in the S-norm: of h, or half that of φ for tied pairs.
        jacobian: how far the first gets from the start: of h, or of φ less what is linear.
    """

    remainder: Floats
    against: Floats
    hessian: Floats
    jacobian: Floats

    @classmethod
    def none(cls, start: Start) -> Bends:
        """As if nothing curved: no bound, but what no bound gets below."""
        none = np.zeros(start.pairs.count)
        return cls(none, none, none, none)


def chords(j: int, r: float, far: Floats) -> Floats:
    """∫ (1 − s) ((1 − s) r + s far)^j ds / j!, on the way from any D to D̄."""
    total = np.zeros_like(far)
    for i in range(j + 1):
        # ∫ (1 − s)^{1+j−i} s^i ds by the beta function.
        beta = math.factorial(1 + j - i) * math.factorial(i) / math.factorial(2 + j)
        total += math.comb(j, i) * beta * r ** (j - i) * far**i
    return total / math.factorial(j) * NEAR


class Way(Protocol):
    """A way to bound the curvature.

    Attributes:
        method: how to train, as in rnnbound.network.
        balls: the orders of derivatives whose suprema over the set it cannot do without.
    """

    method: str
    balls: tuple[int, ...]

    def parts(self, start: Start) -> Parts:
        """What a certificate adds up."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a certificate adds up, for any step size and number of steps.

    Attributes:
        omega: ω.
        distance: ν̂².
        smoothness: S'.
        initial: R(0).
        remainder: κ for a given N_V.
        against: what bounds κ_e beside ωκ.
    """

    omega: float
    distance: float
    smoothness: float
    initial: float
    remainder: Reach
    against: Reach

    def budget(self, eta: float) -> float:
        """N_V = ν̂² + (ηS' − 1)₊ ηR(0)/(2 − ηS')."""
        c = up(eta * self.smoothness)
        if c >= 2:
            return math.inf
        return up(self.distance + max(c - 1, 0.0) * eta * self.initial / (2 - c))

    def terms(self, eta: float, steps: int) -> tuple[float, float, float]:
        """Misfit ω², curvature 2κ_e + κ² and rate N_V/(ητ)."""
        budget = self.budget(eta)
        if not budget < math.inf:
            return up(self.omega**2), math.inf, math.inf
        kappa = self.remainder(budget)
        against = min(up(self.omega * kappa), self.against(budget))
        return up(self.omega**2), up(2 * against + kappa**2), up(budget / (eta * steps))

    def best(self, steps: int) -> tuple[float, float]:
        """The step size with the least bound, and the bound."""
        found = []
        for c in (*np.linspace(0.6, 1.5, 10), *np.linspace(1.55, 1.97, 22)):
            eta = float(c) / self.smoothness
            found.append((sum(self.terms(eta, steps)), eta))
        bound, eta = min(found)
        return eta, bound
