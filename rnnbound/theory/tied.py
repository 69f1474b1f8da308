"""Tied pairs (section 6.3): the two members of each pair move by q and −q.

The network is then ``(2/√m) Σ c_i (h(θ0+q_i) − h(θ0−q_i))/2``, whose second derivatives vanish at
the start: what was curvature, O(1/√m), becomes O(1/m).

Averaging the pairs after a step is a projection onto a subspace that holds the comparator, so all
arguments of Theorem 1 go through with other K's; they need bounded third derivatives of σ and the
tight constants.
"""

from __future__ import annotations

from typing import ClassVar

from rnnbound.numbers.system import Number
from rnnbound.theory.projected_descent import Drift
from rnnbound.theory.tight_constants import TightConstants


class TiedDrift(Drift):
    """Drift form (best iterate): ``min R ≤ (‖ν‖√(S/τ) + K_tied/√m)²``."""

    statement = "Tied pairs (drift form)"
    form: ClassVar[str | None] = "drift"

    def K(self, c: TightConstants, m: Number) -> Number:
        return c.K_tied(m)


class TiedSGD(Drift):
    """``min_s E R(Θ(s)) ≤ (1/τ)Σ_s E R(Θ(s)) ≤ (‖ν‖√(S/τ) + K_tied_sgd/√m)²``."""

    statement = "Tied SGD"
    expectation = "sampling"

    def K(self, c: TightConstants, m: Number) -> Number:
        return c.K_tied_sgd(m)


class TiedAverage(Drift):
    """``R(Θ̂) ≤ (‖ν‖√(S/τ) + K_tied_sgd/√m + T_H‖ρ‖³/(2m))²``."""

    statement = "Tied pairs (average iterate)"
    iterate = "average"

    def K(self, c: TightConstants, m: Number) -> Number:
        return c.K_tied_sgd(m)

    def further(self, c: TightConstants, m: Number) -> dict[str, Number]:
        return {"linearization": c.T_H * c.q.rho**3 / (2 * m)}
