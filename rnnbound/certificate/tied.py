"""Way 3 of section 6.4: tied pairs, whose curvature is that of an odd function."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.curvature import Tensors, affordable, on_ball, symmetric, tensors
from rnnbound.certificate.knapsack import Knapsack
from rnnbound.certificate.parts import NEAR, Parts, Start, chords
from rnnbound.certificate.rounding import up
from rnnbound.certificate.worst_move import weights

Floats = NDArray[np.float64]

#: Orders of the derivatives at the start; those beyond the first are taken where affordable.
_ORDERS: Final = (3, 5, 7)


class Tied:
    """Way 3."""

    method = "tied"

    def parts(self, start: Start) -> Parts:
        whose = start.looked_at
        orders = tuple(k for k in _ORDERS if k == _ORDERS[0] or affordable(start.whole, k))
        at = tensors(whose, orders, start.found)
        balls = on_ball(whose, start.radii.ball, tuple(range(_ORDERS[0] + 1, orders[-1] + 3)))
        neurons = Neurons(
            [start.repeated(one.spread) for one in at],
            [start.repeated(_cubic(start, at[0])), *(start.repeated(o.against) for o in at[1:])],
            [start.repeated(one) for one in balls],
        )
        return _parts(start, neurons)


def _cubic(start: Start, third: Tensors) -> Floats:
    """What bounds −⟨ē, rem_i⟩ √m/‖δ_i‖² to third order, for the pairs looked at."""
    radii, moves, c = start.radii, start.moves_looked_at, start.looked_at.c
    reach = _reach(radii.ball, np.sqrt((moves**2).sum(1)))
    if third.form is None:
        return reach * third.against
    tensor = symmetric(third.form * (-2 * c)[:, None], moves.shape[1], _ORDERS[0])
    worst = weights(tensor, moves, radii.w, radii.u) + reach * third.lost
    return np.minimum(worst, reach * third.against) * NEAR


def _reach(r: float, far: Floats) -> Floats:
    """ℓ: 2 ∫ (1 − s) ‖D_s‖ ds at most, D_s on the way from D to D̄."""
    return 2 * chords(1, r, far) * NEAR


@dataclass(frozen=True, slots=True)
class Neurons:
    """Derivatives of every pair.

    Attributes:
        spread: of orders 3, 5, … at the start, shape (k,) each.
        against: of order 3 with how far D can go, of orders 5, … without, shape (k,) each.
        balls: b4, b5, … over the ball, two more than there are orders, shape (k,) each.
    """

    spread: list[Floats]
    against: list[Floats]
    balls: list[Floats]

    def rests(self, r: float, far: Floats, omega: float) -> tuple[Floats, Floats, Floats]:
        """q, p, and what stands for ωq/2 in κ_e, shape (k,) each.

        The smallest that the expansion to one of the orders yields.

        Args:
            r: the radius of the ball.
            far: ‖D̄_i‖.
            omega: ω.
        """
        none = np.zeros_like(far)
        sums, least = [none, none, none], [none + np.inf] * 3
        for at, order in enumerate(_ORDERS[: len(self.spread)]):
            if at:
                spread, against, j = self.spread[at], self.against[at], order - 2
                more = (
                    2 * spread * r**j / math.factorial(j),
                    2 * spread * r ** (j + 1) / math.factorial(j + 1),
                    2 * against * chords(j, r, far),
                )
                sums = [total + part for total, part in zip(sums, more, strict=True)]
            one, two = self.balls[2 * at : 2 * at + 2]
            left = [
                2
                * np.minimum(
                    one * r**j / math.factorial(j), two * r ** (j + 1) / math.factorial(j + 1)
                )
                for j in (order - 1, order)
            ]
            found = (sums[0] + left[0], sums[1] + left[1], sums[2] + omega * left[0] / 2)
            least = [np.minimum(a, b) for a, b in zip(least, found, strict=True)]
        q, p, against = least
        return q * NEAR, p * NEAR, np.minimum(against, omega * q / 2) * NEAR


def _parts(start: Start, neurons: Neurons) -> Parts:
    """The parts for tied pairs, given the derivatives of every pair."""
    r, third, root = start.radii.ball, neurons.spread[0], start.root_width
    far = np.hypot(*start.far) * NEAR
    q, p, q_against = neurons.rests(r, far, start.found.size)
    remainder = Knapsack((_reach(r, far) * third + q / 2) * NEAR / root, start.caps)
    against = Knapsack((neurons.against[0] + q_against) * NEAR / root, start.caps)
    square = float(((third * r**2 + p) ** 2).sum())
    moved = up(math.sqrt(square * start.copies / (2 * start.width)), 2 * len(far))
    bend = up(float((third * r + q / 2).max()) / root)
    return start.parts(moved, bend, Halved(remainder), Halved(against))


@dataclass(frozen=True, slots=True)
class Halved:
    """A knapsack over the pairs: Σ v_i ≤ N_V/2."""

    knapsack: Knapsack

    def __call__(self, budget: float) -> float:
        return self.knapsack(budget / 2)
