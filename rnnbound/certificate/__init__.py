"""Certificates: sure bounds on the risk that training reaches on given data (section 6.4).

    >>> from rnnbound.certificate import Problem, Request, certify, train
    >>> found = certify(Request(Problem.of(X, Y)), width=1024, iterations=1000)
    >>> found.certificate.risk_bound, found.certificate.step_size
    >>> train(found).last_risk  # never above the bound

*Surely* is about gradient descent in exact arithmetic: rounding of the certificate itself is
accounted for, rounding during training is not.
"""

from __future__ import annotations

from rnnbound.certificate.assumption_sentences import assumptions
from rnnbound.certificate.certificate_check import Checked, check
from rnnbound.certificate.certificate_data_match import Tie
from rnnbound.certificate.certificate_file import save
from rnnbound.certificate.certification import Found, find
from rnnbound.certificate.certified_training import Training, refusal, train
from rnnbound.certificate.fixed_size_certificate import Certificate, Certified, Request, certify
from rnnbound.certificate.least_size_for_target_risk import Reached, curve, reach, sizes
from rnnbound.certificate.request_reader import Asked
from rnnbound.certificate.results import (
    CertificateCheck,
    CertificateCurve,
    Certification,
    CurvePoint,
    InUnits,
    Recipe,
    TraceStep,
    TrainedCertification,
    TrainedInUnits,
    TrainingSummary,
)
from rnnbound.certificate.scaled_data import Problem
from rnnbound.verification.plan_duration import Limits

__all__ = [
    "Asked",
    "Certificate",
    "CertificateCheck",
    "CertificateCurve",
    "Certification",
    "Certified",
    "Checked",
    "CurvePoint",
    "Found",
    "InUnits",
    "Limits",
    "Problem",
    "Reached",
    "Recipe",
    "Request",
    "Tie",
    "TraceStep",
    "TrainedCertification",
    "TrainedInUnits",
    "Training",
    "TrainingSummary",
    "assumptions",
    "certify",
    "check",
    "curve",
    "find",
    "reach",
    "refusal",
    "save",
    "sizes",
    "train",
]
