"""Descent form with longer steps (docs/theory.md, section 6.2): last iterate, monotone risk.

Let S' bound the Hessian of ½R where R ≤ R₀, k = K/√m, η = c/S' with 1 ≤ c < 2 and
κ = (c − 1)/(2 − c).  If (1 − κ)x ≥ k, x > k and

    τ ≥ S'‖ν‖² / ( 2c x(x − k) )

then R(Θ(τ)) ≤ x².  c = 1 reaches every x > k; c = 5/4 is within 1 % of the least m·τ that any c
allows.
"""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import ClassVar

from rnnbound.numbers.system import Number
from rnnbound.theory.guarantee import Combine, RiskBound
from rnnbound.theory.theorem1 import SharpTheorem
from rnnbound.theory.tight import TightConstants


class LongSteps(SharpTheorem):
    """``R(Θ(τ)) ≤ max( (k + √(k² + 2S'‖ν‖²/(cτ)))/2 , k/(1−κ) )²``."""

    form: ClassVar[str | None] = "descent"
    combine: ClassVar[Combine] = "squared-sum"
    #: c.
    step: ClassVar[Fraction]

    @abstractmethod
    def K(self, c: TightConstants, m: Number) -> Number:
        """K of the method."""

    @abstractmethod
    def hessian(self, c: TightConstants, m: Number) -> Number:
        """S' of the method, with R₀ = B_rms²."""

    def bound(self, c: TightConstants, m: Number, tau: Number) -> RiskBound:
        q, ns, step = c.q, c.q.ns, self._step(c)
        k, S_prime = self.K(c, m) / ns.sqrt(m), self.hessian(c, m)
        root = (k + ns.sqrt(k**2 + 2 * S_prime * q.nu_squared / (step * tau))) / 2
        if step != 1:
            root = ns.maximum(root, k / self._share(step))
        terms = {"optimization": root - k, "approximation": k}
        return RiskBound(terms, self.combine, step / S_prime)

    def iterations(self, c: TightConstants, m: Number, epsilon: Number) -> Number | None:
        q, ns, step = c.q, c.q.ns, self._step(c)
        k, root = self.K(c, m) / ns.sqrt(m), ns.sqrt(epsilon)
        if not (root > k and self._share(step) * root >= k):
            return None
        return self.hessian(c, m) * q.nu_squared / (2 * step * root * (root - k))

    def _step(self, c: TightConstants) -> Number:
        return c.q.ns.number(self.step.numerator) / self.step.denominator

    @staticmethod
    def _share(step: Number) -> Number:
        """1 − κ."""
        return 1 - (step - 1) / (2 - step)


class TightDescent(LongSteps):
    """pgd: ``S' = S + B_rms b_H/√m``."""

    statement = "Descent form, η = 1/S'"
    projects_u = False
    step = Fraction(1)

    def K(self, c: TightConstants, m: Number) -> Number:
        return c.K(m)

    def hessian(self, c: TightConstants, m: Number) -> Number:
        return c.S + c.B_rms * c.b_H / c.q.ns.sqrt(m)


class TightLongSteps(TightDescent):
    """The same with c = 5/4."""

    statement = "Descent form, η = 5/(4S')"
    step = Fraction(5, 4)


class TiedDescent(LongSteps):
    """Tied pairs: ``S' = S + B_rms T_H‖ρ‖/m``."""

    statement = "Tied pairs (descent form, η = 1/S')"
    step = Fraction(1)

    def K(self, c: TightConstants, m: Number) -> Number:
        return c.K_tied(m)

    def hessian(self, c: TightConstants, m: Number) -> Number:
        return c.S + c.B_rms * c.T_H * c.q.rho / m


class TiedLongSteps(TiedDescent):
    """The same with c = 5/4."""

    statement = "Tied pairs (descent form, η = 5/(4S'))"
    step = Fraction(5, 4)
