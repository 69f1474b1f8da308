"""The inequalities behind sampling errors, tried on means of two-point variables.

Those of the variant tight are about any independent Z_i with E‖Z − EZ‖² ≤ σ² and ‖Z − EZ‖ ≤ M;
those of sharp and corrected about ‖Z‖ ≤ B.  For two-point variables the probability that their mean
is far from EZ is a sum of binomial ones: it needs no sample, and δ may be as small as one likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np

from rnnbound.network.array_checks import Array
from rnnbound.numbers.balls import BALLS
from rnnbound.numbers.system import Number, NumberSystem
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory import concentration
from rnnbound.verification import theory_values
from rnnbound.verification.check import Check, closeness, exceeds, settle
from rnnbound.verification.scaled_activation_derivatives import Curve

_DELTAS: Final = (0.999, 0.9, 0.5, 0.1, 0.01, 0.001, 1e-9)
_PAIRS: Final = (1, 2, 10, 100, 1000)
#: Probabilities of the rarer of the two points.
_RARE: Final = (0.5, 0.1, 0.01)

#: B is 1: one step, |σ'| ≤ 1 and ν_u = 1.
_UNIT: Final = Scenario(
    horizon=1, samples=1, dim=1, nu_w=0, nu_u=1, rho_w=0, rho_u=1, activation="tanh"
)

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


#: A bound on the deviation of the mean, given δ.
Limit = Callable[[Sum, float], float]


def _inequalities(variant: str) -> Iterator[tuple[str, Limit]]:
    """By name; those without a variance are for p = 1/2 alone, where ‖Z‖ ≤ 1."""
    if variant == "tight":
        for name, tail in _tails():
            yield f"{name}: |mean − EZ|", partial(_by_variance, tail)
        return
    yield "Prop. 3: mean of signs", partial(_by_size, variant, _proposition3)
    if variant == "sharp":
        yield "noise/√m bounds the mean of signs", partial(_by_size, variant, _noise)


def _proposition3(c: Any, m: Number) -> Number:
    return c.proposition3(m)


def _noise(c: Any, m: Number) -> Number:
    return c.noise(m) / c.q.ns.sqrt(m)


def check(variant: str) -> list[Check]:
    """Every inequality of a variant, judged where it fares worst."""
    chances = _RARE if variant == "tight" else _RARE[:1]
    cases = [(Sum(N, p), delta) for N in _PAIRS for p in chances for delta in _DELTAS]
    return [_judge(text, variant, limit, cases) for text, limit in _inequalities(variant)]


def _judge(text: str, variant: str, limit: Limit, cases: Sequence[tuple[Sum, float]]) -> Check:
    found = [(case.quantile(delta), limit(case, delta)) for case, delta in cases]
    worst = max(range(len(cases)), key=lambda i: closeness(*found[i]))
    (case, delta), (observed, bound) = cases[worst], found[worst]
    return settle(
        "propositions",
        text,
        variant,
        observed=observed,
        bound=bound,
        trials=len(cases),
        failures=sum(exceeds(*pair) for pair in found),
        where=f"N = {case.pairs} variables of two values, p = {case.rare:g}, δ = {delta:g}",
    )


def _by_variance(tail: Tail, case: Sum, delta: float) -> float:
    """s/√m for m = 2N."""

    def evaluate() -> Number:
        m, one = BALLS.number(2 * case.pairs), BALLS.number(1)
        s = tail(BALLS, m, BALLS.number(delta), one, BALLS.number(case.most))
        return s / BALLS.sqrt(m)

    return _value(evaluate)


def _by_size(variant: str, of: Callable[[Any, Number], Number], case: Sum, delta: float) -> float:
    """A variant's bound at m = 2N where B = 1."""

    def evaluate() -> Number:
        c = theory_values.constants(variant, replace(_UNIT, delta=delta), Curve(_UNIT.activation))
        return of(c, BALLS.number(2 * case.pairs))

    return _value(evaluate)


def _value(evaluate: Callable[[], Number]) -> float:
    found = theory_values.value(evaluate)
    assert found is not None
    return found
