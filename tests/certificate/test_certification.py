"""`rnnbound.certify`: the command's result in one call."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict, fields

import pytest

import rnnbound
from rnnbound.certificate import CertificateCurve, TrainedCertification, curve, request_reader
from rnnbound.certificate import Request as Asking
from rnnbound.certificate import certify as certify_sizes
from rnnbound.cli.commands import certify as command
from rnnbound.errors import RequestError
from rnnbound.presentation.writers.json import document
from tests.certificate.data import series

NOISE = series("noise")


def test_arrays_are_certified_as_by_hand() -> None:
    found = rnnbound.certify(NOISE.X, NOISE.Y, width="32", iterations=20, jobs=1)
    assert isinstance(found, rnnbound.Certification)
    assert not isinstance(found, TrainedCertification)
    by_hand = certify_sizes(Asking(NOISE), 32, 20)
    # Arrays are scaled once more, by 1 up to rounding.
    assert found.certificate.risk_bound == pytest.approx(by_hand.certificate.risk_bound, rel=1e-9)
    assert found.vacuous == (found.certificate.risk_bound >= found.initial_risk)
    with pytest.raises(FrozenInstanceError):
        found.vacuous = True  # type: ignore[misc]


def test_the_fields_are_the_keys_of_the_command() -> None:
    found = rnnbound.certify(NOISE.X, NOISE.Y, width=32, iterations=20, train=True)
    assert isinstance(found, TrainedCertification)
    assert found.training.last_risk <= found.certificate.risk_bound
    keys = document("certify", found)
    assert list(keys) == ["schema", "version", *(field.name for field in fields(found))]
    assert keys["original_units"]["last_risk"] == found.original_units.last_risk
    assert list(keys)[-1] == "training"


def test_a_target_finds_the_size_that_is_not_given() -> None:
    found = rnnbound.certify(NOISE.X, NOISE.Y, width=32, epsilon=0.99, max_iterations=1000)
    assert found.certificate.risk_bound <= 0.99
    assert found.certificate.width == 32
    missed = rnnbound.certify(NOISE.X, NOISE.Y, width=32, epsilon=1e-9, max_iterations=10)
    assert missed.certificate.risk_bound > 1e-9


def test_a_curve_has_the_fields_of_certificates() -> None:
    found = CertificateCurve.of(list(curve(Asking(NOISE), 32, 20)))
    assert [point.iterations for point in found.curve] == [10, 20]
    assert next(iter(asdict(found.curve[0]))) == "initial_risk"


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"width": 3, "iterations": 5}, "width"),
        ({"width": 4}, "iterations"),
        ({"width": 4, "iterations": 0.5}, "iterations"),
        ({"width": 4, "iterations": 5, "epsilon": 1}, "epsilon"),
        ({"width": 4, "iterations": 5, "max_width": 8}, "max_width"),
        ({"width": 4, "iterations": 5, "jobs": 0}, "jobs"),
        ({"width": 4, "iterations": 5, "alpha": -1}, "alpha"),
        ({"width": 4, "iterations": 5, "method": "sgd"}, "method"),
    ],
)
def test_wrong_requests_name_the_place(given: dict[str, object], where: str) -> None:
    with pytest.raises(RequestError) as raised:
        rnnbound.certify(NOISE.X, NOISE.Y, **given)  # type: ignore[arg-type]
    assert raised.value.faults[0].where == where
    with pytest.raises(RequestError, match="needs targets Y"):
        rnnbound.certify(NOISE.X, width=4, iterations=5)


def test_help_names_the_limits_that_hold() -> None:
    assert int(command._MOST_WIDTH) == request_reader.MOST_WIDTH
    assert float(command._MOST_ITERATIONS) == request_reader.MOST_ITERATIONS
    assert float(command._MOST_SECONDS) == request_reader.MOST_SECONDS
    assert float(command._MOST_MEMORY) == request_reader.MOST_MEMORY
