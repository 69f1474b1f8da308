"""The suprema of a formula: enclosures of what a dense search finds, or the right refusal."""

from __future__ import annotations

import math
import subprocess
import sys
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from flint import arb
from mpmath import mp

import rnnbound
from rnnbound import RequestError, Scenario, activations, plan
from rnnbound.activations.formula_parser import build, read
from rnnbound.activations.lookup import ACTIVATIONS, find, resolve
from rnnbound.activations.whole_line.suprema import suprema
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.scenario.scenario_in_number_system import quantities

#: Formulas whose suprema are attained or approached at places that a search can reach.
ACCEPTED = """
tanh(z)/2 | z/sqrt(1+z**2) | sin(2*z)*exp(-z**2) | 1/(1+z**2) | z*exp(-z**2) | 1/(1+exp(-3*z))
atan(z)*2/pi | erf(z/sqrt(2)) | sin(z)/2+cos(3*z)/5 | sin(z)*tanh(z) | tanh(z)**3
exp(-z**2/2)*(1-z**2) | 1/cosh(z) | z/(1+z**2) | tanh(z)+z*exp(-z**2)/3 | log(1+exp(-z**2))
sqrt(1+z**2)-sqrt(1+(z-1)**2) | cos(z) | tanh(sin(z)) | exp(sin(z)) | exp(-cosh(z))
sin(z)*exp(-z**2) | 1/(2+sin(z)) | sin(tanh(z)) | exp(-exp(-z)) | exp(-z**4) | 1/(1+z**4)
atan(z)*sin(z) | sin(z)*z**2/(1+z**2) | 2**(-z**2) | (1+z**2)**(-0.3) | log(1+z**2)/(1+z**2)
1/log(3+z**2) | log(2+cos(z)) | atan(sinh(z)) | sqrt(1.5+tanh(z)) | tanh(z)*cos(pi*z)
cos(z)*exp(sin(z))*tanh(z) | log(cosh(z))-sqrt(1+z**2) | z/(1+z**4) | softplus(z)-softplus(z-1)
z*logistic(z)-(z-1)*logistic(z-1) | asin(tanh(z)/2) | tanh(exp(z)) | sech(z)*tanh(z) | cos(abs(z))
abs(2+sin(z))/3 | max(tanh(z),-2) | erf(z)-tanh(z) | sin(exp(z))*exp(-exp(z)) | (2+sin(z))**(1/3)
tanh(z)-tanh(z-3) | cos(z)**5+sin(2*z+1)/3 | tan(tanh(z)) | tanh(tanh(tanh(z))) | sin(z)/(1+exp(-z))
"""
FORMULAS = [text.strip() for line in ACCEPTED.strip().splitlines() for text in line.split("|")]

REFUSED = {
    "max(0,z)": r"σ' jumps at z = 0 from 0 to 1",
    "relu(z)": r"σ' jumps at z = 0",
    "log(1+exp(z))": r"σ0 is infinite: σ is unbounded as z → \+∞",
    "z": r"σ0 is infinite",
    "1/z": r"pole at z = 0",
    "1/z**2": r"pole at z = 0",
    "abs(z)": r"σ' jumps at z = 0 from −1 to 1",
    "sqrt(z**2)": r"σ' jumps at z = 0",
    "tan(z)": r"pole at z ≈ −?1\.5708",
    "exp(z)": r"σ0 is infinite: σ is unbounded as z → \+∞",
    "exp(-z)": r"σ0 is infinite: σ is unbounded as z → −∞",
    "sqrt(z)": r"root of a negative number",
    "log(z)": r"logarithm of a negative number",
    "z**2": r"σ0 is infinite",
    "sin(z**2)": r"σ1 is infinite",
    "sin(exp(z))": r"σ1 is infinite",
    "cos(z**3)/(1+z**2)": r"σ2 is infinite",
    "z/(1+abs(z))": r"σ'' jumps at z = 0 from 2 to −2",
    "z*exp(-abs(z))": r"σ'' jumps at z = 0",
    "max(min(z,1),-1)": r"σ' jumps at z = −?1",
    "sign(z)": r"σ jumps at z = 0 from −1 to 1",
    "abs(sin(z))": r"σ' jumps at z = 0",
    "abs(z)**1.5*exp(-z**2)": r"σ'' is infinite at z = 0",
    "sin(z)/z": r"pole at z = 0",
    "tanh(z)*z/z": r"divides by 0 at z = 0",
    "sqrt(z)**2/(1+z**2)": r"root of a negative number",
    "1/(1-z**2)": r"pole at z = −?1",
    "1/(1+cos(z))": r"pole at z ≈ 3\.14159",
    "exp(1/z)": r"pole at z = 0",
    "asin(sin(z))": r"asin reaches ±1",
    "sin(z)**2+cos(z)**2": r"constant",
    "tanh(z)+0.001*z": r"σ0 is infinite",
    "sin(z)*log(2+z**2)": r"σ0 is infinite",
    "z*erf(z)": r"σ0 is infinite",
    "sinh(z)": r"σ0 is infinite",
    "log(log(3+z**2))/(1+z**2)": r"no bound of σ could be shown",
}

_ERF = np.vectorize(math.erf)
_FUNCTIONS = {"erf": _ERF, "sech": lambda x: 1 / np.cosh(x), "Abs": np.abs}
_GRID = np.concatenate([np.linspace(-60, 60, 120_001), np.linspace(-4, 4, 16_001)])


def _searched(expression: sp.Expr, k: int) -> float:
    """The largest |σ^(k)| on a grid, in floating point."""
    (z,) = expression.free_symbols
    derivative = sp.lambdify(z, sp.diff(expression, z, k), modules=[_FUNCTIONS, "numpy"])
    with np.errstate(all="ignore"):
        values = np.abs(np.broadcast_to(derivative(_GRID), _GRID.shape).astype(float))
    # Far out, formulas written for z near 0 overflow or cancel in floating point.
    trusted = np.isfinite(values) & ((np.abs(_GRID) < 12) | (k == 0))
    return float(values[trusted].max())


@pytest.mark.parametrize("text", FORMULAS)
def test_enclosures_are_tight_and_hold_what_a_dense_search_finds(text):
    expression = build(read(text))
    smooth = expression.replace(sp.Abs, lambda u: u).replace(sp.Max, lambda *p: p[-1])
    found = suprema(expression, 128)
    for k, supremum in enumerate(found):
        assert supremum is not None
        assert supremum.lower <= supremum.upper
        assert supremum.ball.rel_accuracy_bits() > 100  # 1e-30
        most = _searched(smooth, k)
        upper = float(supremum.upper)
        assert most <= upper * (1 + 1e-9)
        # Suprema that are only approached as z → ±∞ are approached slowly by some.
        slow = 0.2 if "log" in text else 0.1 if "atan" in text else 2e-2
        assert most >= upper * (1 - slow)


@pytest.mark.parametrize("text", REFUSED)
def test_refusals_say_which_assumption_fails(text):
    with pytest.raises(ValueError, match=REFUSED[text]):
        find(text)


@pytest.mark.parametrize("bits", [64, 128, 200, 700])
def test_formulas_of_the_six_agree_with_their_closed_forms(bits):
    texts = {
        "tanh": "tanh(z)",
        "logistic": "1/(1+exp(-z))",
        "gaussian": "exp(-z**2)",
        "erf": "erf(z)",
        "sin": "sin(z)",
        "arctan": "atan(z)",
    }
    for name, text in texts.items():
        with precision(bits):
            for k in range(4):
                closed = getattr(ACTIVATIONS[name], f"sigma{k}")(BALLS)
                found = getattr(resolve(text), f"sigma{k}")(BALLS)
                assert found.overlaps(closed)
                assert found.rel_accuracy_bits() >= bits - 16


def test_third_bounds_of_the_six():
    with mp.workdps(50):
        peak = mp.findroot(lambda z: 16 * z**4 - 48 * z**2 + 12, 0.5)
        gaussian = abs((12 * peak - 8 * peak**3) * mp.exp(-(peak**2)))
        expected = {
            "tanh": 2,
            "logistic": mp.mpf(1) / 8,
            "gaussian": gaussian,
            "erf": 4 / mp.sqrt(mp.pi),
            "sin": 1,
            "arctan": 2,
        }
        for name, value in expected.items():
            with precision(128):
                found = ACTIVATIONS[name].sigma3(BALLS)
                assert abs(found - arb(mp.nstr(value, 45))) < arb("1e-30")


def test_known_suprema_in_closed_form():
    cases = {
        "z/sqrt(1+z**2)": ("1", "1", None, "3"),
        "z/(1+z**2)": ("0.5", "1", None, "6"),
        "sin(z)+cos(z)": (math.sqrt(2),) * 4,
        "sin(1000*z)/4": ("0.25", "250", "250000", "250000000"),
        "1/(1+exp(-1000000*z))": ("1", "250000", None, "125e15"),
        "tanh(z/100000)": ("1", "1e-5", None, "2e-15"),
        "exp(-(z-1000)**2)": ("1", None, "2", None),
        "sin(z)*z**2/(1+z**2)": ("1", "1", None, "6"),
    }
    for text, expected in cases.items():
        for supremum, value in zip(suprema(build(read(text)), 128), expected, strict=True):
            with precision(160):
                if value is not None:
                    tolerance = 1e-15 if isinstance(value, float) else 1e-30
                    assert abs(supremum.ball / arb(value) - 1) < tolerance


def test_a_power_of_an_absolute_value_has_two_derivatives():
    found = suprema(build(read("abs(z)**3*exp(-z**2)")), 128)
    assert found[3] is None
    # σ'' = (6x − 14x³ + 4x⁵)e^{−x²} for x = |z|.
    x = np.linspace(0, 5, 200_001)
    values = np.abs((6 * x - 14 * x**3 + 4 * x**5) * np.exp(-(x**2)))
    assert float(found[2].upper) == pytest.approx(values.max(), rel=1e-8)
    assert suprema(build(read("abs(z)**3.5*exp(-z**2)")), 64)[3] is not None


def test_an_unbounded_third_derivative_is_no_obstacle():
    # σ''' ~ −z³ sin(z²)/z³·8 stays bounded, σ''' of the second grows like z.
    assert suprema(build(read("cos(z**2)/(1+z**4)")), 64)[3] is not None
    found = suprema(build(read("cos(z**2)/(1+z**2)")), 64)
    assert found[3] is None
    assert resolve("cos(z**2)/(1+z**2)").sigma3 is None


def test_wide_enclosures_are_honest_and_stand_above():
    found = suprema(build(read("sin(z)+sin(sqrt(2)*z)")), 128)
    assert found[0].lower < 2 <= found[0].upper
    with precision(500):
        bound = resolve("sin(z)+sin(sqrt(2)*z)").sigma0(BALLS)
    assert bound >= 2
    assert bound.is_exact()


def test_symmetry_and_scaling():
    with precision(128):
        for text in ("tanh(z)+z*exp(-z**2)/3", "exp(-exp(-z))", "log(2+tanh(z))"):
            mirrored, scaled = text.replace("z", "(-z)"), text.replace("z", "(2*z)")
            base, mirror, scale = (suprema(build(read(t)), 128) for t in (text, mirrored, scaled))
            for k in range(4):
                assert base[k].ball.overlaps(mirror[k].ball)
                assert (base[k].ball * 2**k).overlaps(scale[k].ball)
            third = suprema(build(read(f"({text})/3")), 128)
            assert all((b.ball / 3).overlaps(t.ball) for b, t in zip(base, third, strict=True))


def test_accuracy_grows_with_what_is_asked():
    widths = []
    for bits in (64, 128, 256, 512):
        with precision(bits + 64):
            found = suprema(build(read("sin(2*z)*exp(-z**2)")), bits)[2]
            widths.append(float((found.upper - found.lower) / found.upper))
            assert widths[-1] <= 2.0**-bits
    assert all(late < early for early, late in pairwise(widths))


def test_a_formula_works_wherever_a_name_does():
    scenario = Scenario(horizon=4, alpha=0.3, activation=" tanh( z ) ")
    assert scenario.activation == "tanh(z)"
    named = Scenario(horizon=4, alpha=0.3)
    for variant, guarantee in plan(scenario, epsilon=0.1).plans.items():
        expected = plan(named, epsilon=0.1).plans[variant]
        if variant == "tight":  # a formula's σ' is enclosed cell by cell, a name's exactly
            work, best = (g.width * g.iterations for g in (guarantee, expected))
            assert best * 0.999 <= work <= best * 1.01
        else:
            assert (guarantee.width, guarantee.iterations) == (expected.width, expected.iterations)
        assert guarantee.certified
    (row,) = activations("sin(2*z)*exp(-z**2)")
    assert (row.sigma1, row.sigma3, row.cutoff) == (2.0, 20.0, 0.5)
    assert activations("gaussian")[0].sigma3 == pytest.approx(3.9035661455)


def test_a_refused_formula_is_a_fault_of_the_scenario():
    with pytest.raises(RequestError, match=r"activation: is outside the theory: σ' jumps at z = 0"):
        Scenario(activation="max(0,z)")
    with pytest.raises(RequestError, match="attribute access"):
        Scenario(activation="().__class__")


def test_other_number_systems_get_sixty_digits():
    class Decimals:
        def number(self, value):
            return value

    given = resolve("1/(1+z**2)").sigma1(Decimals())
    assert isinstance(given, Decimal)
    with mp.workdps(70):
        assert abs(mp.mpf(str(given)) - 3 * mp.sqrt(3) / 8) < mp.mpf("1e-58")
    assert quantities(Scenario(activation="tanh(z)/2"), BALLS).sigma1 == arb("0.5")


def test_planning_with_a_name_imports_no_sympy():
    code = (
        "import sys\n"
        "from rnnbound import Scenario, activations, plan\n"
        "plan(Scenario(horizon=3, alpha=0.3), epsilon=0.1)\n"
        "activations()\n"
        "assert 'sympy' not in sys.modules\n"
    )
    root = Path(rnnbound.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(root), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
