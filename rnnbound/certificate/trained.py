"""Training exactly as a certificate says, beside what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnbound import network as net
from rnnbound.certificate.certify import Certificate, Certified
from rnnbound.network import Network, Schedule


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """What training did, in scaled units.

    Attributes:
        best_risk: the least risk of all iterates.
        last_risk: R(Θ(τ)), which the certificate bounds.
        first_below_bound: the first step whose risk is at most the bound; None if there is none.
        trace: (s, R(Θ(s))) at 0, at the powers of two and at τ.
        last: Θ(τ).
    """

    best_risk: float
    last_risk: float
    first_below_bound: int | None
    trace: tuple[tuple[int, float], ...]
    last: Network


def schedule_of(certificate: Certificate, jobs: int) -> Schedule:
    """How a certificate says to train."""
    return Schedule(
        certificate.method,
        certificate.step_size,
        certificate.iterations,
        radius_w=certificate.radius_w,
        radius_u=certificate.radius_u,
        workers=jobs,
    )


def train(
    found: Certified, jobs: int = 1, progress: Callable[[int], None] | None = None
) -> Training:
    """Train the network of a certificate as it says."""
    certificate, problem = found.certificate, found.problem
    run = net.train(
        found.network,
        certificate.activation,
        problem.X,
        problem.Y,
        schedule_of(certificate, jobs),
        progress=progress,
    )
    below = np.flatnonzero(run.risks <= certificate.risk_bound)
    last = certificate.iterations
    places = sorted({0, last, *(2**k for k in range(last.bit_length()))})
    return Training(
        run.best_risk,
        run.last_risk,
        int(below[0]) if below.size else None,
        tuple((s, float(run.risks[s])) for s in places),
        run.last,
    )
