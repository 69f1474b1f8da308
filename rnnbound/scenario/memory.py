"""Memory (section 2): how large the recurrent weights get, and what that does to the constants.

``r = α_m σ1`` is the contraction factor: constants are bounded in T if r < 1, polynomial if
r = 1 and exponential if r > 1.
"""

from __future__ import annotations

from typing import Final, Literal

from rnnbound.numbers.system import Number
from rnnbound.scenario.scenario_in_number_system import Quantities

Regime = Literal["short", "critical", "long"]

SHORT: Final = "short"
CRITICAL: Final = "critical"
LONG: Final = "long"


def alpha_m(q: Quantities, m: Number) -> Number:
    """α_m = α + ρ_w/√m, which bounds every |W_ii| during projected training."""
    return q.alpha + q.rho_w / q.ns.sqrt(m)


def contraction(q: Quantities, a: Number) -> Number:
    """r = a σ1 for recurrent weights bounded by `a`."""
    return a * q.sigma1


def cutoff(q: Quantities) -> Number:
    """1/σ1: short memory below it, long memory above it."""
    return 1 / q.sigma1


def critical_width(q: Quantities) -> Number:
    """(ρ_w/(1/σ1 − α))²: memory is short for every larger m.  Needs α < 1/σ1."""
    return (q.rho_w / (cutoff(q) - q.alpha)) ** 2
