"""Certificates: sure bounds on the risk that training reaches on given data (section 6.4).

    >>> from rnnbound.certificate import Problem, Request, certify, train
    >>> found = certify(Request(Problem.of(X, Y)), width=1024, iterations=1000)
    >>> found.certificate.risk_bound, found.certificate.step_size
    >>> train(found).last_risk  # never above the bound

*Surely* is about gradient descent in exact arithmetic: rounding of the certificate itself is
accounted for, rounding during training is not.
"""

from __future__ import annotations

from rnnbound.certificate.certify import Certificate, Certified, Request, certify
from rnnbound.certificate.problem import Problem
from rnnbound.certificate.reach import curve, reach
from rnnbound.certificate.store import check, save
from rnnbound.certificate.trained import Training, train

__all__ = [
    "Certificate",
    "Certified",
    "Problem",
    "Request",
    "Training",
    "certify",
    "check",
    "curve",
    "reach",
    "save",
    "train",
]
