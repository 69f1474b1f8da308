"""Way 3 of section 6.4: tied pairs, whose curvature is that of an odd function."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.bound_parts import NEAR, Bends, Parts, Start, chords
from rnnbound.certificate.cubic_form_maximum import MOST_CELLS, weights
from rnnbound.certificate.derivatives_by_components import Tensors
from rnnbound.certificate.fractional_knapsack import Knapsack
from rnnbound.certificate.neuron_curvature import affordable, on_ball, tensors
from rnnbound.certificate.rounding_error_bounds import up
from rnnbound.certificate.symmetric_tensors import symmetric

Floats = NDArray[np.float64]

#: Orders of the derivatives at the start; those beyond the first are taken where affordable.
_ORDERS: Final = (3, 5, 7)
#: Cells for each neuron during the search, which only compares.
_CELLS_IN_SEARCH: Final = 300


class Tied:
    """Way 3."""

    method = "tied"
    balls: tuple[int, ...] = (4, 5)

    def parts(self, start: Start) -> Parts:
        """As good as it matters for the number of steps: from norms, tensors, worst moves."""
        if start.sample is None:
            coarse = _added(start, self.neurons(start, ()).bends(start))
            if start.settled(coarse, _added(start, Bends.none(start))):
                return coarse
        neurons = self.neurons(start, self.orders(start))
        found = _added(start, neurons.bends(start))
        free = replace(neurons, against=[0 * neurons.against[0], *neurons.against[1:]])
        if neurons.third.form is None or start.settled(found, _added(start, free.bends(start))):
            return found
        return _added(start, neurons.tightened(start).bends(start))

    def bends(self, start: Start) -> Bends:
        """How much the pairs curve, as well as is known."""
        return self.neurons(start, self.orders(start)).tightened(start).bends(start)

    @staticmethod
    def orders(start: Start) -> tuple[int, ...]:
        """The orders whose tensors are computed."""
        return tuple(takewhile(lambda order: affordable(start.whole, order), _ORDERS))

    @staticmethod
    def neurons(start: Start, computed: tuple[int, ...]) -> Neurons:
        """The derivatives of the pairs; with tensors of the orders that are `computed`."""
        whose, orders = start.looked_at, computed or _ORDERS[:1]
        at = tensors(whose, orders, start.found, computed=bool(computed))
        balls = on_ball(whose, start.radii.ball, tuple(range(_ORDERS[0] + 1, orders[-1] + 3)))
        reach = _reach(start.radii.ball, np.sqrt((start.moves_looked_at**2).sum(1)))
        return Neurons(
            [start.repeated(one.spread) for one in at],
            [start.repeated(reach * at[0].against), *(start.repeated(o.against) for o in at[1:])],
            [start.repeated(one) for one in balls],
            at[0],
        )


def _added(start: Start, bends: Bends) -> Parts:
    """The parts for the pairs."""
    root = start.root_width
    remainder, against = (
        Halved(Knapsack(weights * NEAR / root, start.caps))
        for weights in (bends.remainder, bends.against)
    )
    square = float((bends.jacobian**2).sum())
    moved = up(math.sqrt(square * start.copies / (2 * start.width)), 2 * start.pairs.count)
    return start.parts(moved, up(float(bends.hessian.max()) / root), remainder, against)


def _worst(start: Start, third: Tensors) -> Floats:
    """What bounds −⟨ē, rem_i⟩ √m/‖δ_i‖² to third order, for the pairs looked at."""
    assert third.form is not None, "asked for where it is known"
    radii, moves, c = start.radii, start.moves_looked_at, start.looked_at.c
    reach = _reach(radii.ball, np.sqrt((moves**2).sum(1)))
    tensor = symmetric(third.form * (-2 * c)[:, None], moves.shape[1], _ORDERS[0])
    most = MOST_CELLS if start.sample is None else _CELLS_IN_SEARCH
    worst = weights(tensor, moves, radii.w, radii.u, most) + reach * third.lost
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
        third: the derivatives of order 3 of the pairs looked at.
    """

    spread: list[Floats]
    against: list[Floats]
    balls: list[Floats]
    third: Tensors

    def tightened(self, start: Start) -> Neurons:
        """With the worst moves to third order in the place of their norms, where they are known."""
        if self.third.form is None:
            return self
        worst = start.repeated(_worst(start, self.third))
        return replace(self, against=[worst, *self.against[1:]])

    def bends(self, start: Start) -> Bends:
        """How much the pairs curve; the smallest that the expansion to one of the orders yields."""
        r, far = start.radii.ball, np.hypot(*start.far) * NEAR
        omega = start.found.size
        none = np.zeros_like(far)
        sums, least = [none, none, none], [none + np.inf] * 3
        for at, order in enumerate(_ORDERS[: len(self.spread)]):
            if at:
                spread, against, j = self.spread[at], self.against[at], order - 2
                more = (_power(r, j) * spread, _power(r, j + 1) * spread)
                sums = [sums[0] + more[0], sums[1] + more[1], sums[2] + against * chords(j, r, far)]
            one, two = self.balls[2 * at : 2 * at + 2]
            left = [
                np.minimum(_power(r, j) * one, _power(r, j + 1) * two) for j in (order - 1, order)
            ]
            found = (sums[0] + left[0], sums[1] + left[1], sums[2] + omega * left[0] / 2)
            least = [np.minimum(a, b) for a, b in zip(least, found, strict=True)]
        second, first, against = (2 * NEAR * x for x in least)
        against = np.minimum(against, omega * second / 2)
        third = self.spread[0]
        return Bends(
            remainder=_reach(r, far) * third + second / 2,
            against=self.against[0] + against,
            hessian=third * r + second / 2,
            jacobian=third * r**2 + first,
        )


def _power(r: float, j: int) -> float:
    """r^j/j!."""
    return r**j / math.factorial(j)


@dataclass(frozen=True, slots=True)
class Halved:
    """A knapsack over the pairs: Σ v_i ≤ N_V/2."""

    knapsack: Knapsack

    def __call__(self, budget: float) -> float:
        return self.knapsack(budget / 2)
