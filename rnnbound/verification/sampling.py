"""The inequalities behind the noise of the variant tight, tried on sums of two-point variables.

They are about any independent Z_i with E‖Z − EZ‖² ≤ σ² and ‖Z − EZ‖ ≤ M.  For two-point variables
the probability that their mean is far from EZ is a sum of binomial ones and needs no sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from rnnbound.network.arrays import Array
from rnnbound.numbers.balls import BALLS
from rnnbound.numbers.system import Number, NumberSystem
from rnnbound.theory import concentration
from rnnbound.verification import provider
from rnnbound.verification.check import Check, closeness, exceeds, settle

VARIANT: Final = "tight"
_DELTAS: Final = (0.9, 0.5, 0.1, 0.01, 0.001)
_PAIRS: Final = (1, 2, 10, 100, 1000)
#: Probabilities of the rarer of the two points.
_RARE: Final = (0.5, 0.1, 0.01)

#: s with ‖mean − EZ‖ ≤ s/√m with probability ≥ 1 − δ, given m, δ, σ² and M.
Tail = Callable[[NumberSystem, Number, Number, Number, Number], Number]


@dataclass(frozen=True, slots=True)
class Sum:
    """N independent variables of mean 0 and variance 1 that have two values.

    Attributes:
        pairs: N.
        rare: probability of the rarer value.
    """

    pairs: int
    rare: float

    @property
    def most(self) -> float:
        """The larger absolute value."""
        return float(np.sqrt((1 - self.rare) / self.rare))

    def quantile(self, delta: float) -> float:
        """The least x that |mean| exceeds with probability ≤ δ."""
        from scipy.special import gammaln

        N, p = self.pairs, self.rare
        k: Array = np.arange(N + 1.0)
        ways = gammaln(N + 1) - gammaln(k + 1) - gammaln(N - k + 1)
        chances = np.exp(ways + k * np.log(p) + (N - k) * np.log1p(-p))
        sizes = np.abs(k - N * p) / (N * np.sqrt(p * (1 - p)))
        order = np.argsort(-sizes)
        above = np.cumsum(chances[order])
        # What a few roundings may add to a probability counts for the statement.
        first = int(np.argmax(above > delta * (1 + 1e-9)))
        return float(sizes[order][first])


def _tails() -> Iterator[tuple[str, Tail]]:
    yield "Bernstein", concentration.bernstein
    yield "Cantelli", concentration.cantelli
    for p in concentration.HALVES:

        def moment(
            ns: NumberSystem, m: Number, delta: Number, variance: Number, most: Number, p: int = p
        ) -> Number:
            return concentration.moment(ns, m, delta, variance, most, p)

        yield f"moment {2 * p}", moment


def check() -> list[Check]:
    """Every inequality, judged where it fares worst."""
    return [_judge(name, tail) for name, tail in _tails()]


def _judge(name: str, tail: Tail) -> Check:
    cases = [(Sum(N, p), delta) for N in _PAIRS for p in _RARE for delta in _DELTAS]
    found = [(case.quantile(delta), _bound(tail, case, delta)) for case, delta in cases]
    worst = max(range(len(cases)), key=lambda i: closeness(*found[i]))
    (case, delta), (observed, bound) = cases[worst], found[worst]
    return settle(
        "propositions",
        f"{name}'s inequality bounds |mean − EZ|",
        VARIANT,
        observed=observed,
        bound=bound,
        trials=len(cases),
        failures=sum(exceeds(*pair) for pair in found),
        where=f"N = {case.pairs} variables of two values, p = {case.rare:g}, δ = {delta:g}",
    )


def _bound(tail: Tail, case: Sum, delta: float) -> float:
    """s/√m for m = 2N."""

    def evaluate() -> Number:
        m, one = BALLS.number(2 * case.pairs), BALLS.number(1)
        s = tail(BALLS, m, BALLS.number(delta), one, BALLS.number(case.most))
        return s / BALLS.sqrt(m)

    found = provider.value(evaluate)
    assert found is not None
    return found
