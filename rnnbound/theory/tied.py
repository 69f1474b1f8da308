"""Tied pairs (section 6.3): the two members of each pair move by q and −q.

The network is then ``(2/√m) Σ c_i (h(θ0+q_i) − h(θ0−q_i))/2``, whose second derivatives vanish at
the start: what was curvature, O(1/√m), becomes O(1/m).
"""

from __future__ import annotations

from typing import ClassVar

from rnnbound.numbers.system import Number
from rnnbound.theory.guarantee import Combine, RiskBound
from rnnbound.theory.theorem1 import SharpTheorem, drift_terms
from rnnbound.theory.tight import TightConstants


class TiedDrift(SharpTheorem):
    """Drift form (best iterate): ``min R ≤ (‖ν‖√(S/τ) + K_tied/√m)²``."""

    statement = "Tied pairs (drift form)"
    form: ClassVar[str | None] = "drift"
    combine: ClassVar[Combine] = "squared-sum"

    def bound(self, c: TightConstants, m: Number, tau: Number) -> RiskBound:
        A, k, step = drift_terms(c, m, tau, c.K_tied(m))
        return RiskBound({"optimization": A, "approximation": k}, self.combine, step)


class TiedSGD(SharpTheorem):
    """``min_s E R(Θ(s)) ≤ (1/τ)Σ_s E R(Θ(s)) ≤ (‖ν‖√(S/τ) + K_tied_sgd/√m)²``."""

    statement = "Tied SGD"
    combine: ClassVar[Combine] = "squared-sum"

    def bound(self, c: TightConstants, m: Number, tau: Number) -> RiskBound:
        A, k, step = drift_terms(c, m, tau, c.K_tied_sgd(m))
        return RiskBound({"optimization": A, "approximation": k}, self.combine, step)


class TiedAverage(SharpTheorem):
    """``R(Θ̂) ≤ (‖ν‖√(S/τ) + K_tied_sgd/√m + T_H‖ρ‖³/(2m))²``."""

    statement = "Tied pairs (average iterate)"
    combine: ClassVar[Combine] = "squared-sum"

    def bound(self, c: TightConstants, m: Number, tau: Number) -> RiskBound:
        q = c.q
        A, k, step = drift_terms(c, m, tau, c.K_tied_sgd(m))
        terms = {
            "optimization": A,
            "approximation": k,
            "linearization": c.T_H * q.rho**3 / (2 * m),
        }
        return RiskBound(terms, self.combine, step)
