"""Ways 1 and 2 of section 6.4: projected gradient descent without ties.

Way 2 looks at every neuron on its ball; way 1 has one worst-case constant for all of them.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.balls import norms
from rnnbound.certificate.curvature import on_ball, tensors
from rnnbound.certificate.forward import Residual
from rnnbound.certificate.knapsack import Knapsack
from rnnbound.certificate.parts import Parts, Radii
from rnnbound.certificate.passes import Pairs
from rnnbound.certificate.rounding import gamma, up

Floats = NDArray[np.float64]


class Plain:
    """Way 2."""

    method = "pgd"

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
        """What a certificate adds up; the arguments are those of :meth:`Tied.parts`."""
        whose = pairs if sample is None else sample
        r = radii.ball
        b2, b3 = on_ball(whose, r, (2, 3))
        (second,) = tensors(whose, (2,), found)
        near = 1 + gamma(64)
        b2 = np.minimum(b2, (second.spread + b3 * r) * near)
        against = np.minimum(second.against + found.size * b3 * r, found.size * b2) * near
        arrays = (b2, against) if sample is None else tuple(np.resize(b, pairs.count) for b in (b2, against))
        return _parts(pairs, radii, moves, start, found.size, arrays, copies)


class Constants:
    """Way 1: b_H, from the largest |W_ii| and the global suprema of σ and its derivatives."""

    method = "pgd"

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
        """What a certificate adds up; the arguments are those of :meth:`Tied.parts`."""
        w = np.array([[float(np.abs(pairs.w).max())]])
        length = up(float(np.sqrt((pairs.x**2).sum(1)).max()), 64 + len(pairs.x))
        lengths = [np.array([[length]])] * pairs.horizon
        # A blur beyond which nothing local is known leaves the global suprema.
        eta = norms(w, [np.zeros((1, 1))] * pairs.horizon, lengths, radii.ball, pairs.sigma, 2, 1e9)
        b = up(math.sqrt(sum(float(e[2].max()) ** 2 for e in eta)), 1000 * pairs.horizon)
        whole = np.full(pairs.count, b)
        return _parts(pairs, radii, moves, start, found.size, (whole, found.size * whole), copies)


def _parts(
    pairs: Pairs,
    radii: Radii,
    moves: Floats,
    start: tuple[float, float],
    omega: float,
    arrays: tuple[Floats, ...],
    copies: float,
) -> Parts:
    """κ and κ_e from b2 and from a bound of sup‖(1/n)Σ ē ∂²h‖, per pair."""
    (initial, norm), (b2, against) = start, arrays
    r, m = radii.ball, pairs.width * copies
    near = 1 + gamma(64)
    far_w, far_u = np.abs(moves[:, 0]), np.sqrt((moves[:, 1:] ** 2).sum(1)) * near
    # Two neurons a pair.
    caps = 2 * copies * ((radii.w + far_w) ** 2 + (radii.u + far_u) ** 2) * near
    root = math.sqrt(m) * (1 - gamma(4))
    moved = up(r * math.sqrt(2 * copies * float((b2**2).sum()) / m), 2 * len(b2) + 64)
    bend = up(float(b2.max()) / root)
    smoothness = up((norm + moved) ** 2 + math.sqrt(initial) * bend)
    distance = up(2 * copies * float((moves**2).sum()), moves.size + 64)
    remainder = Knapsack(b2 * near / (2 * root), caps)
    return Parts(
        omega, distance, smoothness, initial, remainder, Knapsack(against * near / (2 * root), caps)
    )
