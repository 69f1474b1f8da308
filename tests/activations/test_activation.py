"""The six activations: their bounds are suprema, and others are refused with the reason."""

from __future__ import annotations

import math

import pytest
from mpmath import mp

from rnnbound.activations.lookup import ACTIVATIONS, find
from tests import naive
from tests.mpreals import REALS
from tests.tolerances import GRID, SAME_FORMULA

ROOT_PI = math.sqrt(math.pi)
#: σ, σ', σ'' written out once more, by hand.
DERIVATIVES = {
    "tanh": (
        math.tanh,
        lambda z: 1 - math.tanh(z) ** 2,
        lambda z: -2 * math.tanh(z) * (1 - math.tanh(z) ** 2),
    ),
    "logistic": (
        lambda z: 1 / (1 + math.exp(-z)),
        lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2,
        lambda z: math.exp(-z) * (math.exp(-z) - 1) / (1 + math.exp(-z)) ** 3,
    ),
    "gaussian": (
        lambda z: math.exp(-z * z),
        lambda z: -2 * z * math.exp(-z * z),
        lambda z: (4 * z * z - 2) * math.exp(-z * z),
    ),
    "erf": (
        math.erf,
        lambda z: 2 / ROOT_PI * math.exp(-z * z),
        lambda z: -4 * z / ROOT_PI * math.exp(-z * z),
    ),
    "sin": (math.sin, math.cos, lambda z: -math.sin(z)),
    "arctan": (math.atan, lambda z: 1 / (1 + z * z), lambda z: -2 * z / (1 + z * z) ** 2),
}
NEAR = [step / 1000 for step in range(-8000, 8001)]
FAR = [sign * 10.0**power for power in (1, 1.5, 2) for sign in (-1, 1)]


def test_there_are_six_and_no_more():
    assert list(ACTIVATIONS) == list(DERIVATIVES)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("name", DERIVATIVES)
def test_each_bound_is_the_supremum(name, order):
    with mp.workdps(30):
        bound = float(getattr(ACTIVATIONS[name], f"sigma{order}")(REALS))
    function = DERIVATIVES[name][order]
    values = [abs(function(z)) for z in NEAR + FAR]
    assert max(values) <= bound * (1 + 1e-15)
    closest = max(values)
    if (name, order) == ("arctan", 0):  # attained at infinity only
        closest = abs(function(1e9))
    if (name, order) == ("logistic", 0):
        closest = function(50)
    assert closest >= bound * (1 - GRID)


@pytest.mark.parametrize("name", DERIVATIVES)
def test_the_bounds_are_those_of_the_table(name):
    with mp.workdps(50):
        for order, exact in enumerate(naive.sigmas(name)):
            found = getattr(ACTIVATIONS[name], f"sigma{order}")(REALS)
            assert abs(found / exact - 1) < SAME_FORMULA


@pytest.mark.parametrize("name", DERIVATIVES)
def test_what_is_written_is_what_is_meant(name):
    """The bounds as people read them, evaluated."""
    activation = ACTIVATIONS[name]
    known = {"√3": math.sqrt(3), "√2": math.sqrt(2), "π": math.pi}
    written = {
        "√(2/e)": math.sqrt(2 / math.e),
        "2/√π": 2 / ROOT_PI,
        "2√2/√(πe)": 2 * known["√2"] / math.sqrt(math.pi * math.e),
        "4√3/9": 4 * known["√3"] / 9,
        "√3/18": known["√3"] / 18,
        "3√3/8": 3 * known["√3"] / 8,
        "π/2": math.pi / 2,
        "1/4": 0.25,
        "1": 1.0,
        "2": 2.0,
    }
    with mp.workdps(30):
        for order in range(3):
            value = float(getattr(activation, f"sigma{order}")(REALS))
            assert value == pytest.approx(written[activation.written[order]], rel=1e-15)


@pytest.mark.parametrize("given", ["tanh", "TANH", " tanh ", "Tanh", "\ttanh\n"])
def test_case_and_space_do_not_matter(given):
    assert find(given) == "tanh"


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("relu", "σ0"),
        ("ReLU", "σ0"),
        ("softplus", "σ0"),
        ("gelu", "σ0"),
        ("GELU", "σ0"),
        ("identity", "σ0"),
        ("softsign", "σ2"),
        ("soft-sign", "σ2"),
        ("hard-tanh", "σ2"),
        ("hard_tanh", "σ2"),
        ("hardtanh", "σ2"),
        ("HardTanh", "σ2"),
        ("leaky_relu", "σ0"),
        ("LeakyReLU", "σ0"),
    ],
)
def test_functions_outside_the_theory_say_which_bound_fails(name, bound):
    with pytest.raises(ValueError, match="outside the theory") as caught:
        find(name)
    assert bound in str(caught.value)
    assert "bounded" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("tahn", "tanh"),
        ("tan", "tanh"),
        ("logistc", "logistic"),
        ("gausian", "gaussian"),
        ("erff", "erf"),
        ("sine", "sin"),
        ("arctn", "arctan"),
        ("atan", "arctan"),
        ("sigmoid", "logistic"),
    ],
)
def test_a_near_name_is_suggested(given, meant):
    with pytest.raises(ValueError, match=f"did you mean '{meant}'"):
        find(given)


@pytest.mark.parametrize("given", ["", "xyzzy", "42", "∂", "a" * 5000])
def test_a_far_name_gets_the_list(given):
    with pytest.raises(ValueError, match="known: tanh, logistic, gaussian, erf, sin, arctan"):
        find(given)


@pytest.mark.parametrize("given", [None, 3, True, ["tanh"], {"tanh": 1}, b"tanh"])
def test_a_name_is_text(given):
    with pytest.raises(ValueError, match="must be a name"):
        find(given)
