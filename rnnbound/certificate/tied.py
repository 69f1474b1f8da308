"""Way 3 of section 6.4: tied pairs, whose curvature is that of an odd function."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.curvature import MOST_DEEP, Tensors, can_compute, on_ball, tensors
from rnnbound.certificate.forward import Residual
from rnnbound.certificate.knapsack import Knapsack
from rnnbound.certificate.parts import Parts, Radii
from rnnbound.certificate.passes import Pairs
from rnnbound.certificate.rounding import gamma, up

Floats = NDArray[np.float64]


class Tied:
    """Way 3."""

    method = "tied"

    def parts(
        self,
        pairs: Pairs,
        radii: Radii,
        moves: Floats,
        start: tuple[float, float],
        found: Residual,
        sample: Pairs | None = None,
        copies: float = 1.0,
    ) -> Parts:
        """What a certificate adds up.

        Args:
            pairs: data and neurons.
            radii: of the projection.
            moves: D̄, shape (k, p), inside.
            start: bounds of R(0) and ‖J_0‖.
            found: ē.
            sample: pairs whose curvature stands for that of all; None: all are looked at.
            copies: how many pairs of the network each of `pairs` stands for.
        """
        whose = pairs if sample is None else sample
        deep = can_compute(pairs, 5) and pairs.count * pairs.samples * pairs.horizon <= MOST_DEEP
        derivatives = tensors(whose, (3, 5) if deep else (3,), found)
        balls = on_ball(whose, radii.ball, (4, 5, 6, 7) if deep else (4, 5))
        neurons = Neurons(derivatives[0], derivatives[1] if deep else None, balls)
        if sample is not None:
            neurons = neurons.repeated(pairs.count)
        initial, norm = start
        width = round(pairs.width * copies)
        return tied_parts(width, radii, moves, neurons, (found.size, initial, norm), copies)


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

    def repeated(self, count: int) -> Neurons:
        """These pairs over and over, as if there were `count` of them."""

        def again(found: Tensors) -> Tensors:
            return Tensors(np.resize(found.spread, count), np.resize(found.against, count))

        fifth = None if self.fifth is None else again(self.fifth)
        return Neurons(again(self.third), fifth, [np.resize(b, count) for b in self.balls])

    def rests(self, r: float, far: Floats, omega: float) -> tuple[Floats, Floats, Floats]:
        """q, p, and what stands for ωq/2 in κ_e, shape (k,) each.

        Args:
            r: the radius of the ball.
            far: ‖D̄_i‖.
            omega: ω.
        """
        near = 1 + gamma(64)
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
        return q * near, p * near, against * near


def tied_parts(
    width: int,
    radii: Radii,
    moves: Floats,
    neurons: Neurons,
    start: tuple[float, float, float],
    copies: float = 1.0,
) -> Parts:
    """The parts for tied pairs.

    Args:
        width: m.
        radii: of the projection.
        moves: D̄, shape (k, p), inside.
        neurons: derivatives of every pair.
        start: bounds of ω, R(0) and ‖J_0‖.
        copies: how many pairs each stands for, if they are a sample.
    """
    omega, initial, norm = start
    r, m, third = radii.ball, width, neurons.third
    near = 1 + gamma(64)
    far_w, far_u = np.abs(moves[:, 0]), np.sqrt((moves[:, 1:] ** 2).sum(1)) * near
    far = np.hypot(far_w, far_u) * near
    caps = ((radii.w + far_w) ** 2 + (radii.u + far_u) ** 2) * near * copies
    q, p, q_against = neurons.rests(r, far, omega)
    reach = 2 * (r / 3 + far / 6) * near
    root = math.sqrt(m) * (1 - gamma(4))
    remainder = Knapsack((reach * third.spread + q / 2) * near / root, caps)
    against = Knapsack((reach * third.against + q_against) * near / root, caps)
    moved = up(
        math.sqrt(float(((third.spread * r**2 + p) ** 2).sum()) * copies / (2 * m)), 2 * len(far)
    )
    bend = up(float((third.spread * r + q / 2).max()) / root)
    smoothness = up((norm + moved) ** 2 + math.sqrt(initial) * bend)
    distance = up(2 * copies * float((moves**2).sum()), moves.size + 64)
    return Parts(omega, distance, smoothness, initial, Halved(remainder), Halved(against))


@dataclass(frozen=True, slots=True)
class Halved:
    """A knapsack over the pairs: Σ v_i ≤ N_V/2."""

    knapsack: Knapsack

    def __call__(self, budget: float) -> float:
        return self.knapsack(budget / 2)
