"""Certificates: sure bounds on the risk that training reaches on given data (section 6.4).

    >>> from rnnbound.certificate import Problem, Request, certify, train
    >>> found = certify(Request(Problem.of(X, Y)), width=1024, iterations=1000)
    >>> found.certificate.risk_bound, found.certificate.step_size
    >>> train(found).last_risk  # never above the bound

*Surely* is about gradient descent in exact arithmetic: rounding of the certificate itself is
accounted for, rounding during training is not.
"""

from __future__ import annotations

from rnnbound.certificate.assumptions import assumptions
from rnnbound.certificate.certify import Certificate, Certified, Request, certify
from rnnbound.certificate.check import Checked, check
from rnnbound.certificate.problem import Problem
from rnnbound.certificate.reach import Reached, curve, reach, sizes
from rnnbound.certificate.recipe import in_units, recipe
from rnnbound.certificate.store import save
from rnnbound.certificate.tie import Tie
from rnnbound.certificate.trained import Training, refusal, train
from rnnbound.verification.forecast import Limits

__all__ = [
    "Certificate",
    "Certified",
    "Checked",
    "Limits",
    "Problem",
    "Reached",
    "Request",
    "Tie",
    "Training",
    "assumptions",
    "certify",
    "check",
    "curve",
    "in_units",
    "reach",
    "recipe",
    "refusal",
    "save",
    "sizes",
    "train",
]
