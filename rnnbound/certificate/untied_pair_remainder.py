"""Ways 1 and 2 of section 6.4: projected gradient descent without ties.

With δ_i = Θ_i − Θ̄_i, rem_i = m^{-1/2} c_i ∫ (1 − s) ∂²h_i(Θ_i(0) + (1−s)D_i + sD̄_i)[δ_i, δ_i] ds.
Way 2 expands ∂²h_i at the start, and bounds the rest on the ball of the neuron; way 1 has
one worst-case constant for all of them.
"""

from __future__ import annotations

import math
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.bound_parts import NEAR, Bends, Parts, Start, chords
from rnnbound.certificate.derivative_suprema import norms
from rnnbound.certificate.fractional_knapsack import Knapsack
from rnnbound.certificate.neuron_curvature import affordable, on_ball, tensors
from rnnbound.certificate.rounding_error_bounds import up

Floats = NDArray[np.float64]


class Plain:
    """Way 2."""

    method = "pgd"
    balls: tuple[int, ...] = (2, 4)

    def parts(self, start: Start) -> Parts:
        """As good as it matters for the number of steps: from norms, or from tensors."""
        computed = tuple(takewhile(lambda order: affordable(start.whole, order), (3, 4)))
        if start.sample is None or not computed:
            coarse = _parts(start, self.bends(start, ()))
            if not computed or start.settled(coarse, _parts(start, Bends.none(start))):
                return coarse
        return _parts(start, self.bends(start, computed))

    @staticmethod
    def bends(start: Start, computed: tuple[int, ...]) -> Bends:
        """How much the neurons curve; with tensors up to the last order that is `computed`."""
        whose, size = start.looked_at, start.found.size
        orders = (2, *(computed or (3,)))
        at = tensors(whose, orders, start.found, computed=bool(computed))
        b2, beyond = map(start.repeated, on_ball(whose, start.radii.ball, (2, orders[-1] + 1)))
        spread = [start.repeated(one.spread) for one in at]
        against = [start.repeated(one.against) for one in at]
        r, far = start.radii.ball, np.sqrt((start.moves**2).sum(1)) * NEAR
        way_there = [chords(j, r, far) for j in range(len(orders) + 1)]
        return Bends(
            remainder=np.minimum(b2 / 2, _sum(way_there, [*spread, beyond])),
            against=np.minimum(size * b2 / 2, _sum(way_there, [*against, size * beyond])),
            hessian=np.minimum(b2, _taylor(r, 0, [*spread, beyond])),
            jacobian=np.minimum(b2 * r, _taylor(r, 1, [*spread, beyond])),
        )


def _sum(factors: list[Floats], terms: list[Floats]) -> Floats:
    total = np.zeros_like(terms[0])
    for factor, term in zip(factors, terms, strict=True):
        total += factor * term
    return total * NEAR


def _taylor(r: float, integrated: int, terms: list[Floats]) -> Floats:
    """Σ_j terms_j r^{j+i}/(j+i)!, i times integrated."""
    powers = [r ** (j + integrated) / math.factorial(j + integrated) for j in range(len(terms))]
    return _sum([np.full_like(terms[0], p) for p in powers], terms)


class Constants:
    """Way 1: b_H, from the largest |W_ii| and the global suprema of σ and its derivatives."""

    method = "pgd"
    balls: tuple[int, ...] = (2,)

    def parts(self, start: Start) -> Parts:
        pairs, ball, size = start.pairs, start.radii.ball, start.found.size
        w = np.array([[float(np.abs(pairs.w).max())]])
        length = up(float(np.sqrt((pairs.x**2).sum(1)).max()), 64 + len(pairs.x))
        lengths = [np.array([[length]])] * pairs.horizon
        # A blur beyond which nothing local is known leaves the global suprema.
        eta = norms(w, [np.zeros((1, 1))] * pairs.horizon, lengths, ball, pairs.sigma, 2, 1e9)
        b = up(math.hypot(*(float(e[2].max()) for e in eta)), 1000 * pairs.horizon)
        whole = np.full(pairs.count, b)
        return _parts(start, Bends(whole / 2, size * whole / 2, whole, whole * ball))


def _parts(start: Start, bends: Bends) -> Parts:
    """The parts for two neurons a pair."""
    root, caps = start.root_width, 2 * start.caps
    square = float((bends.jacobian**2).sum())
    moved = up(math.sqrt(2 * start.copies * square / start.width), 2 * start.pairs.count + 64)
    bend = up(float(bends.hessian.max()) / root)
    remainder = Knapsack(bends.remainder * NEAR / root, caps)
    against = Knapsack(bends.against * NEAR / root, caps)
    return start.parts(moved, bend, remainder, against)
