"""Theorem 1: projected gradient descent (arXiv:2402.12241v1, bound (18)), and its sharp forms.

All are about the training risk R = (1/n)Σ_jΣ_t e², with probability ≥ 1 − δ over the start, for
targets of the class (ν_w, ν_u) and steps Θ − η·½∇R (docs/theory.md, sections 6.1 and 6.2).  The
argument is one: the squared distance V to a comparator Θ̄ near the start, where the risk is small,
falls as long as the risk is larger than claimed; V ≥ 0 ends that.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal

from rnnbound.numbers.system import Number
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.theory.guarantee import Combine, RiskBound, Theorem
from rnnbound.theory.paper_constants import PaperConstants
from rnnbound.theory.sharp_constants import SharpConstants


class Theorem1(Theorem):
    """Best iterate, printed or corrected, with η = 1/(T√τ):

    ``min R ≤ (T/√τ)(‖ν‖²/2 + L²φ²/2) + (Tφ/√m) err``.

    The gradient is bounded by what outputs and targets can be at all, not by the risk, so the rate
    is τ^(−1/2) and the width grows with φ², 1/ε².
    """

    combine: ClassVar[Combine] = "sum"

    def __init__(self, constants: type[PaperConstants], title: str = "Theorem 1") -> None:
        self.make = constants
        self.title = title

    def constants(self, q: Quantities, a: Number) -> PaperConstants:
        return self.make(q, a)

    def bound(self, c: PaperConstants, m: Number, tau: Number) -> RiskBound:
        q, ns = c.q, c.q.ns
        terms = {
            "optimization": q.T / ns.sqrt(tau) * (q.nu_squared + c.L**2 * c.phi**2) / 2,
            "approximation": q.T * c.phi * c.err / ns.sqrt(m),
        }
        return RiskBound(terms, self.combine, 1 / (q.T * ns.sqrt(tau)))


class Theorem1SGD(Theorem1):
    """The same right-hand side, which with mini-batches bounds ``min_s E R(Θ(s))``."""

    expectation = "sampling"


class SharpTheorem(Theorem):
    """A theorem over the sharp constants or a refinement of them.

    Attributes:
        statement: what it is called over the sharp constants.
    """

    statement: ClassVar[str]

    def __init__(self, constants: type[SharpConstants], title: str | None = None) -> None:
        self.make = constants
        self.title = title or self.statement

    def constants(self, q: Quantities, a: Number) -> Any:
        return self.make(q, a)

    def sketch(self, q: Quantities, a: Number) -> Any:
        return self.make.sketch(q, a)


class Drift(SharpTheorem):
    """The drift argument: a risk is at most (A + k)², or more by what a subclass adds to A + k.

    ``A = ‖ν‖√(S/τ)``, ``k = K/√m`` with the K of the method, and the step ``η = A/((A + k) S)``.

    Since ‖g‖² ≤ S R, a step gains ψ = (2 − ηS)R − 2k√R (6.4); η is the step that makes the claim
    smallest.  The mean of R over the steps is bounded, hence the least one.
    """

    combine: ClassVar[Combine] = "squared-sum"

    @abstractmethod
    def K(self, c: Any, m: Number) -> Number:
        """K of the method at width `m`."""

    def further(self, c: Any, m: Number) -> dict[str, Number]:
        """Terms beside A and k, by name."""
        del c, m
        return {}

    def bound(self, c: Any, m: Number, tau: Number) -> RiskBound:
        ns = c.q.ns
        A, k = c.q.nu * ns.sqrt(c.S / tau), self.K(c, m) / ns.sqrt(m)
        terms = {"optimization": A, "approximation": k, **self.further(c, m)}
        return RiskBound(terms, self.combine, A / ((A + k) * c.S))


class SharpDrift(Drift):
    """Sharp Theorem 1, drift form (best iterate): ``min R ≤ (‖ν‖√(S/τ) + K/√m)²``."""

    statement = "Sharp Theorem 1 (drift form)"
    form: ClassVar[str | None] = "drift"
    projects_u = False
    competes = False

    def K(self, c: SharpConstants, m: Number) -> Number:
        return c.K(m)


class SharpDescent(SharpTheorem):
    """Sharp Theorem 1, descent form (last iterate): ``R(Θ(τ)) ≤ S'‖ν‖²/τ + K²/m``.

    ``S' = S + √R₀ b_H/√m`` with R₀ = B_H², and η = 1/S'.

    S' bounds the Hessian of ½R wherever R ≤ R₀; with η = 1/S' the risk never rises (6.5), so that
    what holds of the mean over the steps holds of the last one.
    """

    statement = "Sharp Theorem 1 (descent form)"
    form = "descent"
    iterate = "last"
    projects_u = False
    rate: ClassVar[Literal["1/2", "1"]] = "1"
    combine: ClassVar[Combine] = "sum"

    def bound(self, c: SharpConstants, m: Number, tau: Number) -> RiskBound:
        q = c.q
        S_prime = c.S + c.B_H * c.b_H / q.ns.sqrt(m)
        terms = {"optimization": S_prime * q.nu_squared / tau, "approximation": c.K(m) ** 2 / m}
        return RiskBound(terms, self.combine, 1 / S_prime)
