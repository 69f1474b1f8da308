"""Networks of one pair: what is said of a whole network, tried where it can be attained.

Every function maps an activation and N neurons with T + 1 inputs to values of shape (N,).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from rnnbound.network.array_checks import Array
from rnnbound.verification.neuron_derivatives import Neurons, jets
from rnnbound.verification.scaled_activation_derivatives import Curve

#: Neurons of the network: one pair.
PAIR: Final = 2
#: How far a Taylor expansion is followed.
STEP: Final = 0.01
#: What rounding may add to a sum of a few states.
_ROUNDED: Final = 1e-14


def pair_output(curve: Curve, neurons: Neurons) -> Array:
    """|F_T| of one pair whose members have moved by plus and minus the direction."""
    past = neurons.past
    up, down = (jets(curve, past.moved(by), 0).H[0][-1] for by in (1.0, -1.0))
    found: Array = np.abs(up - down) / np.sqrt(PAIR)
    return found


def output_and_target(curve: Curve, neurons: Neurons) -> Array:
    """|F_T| of one pair, and beside it the largest share of a target that the pair can have."""
    slopes = jets(curve, neurons.past, 1).H[1]
    found: Array = pair_output(curve, neurons) + np.sqrt(PAIR) * np.abs(slopes[-1])
    return found


def linearization(curve: Curve, neurons: Neurons) -> Array:
    """|F_T − F_T^Lin|/‖ΔΘ‖² in a pair of which one member has moved."""
    past = neurons.past
    here, there = jets(curve, past, 1), jets(curve, past.moved(STEP), 0)
    remainder = there.H[0][-1] - here.H[0][-1] - STEP * here.H[1][-1]
    found: Array = np.abs(remainder) / (STEP**2 * np.sqrt(PAIR))
    return found


def displacement(curve: Curve, neurons: Neurons) -> Array:
    """‖F − F^Lin‖ over time where the members of one pair have moved by plus and minus Θ̄ − Θ(0)."""
    past = neurons.past
    slopes = jets(curve, past, 1).H[1]
    up, down = (jets(curve, past.moved(by / math.sqrt(PAIR)), 0).H[0] for by in (1.0, -1.0))
    # F^Lin = (2/√2) D_x h with x the direction over √2.
    squares = [
        ((u - v) / math.sqrt(PAIR) - s) ** 2 for u, v, s in zip(up, down, slopes, strict=True)
    ]
    return clear(np.sqrt(np.sum(squares, axis=0)))


def far_remainder(curve: Curve, neurons: Neurons) -> Array:
    """‖J(x)(x − x̄) − F(x) + F^Lin(x̄)‖ over time in one mirrored pair, x = −x̄ the direction."""
    past = neurons.past
    start = jets(curve, past, 1).H[1]
    states, slopes = _odd(curve, past, 1.0)
    squares = [(2 * slopes[t] - states[t] - start[t]) ** 2 for t in range(len(start))]
    return clear(math.sqrt(PAIR) * np.sqrt(np.sum(squares, axis=0)))


def near_remainder(curve: Curve, neurons: Neurons) -> Array:
    """‖J(x)(x − x̄) − F(x) + F(x̄)‖ + ‖F(x̄) − F^Lin(x̄)‖ where x = 2x̄ is the direction."""
    past = neurons.past
    start = jets(curve, past, 1).H[1]
    (states, slopes), (half, _) = _odd(curve, past, 1.0), _odd(curve, past, 0.5)
    squares = [
        [(slopes[t] / 2 - states[t] + half[t]) ** 2, (half[t] - start[t] / 2) ** 2]
        for t in range(len(start))
    ]
    return clear(math.sqrt(PAIR) * np.sqrt(np.sum(squares, axis=0)).sum(axis=0))


def member_remainder(curve: Curve, neurons: Neurons) -> Array:
    """‖J(Θ)(Θ̄ − Θ) − F(Θ̄) + F(Θ)‖ over time where one member is the direction away from Θ̄."""
    past = neurons.past
    here, there = jets(curve, past, 1).H, jets(curve, past.moved(1.0), 0).H[0]
    squares = [(there[t] - here[0][t] - here[1][t]) ** 2 for t in range(len(there))]
    return clear(np.sqrt(np.sum(squares, axis=0) / PAIR))


def mirrored_remainder(curve: Curve, neurons: Neurons) -> Array:
    """‖J(Θ)(Θ − Θ̄) − F(Θ)‖ over time in one mirrored pair, Θ̄ = Θ(0), Θ − Θ̄ the direction."""
    states, slopes = _odd(curve, neurons.past, 1.0)
    squares = [(slopes[t] - states[t]) ** 2 for t in range(len(states))]
    return clear(math.sqrt(PAIR) * np.sqrt(np.sum(squares, axis=0)))


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


def moved(order: int, sign: int) -> Callable[[Curve, Neurons], Array]:
    """Half of what D^order H, of both members moved, adds up to, along a direction of norm 1.

    Args:
        order: of the derivative.
        sign: of the second member's share; with +1 less the derivative at the start.
    """

    def observe(curve: Curve, neurons: Neurons) -> Array:
        past = neurons.past
        here = jets(curve, past, order).H[order] if sign > 0 else None
        up, down = (jets(curve, past.moved(by), order).H[order] for by in (1.0, -1.0))
        squares = [
            ((up[t] + sign * down[t]) / 2 - (here[t] if here else 0.0)) ** 2 for t in range(len(up))
        ]
        return clear(np.sqrt(np.sum(squares, axis=0)) / _size(neurons) ** order)

    return observe


def clear(values: Array) -> Array:
    """Less what rounding may have added to differences of numbers of size 1."""
    clear: Array = np.maximum(values - _ROUNDED, 0.0)
    return clear
