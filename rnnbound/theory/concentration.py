"""How far the mean of m/2 independent neurons is from its expectation (section 4.4).

Z_1, …, Z_N with N = m/2 are independent in a Hilbert space, ‖Z − EZ‖ ≤ M and E‖Z − EZ‖² ≤ σ².  Each
line below is a number s with ‖mean − EZ‖ ≤ s/√m with probability ≥ 1 − δ; they are computed before
anything is sampled, so the least of them serves.

Which one is least depends on δ and on how much smaller σ is than M: Bernstein for small δ, the
moments around δ = 0.01 to 0.1, Cantelli for large δ.  All increase with σ and M, so that upper
bounds of these serve (docs/theory.md, Noise, for the proofs).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import comb
from typing import Final

from rnnbound.numbers.system import Number, NumberSystem

#: Half the orders of the moments that are tried: at δ = 0.1 and 0.01 they beat their neighbours.
HALVES: Final = (3, 5)


def tails(
    ns: NumberSystem, m: Number, delta: Number, variance: Number, most: Number
) -> Iterator[Number]:
    """The bounds for given m, δ, σ² and M."""
    yield bernstein(ns, m, delta, variance, most)
    yield cantelli(ns, m, delta, variance, most)
    for p in HALVES:
        yield moment(ns, m, delta, variance, most, p)


def bernstein(ns: NumberSystem, m: Number, delta: Number, variance: Number, most: Number) -> Number:
    """Bernstein's inequality in Pinelis' form, solved: q + √(q² + 4xσ²), q = 2xM/(3√m).

    x = log(2/δ).  With σ = M/2 = B_H it is below 2B_H√x + (8/3)B_H x/√m.
    """
    x = ns.log(2 / delta)
    q = 2 * x * most / (3 * ns.sqrt(m))
    return q + ns.sqrt(q**2 + 4 * x * variance)


def cantelli(ns: NumberSystem, m: Number, delta: Number, variance: Number, most: Number) -> Number:
    """Cantelli's inequality for ‖ΣZ‖²: √( 2σ² + 2√(2(σ⁴ + M²σ²/m)(1/δ − 1)) ).

    From the variance of the squared norm; no term with M survives for large m.
    """
    spread = ns.sqrt(2 * (variance**2 + most**2 * variance / m) * ((1 - delta) / delta))
    return ns.sqrt(2 * (variance + spread))


def moment(
    ns: NumberSystem, m: Number, delta: Number, variance: Number, most: Number, p: int
) -> Number:
    """Markov's inequality for ‖ΣZ‖^2p: (2M/√m)(μ_2p(λ)/δ)^(1/2p), λ = mσ²/(2M²).

    μ_n is the n-th central moment of the Poisson distribution.
    """
    load = m * variance / (2 * most**2)
    total = ns.number(0)
    for coefficient in reversed(_poisson_moment(2 * p)):
        total = total * load + coefficient
    return 2 * most / ns.sqrt(m) * ns.exp(ns.log(total / delta) / (2 * p))


@cache
def _poisson_moment(n: int) -> list[int]:
    """μ_n(λ) by powers of λ, from μ_{k+1} = λ Σ_{i<k} C(k, i) μ_i, μ_0 = 1, μ_1 = 0."""
    mu = [[1], [0]]
    for k in range(1, n):
        lower = [0] * k
        for i in range(k):
            for power, coefficient in enumerate(mu[i]):
                lower[power] += comb(k, i) * coefficient
        mu.append([0, *lower])
    return mu[n]
