"""The interface of a guarantee that can be inverted, and what all inversions share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from flint import arb, ctx

from rnnbound.numbers import count as counts
from rnnbound.numbers.balls import BALLS, precision, precisions
from rnnbound.numbers.count import Count, above, below
from rnnbound.numbers.limits import Real, TooLargeError
from rnnbound.planning.search import least_count
from rnnbound.setting.quantities import Quantities, quantities
from rnnbound.setting.scenario import Scenario
from rnnbound.theory.guarantee import RiskBound

#: A plan's width × iterations may exceed the optimum by this fraction.
SLACK: Final = 0.001
#: Neurons come in mirrored pairs.
PAIR: Final = 2
#: Beyond this count one unit more or less cannot make up for SLACK.
_WALKED: Final = 10 * PAIR / SLACK
_MARGIN_BITS: Final = 80
_ROUNDING: Final = 1e-12
#: A count whose plan cannot be better by so much is passed over, not the end of the search: the
#: least work is not quite convex where a bound is the smaller of two.
HOPE: Final = 1.03


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A guarantee at one width and iteration count.

    Attributes:
        bound: its right-hand side, in balls.
        title: the statement.
        form: which of two forms, if there are two.
        a: the bound on the recurrent weights during training.
        radius_w: ρ_w/√m, how far each W_ii may move; None without projection.
        radius_u: ρ_u/√m, how far each U_i may move; None where U is not projected.
        margins: hypotheses by name, each with what is left of it (≥ 0: it holds).
    """

    bound: RiskBound
    title: str
    form: str | None
    a: arb
    radius_w: arb | None
    radius_u: arb | None
    margins: tuple[tuple[str, arb], ...]


class Solver(ABC):
    """A variant of a method at a scenario.

    Values are computed at flint's current precision; the methods that return counts choose
    their own precision and certify what they return.
    """

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
    def optimum(self, epsilon: float) -> Iterator[tuple[arb, arb]]:
        """Real (m, τ) at which m·τ is least, best first, for the bound `epsilon`."""

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

        The smaller of the two counts is tried at integers around the real optimum and the other
        follows, so rounding costs at most one unit of the larger; where both are small, every
        integer that could be better is tried.
        """
        with self.searching():
            starts = list(self.optimum(epsilon))
        if not starts:
            return None
        found: list[tuple[Count, Count]] = []
        for width, steps in starts:
            by_steps = bool(steps.mid() < width.mid())
            fixed = steps if by_steps else width
            if fixed > 1 / _ROUNDING:
                # At a corner of the feasible set nothing below is feasible: allow for rounding.
                fixed *= 1 + _ROUNDING
            around = counts.at_least(fixed, 1 if by_steps else PAIR)
            pairs = _Candidates(self, epsilon, by_steps)
            pairs.add(around)
            with self.searching():
                ideal = width.mid() * steps.mid()
                close = bool(pairs.work < ideal * (1 + arb(SLACK)))
            if not close and around < _WALKED:
                pairs.walk(around)
            found.append(pairs.best)
        m, tau = min(found, key=_work)
        return self.settle(m, tau, epsilon)

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


def _work(pair: tuple[Count, Count]) -> arb:
    m, tau = pair
    return BALLS.number(m).mid() * BALLS.number(tau).mid()


class _Candidates:
    """Plans with one count fixed and the other as small as it can be."""

    def __init__(self, solver: Solver, epsilon: float, by_steps: bool) -> None:
        self._solver, self._epsilon, self._by_steps = solver, epsilon, by_steps
        self._step = 1 if by_steps else PAIR
        self.best: tuple[Count, Count] = (0, 0)
        self.work = arb.pos_inf()

    def add(self, fixed: Count) -> arb | None:
        """Try `fixed`; returns a lower bound on the real work there, None if infeasible."""
        solver, epsilon = self._solver, self._epsilon
        other: Count | None
        if self._by_steps:
            other = solver.least_width(fixed, epsilon)
        else:
            other = solver.least_iterations(fixed, epsilon)
        if other is None:
            return None
        pair = (other, fixed) if self._by_steps else (fixed, other)
        with precision(counts.bits(fixed) + counts.bits(other)):
            work = _work(pair)
            if work < self.work:
                self.best, self.work = pair, work
            spare = PAIR if self._by_steps else 1
            return work - BALLS.number(fixed) * spare if other > spare else work

    def walk(self, around: Count) -> None:
        """Try all integers on both sides for as long as one of them could be better."""
        for move in (below, above):
            fixed = around
            while (fixed := move(fixed, self._step)) > 0:
                least = self.add(fixed)
                if least is None or least >= self.work * HOPE:
                    break
