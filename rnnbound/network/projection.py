"""Max-norm projection, and tied pairs (sections 1 and 6.3)."""

from __future__ import annotations

from math import sqrt

import numpy as np

from rnnbound.network.arrays import Array


class Ball:
    """{Θ : |W_ii − W_ii(0)| ≤ ρ_w/√m, ‖U_i − U_i(0)‖₂ ≤ ρ_u/√m for every i}.

    Args:
        start: Θ(0), packed, shape (1 + d, m).
        radius_w: ρ_w; None leaves W alone.
        radius_u: ρ_u; None leaves U alone.
    """

    def __init__(self, start: Array, radius_w: float | None, radius_u: float | None) -> None:
        root = sqrt(start.shape[1])
        self.start = start
        self.cap_w = None if radius_w is None else radius_w / root
        self.cap_u = None if radius_u is None else radius_u / root

    def project(self, theta: Array) -> None:
        """Replace `theta` by the nearest point of the set."""
        if self.cap_w is not None:
            np.clip(theta[0], self.start[0] - self.cap_w, self.start[0] + self.cap_w, out=theta[0])
        if self.cap_u is not None:
            shorten(theta[1:], self.start[1:], self.cap_u)


def shorten(u: Array, start: Array, cap: float) -> None:
    """Pull every column of `u`, shape (d, m), to within `cap` of the one of `start`."""
    moved = u - start
    length = np.sqrt((moved * moved).sum(axis=0))
    if length.max() > cap:
        far = length > cap
        u[:, far] = start[:, far] + moved[:, far] * (cap / length[far])


def mirror(theta: Array, start: Array) -> None:
    """Replace pairs (i, i + m/2) by their mirrored part: Θ(0) ± q, q = (Δ_i − Δ_{i+m/2})/2."""
    half = theta.shape[1] // 2
    moved = theta - start
    q = (moved[:, :half] - moved[:, half:]) / 2
    theta[:, :half], theta[:, half:] = start[:, :half] + q, start[:, half:] - q
