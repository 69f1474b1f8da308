"""Theorem 1: projected gradient descent (arXiv:2402.12241v1, bound (18)), and its sharp forms."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from rnnbound.numbers.system import Number
from rnnbound.setting.quantities import Quantities
from rnnbound.theory.guarantee import Combine, RiskBound, Theorem
from rnnbound.theory.paper import PaperConstants
from rnnbound.theory.sharp import SharpConstants


class Theorem1(Theorem):
    """Best iterate, printed or corrected, with η = 1/(T√τ):

    ``min R ≤ (T/√τ)(‖ν‖²/2 + L²φ²/2) + (Tφ/√m) err``.
    """

    combine: ClassVar[Combine] = "sum"

    def __init__(self, constants: type[PaperConstants], title: str = "Theorem 1") -> None:
        self._constants = constants
        self.title = title

    def constants(self, q: Quantities, a: Number) -> PaperConstants:
        return self._constants(q, a)

    def bound(self, c: PaperConstants, m: Number, tau: Number) -> RiskBound:
        q, ns = c.q, c.q.ns
        terms = {
            "optimization": q.T / ns.sqrt(tau) * (q.nu_squared + c.L**2 * c.phi**2) / 2,
            "approximation": q.T * c.phi * c.err / ns.sqrt(m),
        }
        return RiskBound(terms, self.combine, 1 / (q.T * ns.sqrt(tau)))


def drift_terms(
    c: SharpConstants, m: Number, tau: Number, K: Number
) -> tuple[Number, Number, Number]:
    """A = ‖ν‖√(S/τ), k = K/√m and the step η = A/((A + k) S) of the drift argument."""
    ns = c.q.ns
    A = c.q.nu * ns.sqrt(c.S / tau)
    k = K / ns.sqrt(m)
    return A, k, A / ((A + k) * c.S)


class SharpTheorem(Theorem):
    """A theorem over the sharp constants or a refinement of them.

    Attributes:
        statement: what it is called over the sharp constants.
    """

    statement: ClassVar[str]

    def __init__(self, constants: type[SharpConstants], title: str | None = None) -> None:
        self._constants = constants
        self.title = title or self.statement

    def constants(self, q: Quantities, a: Number) -> Any:
        return self._constants(q, a)

    def sketch(self, q: Quantities, a: Number) -> Any:
        return self._constants.sketch(q, a)


class SharpDrift(SharpTheorem):
    """Sharp Theorem 1, drift form (best iterate): ``min R ≤ (‖ν‖√(S/τ) + K/√m)²``."""

    statement = "Sharp Theorem 1 (drift form)"
    form: ClassVar[str | None] = "drift"
    combine: ClassVar[Combine] = "squared-sum"
    projects_u = False

    def bound(self, c: SharpConstants, m: Number, tau: Number) -> RiskBound:
        A, k, step = drift_terms(c, m, tau, c.K(m))
        return RiskBound({"optimization": A, "approximation": k}, self.combine, step)


class SharpDescent(SharpTheorem):
    """Sharp Theorem 1, descent form (last iterate): ``R(Θ(τ)) ≤ S'‖ν‖²/τ + K²/m``.

    ``S' = S + √R₀ b_H/√m`` with R₀ = B_H², and η = 1/S'.
    """

    statement = "Sharp Theorem 1 (descent form)"
    form = "descent"
    projects_u = False
    rate: ClassVar[Literal["1/2", "1"]] = "1"
    combine: ClassVar[Combine] = "sum"

    def bound(self, c: SharpConstants, m: Number, tau: Number) -> RiskBound:
        q = c.q
        S_prime = c.S + c.B_H * c.b_H / q.ns.sqrt(m)
        terms = {"optimization": S_prime * q.nu_squared / tau, "approximation": c.K(m) ** 2 / m}
        return RiskBound(terms, self.combine, 1 / S_prime)
