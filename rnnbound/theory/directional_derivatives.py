"""Tight Lemma (section 4.4): derivatives of the state along one direction, step by step.

For a direction with W-part ω ≥ 0 and U-part of norm ξ ≥ 0, and |W_ii| ≤ a, with p, c, d on the
right at t − 1 and every supremum over z ∈ R:

    |D z_t|  ≤ p_t = ξ + sup( ω|σ| + a|σ'|p ),                                        p_1 = ξ
    |D²z_t| ≤ c_t = sup( |σ'|(2ωp + ac) + a|σ''|p² ),                                 c_1 = 0
    |D³z_t| ≤ d_t = sup( |σ'|(3ωc + ad) + |σ''|(3ωp² + 3apc) + a|σ'''|p³ ),           d_1 = 0
    |D H_t|  ≤ σ1 p_t
    |D²H_t| ≤ b_t = sup( |σ''|p_t² + |σ'|c_t )
    |D³H_t| ≤ T_t = sup( |σ'''|p_t³ + 3|σ''|p_t c_t + |σ'|d_t )

It runs in doubles whose errors are on the safe side: all entries are ≥ 0 and are added, every
supremum is raised by more than all roundings of its step, and powers of two keep p in range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from flint import arb

from rnnbound.activations.support_functions.interface import RAISED, Support
from rnnbound.numbers.balls import precision
from rnnbound.numbers.limits import MagnitudeError

#: A state that grows by less than this, relatively, on all the steps to come, stands still.
_STILL: Final = 2.0**-40
#: p is divided by this when it exceeds it; a power of two.
_LARGE: Final = 2.0**40
_LARGE_BITS: Final = 40
_TAIL_BITS: Final = 96
#: Horizons beyond this are likely to be met again, for the same direction.
_FAR: Final = 1000
#: A step from which on `size` does not depend on t.
_LATER: Final = 3
#: The steps that are run before there is no answer.
MOST_STEPS: Final = 100_000
_TOO_LONG: Final = (
    f"so close to critical memory, tight constants take one step for each t, and no more than "
    f"{MOST_STEPS:,} are run; the variant sharp has none to run"
)
#: The largest a, and the largest r = aσ1, that are handled; a smaller a than the inverse is
#: replaced by that.
LARGEST_A: Final = 2.0**60
_BEYOND: Final = "a number on the way is beyond doubles, which tight constants are computed in"


Size = Callable[[int, float, float], float]


class State(NamedTuple):
    """p_t, c_t, d_t."""

    p: float
    c: float
    d: float

    def within(self, other: State) -> bool:
        """Whether no entry exceeds that of `other`."""
        return self.p <= other.p and self.c <= other.c and self.d <= other.d

    def raised(self, share: float) -> State:
        """A little larger; c and d more so, since they grow with p², pc and p³."""
        p, c, d = self
        return State(p * (1 + share), c * (1 + 4 * share), d * (1 + 12 * share))


@dataclass(frozen=True, slots=True)
class Derivatives:
    """Upper bounds along one direction, by the order of the derivative.

    Attributes:
        last: p_T (σ1 p_T bounds |D H_T|), b_T, T_T.
        sums: Σ p_t², Σ b_t², Σ T_t² over t ≤ T.
    """

    last: tuple[arb, ...]
    sums: tuple[arb, ...]


@dataclass(frozen=True)
class Rate:
    """The bound a on |W_ii| and σ1, as balls and as doubles that are not smaller.

    Raises:
        MagnitudeError: a is too large.
    """

    a: arb
    sigma1: arb

    @cached_property
    def a_above(self) -> float:
        """a as a double, within range."""
        above = max(raised(self.a), 1 / LARGEST_A)
        if above > LARGEST_A or self.r_above > LARGEST_A:
            limit = f"{LARGEST_A:.0g}"
            raise MagnitudeError(f"weights, or r = α_m σ1, above {limit} have no tight constants")
        return above

    @cached_property
    def contraction(self) -> arb:
        """r = aσ1."""
        return (self.a * self.sigma1).upper()

    @cached_property
    def r_above(self) -> float:
        """r as a double."""
        return raised(self.contraction)


def raised(x: arb) -> float:
    """A double that `x` does not exceed; infinite where none is so large."""
    return float(x.upper()) * (1 + 2.0**-52)


def derivatives(
    support: Support,
    rate: Rate,
    omega: float,
    xi: float,
    horizon: int,
    order: int,
    size: Size | None = None,
) -> Derivatives:
    """The recursion run to the horizon, or until it converges.

    Args:
        support: the suprema of the activation.
        rate: the bound a on |W_ii|, and σ1.
        omega, xi: the direction; both ≥ 0.
        horizon: T.
        order: of the highest derivative that is wanted: 1, 2 or 3.
        size: what stands for p_t in the results, given t (3 for all later), ξ and p_t − ξ; it
            must be homogeneous in these two, monotone, and at ξ = 0 a constant times p_t.

    Raises:
        MagnitudeError: a is too large, or the memory too close to critical for so long a horizon.
    """
    given = support, rate.a_above, rate.r_above, omega, xi, order, size
    if horizon > _FAR and (known := _settled(*given)):  # type: ignore[arg-type]
        return known[0].result_standing(known[1], horizon - known[0].steps)
    run, left = _Run(*given), horizon - 1
    run.add(run.state)
    while left:
        before, run.state = run.state, run.next(run.state)
        if still := run.standing_still(before):
            return run.result_standing(still, left)
        if even := run.growing_evenly(left):
            return run.result_after(left, rate.contraction, *even)
        run.add(run.state)
        run.rescale()
        left -= 1
    return run.result()


def path(
    support: Support, rate: Rate, omega: float, xi: float, horizon: int
) -> list[tuple[float, float]]:
    """p_t and p_t − ξ for t = 1, 2, … up to the horizon, or up to what bounds all later ones.

    In short memory, for a direction of size 1.
    """
    given = support, rate.a_above, rate.r_above, omega, xi
    if horizon > _FAR and (known := _settled_path(*given)):  # type: ignore[arg-type]
        return known
    found, settled = _path(*given, min(horizon, MOST_STEPS))
    if horizon > MOST_STEPS and not settled:
        raise MagnitudeError(_TOO_LONG)
    return found


def _path(
    support: Support, a: float, r: float, omega: float, xi: float, horizon: int
) -> tuple[list[tuple[float, float]], bool]:
    """The same, and whether the last ones bound all later ones."""
    run = _Run(support, a, r, omega, xi, 1, None)
    found = [(xi, 0.0)]
    for _ in range(horizon - 1):
        before, run.state = run.state, run.next(run.state)
        still = run.standing_still(before)
        p = (still or run.state).p
        found.append((p, (p - xi) * RAISED))
        if still:
            # For good: a later step has its own kind of pre-activation.
            found += found[-1:] * max(0, min(horizon, _LATER) - len(found))
            return found, True
    return found, False


@lru_cache(maxsize=256)
def _settled_path(
    support: Support, a: float, r: float, omega: float, xi: float
) -> list[tuple[float, float]] | None:
    """The path up to where it stands still, if it does so soon."""
    found, settled = _path(support, a, r, omega, xi, _FAR)
    return found if settled else None


@lru_cache(maxsize=1 << 12)
def _settled(
    support: Support, a: float, r: float, omega: float, xi: float, order: int, size: Size | None
) -> tuple[_Run, State] | None:
    """The recursion up to where it stands still, which serves every longer horizon.

    None if it does not within the first steps.
    """
    run = _Run(support, a, r, omega, xi, order, size)
    run.add(run.state)
    while run.steps < _FAR and r < 1:
        before, run.state = run.state, run.next(run.state)
        if still := run.standing_still(before):
            return run, still
        run.add(run.state)
        run.rescale()
    return None


class _Run:
    """The state of a recursion; p, c, d, ω, ξ are scaled by 2^−e, 2^−2e, 2^−3e, 2^−e, 2^−e."""

    def __init__(
        self,
        support: Support,
        a: float,
        r: float,
        omega: float,
        xi: float,
        order: int,
        size: Size | None,
    ) -> None:
        self.support, self.order, self.size = support, order, size
        self.a, self.r, self.omega, self.xi = a, r, omega, xi
        self.state = State(xi, 0.0, 0.0)
        self.exponent = self.steps = 0
        self.sums = [0.0, 0.0, 0.0]

    def next(self, x: State) -> State:
        """From t − 1 to t."""
        omega, a, support = self.omega, self.a, self.support
        p, c, d = x
        square = p * p
        p_next = (self.xi + support.slope(omega, a * p)) * RAISED
        c_next = d_next = 0.0
        if self.order > 1:
            c_next = support.bend(2 * omega * p + a * c, a * square)
        if self.order > 2:
            bent = 3 * (omega * square + a * p * c)
            d_next = support.twist(3 * omega * c + a * d, bent, a * square * p)
        return State(p_next, c_next, d_next)

    def heights(
        self, state: State, xi: float, t: int, rest: float | None = None
    ) -> tuple[float, float, float]:
        """p_t or what stands for it, b_t, T_t; `rest` is p_t − ξ."""
        p, c, d = state
        first = p
        if self.size:
            first = self.size(t, xi, (p - xi) * RAISED if rest is None else rest)
        second = self.support.bend(c, p * p) if self.order > 1 else 0.0
        third = self.support.twist(d, 3 * p * c, p * p * p) if self.order > 2 else 0.0
        return first, second, third

    def add(self, x: State) -> None:
        """Add a state to the sums."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise MagnitudeError(_TOO_LONG)
        one, two, three = self.heights(x, self.xi, self.steps)
        self.sums[0] += one * one
        self.sums[1] += two * two
        self.sums[2] += three * three
        if not sum(self.sums) < math.inf:
            raise MagnitudeError(_BEYOND)

    def standing_still(self, before: State) -> State | None:
        """A state that no later one exceeds, if there is one as close as can be.

        next() is monotone: a state that its successor does not exceed bounds all that follow.
        """
        now, slack = self.state, 1 - self.r
        if now.within(before):
            return before
        if slack > 0 and now.within(before.raised(slack * _STILL)):
            above = now.raised(_STILL)
            if self.next(above).within(above):
                return above
        return None

    def growing_evenly(self, left: int) -> tuple[float, float] | None:
        """C and D with c_t ≤ C p_t² and d_t ≤ D p_t³ from here on, in long memory.

        With p this large ω and ξ hardly count: p grows by a factor of at most r + q with
        q = (ξ + ωσ0)/p, wanted below 2^−40/left; and C, D are what their own recursions, divided
        by r² and r³, do not exceed.
        """
        r, a, (p, c, d) = self.r, self.a, self.state
        if r <= 1 or (self.xi + self.omega) * left > p * _STILL:
            return None
        omega, room = self.omega / p, _STILL / (1 - 1 / r)
        C = D = 0.0
        if self.order > 1:
            C = c / p**2 * (1 + room)
            if self.support.bend(2 * omega + a * C, a) * RAISED > C * r**2:
                return None
        if self.order > 2:
            D = d / p**3 * (1 + 16 * room)
            twisted = self.support.twist(3 * omega * C + a * D, 3 * (omega + a * C), a)
            if twisted * RAISED > D * r**3:
                return None
        return C, D

    def rescale(self) -> None:
        """Keep p in range."""
        while self.state.p > _LARGE:
            small = 1 / _LARGE
            p, c, d = self.state
            self.state = State(p * small, c * small**2, d * small**3)
            self.omega, self.xi = self.omega * small, self.xi * small
            self.sums = [total * small ** (2 * k) for k, total in enumerate(self.sums, 1)]
            self.exponent += _LARGE_BITS

    def result(self) -> Derivatives:
        """What was added up, at the last state."""
        last = self.heights(self.state, self.xi, self.steps)
        return self._scaled(map(arb, last), map(arb, self.sums))

    def result_standing(self, still: State, left: int) -> Derivatives:
        """The same after `left` more states that are all `still`."""
        with precision(_TAIL_BITS):
            last = [arb(x) for x in self.heights(still, self.xi, self.steps + left)]
            sums = [total + left * x**2 for total, x in zip(self.sums, last, strict=True)]
            return self._scaled(last, sums)

    def result_after(self, left: int, contraction: arb, C: float, D: float) -> Derivatives:
        """The same after `left` states that begin with this one and grow evenly."""
        p = self.state.p
        with precision(_TAIL_BITS + 2 * left.bit_length()):
            drift = arb((self.xi + self.support.slope(self.omega, 0.0)) * RAISED) / arb(p)
            growth = contraction + drift
            last, sums = [], []
            # ξr + p_t − ξ ≤ p_t.
            heights = self.heights(State(1.0, C, D), 0.0, _LATER, rest=1.0)
            for k, height in enumerate(heights, 1):
                first, ratio = arb(height) * arb(p) ** k, growth**k
                last.append(first * ratio ** (left - 1))
                powers = (ratio ** (2 * left) - 1) / (ratio**2 - 1)
                sums.append(self.sums[k - 1] + first**2 * powers)
            return self._scaled(last, sums)

    def _scaled(self, last: Iterable[arb], sums: Iterable[arb]) -> Derivatives:
        """Back at scale 1, raised for the additions."""
        more = arb(1) + arb(self.steps + 8) * arb(2) ** -52
        unit = arb(2) ** self.exponent
        heights = [(x * unit**k * more).upper() for k, x in enumerate(last, 1)]
        totals = [(x * unit ** (2 * k) * more).upper() for k, x in enumerate(sums, 1)]
        if not all(x.is_finite() for x in (*heights, *totals)):
            raise MagnitudeError(_BEYOND)
        return Derivatives(tuple(heights[: self.order]), tuple(totals[: self.order]))
