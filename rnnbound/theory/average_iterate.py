"""Corollary 1: the average iterate of projected gradient descent (arXiv:2402.12241v1).

Θ̂ is the mean of Θ(0), …, Θ(τ−1).  Were the network linear, its outputs would be the mean of theirs
and its risk at most the mean of the risks; what it is from linear on the projection set comes on
top.  Nothing need be watched during training to know which iterate to keep.
"""

from __future__ import annotations

from abc import abstractmethod

from rnnbound.numbers.system import Number
from rnnbound.theory.guarantee import RiskBound
from rnnbound.theory.paper_constants import CorrectedConstants, PaperConstants, PrintedConstants
from rnnbound.theory.projected_descent import Drift, Theorem1
from rnnbound.theory.sharp_constants import SharpConstants


class Corollary1(Theorem1):
    """``R(Θ̂) ≤ (2T/√τ)(‖ν‖² + L²φ²) + (4Tφ/√m) err + linearization``.

    The first two terms are four times those of Theorem 1.
    """

    iterate = "average"

    def bound(self, c: PaperConstants, m: Number, tau: Number) -> RiskBound:
        best = super().bound(c, m, tau)
        terms = {name: 4 * term for name, term in best.terms.items()}
        return RiskBound(
            {**terms, "linearization": self.linearization(c, m)}, self.combine, best.step_size
        )

    @abstractmethod
    def linearization(self, c: PaperConstants, m: Number) -> Number:
        """The linearisation error of the average, as this version has it."""


class Corollary1Printed(Corollary1):
    """Printed: neither squared nor summed over time (erratum 8)."""

    def __init__(self) -> None:
        super().__init__(PrintedConstants, "Corollary 1")

    def linearization(self, c: PaperConstants, m: Number) -> Number:
        """(6/m)(Λ²σ2 + γσ1)‖ρ‖²."""
        return 6 * c.linearization * c.q.rho_squared / m


class Corollary1Corrected(Corollary1):
    """Corrected: the error enters squared and summed over time."""

    def __init__(self) -> None:
        super().__init__(CorrectedConstants, "Corollary 1")

    def linearization(self, c: PaperConstants, m: Number) -> Number:
        """(24T/m)(Λ²σ2 + γσ1)²‖ρ‖⁴."""
        return 24 * c.q.T * (c.linearization * c.q.rho_squared) ** 2 / m


class SharpAverage(Drift):
    """Sharp Corollary 1: ``R(Θ̂) ≤ (‖ν‖√(S/τ) + K_D/√m + b_H‖ρ‖²/(2√m))²``."""

    statement = "Sharp Corollary 1"
    iterate = "average"

    def K(self, c: SharpConstants, m: Number) -> Number:
        return c.K_D(m)

    def further(self, c: SharpConstants, m: Number) -> dict[str, Number]:
        return {"linearization": c.b_H * c.q.rho_squared / (2 * c.q.ns.sqrt(m))}
