"""The numbers of a certificate as others need them: in training, and in the data's own units."""

from __future__ import annotations

import math
from typing import Any

from rnnbound.certificate.certify import Certificate
from rnnbound.certificate.scaled_data import Problem


def recipe(certificate: Certificate) -> dict[str, float]:
    """What a training loop of one's own needs, rounded down.

    Returns:
        step_size: η, along half the gradient of the risk.
        step_size_on_risk: η/2, along the gradient of the risk itself.
        cap_w: ρ_w/√m, the most that a W_ii may move.
        cap_u: ρ_u/√m, the most that a U_i may move.
    """
    root = math.sqrt(certificate.width)
    return {
        "step_size": certificate.step_size,
        "step_size_on_risk": certificate.step_size / 2,
        "cap_w": _below(certificate.radius_w / root),
        "cap_u": _below(certificate.radius_u / root),
    }


def _below(value: float) -> float:
    """Less than the exact quotient that was rounded twice to `value`."""
    return math.nextafter(math.nextafter(value, 0.0), 0.0)


def in_units(problem: Problem, initial_risk: float, risk_bound: float) -> dict[str, Any]:
    """Risks in the square of the target's units, rounded up, with the way from there and back."""
    scaling = problem.scaling
    unit = scaling.target_scale**2 * (1 + 1e-14)
    return {
        "initial_risk": initial_risk * unit,
        "risk_bound": risk_bound * unit,
        "input_offset": scaling.input_offset,
        "input_scale": scaling.input_scale,
        "bias": scaling.bias,
        "target_offset": scaling.target_offset,
        "target_scale": scaling.target_scale,
    }
