"""What a certificate adds up, and the step size that makes it least (section 6.4)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnbound.certificate.rounding import up


@dataclass(frozen=True, slots=True)
class Radii:
    """The set that is projected on: |w_i − w_i(0)| ≤ w, ‖u_i − u_i(0)‖ ≤ u.

    Attributes:
        w: ρ_w/√m.
        u: ρ_u/√m.
    """

    w: float
    u: float

    @property
    def ball(self) -> float:
        """The radius of a ball around it."""
        return up(math.hypot(self.w, self.u))


@dataclass(frozen=True, slots=True)
class Parts:
    """What a certificate adds up, for any step size and number of steps.

    Attributes:
        omega: ω.
        distance: ν̂².
        smoothness: S'.
        initial: R(0).
        remainder: κ for a given N_V.
        against: what bounds κ_e beside ωκ.
    """

    omega: float
    distance: float
    smoothness: float
    initial: float
    remainder: Callable[[float], float]
    against: Callable[[float], float]

    def budget(self, eta: float) -> float:
        """N_V = ν̂² + (ηS' − 1)₊ ηR(0)/(2 − ηS')."""
        c = up(eta * self.smoothness)
        if c >= 2:
            return math.inf
        return up(self.distance + max(c - 1, 0.0) * eta * self.initial / (2 - c))

    def terms(self, eta: float, steps: int) -> tuple[float, float, float]:
        """Misfit ω², curvature 2κ_e + κ² and rate N_V/(ητ)."""
        budget = self.budget(eta)
        if not budget < math.inf:
            return up(self.omega**2), math.inf, math.inf
        kappa = self.remainder(budget)
        against = min(up(self.omega * kappa), self.against(budget))
        return up(self.omega**2), up(2 * against + kappa**2), up(budget / (eta * steps))

    def best(self, steps: int) -> tuple[float, float]:
        """The step size with the least bound, and the bound."""
        found = []
        for c in (*np.linspace(0.6, 1.5, 10), *np.linspace(1.55, 1.97, 22)):
            eta = float(c) / self.smoothness
            found.append((sum(self.terms(eta, steps)), eta))
        bound, eta = min(found)
        return eta, bound
