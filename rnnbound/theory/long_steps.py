"""Descent form with longer steps (docs/theory.md, section 6.2): last iterate, monotone risk.

Let S' bound the Hessian of ½R where R ≤ R₀, k = K/√m, η = c/S' with 1 ≤ c < 2 and
κ = (c − 1)/(2 − c).  If (1 − κ)x ≥ k, x > k and

    τ ≥ S'‖ν‖² / ( 2c x(x − k) )

then R(Θ(τ)) ≤ x².  c = 1 reaches every x > k but needs more m·τ; c = 5/4 is within 1 % of the
least m·τ that any c allows.

With the least m·τ of the drift form as 16, the descent form of Theorem 1 needs 4, c = 1 needs 3.375
and c = 5/4 needs 2.70, the constants being equal.  Beyond c = 1 a step may carry the weights past
the comparator, but the risk still falls, and by (6.9) so does the distance.
"""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import ClassVar, Final

from rnnbound.numbers.system import Number, NumberSystem
from rnnbound.theory.guarantee import Combine, RiskBound
from rnnbound.theory.projected_descent import SharpTheorem
from rnnbound.theory.sharp_constants import WHOLE, lifted
from rnnbound.theory.tight_constants import TightConstants


class LongSteps(SharpTheorem):
    """``R(Θ(τ)) ≤ max( (k + √(k² + 2S'‖ν‖²/(cτ)))/2 , k/(1−κ) )²``."""

    form: ClassVar[str | None] = "descent"
    iterate = "last"
    combine: ClassVar[Combine] = "squared-sum"
    #: c.
    step: ClassVar[Fraction] = Fraction(1)
    #: The share of δ for the event that S at the start is near its mean; 0 if that is not used.
    spent: ClassVar[Fraction] = Fraction(0)

    @abstractmethod
    def k(self, c: TightConstants, m: Number, share: Fraction) -> Number:
        """K of the method, for `share` of δ."""

    @abstractmethod
    def moved(self, c: TightConstants, m: Number) -> Number:
        """How far the Jacobian can get from where it starts when W and U are projected."""

    @abstractmethod
    def bent(self, c: TightConstants, m: Number) -> Number:
        """What the second derivatives add to S', with R₀ = B_rms²."""

    def K(self, c: TightConstants, m: Number) -> Number:
        """K of the method, for what is left of δ."""
        return self.k(c, m, WHOLE - self.spent)

    def hessian(self, c: TightConstants, m: Number) -> Number:
        """S' = S + what is bent, or (√S_start + what is moved)² for S.

        The second is for weights that are projected in W and U: the Jacobian is then no farther
        from where it started than its Lipschitz constant times the radius.
        """
        S = c.S
        if self.spent:
            ns = c.q.ns
            start = c.S_start(m, self.spent)
            S = ns.minimum(S, (ns.sqrt(start) + self.moved(c, m)) ** 2)
        return S + self.bent(c, m)

    def bound(self, c: TightConstants, m: Number, tau: Number) -> RiskBound:
        q, ns, step = c.q, c.q.ns, lifted(c.q.ns, self.step)
        k, S_prime = self.K(c, m) / ns.sqrt(m), self.hessian(c, m)
        root = (k + ns.sqrt(k**2 + 2 * S_prime * q.nu_squared / (step * tau))) / 2
        if self.step != 1:
            root = ns.maximum(root, k / self._share(ns))
        terms = {"optimization": root - k, "approximation": k}
        return RiskBound(terms, self.combine, step / S_prime)

    def iterations(self, c: TightConstants, m: Number, epsilon: Number) -> Number | None:
        q, ns, step = c.q, c.q.ns, lifted(c.q.ns, self.step)
        k, root = self.K(c, m) / ns.sqrt(m), ns.sqrt(epsilon)
        return ns.only(
            (root > k) & (self._share(ns) * root >= k),
            lambda: self.hessian(c, m) * q.nu_squared / (2 * step * root * (root - k)),
        )

    def _share(self, ns: NumberSystem) -> Number:
        """1 − κ."""
        return lifted(ns, 1 - (self.step - 1) / (2 - self.step))


class TightDescent(LongSteps):
    """pgd: ``S' = S + B_rms b_H/√m``."""

    statement = "Tight Theorem 1 (descent form; η = 1/S')"
    projects_u = False
    competes = False

    def k(self, c: TightConstants, m: Number, share: Fraction) -> Number:
        return c.K(m, share)

    def moved(self, c: TightConstants, m: Number) -> Number:
        return c.b_H * c.q.rho / c.q.ns.sqrt(m)

    def bent(self, c: TightConstants, m: Number) -> Number:
        return c.B_rms * c.b_H / c.q.ns.sqrt(m)


class TightLongSteps(TightDescent):
    """The same with c = 5/4."""

    statement = "Tight Theorem 1 (descent form; η = 5/(4S'))"
    competes = True
    step = Fraction(5, 4)


class TiedDescent(LongSteps):
    """Tied pairs: ``S' = S + B_rms T_H‖ρ‖/m``."""

    statement = "Tied pairs (descent form; η = 1/S')"
    competes = False

    def k(self, c: TightConstants, m: Number, share: Fraction) -> Number:
        return c.K_tied(m, share)

    def moved(self, c: TightConstants, m: Number) -> Number:
        return c.T_H * c.q.rho_squared / (2 * m)

    def bent(self, c: TightConstants, m: Number) -> Number:
        return c.B_rms * c.T_H * c.q.rho / m


class TiedLongSteps(TiedDescent):
    """The same with c = 5/4."""

    statement = "Tied pairs (descent form; η = 5/(4S'))"
    competes = True
    step = Fraction(5, 4)


def from_start(form: type[LongSteps]) -> type[LongSteps]:
    """The form that spends a twentieth of δ on S at the start, and projects U as well."""
    statement = form.statement.replace("η", "S at the start; η")
    return type(
        f"{form.__name__}FromStart",
        (form,),
        {"spent": _SPENT, "statement": statement, "projects_u": True},
    )


_SPENT: Final = Fraction(1, 20)
