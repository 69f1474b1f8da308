"""Sharp Lemma (section 4.3): Lipschitz and smoothness constants per time step, free of d.

With μ_t = μ0_t(r), r = aσ1, κ = √(1 + σ0²) and μ_t = 0 for t ≤ 0, for |W_ii| ≤ a:

    ‖∂_U H_t‖ ≤ u_t = σ1 μ_t            |∂_W H_t| ≤ w_t = σ0 σ1 μ_{t−1}
    ‖∂ H_t‖  ≤ L_t = √(u_t² + w_t²)
    ‖∂²H_t‖  ≤ b_t = r b_{t−1} + σ2(μ_t² + σ0²μ_{t−1}²) + σ1²(σ0 μ_{t−2} + κ μ_{t−1})
"""

from __future__ import annotations

from dataclasses import dataclass

from rnnbound.numbers.recurrence import iterate
from rnnbound.numbers.system import Number
from rnnbound.setting.memory import contraction
from rnnbound.setting.quantities import Quantities


@dataclass(frozen=True)
class Smoothness:
    """The constants at the horizon T and their sums over t ≤ T.

    Attributes:
        u, w, b: u_T, w_T, b_T.
        sum_uu, sum_uw, sum_ww: Σ u_t², Σ u_t w_t, Σ w_t².
        sum_bb: Σ b_t².
    """

    u: Number
    w: Number
    b: Number
    sum_uu: Number
    sum_uw: Number
    sum_ww: Number
    sum_bb: Number


def smoothness(q: Quantities, a: Number) -> Smoothness:
    """The recursion, run to the horizon."""
    ns = q.ns
    r = contraction(q, a)
    kappa = ns.sqrt(1 + q.sigma0**2)

    def u(mu: Number) -> Number:
        return q.sigma1 * mu

    def w(mu_before: Number) -> Number:
        return q.sigma0 * q.sigma1 * mu_before

    def advance(
        mu: Number, mu_1: Number, mu_2: Number, state: tuple[Number, ...]
    ) -> tuple[Number, ...]:
        """One time step, given μ_t, μ_{t−1}, μ_{t−2} and the state at t − 1."""
        b, sum_uu, sum_uw, sum_ww, sum_bb = state
        b = (
            r * b
            + q.sigma2 * (mu**2 + q.sigma0**2 * mu_1**2)
            + q.sigma1**2 * (q.sigma0 * mu_2 + kappa * mu_1)
        )
        return (
            b,
            sum_uu + u(mu) ** 2,
            sum_uw + u(mu) * w(mu_1),
            sum_ww + w(mu_1) ** 2,
            sum_bb + b**2,
        )

    def step(state: tuple[Number, ...]) -> tuple[Number, ...]:
        mu_2, *rest = state
        mu_1 = 1 + r * mu_2
        return mu_1, *advance(1 + r * mu_1, mu_1, mu_2, tuple(rest))

    zero, one = ns.number(0), ns.number(1)
    first = (zero, *advance(one, zero, zero, (zero,) * 5))
    mu_before, b, *sums = iterate(ns, step, first, q.T - 1)
    return Smoothness(u(1 + r * mu_before), w(mu_before), b, *sums)
