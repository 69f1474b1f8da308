"""The interface of a guarantee that can be inverted, and what all inversions share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Final

from flint import arb, ctx

from rnnbound.numbers import count as counts
from rnnbound.numbers.balls import BALLS, precision, precisions
from rnnbound.numbers.count import Count, above
from rnnbound.numbers.limits import Real, TooLargeError
from rnnbound.planning.convex_search import PAIR, least_count
from rnnbound.planning.least_work_proof import FromBelow, least_work
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.scenario_in_number_system import Quantities, quantities
from rnnbound.theory.guarantee import Iterate, RiskBound

_MARGIN_BITS: Final = 80
_ROUNDING: Final = 1e-12
#: Counts, each an eighth larger, that are tried where an optimum turns out to be too small.
_MOST_WIDENED: Final = 100


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A guarantee at one width and iteration count.

    Attributes:
        bound: its right-hand side, in balls.
        title: the statement.
        form: which of two forms, if there are two.
        iterate, expectation: whose risk is bounded, and what it is a mean over.
        a: the bound on the recurrent weights during training.
        radius_w: ρ_w/√m, how far each W_ii may move; None without projection.
        radius_u: ρ_u/√m, how far each U_i may move; None where U is not projected.
        margins: hypotheses by name, each with what is left of it (≥ 0: it holds).
    """

    bound: RiskBound
    title: str
    form: str | None
    iterate: Iterate
    expectation: str | None
    a: arb
    radius_w: arb | None
    radius_u: arb | None
    margins: tuple[tuple[str, arb], ...]


class Solver(ABC):
    """A variant of a method at a scenario.

    Values are computed at flint's current precision; the methods that return counts choose
    their own precision and certify what they return.

    Attributes:
        monotone: whether the bound moves one way with every quantity, but for constants that are
            computed.
    """

    monotone: ClassVar[bool] = True

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._lifted: dict[int, Quantities] = {}

    @property
    def q(self) -> Quantities:
        """The scenario's symbols at the current precision."""
        if ctx.prec not in self._lifted:
            self._lifted[ctx.prec] = quantities(self.scenario, BALLS)
        return self._lifted[ctx.prec]

    @abstractmethod
    def evaluate(self, m: Count, tau: Count) -> Evaluation | None:
        """The guarantee at (m, τ); None if none of its forms applies there."""

    @abstractmethod
    def optimum(self, epsilon: float) -> tuple[arb, arb] | None:
        """About the real (m, τ) at which m·τ is least, for the bound `epsilon`."""

    @abstractmethod
    def from_below(self, m: Count, tau: Count, epsilon: float) -> FromBelow:
        """Lower bounds of the iterations that widths need, close at the plan (m, τ).

        For low precision, as a search uses it.
        """

    @abstractmethod
    def infimum(self, m: Count | None, tau: Count | None) -> arb:
        """The limit of the bound at width `m` (or at `tau` iterations): no ε below it is met."""

    @property
    def start_bits(self) -> int:
        """Precision that the horizon alone asks for: T steps lose log2(T) bits."""
        return _MARGIN_BITS + self.scenario.horizon.bit_length()

    @contextmanager
    def searching(self) -> Iterator[None]:
        """Low precision, enough to search."""
        with precision(self.start_bits):
            yield

    def bits(self, m: Count, tau: Count) -> int:
        """Precision that tells (m, τ) from its neighbours."""
        return self.start_bits + max(counts.bits(m), counts.bits(tau))

    def gap(self, m: Count, tau: Count, epsilon: Real) -> arb | None:
        """log(bound/ε), decided in sign; None where the guarantee does not apply.

        A bound that no affordable precision separates from ε counts as above it, and one that is
        beyond all numbers as none.
        """
        for bits in precisions(self.bits(m, tau)):
            with precision(bits):
                try:
                    evaluation = self.evaluate(m, tau)
                except TooLargeError:
                    return None
                if evaluation is None:
                    return None
                ratio: arb = evaluation.bound.risk / BALLS.number(epsilon)
                if ratio <= 1 or ratio > 1:
                    return ratio.log()
            if bits > 64 * self.bits(m, tau):
                break
        return None

    def holds(self, m: Count, tau: Count, epsilon: Real) -> bool:
        """Whether the bound at (m, τ) is certainly at most `epsilon`."""
        gap = self.gap(m, tau, epsilon)
        return gap is not None and bool(gap <= 0)

    @abstractmethod
    def least_iterations(self, m: Count, epsilon: Real) -> Count | None:
        """The least τ at width `m`, or None."""

    @abstractmethod
    def least_width(self, tau: Count, epsilon: Real) -> Count | None:
        """The least even m at `tau` iterations, or None."""

    def about_iterations(self, m: Count, epsilon: Real) -> Count | None:
        """An iteration count near the least one at width `m`, found without checking it."""
        return self.least_iterations(m, epsilon)

    def about_width(self, tau: Count, epsilon: Real) -> Count | None:
        """A width near the least one at `tau` iterations, found without checking it."""
        return self.least_width(tau, epsilon)

    def best(self, epsilon: float) -> tuple[Count, Count] | None:
        """(m, τ) with m·τ within half a percent of the least there is, locally minimal.

        The smaller count of the real optimum is rounded up and the other one follows.  Then it is
        proved that no other plan needs much less, or the one that does is taken.
        """
        with self.searching():
            start = self.optimum(epsilon)
        rounded = start and self._rounded(*start, epsilon)
        if not rounded:
            return None
        planned = self.settle(*rounded, epsilon)
        with self.searching():
            found = least_work(self, *planned, epsilon)
        return planned if found == planned else self.settle(*found, epsilon)

    def _rounded(self, width: arb, steps: arb, epsilon: float) -> tuple[Count, Count] | None:
        """Whole counts near a real optimum."""
        by_steps = bool(steps.mid() < width.mid())
        fixed, step = (steps, 1) if by_steps else (width, PAIR)
        if fixed > 1 / _ROUNDING:
            # At a corner of the feasible set nothing below is feasible: allow for rounding.
            fixed *= 1 + _ROUNDING
        count = counts.at_least(fixed, step)
        for _ in range(_MOST_WIDENED):
            if by_steps:
                other = self.least_width(count, epsilon)
            else:
                other = self.least_iterations(count, epsilon)
            if other is not None:
                return (other, count) if by_steps else (count, other)
            with precision(counts.bits(count)):
                count = max(above(count, step), counts.at_least(BALLS.number(count) * 9 / 8, step))
        return None

    def settle(self, m: Count, tau: Count, epsilon: float) -> tuple[Count, Count]:
        """The same plan without a neuron pair or an iteration to spare."""
        while True:
            fewer = self.least_iterations(m, epsilon)
            tau = min(tau, fewer) if fewer is not None else tau
            narrower = self.least_width(tau, epsilon)
            if narrower is None or narrower >= m:
                return m, tau
            m = narrower


class SearchedSolver(Solver):
    """A solver that guesses a count in low precision and searches from there."""

    @abstractmethod
    def iterations_guess(self, m: Count, epsilon: Real) -> arb | None:
        """About how many iterations width `m` needs; None if no number suffices."""

    @abstractmethod
    def width_guess(self, tau: Count, epsilon: Real) -> arb | None:
        """About how wide `tau` iterations need it; None if no width suffices."""

    def about_iterations(self, m: Count, epsilon: Real) -> Count | None:
        with self.searching():
            guess = self.iterations_guess(m, epsilon)
        return None if guess is None else counts.at_least(guess)

    def about_width(self, tau: Count, epsilon: Real) -> Count | None:
        with self.searching():
            guess = self.width_guess(tau, epsilon)
        return None if guess is None else counts.at_least(guess, PAIR)

    def least_iterations(self, m: Count, epsilon: Real) -> Count | None:
        """The least τ at width `m`, or None."""
        guess = self.about_iterations(m, epsilon)
        if guess is None:
            return None
        return least_count(lambda tau: self.gap(m, tau, epsilon), guess, 1)

    def least_width(self, tau: Count, epsilon: Real) -> Count | None:
        """The least even m at `tau` iterations, or None."""
        guess = self.about_width(tau, epsilon)
        if guess is None:
            return None
        return least_count(lambda m: self.gap(m, tau, epsilon), guess, PAIR)
