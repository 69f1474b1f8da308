"""Training exactly as a certificate says, beside what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from rnnbound import network as net
from rnnbound.certificate.fixed_size_certificate import Certificate, Certified
from rnnbound.network import Network, Schedule
from rnnbound.numbers import numerals
from rnnbound.scenario.scenario import Scenario
from rnnbound.verification.plan_duration import Limits, duration, gain, pace, sample_width, visits

#: What a run keeps of each of its steps, in bytes: its number and its risk.
_KEPT: Final = 120
#: Steps, and neurons · samples · time steps · steps, that take so little that nothing is timed.
_FEW: Final = (10_000, 50_000_000)
#: Arrays of the size of the weights that a run holds, and what it holds beside.
_COPIES: Final = 8
_WORKSPACE: Final = 64 << 20


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


def refusal(found: Certified, jobs: int, limits: Limits) -> str | None:
    """Why training as a certificate says would take too long, or too much; None if it would not.

    A few small steps are timed and scaled up.
    """
    certificate = found.certificate
    n, horizon, d = found.problem.X.shape
    m, steps = certificate.width, certificate.iterations
    data = 8 * n * horizon * (d + 2) + _WORKSPACE
    memory = 8 * _COPIES * m * (d + 2) + data + _KEPT * steps
    task = Scenario(
        horizon=horizon,
        samples=n,
        dim=d,
        alpha=certificate.alpha,
        activation=certificate.activation,
    )
    method = certificate.method
    if steps <= _FEW[0] and steps * m * n * horizon <= _FEW[1]:
        return None
    each = pace(task, sample_width(m), method) / gain(task, m, method, jobs)
    seconds = each * float(visits(task, m, steps, method))
    if seconds > limits.seconds:
        return (
            f"would take about {duration(seconds)}, above --max-seconds {limits.seconds:g}; allow "
            "more, ask for fewer --iterations, or leave --train out"
        )
    if memory > limits.memory_bytes:
        return (
            f"would take about {numerals.size(memory)}, above --max-memory "
            f"{numerals.size(limits.memory_bytes)}; allow more, ask for fewer --iterations, or "
            "leave --train out"
        )
    return None
