"""One step of training: along the gradient, then back into the set that is projected on.

The sets are {|W_ii − W_ii(0)| ≤ ρ_w/√m, ‖U_i − U_i(0)‖₂ ≤ ρ_u/√m} (section 1), and for tied pairs
those of its points that are Θ(0) + q in the first half of the neurons and Θ(0) − q in the second
(section 6.3).
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from rnnbound.network.array_checks import Array
from rnnbound.network.training_options import Schedule


class Ball:
    """The max-norm ball around `centre`.

    Args:
        centre: packed, shape (1 + d, k).
        cap_w: the most that a W_ii may move; None: any distance.
        cap_u: the most that a U_i may move in the Euclidean norm; None: any distance.
    """

    def __init__(self, centre: Array, cap_w: float | None, cap_u: float | None) -> None:
        self.centre, self.cap = centre[1:], cap_u
        # A number's norm is its absolute value: with d = 1, U is clipped as W is.
        capped = [cap_w, cap_u] if len(centre) == 2 else [cap_w]
        rows = [row for row, cap in enumerate(capped) if cap is not None]
        self.clipped = slice(rows[0], rows[-1] + 1) if rows else None
        if self.clipped:
            caps = np.array([capped[row] for row in rows])[:, None]
            self.low = (centre[self.clipped] - caps).astype(centre.dtype)
            self.high = (centre[self.clipped] + caps).astype(centre.dtype)
        self.shortens = cap_u is not None and len(centre) > 2

    def project(self, theta: Array) -> None:
        """Replace `theta`, shape (1 + d, k), by the nearest point of the ball."""
        if self.clipped:
            part = theta[self.clipped]
            np.maximum(part, self.low, out=part)
            np.minimum(part, self.high, out=part)
        if self.shortens:
            self._shorten(theta[1:])

    def _shorten(self, u: Array) -> None:
        assert self.cap is not None, "only called with a cap"
        moved = u - self.centre
        square = np.add.reduce(moved * moved, 0)
        far = np.flatnonzero(square > self.cap**2)
        if far.size:
            factor = u.dtype.type(self.cap) / np.sqrt(square[far])
            u[:, far] = self.centre[:, far] + moved[:, far] * factor


def _caps(schedule: Schedule, width: int) -> tuple[float | None, float | None]:
    """ρ_w/√m and ρ_u/√m."""
    root = sqrt(width)
    w, u = schedule.radius_w, schedule.radius_u
    return None if w is None else w / root, None if u is None else u / root


class Move:
    """Θ(s+1) = Proj(Θ(s) − η g).

    Args:
        start: Θ(0), packed, shape (1 + d, m).
        schedule: η and the radii.
    """

    def __init__(self, start: Array, schedule: Schedule) -> None:
        self.eta = start.dtype.type(schedule.step_size)
        self.ball = Ball(start.copy(), *_caps(schedule, start.shape[1]))

    def __call__(self, theta: Array, g: Array, out: Array) -> None:
        """Write the next iterate to `out`; `g` is used up."""
        np.multiply(g, self.eta, g)
        np.subtract(theta, g, out)
        self.ball.project(out)


class TiedMove:
    """The same for tied pairs, as a step of q, so that the pairs stay mirrored.

    Mirroring Δ − η g, with Δ = (q, −q), gives q − η (g_i − g_{i+m/2})/2.
    """

    def __init__(self, start: Array, schedule: Schedule) -> None:
        self.half = start.shape[1] // 2
        self.eta = start.dtype.type(schedule.step_size / 2)
        self.start = start[:, : self.half].copy()
        self.q = np.zeros_like(self.start)
        self.ball = Ball(self.q.copy(), *_caps(schedule, start.shape[1]))

    def __call__(self, theta: Array, g: Array, out: Array) -> None:
        """Write the next iterate to `out`; `g` is used up, and `theta` is Θ(0) ± q already."""
        step = g[:, : self.half]
        np.subtract(step, g[:, self.half :], step)
        np.multiply(step, self.eta, step)
        np.subtract(self.q, step, self.q)
        self.ball.project(self.q)
        np.add(self.start, self.q, out[:, : self.half])
        np.subtract(self.start, self.q, out[:, self.half :])
