"""Geometric sums (section 2): μ0_t(z) = Σ_{k<t} z^k and μ1_t(z) = Σ_{k<t} (k+1) z^k.

At z = aσ1 they say how much of the past a neuron remembers: bounded in T for z < 1, T and
T(T+1)/2 at z = 1, exponential beyond.  They are run by their recursion and not by the closed form
(1 − z^t)/(1 − z), which cancels near z = 1.
"""

from __future__ import annotations

from typing import NamedTuple

from rnnbound.numbers.polynomial_recurrence import iterate
from rnnbound.numbers.system import Number, NumberSystem


class GeometricSums(NamedTuple):
    """μ0_t(z), μ1_t(z) and μ1_{t−1}(z)."""

    mu0: Number
    mu1: Number
    mu1_before: Number


def geometric_sums(ns: NumberSystem, z: Number, t: Number) -> GeometricSums:
    """The sums at t ≥ 1, by μ0_t = 1 + z μ0_{t−1} and μ1_t = 1 + z(μ0_{t−1} + μ1_{t−1})."""

    def step(state: tuple[Number, ...]) -> tuple[Number, ...]:
        mu0, mu1 = state
        return 1 + z * mu0, 1 + z * (mu0 + mu1)

    zero = ns.number(0)
    before = iterate(ns, step, (zero, zero), t - 1)
    mu0, mu1 = step(before)
    return GeometricSums(mu0, mu1, before[1])
