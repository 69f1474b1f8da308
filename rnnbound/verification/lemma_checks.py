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
from rnnbound.theory.average_iterate import SharpAverage
from rnnbound.theory.long_steps import TiedDescent, TightDescent
from rnnbound.theory.tied import TiedAverage
from rnnbound.verification import lemma_bounds, one_pair_networks
from rnnbound.verification.neuron_derivatives import Neurons, expansion, jets
from rnnbound.verification.one_pair_networks import PAIR
from rnnbound.verification.scaled_activation_derivatives import Curve

Direction = Literal["any", "w", "u", "target", "radius"]
#: Kinds of places that only some lemmas are tried at: bounds that are σ1, σ0σ1, σ2 or σ3 at short
#: horizons reveal those of ``every activation``; most bounds for pairs are attained if the ``input
#: alone`` moves, for one step, and no variant has them for a scaled activation; some of those are
#: attained ``far`` from the start; and of some bounds a part counts only at ``lopsided`` places,
#: where σ is large or W is.
Special = Literal["every activation", "input alone", "far", "lopsided"]


@dataclass(frozen=True, slots=True)
class Lemma:
    """A bound on a derivative of one neuron's state.

    Attributes:
        name: the constant, or what of it is bounded.
        symbol: how it is written.
        text: what it bounds.
        direction: along which directions (w-part, u-part): ``any`` of norm 1, ``w`` or ``u``
            alone, ``target``: (±ν_w, ν_u), ``radius``: (±ρ_w, ρ_u)/√2.
        observe: values, shape (N,), for an activation and N neurons with T + 1 inputs.
        bound: the bound, given a variant's constants; None if the variant has no such constant.
        shortest: the least T at which the bound is not 0, or nearly attained.
        beyond: by how much the neurons observed may leave |W| ≤ a, given ρ_w; the bound is taken
            at the larger a.
        places: where else the bound is attained, or shows a part that counts nowhere else.
    """

    name: str
    symbol: str
    text: str
    direction: Direction
    observe: Callable[[Curve, Neurons], Array]
    bound: Callable[[Any], Number | None]
    shortest: int = 1
    beyond: Callable[[float], float] = lambda rho_w: 0.0
    places: tuple[Special, ...] = ()


def _projected(rho_w: float) -> float:
    """How far one pair may leave |W| ≤ a: ρ_w/√m."""
    return rho_w / math.sqrt(PAIR)


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


def _bent_inside(curve: Curve, neurons: Neurons) -> Array:
    """σ1‖∂²Γ_T‖_F."""
    sigma1 = curve.steepest
    found: Array = sigma1 * _input_hessian(curve, neurons)
    return found


def _unbent(curve: Curve, neurons: Neurons) -> Array:
    """2‖∂_W∂_U H_T‖ at U = 0; 0 if σ is not 0 there, or bends."""
    past, (start, _, bend, *_) = neurons.past, curve.derivatives(np.zeros(1), 2)
    if start[0] or bend[0]:
        return np.zeros_like(past.W)
    still = replace(past, U=np.zeros_like(past.U))
    found: Array = 2 * np.linalg.norm(expansion(curve, still).hessian[:, 0, 1:], axis=1)
    return found


LEMMAS: Final[Mapping[str, Lemma]] = {
    lemma.name: lemma
    for lemma in (
        Lemma("L", "L", "‖∂H_T‖", "any", _last(1), lemma_bounds.named("L")),
        Lemma(
            "u", "u", "‖∂_U H_T‖", "u", _last(1), lemma_bounds.slope, places=("every activation",)
        ),
        Lemma(
            "w",
            "w",
            "|∂_W H_T|",
            "w",
            _last(1),
            lemma_bounds.named("w"),
            shortest=2,
            places=("every activation",),
        ),
        Lemma(
            "S",
            "S",
            "‖(∂H_t)_t‖²",
            "any",
            _squares(1),
            lemma_bounds.named("S"),
            places=("lopsided",),
        ),
        Lemma(
            "S_w", "S_w", "Σ_t (∂_W H_t)²", "w", _squares(1), lemma_bounds.named("S_w"), shortest=2
        ),
        Lemma("beta", "β", "‖∂²H_T‖", "any", _hessian, lemma_bounds.named("beta")),
        Lemma(
            "b",
            "b",
            "‖∂²H_T‖",
            "any",
            _last(2),
            lemma_bounds.named("b"),
            places=("every activation",),
        ),
        Lemma("b_H", "b_H", "√Σ_t (D²H_t)²", "any", _root(_squares(2)), lemma_bounds.named("b_H")),
        Lemma(
            "T3",
            "T3",
            "‖∂³H_T‖",
            "any",
            _last(3),
            lemma_bounds.named("T3"),
            places=("every activation",),
        ),
        Lemma("T_H", "T_H", "√Σ_t (D³H_t)²", "any", _root(_squares(3)), lemma_bounds.named("T_H")),
        Lemma(
            "Lambda",
            "Λ",
            "‖∂Γ_T‖",
            "any",
            _next_input,
            lemma_bounds.named("Lambda"),
            places=("lopsided",),
        ),
        Lemma(
            "gamma",
            "γ",
            "‖∂²Γ_T‖",
            "any",
            _input_hessian,
            lemma_bounds.named("gamma"),
            places=("lopsided",),
        ),
        Lemma("B", "B", "|v·∂h_T|", "target", _last(1), lemma_bounds.named("B", "y_max")),
        Lemma(
            "B_H", "B_H", "√Σ_t (v·∂h_t)²", "target", _root(_squares(1)), lemma_bounds.named("B_H")
        ),
        Lemma(
            "F_max",
            "L‖ρ‖",
            "|F_T|",
            "radius",
            one_pair_networks.pair_output,
            lemma_bounds.output,
            beyond=_projected,
        ),
        Lemma(
            "curvature",
            "σ1γ in Prop. 4",
            "σ1‖∂²Γ_T‖",
            "any",
            _bent_inside,
            lemma_bounds.bent_inside,
        ),
        Lemma(
            "recurrent", "β, in W,", "|∂²_W H_T|", "w", _last(2), lemma_bounds.recurrent, shortest=3
        ),
        Lemma(
            "mixed",
            "β, mixed,",
            "2‖∂_W∂_U H_T‖, U = 0",
            "any",
            _unbent,
            lemma_bounds.unbent,
            shortest=2,
        ),
        Lemma("curved", "β, in U,", "‖∂²_U H_T‖", "u", _last(2), lemma_bounds.curved),
        Lemma(
            "phi",
            "φ",
            "|F_T − F*_T|",
            "radius",
            one_pair_networks.output_and_target,
            lemma_bounds.phi,
            beyond=_projected,
        ),
        Lemma(
            "K",
            "bend in K",
            "a remainder at Θ̄",
            "target",
            one_pair_networks.member_remainder,
            lemma_bounds.curvature("K"),
            beyond=lambda rho_w: rho_w,
            places=("input alone",),
        ),
        Lemma(
            "K_D",
            "bend in K_D",
            "a remainder at Θ(0)",
            "radius",
            one_pair_networks.mirrored_remainder,
            lemma_bounds.curvature("K_D", nu=1e-3),
            beyond=_projected,
            places=("input alone", "far"),
        ),
        Lemma(
            "average",
            "linearization",
            "‖∂²F‖ρ²/2",
            "any",
            lambda curve, neurons: _root(_squares(2))(curve, neurons) / math.sqrt(PAIR),
            lemma_bounds.average(SharpAverage),
            places=("input alone",),
        ),
        Lemma(
            "average_tied",
            "linearization",
            "‖∂²F‖ρ²/2, tied",
            "radius",
            lambda curve, neurons: (
                one_pair_networks.moved(2, -1)(curve, neurons) * math.sqrt(PAIR) / 2
            ),
            lemma_bounds.average(TiedAverage),
            beyond=_projected,
            places=("input alone",),
        ),
        Lemma(
            "displacement",
            "displacement",
            "‖F − F^Lin‖ at Θ̄",
            "target",
            one_pair_networks.displacement,
            lemma_bounds.displacement,
            beyond=_projected,
            places=("input alone", "far"),
        ),
        Lemma(
            "K_tied",
            "K_tied",
            "a near remainder",
            "radius",
            one_pair_networks.near_remainder,
            lemma_bounds.tied("K_tied", 2),
            beyond=_projected,
            places=("input alone",),
        ),
        Lemma(
            "K_tied_sgd",
            "K_tied_sgd",
            "a far remainder",
            "radius",
            one_pair_networks.far_remainder,
            lemma_bounds.tied("K_tied_sgd", 1),
            beyond=_projected,
            places=("input alone",),
        ),
        Lemma(
            "moved",
            "move in S'",
            "‖J − J_0‖",
            "radius",
            one_pair_networks.moved(1, -1),
            lemma_bounds.of_form(TightDescent, lemma_bounds.moved),
            beyond=_projected,
            places=("input alone",),
        ),
        Lemma(
            "moved_tied",
            "move in S'",
            "‖J − J_0‖, tied",
            "radius",
            one_pair_networks.moved(1, 1),
            lemma_bounds.of_form(TiedDescent, lemma_bounds.moved),
            beyond=_projected,
            places=("input alone",),
        ),
        Lemma(
            "bent",
            "bend in S'",
            "‖∂²F‖",
            "any",
            lambda curve, neurons: _root(_squares(2))(curve, neurons) / math.sqrt(PAIR),
            lemma_bounds.of_form(TightDescent, lemma_bounds.bent),
            places=("input alone",),
        ),
        Lemma(
            "bent_tied",
            "bend in S'",
            "‖∂²F‖, tied",
            "radius",
            lambda curve, neurons: (
                one_pair_networks.moved(2, -1)(curve, neurons) * math.sqrt(PAIR) / 2
            ),
            lemma_bounds.of_form(TiedDescent, lemma_bounds.bent),
            beyond=_projected,
            places=("input alone",),
        ),
        Lemma(
            "proposition4",
            "Prop. 4",
            "|F_T − F_T^Lin|",
            "any",
            one_pair_networks.linearization,
            lemma_bounds.linearization,
            beyond=lambda rho_w: one_pair_networks.STEP,
        ),
    )
}
