"""Way 3 of section 6.4: tied pairs, whose curvature is that of an odd function."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.curvature import Tensors, on_ball, tensors
from rnnbound.certificate.knapsack import Knapsack
from rnnbound.certificate.parts import NEAR, Parts, Start
from rnnbound.certificate.rounding import up

Floats = NDArray[np.float64]


class Tied:
    """Way 3."""

    method = "tied"

    def parts(self, start: Start) -> Parts:
        deep, whose = start.deep(5), start.looked_at
        derivatives = tensors(whose, (3, 5) if deep else (3,), start.found)
        balls = on_ball(whose, start.radii.ball, (4, 5, 6, 7) if deep else (4, 5))
        neurons = Neurons(derivatives[0], derivatives[1] if deep else None, balls)
        return _parts(start, neurons if start.sample is None else neurons.repeated(start))


@dataclass(frozen=True, slots=True)
class Neurons:
    """Derivatives of every pair.

    Attributes:
        third: of order 3 at the start.
        fifth: of order 5 there, or None if that is too much to compute.
        balls: b4, b5, and with `fifth` b6, b7, over the ball, shape (k,) each.
    """

    third: Tensors
    fifth: Tensors | None
    balls: list[Floats]

    def repeated(self, start: Start) -> Neurons:
        """These pairs over and over, for every pair."""

        def again(found: Tensors) -> Tensors:
            return Tensors(start.repeated(found.spread), start.repeated(found.against))

        fifth = None if self.fifth is None else again(self.fifth)
        return Neurons(again(self.third), fifth, [start.repeated(b) for b in self.balls])

    def rests(self, r: float, far: Floats, omega: float) -> tuple[Floats, Floats, Floats]:
        """q, p, and what stands for ωq/2 in κ_e, shape (k,) each.

        Args:
            r: the radius of the ball.
            far: ‖D̄_i‖.
            omega: ω.
        """
        b4, b5 = self.balls[:2]
        q = np.minimum(b4 * r**2, b5 * r**3 / 3)
        p = np.minimum(b4 * r**3 / 3, b5 * r**4 / 12)
        against = omega * q / 2
        if self.fifth is not None:
            b6, b7 = self.balls[2:]
            rest = np.minimum(b6 * r**4 / 12, b7 * r**5 / 60)
            q = np.minimum(q, self.fifth.spread * r**3 / 3 + rest)
            rest_p = np.minimum(b6 * r**5 / 60, b7 * r**6 / 360)
            p = np.minimum(p, self.fifth.spread * r**4 / 12 + rest_p)
            # (1/3) ∫ (1 − s) ((1 − s) r + s far)³ ds
            cubic = (4 * r**3 + 3 * r**2 * far + 2 * r * far**2 + far**3) / 60
            against = np.minimum(against, self.fifth.against * cubic + omega * rest / 2)
        return q * NEAR, p * NEAR, against * NEAR


def _parts(start: Start, neurons: Neurons) -> Parts:
    """The parts for tied pairs, given the derivatives of every pair."""
    r, third, root = start.radii.ball, neurons.third, start.root_width
    far = np.hypot(*start.far) * NEAR
    q, p, q_against = neurons.rests(r, far, start.found.size)
    reach = 2 * (r / 3 + far / 6) * NEAR
    remainder = Knapsack((reach * third.spread + q / 2) * NEAR / root, start.caps)
    against = Knapsack((reach * third.against + q_against) * NEAR / root, start.caps)
    square = float(((third.spread * r**2 + p) ** 2).sum())
    moved = up(math.sqrt(square * start.copies / (2 * start.width)), 2 * len(far))
    bend = up(float((third.spread * r + q / 2).max()) / root)
    return start.parts(moved, bend, Halved(remainder), Halved(against))


@dataclass(frozen=True, slots=True)
class Halved:
    """A knapsack over the pairs: Σ v_i ≤ N_V/2."""

    knapsack: Knapsack

    def __call__(self, budget: float) -> float:
        return self.knapsack(budget / 2)
