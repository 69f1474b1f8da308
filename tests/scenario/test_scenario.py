"""The scenario: defaults, rules, and all faults at once."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given

from rnnbound import RequestError, Scenario
from rnnbound.scenario.scenario import DEFAULTS, FIELDS, validate
from tests.scenarios import scenarios

INTEGERS = ("horizon", "samples", "dim")
REALS = ("alpha", "nu_w", "nu_u", "rho_w", "rho_u", "delta")
NOT_NUMBERS = ("nan", "inf", "-inf", "x", "", " ", "0x10", "1__0", "１", True, False, [], {}, b"1")


def faults_of(**given):
    with pytest.raises(RequestError) as caught:
        Scenario(**given)
    return {fault.where: fault.message for fault in caught.value.faults}


def test_the_documented_defaults():
    assert dataclasses.asdict(Scenario()) == {
        "horizon": 10,
        "samples": 1000,
        "dim": 1,
        "alpha": 0.5,
        "nu_w": 0.5,
        "nu_u": 0.5,
        "rho_w": 0.5,
        "rho_u": 0.5,
        "delta": 0.01,
        "activation": "tanh",
    }
    assert [field.name for field in FIELDS] == list(DEFAULTS)


def test_radii_follow_the_target_class():
    scenario = Scenario(nu_w=0.2, nu_u=3)
    assert (scenario.rho_w, scenario.rho_u) == (0.2, 3.0)
    assert Scenario(nu_w=0.2, rho_w=0.7).rho_w == 0.7


def test_text_is_read_as_numbers():
    scenario = Scenario(horizon="1e6", samples="1_000", alpha=" 0.25 ", delta=Decimal("0.05"))
    assert (scenario.horizon, scenario.samples) == (10**6, 1000)
    assert (scenario.alpha, scenario.delta) == (0.25, 0.05)
    assert type(scenario.horizon) is int
    assert type(scenario.alpha) is float


@given(scenarios())
def test_a_scenario_is_a_value(scenario):
    again = Scenario(**dataclasses.asdict(scenario))
    assert again == scenario
    assert hash(again) == hash(scenario)
    with pytest.raises(dataclasses.FrozenInstanceError):
        scenario.alpha = 1.0


@given(scenarios())
def test_a_scenario_survives_being_written(scenario):
    written = {key: str(value) for key, value in dataclasses.asdict(scenario).items()}
    assert Scenario(**written) == scenario


@pytest.mark.parametrize("name", INTEGERS + REALS)
@pytest.mark.parametrize("value", NOT_NUMBERS, ids=repr)
def test_what_is_not_a_number_is_named_with_its_place(name, value):
    found = faults_of(**{name: value})
    assert set(found) == {name}
    assert "given: " in found[name]
    assert "allowed: " in found[name]


@pytest.mark.parametrize("name", REALS)
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1e400", "overflows"),
        ("1e-400", "underflows"),
        (float("nan"), "must be finite"),
        (float("inf"), "must be finite"),
        (10**400, "overflows"),
        (10**5000, "overflows"),
    ],
    ids=["1e400", "1e-400", "nan", "inf", "integer", "unprintable integer"],
)
def test_a_real_must_fit_a_double(name, value, said):
    assert said in faults_of(**{name: value})[name]


@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("value", [0, -1, 1.5, "0", "2.5", "1e-400", "1e400", float("inf")])
def test_an_integer_is_at_least_one(name, value):
    assert set(faults_of(**{name: value})) == {name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alpha", 0),
        ("alpha", -0.5),
        ("nu_w", -1),
        ("nu_u", -1e-300),
        ("delta", 0),
        ("delta", 1),
        ("delta", "1.0"),
        ("delta", -0.1),
        ("delta", 2),
        ("activation", "relu"),
        ("activation", None),
        ("activation", 7),
    ],
)
def test_a_value_out_of_range_is_one_fault(name, value):
    found = faults_of(**{name: value})
    assert set(found) == {name}


@pytest.mark.parametrize(
    ("name", "value"), [("delta", 5e-324), ("delta", 0.9999999999999999), ("alpha", 5e-324)]
)
def test_the_ends_of_an_open_interval_are_nearly_reached(name, value):
    assert getattr(Scenario(**{name: value}), name) == value


@pytest.mark.parametrize("letter", ["w", "u"])
def test_a_radius_must_hold_the_target(letter):
    found = faults_of(**{f"nu_{letter}": 0.5, f"rho_{letter}": 0.49})
    assert set(found) == {f"rho_{letter}"}
    message = found[f"rho_{letter}"]
    assert "0.49" in message
    assert "0.5" in message
    assert Scenario(**{f"nu_{letter}": 0.5, f"rho_{letter}": 0.5}).nu_w == 0.5


def test_one_radius_of_the_target_may_be_zero_and_not_both():
    assert Scenario(nu_w=0).rho_w == 0.0
    assert Scenario(nu_u=0).rho_u == 0.0
    assert set(faults_of(nu_w=0, nu_u=0)) == {"nu_u"}
    assert "both" in faults_of(nu_w=0, nu_u="0.0")["nu_u"]


def test_all_faults_come_at_once_each_with_its_place():
    given = dict.fromkeys(DEFAULTS, "nan")
    given |= {"activation": "tahn", "horizon": 0, "delta": 1}
    found = faults_of(**given)
    assert set(found) == set(DEFAULTS)
    assert "did you mean 'tanh'" in found["activation"]


def test_faults_between_fields_come_together_with_faults_of_fields():
    found = faults_of(horizon=0, nu_w=0.5, rho_w=0.1, nu_u=1, rho_u=0.5, activation="gelu")
    assert set(found) == {"horizon", "rho_w", "rho_u", "activation"}


def test_a_bad_radius_of_the_target_does_not_blame_the_projection():
    assert set(faults_of(nu_w="x")) == {"nu_w"}
    assert set(faults_of(nu_w="x", rho_w=0.1)) == {"nu_w"}


def test_null_is_no_value_except_for_the_derived_radii():
    for name in (*INTEGERS, "alpha", "nu_w", "nu_u", "delta", "activation"):
        assert set(faults_of(**{name: None})) == {name}
    assert Scenario(rho_w=None, rho_u=None) == Scenario()


def test_validate_fills_in_what_is_missing():
    values, faults = validate({"horizon": 3})
    assert faults == []
    assert values == dataclasses.asdict(Scenario(horizon=3))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_says_what_it_is(field):
    assert field.symbol
    assert field.meaning
    assert field.allowed
    default = DEFAULTS[field.name]
    if default is not None:
        assert field.parse(default) == default
        assert field.parse(str(default)) == default
