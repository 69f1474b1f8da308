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

from rnnbound.network.arrays import Array
from rnnbound.numbers.system import Number
from rnnbound.theory.long_steps import LongSteps, TiedDescent, TightDescent
from rnnbound.theory.tight import TightConstants
from rnnbound.verification.curve import Curve
from rnnbound.verification.neuron import Neurons, expansion, jets

Direction = Literal["any", "w", "u", "target", "radius"]

#: Neurons of the network in which a statement about a whole network is tried: one pair.
PAIR: Final = 2
#: How far a Taylor expansion is followed.
_STEP: Final = 0.01
#: What rounding may add to a sum of a few states.
_ROUNDED: Final = 1e-14


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
        shortest: the least T at which the bound is not 0.
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
        return np.abs(jets(curve, _past(neurons), order).H[order][-1])

    return observe


def _squares(order: int) -> Callable[[Curve, Neurons], Array]:
    """Σ_t (D^order H_t)²."""

    def observe(curve: Curve, neurons: Neurons) -> Array:
        found: Array = np.square(jets(curve, _past(neurons), order).H[order]).sum(axis=0)
        return found

    return observe


def _root(of: Callable[[Curve, Neurons], Array]) -> Callable[[Curve, Neurons], Array]:
    return lambda curve, neurons: np.sqrt(of(curve, neurons))


def _past(neurons: Neurons) -> Neurons:
    """Without the last input, which only the next pre-activation sees."""
    X = neurons.X[:, :-1]
    return Neurons(neurons.W, neurons.U, X, neurons.omega, neurons.v)


def _next_input(curve: Curve, neurons: Neurons) -> Array:
    """|D z_{T+1}|, the derivative of Γ_T = W H_T + U·X_T."""
    return np.abs(jets(curve, neurons, 1).z[1][-1])


def _hessian(curve: Curve, neurons: Neurons) -> Array:
    """‖∂²H_T‖_F."""
    found: Array = np.linalg.norm(expansion(curve, _past(neurons)).hessian, axis=(1, 2))
    return found


def _input_hessian(curve: Curve, neurons: Neurons) -> Array:
    """‖∂²Γ_T‖_F."""
    found: Array = np.linalg.norm(expansion(curve, _past(neurons)).input_hessian, axis=(1, 2))
    return found


def _pair_output(curve: Curve, neurons: Neurons) -> Array:
    """|F_T| of one pair whose members have moved by plus and minus the direction."""
    past = _past(neurons)
    up, down = (jets(curve, past.moved(by), 0).H[0][-1] for by in (1.0, -1.0))
    found: Array = np.abs(up - down) / np.sqrt(PAIR)
    return found


def _linearization(curve: Curve, neurons: Neurons) -> Array:
    """|F_T − F_T^Lin|/‖ΔΘ‖² in a pair of which one member has moved."""
    past = _past(neurons)
    here, there = jets(curve, past, 1), jets(curve, past.moved(_STEP), 0)
    remainder = there.H[0][-1] - here.H[0][-1] - _STEP * here.H[1][-1]
    found: Array = np.abs(remainder) / (_STEP**2 * np.sqrt(PAIR))
    return found


def _displacement(curve: Curve, neurons: Neurons) -> Array:
    """‖F − F^Lin‖ over time where the members of one pair have moved by plus and minus Θ̄ − Θ(0)."""
    past = _past(neurons)
    slopes = jets(curve, past, 1).H[1]
    up, down = (jets(curve, past.moved(by / math.sqrt(PAIR)), 0).H[0] for by in (1.0, -1.0))
    # F^Lin = (2/√2) D_x h with x the direction over √2.
    squares = [
        ((u - v) / math.sqrt(PAIR) - s) ** 2 for u, v, s in zip(up, down, slopes, strict=True)
    ]
    return _clear(np.sqrt(np.sum(squares, axis=0)))


def _far_remainder(curve: Curve, neurons: Neurons) -> Array:
    """‖J(x)(x − x̄) − F(x) + F^Lin(x̄)‖ over time in one mirrored pair, x = −x̄ the direction."""
    past = _past(neurons)
    start = jets(curve, past, 1).H[1]
    states, slopes = _odd(curve, past, 1.0)
    squares = [(2 * slopes[t] - states[t] - start[t]) ** 2 for t in range(len(start))]
    return _clear(math.sqrt(PAIR) * np.sqrt(np.sum(squares, axis=0)))


def _near_remainder(curve: Curve, neurons: Neurons) -> Array:
    """‖J(x)(x − x̄) − F(x) + F(x̄)‖ + ‖F(x̄) − F^Lin(x̄)‖ where x = 2x̄ is the direction."""
    past = _past(neurons)
    start = jets(curve, past, 1).H[1]
    (states, slopes), (half, _) = _odd(curve, past, 1.0), _odd(curve, past, 0.5)
    squares = [
        [(slopes[t] / 2 - states[t] + half[t]) ** 2, (half[t] - start[t] / 2) ** 2]
        for t in range(len(start))
    ]
    return _clear(math.sqrt(PAIR) * np.sqrt(np.sum(squares, axis=0)).sum(axis=0))


def _odd(curve: Curve, neurons: Neurons, by: float) -> tuple[list[Array], list[Array]]:
    """(h(θ + x) − h(θ − x))/2 and its derivative along the direction, by time."""
    up, down = (jets(curve, neurons.moved(sign * by), 1).H for sign in (1.0, -1.0))
    states: list[Array] = [(u - v) / 2 for u, v in zip(up[0], down[0], strict=True)]
    slopes: list[Array] = [(u + v) / 2 for u, v in zip(up[1], down[1], strict=True)]
    return states, slopes


def _size(neurons: Neurons) -> Array:
    """The norm of the direction."""
    found: Array = np.hypot(neurons.omega, np.linalg.norm(neurons.v, axis=1))
    return np.maximum(found, 1e-300)


def _moved(order: int, sign: int) -> Callable[[Curve, Neurons], Array]:
    """Half of what D^order H, of both members moved, adds up to, along a direction of norm 1.

    Args:
        order: of the derivative.
        sign: of the second member's share; with +1 less the derivative at the start.
    """

    def observe(curve: Curve, neurons: Neurons) -> Array:
        past = _past(neurons)
        here = jets(curve, past, order).H[order] if sign > 0 else None
        up, down = (jets(curve, past.moved(by), order).H[order] for by in (1.0, -1.0))
        squares = [
            ((up[t] + sign * down[t]) / 2 - (here[t] if here else 0.0)) ** 2 for t in range(len(up))
        ]
        return _clear(np.sqrt(np.sum(squares, axis=0)) / _size(neurons) ** order)

    return observe


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


def _clear(values: Array) -> Array:
    """Less what rounding may have added to differences of numbers of size 1."""
    clear: Array = np.maximum(values - _ROUNDED, 0.0)
    return clear


def _displacement_bound(c: Any) -> Number | None:
    if "T_H" not in c.names:
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
        Lemma("u", "‖∂_U H_T‖", "u", _last(1), _named("u")),
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
            _pair_output,
            _output_bound,
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "displacement",
            "‖F − F^Lin‖ at Θ̄",
            "target",
            _displacement,
            _displacement_bound,
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "K_tied",
            "a near remainder",
            "radius",
            _near_remainder,
            _tied_bound("K_tied", 2),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "K_tied_sgd",
            "a far remainder",
            "radius",
            _far_remainder,
            _tied_bound("K_tied_sgd", 1),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "moved",
            "‖J − J_0‖",
            "radius",
            _moved(1, -1),
            _of_form(TightDescent, _move),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "moved_tied",
            "‖J − J_0‖, tied",
            "radius",
            _moved(1, 1),
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
            lambda curve, neurons: _moved(2, -1)(curve, neurons) * math.sqrt(PAIR) / 2,
            _of_form(TiedDescent, _bend),
            beyond=lambda rho_w: rho_w / math.sqrt(PAIR),
        ),
        Lemma(
            "proposition4",
            "|F_T − F_T^Lin|",
            "any",
            _linearization,
            _linearization_bound,
            beyond=lambda rho_w: _STEP,
        ),
    )
}
