"""What the constants of a variant say of each lemma; None where a variant does not state it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rnnbound.numbers.system import Number
from rnnbound.theory.long_steps import LongSteps, TiedDescent
from rnnbound.theory.paper_constants import CorrectedConstants, PaperConstants
from rnnbound.theory.projected_descent import Drift
from rnnbound.theory.tied import TiedAverage
from rnnbound.theory.tight_constants import TightConstants
from rnnbound.verification.one_pair_networks import PAIR


def named(*names: str) -> Callable[[Any], Number | None]:
    """The first of these attributes that the constants have."""

    def bound(c: Any) -> Number | None:
        return next((getattr(c, name) for name in names if name in c.names), None)

    return bound


def of_form(
    made: type[LongSteps], read: Callable[[LongSteps, Any, Number], Number]
) -> Callable[[Any], Number | None]:
    """What a form with longer steps says of one pair; None if it has no constants for it."""

    def bound(c: Any) -> Number | None:
        if "T_H" not in c.names or (issubclass(made, TiedDescent) and c.T_H is None):
            return None
        return read(made(TightConstants), c, c.q.ns.number(PAIR))

    return bound


def moved(form: LongSteps, c: Any, m: Number) -> Number:
    """How far the Jacobian gets from its start."""
    return form.moved(c, m)


def bent(form: LongSteps, c: Any, m: Number) -> Number:
    """Without √R₀."""
    return form.bent(c, m) / c.B_rms


def bent_inside(c: Any) -> Number | None:
    """What σ2Λ² leaves of the constant of Proposition 4."""
    if not isinstance(c, CorrectedConstants):
        return None
    return c.linearization - c.q.sigma2 * c.Lambda**2


def slope(c: Any) -> Number | None:
    """u, or σ1μ0 in Lemma 1."""
    return c.q.sigma1 * c.mu0 if isinstance(c, CorrectedConstants) else named("u")(c)


def unbent(c: Any) -> Number | None:
    """What of the mixed derivatives in β is there for σ2 = 0."""
    if not isinstance(c, CorrectedConstants):
        return None
    straight = CorrectedConstants(replace(c.q, sigma2=c.q.ns.number(0)), c.a)
    return straight.beta - straight.lemma1.recurrent


def recurrent(c: Any) -> Number | None:
    """What the other parts leave of β."""
    if not isinstance(c, CorrectedConstants):
        return None
    d, parts = c.q.d, c.lemma1
    return c.beta - d * parts.curved - c.q.ns.sqrt(d) * parts.mixed


def curved(c: Any) -> Number | None:
    """What of β is there for U alone."""
    return c.q.d * c.lemma1.curved if isinstance(c, CorrectedConstants) else None


def phi(c: Any) -> Number | None:
    """φ for ν = ρ."""
    if not isinstance(c, CorrectedConstants):
        return None
    return CorrectedConstants(replace(c.q, nu_w=c.q.rho_w, nu_u=c.q.rho_u), c.a).phi


def average(form: type[Drift]) -> Callable[[Any], Number | None]:
    """The linearization term of a theorem on averages, over ‖ρ‖²/2."""

    def bound(c: Any) -> Number | None:
        if isinstance(c, PaperConstants) or (form is TiedAverage and "T_H" not in c.names):
            return None
        if form is TiedAverage and c.T_H is None:
            return None
        found = form(type(c)).bound(c, c.q.ns.number(PAIR), c.q.ns.number(1))
        return 2 * found.terms["linearization"] / c.q.rho_squared

    return bound


def curvature(name: str, nu: float | None = None) -> Callable[[Any], Number | None]:
    """What b_H adds to K/√m at Θ; with ν = `nu` ρ if that is given."""

    def bound(c: Any) -> Number | None:
        if name not in c.names:
            return None
        q = c.q if nu is None else replace(c.q, nu_w=c.q.rho_w * nu, nu_u=c.q.rho_u * nu)
        still, m = type(c)(q, c.a), q.ns.number(PAIR)
        K = getattr(still, name)(m)
        return (K - still.displacement(m) - still.noise(m)) / q.ns.sqrt(m)

    return bound


def displacement(c: Any) -> Number | None:
    """What K/√m has for the way from F^Lin to F at Θ̄."""
    if "K" not in c.names:
        return None
    m = c.q.ns.number(PAIR)
    return c.displacement(m) / c.q.ns.sqrt(m)


def tied(name: str, share: int) -> Callable[[Any], Number | None]:
    """The curvature in K/√m, for ν = ρ/share."""

    def bound(c: Any) -> Number | None:
        if name not in c.names or c.T_H is None:
            return None
        q = replace(c.q, nu_w=c.q.rho_w / share, nu_u=c.q.rho_u / share)
        narrow, m = type(c)(q, c.a), q.ns.number(PAIR)
        return (getattr(narrow, name)(m) - narrow.noise(m)) / q.ns.sqrt(m)

    return bound


def output(c: Any) -> Number:
    """How large F_T is, by Proposition 6."""
    return c.F_max if "F_max" in c.names else c.proposition6()[0]


def linearization(c: Any) -> Number:
    """The error of Proposition 4 of one pair, at distance 1."""
    return c.proposition4(c.q.ns.number(PAIR), c.q.ns.number(1))
