"""Tight Lemma (section 4.4): sums over time along the worst direction, as functions of a.

Each is log-convex in log a, being made from a by sums, products and suprema with coefficients
≥ 0.  So it is computed at values of a with few bits, once, and in between the chord, in
logarithms, is an upper bound.

A search for a plan asks for the constants at hundreds of a that are close to each other, and a
sweep at millions: nearly all of these fall between nodes that are known already.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final, NamedTuple, TypeVar

from flint import arb

from rnnbound.activations.support_functions.interface import RAISED, Support
from rnnbound.numbers.balls import precision
from rnnbound.numbers.limits import MagnitudeError
from rnnbound.theory.directional_derivatives import Derivatives, Rate, derivatives, path, raised
from rnnbound.theory.gaussian_preactivations import Preactivation
from rnnbound.theory.worst_direction import direction, worst_direction

#: How fine nodes are, in bits over the number of steps that the memory spans, and how closely
#: worst directions are found: for results (chords are then less than 10⁻⁶ above, but near a kink:
#: docs/theory.md, section 4.4), to search with, and for what hardly counts in a search.
_LEVELS: Final = ((11, 2.0**-22), (4, 2.0**-12), (1, 2.0**-8))
_RATE_BITS: Final = 64
_DOUBLE_BITS: Final = 53
#: A part of a direction that is smaller is replaced by this.
_LEAST_PART: Final = 2.0**-150
#: Arcs of the quarter circle for the mean of S.
_DIRECTIONS: Final = 16


_Key = TypeVar("_Key")
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class _Kind:
    """One constant: what of the derivatives it is, and its degree in the direction.

    Attributes:
        order: of the derivative.
        read: from the derivatives along one direction, before factors of σ1.
        direction: (ω, ξ) if it is fixed; else the worst one is looked for.
    """

    order: int
    read: Callable[[Derivatives], arb]
    direction: tuple[float, float] | None = None


def _last(order: int) -> _Kind:
    return _Kind(order, lambda found: found.last[order - 1])


def _root_sum(order: int) -> _Kind:
    return _Kind(order, lambda found: found.sums[order - 1].sqrt().upper())


#: The constants that depend on a, before factors of σ1.
KINDS: Final = {
    "L": _last(1),
    "b": _last(2),
    "T3": _last(3),
    "root_S": _root_sum(1),
    "b_H": _root_sum(2),
    "T_H": _root_sum(3),
    "w": replace(_last(1), direction=(1.0, 0.0)),
    "root_S_w": replace(_root_sum(1), direction=(1.0, 0.0)),
}


@dataclass(frozen=True, slots=True)
class Target:
    """The target and the neurons that it is the mean of.

    Attributes:
        last: B_T.
        square: Σ_t B_t², which no neuron's contribution exceeds, summed over time and squared.
        mean_square: what its mean does not exceed.
    """

    last: arb
    square: arb
    mean_square: arb


def _remembered(
    memory: dict[_Key, _Found | MagnitudeError], key: _Key, compute: Callable[[], _Found]
) -> _Found:
    """What is computed once; also that there is none, which may take as many steps to see."""
    if key not in memory:
        try:
            memory[key] = compute()
        except MagnitudeError as error:
            memory[key] = error
    found = memory[key]
    if isinstance(found, MagnitudeError):
        raise found.with_traceback(None) from None
    return found


class TightLemma:
    """The lemma for one activation and horizon; remembers all it has computed.

    Args:
        support: the suprema of the activation.
        sigma1: σ1, rounded up.
        horizon: T.
        level: which of :data:`_LEVELS`; 0 is the finest.
    """

    def __init__(self, support: Support, sigma1: arb, horizon: int, level: int = 0) -> None:
        self.support, self.sigma1, self.horizon = support, sigma1, horizon
        self._level = level
        self._fineness, self._tolerance = _LEVELS[level]
        self._nodes: dict[tuple[str, _Dyadic], arb | MagnitudeError] = {}
        self._attained: dict[tuple[str, _Dyadic], float] = {}
        self._mean_S: dict[float, arb | MagnitudeError] = {}
        self._targets: dict[tuple[float, float, float], Target | MagnitudeError] = {}

    @cached_property
    def coarse(self) -> TightLemma:
        """The same with longer chords: some tenths of a percent above at most, and quicker."""
        return TightLemma(self.support, self.sigma1, self.horizon, self._level + 1)

    def worst(self, name: str, a: arb) -> arb:
        """An upper bound of the constant `name` of :data:`KINDS` where every |W_ii| ≤ `a`.

        Raises:
            MagnitudeError: the numbers on the way are too large, or the steps too many.
        """
        low, high = self._around(a)
        below = self._node(name, low)
        if low == high or below.is_zero():
            return below
        share = (a / low.ball).log() / (high.ball / low.ball).log()
        return below * ((self._node(name, high) / below).log() * share).exp()

    def target(self, alpha: arb, nu_w: arb, nu_u: arb) -> Target:
        """The size of the target and of its neurons at the start, |W_ii| = α (section 4.4).

        It is homogeneous in (ν_w, ν_u), so it is computed at a power of two of that size.
        """
        key = raised(alpha), raised(nu_w), raised(nu_u)
        with precision(_RATE_BITS):
            return _remembered(self._targets, key, lambda: self._target(alpha.upper(), nu_w, nu_u))

    def _target(self, alpha: arb, nu_w: arb, nu_u: arb) -> Target:
        unit = arb(2) ** max(_Dyadic.of(x.upper()).magnitude for x in (nu_w, nu_u) if x > 0)
        rate = Rate(alpha, self.sigma1)
        parts = _part(nu_w / unit), _part(nu_u / unit)
        largest = derivatives(self.support, rate, *parts, self.horizon, 1)
        start = self._preactivation(rate)
        typical = derivatives(self.support, rate, *parts, self.horizon, 1, start.largest)
        return Target(
            last=(self.sigma1 * largest.last[0] * unit).upper(),
            square=(self.sigma1**2 * largest.sums[0] * unit**2).upper(),
            mean_square=(typical.sums[0] * unit**2).upper(),
        )

    def _preactivation(self, rate: Rate) -> Preactivation:
        return _preactivation(self.support, rate.a_above, raised(self.sigma1))  # type: ignore[arg-type]

    def mean_S(self, alpha: arb) -> arb:
        """S̄ = Σ_t max_dir sup_r φ_t(r)²(ξr + p_t − ξ)² at |W_ii| = α; ∞ beyond short memory.

        p_t and p_t − ξ are sublinear in the direction, so over an arc of angle h they are at most
        1/cos(h/2) times what they are at its ends.
        """
        key = raised(alpha)
        rate = Rate(alpha.upper(), self.sigma1)
        return _remembered(self._mean_S, key, lambda: self._summed(rate))

    def _summed(self, rate: Rate) -> arb:
        if not rate.r_above < 1:
            return arb.pos_inf()
        arc = math.pi / 2 / _DIRECTIONS
        paths = [
            path(self.support, rate, math.sin(i * arc), math.cos(i * arc), self.horizon)
            for i in range(_DIRECTIONS + 1)
        ]
        start = self._preactivation(rate)
        stretch, steps = RAISED / math.cos(arc / 2), max(map(len, paths))
        total = square = 0.0
        for t in range(steps):
            at_t = [states[min(t, len(states) - 1)] for states in paths]
            whole = max(p for p, _ in at_t) * stretch
            rest = max(without for _, without in at_t) * stretch
            square = start.largest(t + 1, max(whole - rest, 0.0), rest) ** 2
            total += square
        later = max(self.horizon - steps, 0) * arb(square)
        return ((total + later) * (1 + arb(2) ** -30)).upper()

    def at(self, name: str, a: arb) -> arb:
        """The same at `a` itself, rounded up to a double, and not on a chord."""
        return self._node(name, _Dyadic.of(a.upper()).ceiling(_DOUBLE_BITS))

    @property
    def fineness(self) -> int:
        """Bits of a node, over those of the number of steps that the memory spans."""
        return self._fineness

    def node(self, name: str, a: float) -> arb:
        """The constant at a node itself, given as a double."""
        return self._node(name, _Dyadic.of(arb(a)))

    def _around(self, a: arb) -> tuple[_Dyadic, _Dyadic]:
        """The nodes on both sides of `a`."""
        with precision(_RATE_BITS):
            distance = abs(1 - float(a * self.sigma1))
        steps = self.horizon if distance * self.horizon < 1 else int(1 / distance) + 1
        bits = self._fineness + min(steps, self.horizon).bit_length()
        return _Dyadic.of(a.lower()).floor(bits), _Dyadic.of(a.upper()).ceiling(bits)

    def _node(self, name: str, a: _Dyadic) -> arb:
        with precision(_RATE_BITS):
            return _remembered(self._nodes, (name, a), lambda: self._computed(name, a))

    def _computed(self, name: str, a: _Dyadic) -> arb:
        kind, rate = KINDS[name], Rate(a.ball, self.sigma1)

        def along(omega: float, xi: float) -> arb:
            found = derivatives(self.support, rate, omega, xi, self.horizon, kind.order)
            return kind.read(found)

        if kind.direction:
            return along(*kind.direction)
        value, self._attained[name, a] = worst_direction(
            lambda u: along(*direction(u)), kind.order, self._start(name, a), self._tolerance
        )
        return value

    def _start(self, name: str, a: _Dyadic) -> float:
        """Where to look for the worst direction: the same whatever was computed before."""
        if self._level:
            return 0.0
        node, _ = self.coarse._around(a.ball)
        self.coarse._node(name, node)
        return self.coarse._attained[name, node]


@lru_cache(maxsize=4)
def _preactivation(support: Support, alpha: float, sigma1: float) -> Preactivation:
    """What the last few α asked for, at whatever horizon; scenarios are planned one at a time."""
    return Preactivation(support, alpha, sigma1)


def _part(x: arb) -> float:
    """A double that `x` ≤ 1 does not exceed, whose powers are doubles as well."""
    return max(raised(x), _LEAST_PART) if x > 0 else 0.0


class _Dyadic(NamedTuple):
    """mantissa · 2^exponent > 0, with an odd mantissa."""

    mantissa: int
    exponent: int

    @classmethod
    def of(cls, x: arb) -> _Dyadic:
        mantissa, exponent = x.man_exp()
        return cls(int(mantissa), int(exponent))._odd()

    def _odd(self) -> _Dyadic:
        zeros = (self.mantissa & -self.mantissa).bit_length() - 1
        return _Dyadic(self.mantissa >> zeros, self.exponent + zeros)

    @property
    def ball(self) -> arb:
        with precision(max(_RATE_BITS, self.mantissa.bit_length())):
            return arb(self.mantissa) * arb(2) ** self.exponent

    @property
    def magnitude(self) -> int:
        """The exponent of the least power of two above the number."""
        return self.exponent + self.mantissa.bit_length()

    def floor(self, bits: int) -> _Dyadic:
        """The largest number of so many bits that does not exceed this one."""
        shift = max(self.mantissa.bit_length() - bits, 0)
        return _Dyadic(self.mantissa >> shift, self.exponent + shift)._odd()

    def ceiling(self, bits: int) -> _Dyadic:
        """The least number of so many bits that this one does not exceed."""
        shift = max(self.mantissa.bit_length() - bits, 0)
        return _Dyadic(-(-self.mantissa >> shift), self.exponent + shift)._odd()
