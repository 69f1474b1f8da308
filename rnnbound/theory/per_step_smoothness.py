"""Sharp Lemma (section 4.3): Lipschitz and smoothness constants per time step, free of d.

With μ_t = μ0_t(r), r = aσ1, κ = √(1 + σ0²) and μ_t = 0 for t ≤ 0, for |W_ii| ≤ a:

    ‖∂_U H_t‖ ≤ u_t = σ1 μ_t            |∂_W H_t| ≤ w_t = σ0 σ1 μ_{t−1}
    ‖∂ H_t‖  ≤ L_t = √(u_t² + w_t²)
    ‖∂²H_t‖  ≤ b_t = r b_{t−1} + σ2(μ_t² + σ0²μ_{t−1}²) + σ1²(σ0 μ_{t−2} + κ μ_{t−1})

Derivatives are those of one neuron's state in its own weights (W_ii, U_i).  The Hessian is bounded
as an operator on R^{1+d}, not entry by entry: this is where the factors d and √d of Lemma 1 go.
Every coefficient is ≥ 0, so all grow with a and with t, and are polynomials in a.
"""

from __future__ import annotations

from dataclasses import dataclass

from rnnbound.numbers.polynomial_recurrence import State, iterate
from rnnbound.numbers.system import Number
from rnnbound.scenario.memory import contraction
from rnnbound.scenario.scenario_in_number_system import Quantities


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
    """The recursion, run to the horizon.

    It is linear in the products that it carries, so `iterate` runs it in closed form for symbols,
    by powers of a matrix for horizons of hundreds of digits, and step by step in between.

    Args:
        q: the scenario's symbols.
        a: the bound on |W_ii|.
    """
    ns = q.ns
    r = contraction(q, a)
    kappa = ns.sqrt(1 + q.sigma0**2)

    def u(mu: Number) -> Number:
        return q.sigma1 * mu

    def w(mu_before: Number) -> Number:
        return q.sigma0 * q.sigma1 * mu_before

    def b(mu: Number, mu_1: Number, mu_2: Number, before: Number) -> Number:
        """b_t, given μ_t, μ_{t−1}, μ_{t−2} and b_{t−1}."""
        bent = q.sigma2 * (mu**2 + q.sigma0**2 * mu_1**2)
        return r * before + bent + q.sigma1**2 * (q.sigma0 * mu_2 + kappa * mu_1)

    def add(mu: Number, mu_1: Number, b_t: Number, sums: State) -> State:
        """The sums over time, up to t."""
        uu, uw, ww, bb = sums
        u_t, w_t = u(mu), w(mu_1)
        return uu + u_t**2, uw + u_t * w_t, ww + w_t**2, bb + b_t**2

    def step(state: State) -> State:
        """From μ_{t−1}, b_t and the sums before t to the next t."""
        mu_1, b_t, *sums = state
        mu = 1 + r * mu_1
        return mu, b(1 + r * mu, mu, mu_1, b_t), *add(mu, mu_1, b_t, tuple(sums))

    zero, one = ns.number(0), ns.number(1)
    first = (zero, b(one, zero, zero, zero), *(zero,) * 4)
    mu_1, b_T, *sums = iterate(ns, step, first, q.T - 1)
    mu = 1 + r * mu_1
    return Smoothness(u(mu), w(mu_1), b_T, *add(mu, mu_1, b_T, tuple(sums)))
