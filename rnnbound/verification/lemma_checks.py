"""The lemmas, attacked: weights, inputs and directions that bring a derivative to its bound.

Every statement is about one neuron with |W| ≤ a, any U and inputs in the unit ball.  A norm of a
derivative is searched for as its value along a direction that is searched for as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np

from rnnbound.network.array_checks import Array
from rnnbound.numbers.system import Number
from rnnbound.theory.corollary1 import SharpAverage
from rnnbound.theory.long_steps import LongSteps, TiedDescent, TightDescent
from rnnbound.theory.paper import CorrectedConstants, PaperConstants
from rnnbound.theory.theorem1 import Drift
from rnnbound.theory.tied import TiedAverage
from rnnbound.theory.tight import TightConstants
from rnnbound.verification import pair_networks
from rnnbound.verification.neuron_derivatives import Neurons, expansion, jets
from rnnbound.verification.pair_networks import PAIR
from rnnbound.verification.stretched_activation import Curve

Direction = Literal["any", "w", "u", "target", "radius"]


@dataclass(frozen=True, slots=True)
class Lemma:
    """A bound on a derivative of one neuron's state.

    Attributes:
        name: the constant.
        text: what it bounds.
        direction: along which directions (w-part, u-part): ``any`` of norm 1, ``w`` or ``u``
            alone, ``target``: (±ν_w, ν_u), ``radius``: (±ρ_w, ρ_u)/√2.
        observe: values, shape (N,), for an activation and N neurons with T + 1 inputs.
        bound: the bound, given a variant's constants; None if the variant has no such constant.
        shortest: the least T at which the bound is not 0, or nearly attained.
        beyond: by how much the neurons observed may leave |W| ≤ a, given ρ_w; the bound is taken
            at the larger a.
    """

    name: str
    text: str
    direction: Direction
    observe: Callable[[Curve, Neurons], Array]
    bound: Callable[[Any], Number | None]
    shortest: int = 1
    beyond: Callable[[float], float] = lambda rho_w: 0.0


def _named(*names: str) -> Callable[[Any], Number | None]:
    """The first of these attributes that the constants have."""

    def bound(c: Any) -> Number | None:
        return next((getattr(c, name) for name in names if name in c.names), None)

    return bound


def _last(order: int) -> Callable[[Curve, Neurons], Array]:
    """|D^order H_T|."""

    def observe(curve: Curve, neurons: Neurons) -> Array:
        return np.abs(jets(curve, neurons.past, order).H[order][-1])

    return observe


def _squares(order: int) -> Callable[[Curve, Neurons], Array]:
    """Σ_t (D^order H_t)²."""

    def observe(curve: Curve, neurons: Neurons) -> Array:
        found: Array = np.square(jets(curve, neurons.past, order).H[order]).sum(axis=0)
        return found

    return observe


def _root(of: Callable[[Curve, Neurons], Array]) -> Callable[[Curve, Neurons], Array]:
    return lambda curve, neurons: np.sqrt(of(curve, neurons))


def _next_input(curve: Curve, neurons: Neurons) -> Array:
    """|D z_{T+1}|, the derivative of Γ_T = W H_T + U·X_T."""
    return np.abs(jets(curve, neurons, 1).z[1][-1])


def _hessian(curve: Curve, neurons: Neurons) -> Array:
    """‖∂²H_T‖_F."""
    found: Array = np.linalg.norm(expansion(curve, neurons.past).hessian, axis=(1, 2))
    return found


def _input_hessian(curve: Curve, neurons: Neurons) -> Array:
    """‖∂²Γ_T‖_F."""
    found: Array = np.linalg.norm(expansion(curve, neurons.past).input_hessian, axis=(1, 2))
    return found


def _of_form(
    made: type[LongSteps], read: Callable[[LongSteps, Any, Number], Number]
) -> Callable[[Any], Number | None]:
    """What a form with longer steps says of one pair; None if it has no constants for it."""

    def bound(c: Any) -> Number | None:
        if "T_H" not in c.names or (issubclass(made, TiedDescent) and c.T_H is None):
            return None
        return read(made(TightConstants), c, c.q.ns.number(PAIR))

    return bound


def _move(form: LongSteps, c: Any, m: Number) -> Number:
    return form.moved(c, m)


def _bend(form: LongSteps, c: Any, m: Number) -> Number:
    """Without √R₀."""
    return form.bent(c, m) / c.B_rms


def _bent_inside(curve: Curve, neurons: Neurons) -> Array:
    """σ1‖∂²Γ_T‖_F."""
    sigma1 = curve.steepest
    found: Array = sigma1 * _input_hessian(curve, neurons)
    return found


def _bent_inside_bound(c: Any) -> Number | None:
    """What σ2Λ² leaves of the constant of Proposition 4."""
    if not isinstance(c, CorrectedConstants):
        return None
    return c.linearization - c.q.sigma2 * c.Lambda**2


def _slope_bound(c: Any) -> Number | None:
    """u, or σ1μ0 in Lemma 1."""
    return c.q.sigma1 * c.mu0 if isinstance(c, CorrectedConstants) else _named("u")(c)


def _unbent(curve: Curve, neurons: Neurons) -> Array:
    """2‖∂_W∂_U H_T‖ at U = 0; 0 if σ is not 0 there, or bends."""
    past, (start, _, bend, *_) = neurons.past, curve.derivatives(np.zeros(1), 2)
    if start[0] or bend[0]:
        return np.zeros_like(past.W)
    still = replace(past, U=np.zeros_like(past.U))
    found: Array = 2 * np.linalg.norm(expansion(curve, still).hessian[:, 0, 1:], axis=1)
    return found


def _unbent_bound(c: Any) -> Number | None:
    """What of the mixed derivatives in β is there for σ2 = 0."""
    if not isinstance(c, CorrectedConstants):
        return None
    straight = CorrectedConstants(replace(c.q, sigma2=c.q.ns.number(0)), c.a)
    return straight.beta - straight.lemma1.recurrent


def _recurrent_bound(c: Any) -> Number | None:
    """What the other parts leave of β."""
    if not isinstance(c, CorrectedConstants):
        return None
    d, parts = c.q.d, c.lemma1
    return c.beta - d * parts.curved - c.q.ns.sqrt(d) * parts.mixed


def _curved_bound(c: Any) -> Number | None:
    return c.q.d * c.lemma1.curved if isinstance(c, CorrectedConstants) else None


def _phi_bound(c: Any) -> Number | None:
    """φ for ν = ρ."""
    if not isinstance(c, CorrectedConstants):
        return None
    return CorrectedConstants(replace(c.q, nu_w=c.q.rho_w, nu_u=c.q.rho_u), c.a).phi


def _average_bound(form: type[Drift]) -> Callable[[Any], Number | None]:
    """The linearization term of a theorem on averages, over ‖ρ‖²/2."""

    def bound(c: Any) -> Number | None:
        if isinstance(c, PaperConstants) or (form is TiedAverage and "T_H" not in c.names):
            return None
        if form is TiedAverage and c.T_H is None:
            return None
        found = form(type(c)).bound(c, c.q.ns.number(PAIR), c.q.ns.number(1))
        return 2 * found.terms["linearization"] / c.q.rho_squared

    return bound


def _curvature_bound(name: str, nu: float | None = None) -> Callable[[Any], Number | None]:
    """What b_H adds to K/√m at Θ; with ν = `nu` ρ if that is given."""

    def bound(c: Any) -> Number | None:
        if name not in c.names:
            return None
        q = c.q if nu is None else replace(c.q, nu_w=c.q.rho_w * nu, nu_u=c.q.rho_u * nu)
        still, m = type(c)(q, c.a), q.ns.number(PAIR)
        K = getattr(still, name)(m)
        return (K - still.displacement(m) - still.noise(m)) / q.ns.sqrt(m)

    return bound


def _displacement_bound(c: Any) -> Number | None:
    if "K" not in c.names:
        return None
    m = c.q.ns.number(PAIR)
    return c.displacement(m) / c.q.ns.sqrt(m)


def _tied_bound(name: str, share: int) -> Callable[[Any], Number | None]:
    """The curvature in K/√m, for ν = ρ/share."""

    def bound(c: Any) -> Number | None:
        if name not in c.names or c.T_H is None:
            return None
        q = replace(c.q, nu_w=c.q.rho_w / share, nu_u=c.q.rho_u / share)
        narrow, m = type(c)(q, c.a), q.ns.number(PAIR)
        return (getattr(narrow, name)(m) - narrow.noise(m)) / q.ns.sqrt(m)

    return bound


def _output_bound(c: Any) -> Number:
    return c.F_max if "F_max" in c.names else c.proposition6()[0]


def _linearization_bound(c: Any) -> Number:
    return c.proposition4(c.q.ns.number(PAIR), c.q.ns.number(1))


LEMMAS: Final[Mapping[str, Lemma]] = {
    lemma.name: lemma
    for lemma in (
        Lemma("L", "‖∂H_T‖", "any", _last(1), _named("L")),
        Lemma("u", "‖∂_U H_T‖", "u", _last(1), _slope_bound),
        Lemma("w", "|∂_W H_T|", "w", _last(1), _named("w"), shortest=2),
        Lemma("S", "‖(∂H_t)_t‖²", "any", _squares(1), _named("S")),
        Lemma("S_w", "Σ_t (∂_W H_t)²", "w", _squares(1), _named("S_w"), shortest=2),
        Lemma("beta", "‖∂²H_T‖", "any", _hessian, _named("beta")),
        Lemma("b", "‖∂²H_T‖", "any", _last(2), _named("b")),
        Lemma("b_H", "√Σ_t (D²H_t)²", "any", _root(_squares(2)), _named("b_H")),
        Lemma("T3", "‖∂³H_T‖", "any", _last(3), _named("T3")),
        Lemma("T_H", "√Σ_t (D³H_t)²", "any", _root(_squares(3)), _named("T_H")),
        Lemma("Lambda", "‖∂Γ_T‖", "any", _next_input, _named("Lambda")),
        Lemma("gamma", "‖∂²Γ_T‖", "any", _input_hessian, _named("gamma")),
        Lemma("B", "|v·∂h_T|", "target", _last(1), _named("B", "y_max")),
        Lemma("B_H", "√Σ_t (v·∂h_t)²", "target", _root(_squares(1)), _named("B_H")),
        Lemma(
            "F_max",
            "|F_T|",
            "radius",
            pair_networks.pair_output,
            _output_bound,
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma("curvature", "σ1‖∂²Γ_T‖", "any", _bent_inside, _bent_inside_bound),
        Lemma("recurrent", "|∂²_W H_T|", "w", _last(2), _recurrent_bound, shortest=3),
        Lemma("mixed", "2‖∂_W∂_U H_T‖, U = 0", "any", _unbent, _unbent_bound, shortest=2),
        Lemma("curved", "‖∂²_U H_T‖", "u", _last(2), _curved_bound),
        Lemma(
            "phi",
            "|F_T − F*_T|",
            "radius",
            pair_networks.output_and_target,
            _phi_bound,
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "K",
            "a remainder at Θ̄",
            "target",
            pair_networks.member_remainder,
            _curvature_bound("K"),
            beyond=lambda rho_w: rho_w,
        ),
        Lemma(
            "K_D",
            "a remainder at Θ(0)",
            "radius",
            pair_networks.mirrored_remainder,
            _curvature_bound("K_D", nu=1e-3),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "average",
            "‖∂²F‖ρ²/2",
            "any",
            lambda curve, neurons: _root(_squares(2))(curve, neurons) / math.sqrt(PAIR),
            _average_bound(SharpAverage),
        ),
        Lemma(
            "average_tied",
            "‖∂²F‖ρ²/2, tied",
            "radius",
            lambda curve, neurons: pair_networks.moved(2, -1)(curve, neurons) * math.sqrt(PAIR) / 2,
            _average_bound(TiedAverage),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "displacement",
            "‖F − F^Lin‖ at Θ̄",
            "target",
            pair_networks.displacement,
            _displacement_bound,
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "K_tied",
            "a near remainder",
            "radius",
            pair_networks.near_remainder,
            _tied_bound("K_tied", 2),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "K_tied_sgd",
            "a far remainder",
            "radius",
            pair_networks.far_remainder,
            _tied_bound("K_tied_sgd", 1),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "moved",
            "‖J − J_0‖",
            "radius",
            pair_networks.moved(1, -1),
            _of_form(TightDescent, _move),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "moved_tied",
            "‖J − J_0‖, tied",
            "radius",
            pair_networks.moved(1, 1),
            _of_form(TiedDescent, _move),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "bent",
            "‖∂²F‖",
            "any",
            lambda curve, neurons: _root(_squares(2))(curve, neurons) / math.sqrt(PAIR),
            _of_form(TightDescent, _bend),
        ),
        Lemma(
            "bent_tied",
            "‖∂²F‖, tied",
            "radius",
            lambda curve, neurons: pair_networks.moved(2, -1)(curve, neurons) * math.sqrt(PAIR) / 2,
            _of_form(TiedDescent, _bend),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "proposition4",
            "|F_T − F_T^Lin|",
            "any",
            pair_networks.linearization,
            _linearization_bound,
            beyond=lambda rho_w: pair_networks.STEP,
        ),
    )
}
