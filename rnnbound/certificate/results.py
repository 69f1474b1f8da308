"""What `certify` finds, as its JSON has it: fields are keys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from rnnbound.certificate.assumption_sentences import assumptions
from rnnbound.certificate.certificate_check import Checked
from rnnbound.certificate.certificate_data_match import Tie
from rnnbound.certificate.certified_training import Training
from rnnbound.certificate.fixed_size_certificate import Certificate, Certified
from rnnbound.certificate.scaled_data import Problem
from rnnbound.planning.results import Assumption


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training loop of one's own needs, rounded down.

    Attributes:
        step_size: η, along half the gradient of the risk.
        step_size_on_risk: η/2, along the gradient of the risk itself.
        cap_w: ρ_w/√m, the most that a W_ii may move.
        cap_u: ρ_u/√m, the most that a U_i may move.
    """

    step_size: float
    step_size_on_risk: float
    cap_w: float
    cap_u: float

    @classmethod
    def of(cls, certificate: Certificate) -> Self:
        """The recipe of a certificate."""
        root = math.sqrt(certificate.width)
        caps = (_below(radius / root) for radius in (certificate.radius_w, certificate.radius_u))
        return cls(certificate.step_size, certificate.step_size / 2, *caps)


def _below(value: float) -> float:
    """Less than the exact quotient that was rounded twice to `value`."""
    return math.nextafter(math.nextafter(value, 0.0), 0.0)


@dataclass(frozen=True)
class InUnits:
    """Risks in the square of the target's units, rounded up, with the way from there and back.

    Attributes:
        initial_risk: R(0).
        risk_bound: what the risk of the last iterate is at most.
        input_offset: what is subtracted from each input column.
        input_scale: what each is divided by then.
        bias: the constant channel that is added; null if there is none.
        target_offset: what is subtracted from the target.
        target_scale: what it is divided by then.
    """

    initial_risk: float
    risk_bound: float
    input_offset: tuple[float, ...]
    input_scale: tuple[float, ...]
    bias: float | None
    target_offset: float
    target_scale: float

    @classmethod
    def of(cls, problem: Problem, initial_risk: float, risk_bound: float, **more: float) -> Self:
        """Of risks in scaled units; `more` are measured, and not rounded up."""
        scaling = problem.scaling
        unit = scaling.target_scale**2
        above = unit * (1 + 1e-14)
        values: dict[str, Any] = {x.name: getattr(scaling, x.name) for x in fields(scaling)}
        values |= {name: risk * unit for name, risk in more.items()}
        return cls(initial_risk * above, risk_bound * above, **values)


@dataclass(frozen=True)
class TrainedInUnits(InUnits):
    """The same, with what was trained.

    Attributes:
        best_risk: the least risk of all iterates.
        last_risk: of the last iterate.
    """

    best_risk: float
    last_risk: float


@dataclass(frozen=True, slots=True)
class TraceStep:
    """A step of training.

    Attributes:
        step: its number.
        risk: R after it, in scaled units.
    """

    step: int
    risk: float


@dataclass(frozen=True, slots=True)
class TrainingSummary:
    """What training did, in scaled units.

    Attributes:
        best_risk: the least risk of all iterates.
        last_risk: of the last iterate, which the certificate bounds.
        first_below_bound: the first step whose risk is at most the bound; null if there is none.
        trace: the risk at 0, at the powers of two and at the end.
    """

    best_risk: float
    last_risk: float
    first_below_bound: int | None
    trace: tuple[TraceStep, ...]

    @classmethod
    def of(cls, training: Training) -> Self:
        """Without the weights."""
        trace = tuple(TraceStep(*step) for step in training.trace)
        return cls(training.best_risk, training.last_risk, training.first_below_bound, trace)


@dataclass(frozen=True, kw_only=True)
class _About:
    """What the numbers are about, and what they rest on."""

    risk_of: str = "training data"
    iterate: str = "last"
    expectation: str | None = None
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Certification(_About):
    """A certificate, with what it rests on and how to train.

    Attributes:
        risk_of: whose risk is bounded: training data.
        iterate: of which iterate: the last.
        expectation: what the bound is on a mean over: null, nothing.
        assumptions: what the bound rests on.
        initial_risk: R(0), rounded up.
        certificate: the bound, and how to train.
        how_to_train: the numbers that a training loop needs.
        worst_case_bound: the same with worst-case constants; null if that is beyond doubles.
        linear_floor: what gradient descent on the linearisation reaches in as many steps, an
            estimate; null if that is beyond doubles.
        vacuous: whether the bound is no better than R(0).
        original_units: risks in the square of the target's units.
    """

    initial_risk: float
    certificate: Certificate
    how_to_train: Recipe
    worst_case_bound: float | None
    linear_floor: float | None
    vacuous: bool
    original_units: InUnits

    @classmethod
    def of(cls, found: Certified, training: Training | None = None) -> Certification:
        """Without the arrays; a :class:`TrainedCertification` if the network was trained."""
        certificate, problem = found.certificate, found.problem
        risks = (found.initial_risk, certificate.risk_bound)
        values: dict[str, Any] = {
            "assumptions": assumptions(problem, certificate),
            "initial_risk": found.initial_risk,
            "certificate": certificate,
            "how_to_train": Recipe.of(certificate),
            "worst_case_bound": _finite(found.worst_case_bound),
            "linear_floor": _finite(found.linear_floor),
            "vacuous": certificate.risk_bound >= found.initial_risk,
        }
        if training is None:
            return Certification(**values, original_units=InUnits.of(problem, *risks))
        trained = {"best_risk": training.best_risk, "last_risk": training.last_risk}
        return TrainedCertification(
            **values,
            original_units=TrainedInUnits.of(problem, *risks, **trained),
            training=TrainingSummary.of(training),
        )


@dataclass(frozen=True, kw_only=True)
class TrainedCertification(Certification):
    """A certificate, and what training as it says did.

    Attributes:
        training: what training did.
    """

    original_units: TrainedInUnits
    training: TrainingSummary


@dataclass(frozen=True)
class _Start:
    """R(0), which stands before the certificate."""

    initial_risk: float


@dataclass(frozen=True)
class CurvePoint(Certificate, _Start):
    """A certificate of a curve.

    Attributes:
        initial_risk: R(0), rounded up.
        worst_case_bound: the same with worst-case constants; null if that is beyond doubles.
        linear_floor: an estimate of what the linearisation reaches; null if beyond doubles.
    """

    worst_case_bound: float | None
    linear_floor: float | None

    @classmethod
    def of(cls, found: Certified) -> Self:
        """One row."""
        values = {x.name: getattr(found.certificate, x.name) for x in fields(Certificate)}
        return cls(
            initial_risk=found.initial_risk,
            **values,
            worst_case_bound=_finite(found.worst_case_bound),
            linear_floor=_finite(found.linear_floor),
        )


@dataclass(frozen=True, kw_only=True)
class CertificateCurve(_About):
    """Certificates for several widths and numbers of steps.

    Attributes:
        risk_of: whose risk is bounded: training data.
        iterate: of which iterate: the last.
        expectation: what the bound is on a mean over: null, nothing.
        assumptions: what the last bound rests on.
        initial_risk: R(0), rounded up.
        curve: the certificates.
    """

    initial_risk: float
    curve: tuple[CurvePoint, ...]

    @classmethod
    def of(cls, found: Sequence[Certified]) -> Self:
        """Of at least one."""
        last = found[-1]
        return cls(
            assumptions=assumptions(last.problem, last.certificate),
            initial_risk=found[0].initial_risk,
            curve=tuple(map(CurvePoint.of, found)),
        )


@dataclass(frozen=True)
class _Verdict:
    """What stands first."""

    valid: bool
    faults: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CertificateCheck(_About, _Verdict):
    """What a verification of a saved certificate found.

    Attributes:
        valid: whether all that the file says was proved.
        faults: what was not.
        risk_of: whose risk is bounded: training data.
        iterate: of which iterate: the last.
        expectation: what the bound is on a mean over: null, nothing.
        assumptions: what the bound rests on.
        certificate: what was proved; null if nothing was.
        claimed: what the file says.
        initial_risk: R(0), as it was proved.
        final_risk: of the final weights in the file; null if there are none.
        data_file: the data that the certificate was compared with; null if none were given.
        ties: what was compared with what.
        original_units: risks in the square of the target's units; null without a data file.
    """

    certificate: Certificate | None
    claimed: Certificate
    initial_risk: float | None
    final_risk: float | None
    data_file: str | None
    ties: tuple[Tie, ...]
    original_units: InUnits | None

    @classmethod
    def of(cls, found: Checked, data_file: str | None) -> Self:
        """Without the arrays."""
        rests: tuple[Assumption, ...] = ()
        units, proved, problem = None, found.certificate, found.problem
        if proved is not None and problem is not None:
            rests = assumptions(problem, proved)
            if data_file is not None:
                assert found.initial_risk is not None, "proved of these data"
                units = InUnits.of(problem, found.initial_risk, proved.risk_bound)
        return cls(
            valid=found.valid,
            faults=found.faults,
            assumptions=rests,
            certificate=proved,
            claimed=found.claimed,
            initial_risk=found.initial_risk,
            final_risk=found.final_risk,
            data_file=data_file,
            ties=found.ties,
            original_units=units,
        )


def _finite(value: float) -> float | None:
    return value if value < math.inf else None
