"""Every statement: the formula, evaluated, is the number that the same line gives in balls."""

from __future__ import annotations

from functools import cache

import pytest
import sympy as sp
from flint import arb

from rnnbound import RequestError, Scenario
from rnnbound.activations.whole_line.sympy_to_balls import Encloser
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.scenario.scenario_in_number_system import quantities
from rnnbound.symbolic.constant_abbreviations import BY_NAME, COMPUTED, PRIMITIVE, Naming, expand
from rnnbound.symbolic.formula import formula
from rnnbound.symbolic.statement_search import find_statement, find_variant
from rnnbound.symbolic.statements import STATEMENTS, Bench, Point
from tests.scenarios import sample

LINES = [(s, v) for s, statement in STATEMENTS.items() for v in statement.lines if v != "tight"]
TIGHT = [s for s, statement in STATEMENTS.items() if "tight" in statement.lines]
REGIMES = ("short", "critical", "long")
ACTIVATIONS = ("tanh", "logistic", "gaussian", "erf", "sin", "arctan")
#: Exactly r = 1, T = 1, one weightless side, horizons far beyond running, r within 1e-12 of 1.
SPECIAL = (
    (Scenario(alpha=1, horizon=7, activation="sin"), 1.0),
    (Scenario(alpha=4, horizon=60, activation="logistic"), 4.0),
    (Scenario(horizon=1, nu_w=0), 0.75),
    (Scenario(horizon=10**7, alpha=1), 1.0),
    (Scenario(horizon=10**6, alpha=1.5), 1.25),
    (Scenario(horizon=9, alpha=0.999999999999), 1.000000000001),
)
BITS = 3000
#: 40 digits, as the issue promises.
CLOSE = arb("1e-40")


@cache
def named(statement, variant):
    return Naming().formula(STATEMENTS[statement].lines[variant])


def both(statement, variant, scenario, a):
    """The formula's value, and the line's own."""
    q = quantities(scenario, BALLS)
    number = BALLS.number
    own_a = statement in {"theorem2", "theorem2-condition"} and variant == "sharp"
    point = Point(
        m=number(10**6),
        tau=number(1234),
        epsilon=number(0.07),
        theta=number(0.3),
        a=number(a) if own_a or a is not None else None,
        distance_squared=number(9),
    )
    values = {name: getattr(q, name) for name in map(str, PRIMITIVE) if hasattr(q, name)}
    values |= {"T": number(scenario.horizon), "distance": number(3)}
    values |= {"m": point.m, "tau": point.tau, "epsilon": point.epsilon, "theta": point.theta}
    expression, meanings = named(statement, variant)
    if (point.a is not None and not statement.startswith("theorem2-")) or own_a:
        values |= {"a": point.a, "alpha_m": point.a}

    def look_up(symbol):
        return values[symbol.name] if symbol.name in values else meanings[symbol]

    return Encloser(look_up).value(expression), STATEMENTS[statement].lines[variant](
        Bench(q, point)
    )


def cases():
    yield from SPECIAL
    for seed, activation in enumerate(ACTIVATIONS):
        for regime in REGIMES:
            scenario = sample(seed, regime, activation, (1, 2, 5, 30, 100))
            yield scenario, None if seed % 2 else scenario.alpha * 1.125


@pytest.mark.parametrize(("statement", "variant"), LINES)
def test_the_formula_is_the_number(statement, variant):
    for scenario, a in cases():
        if a is None and statement in {"theorem2", "theorem2-condition"} and variant == "sharp":
            continue
        with precision(BITS):
            formula, line = both(statement, variant, scenario, a)
            assert abs(formula - line) <= CLOSE * abs(line) + arb(2) ** (-BITS // 2), (scenario, a)


@pytest.mark.parametrize("statement", TIGHT)
def test_tight_formulas_over_computed_constants_are_the_number(statement):
    for scenario, a in (*SPECIAL[:3], (Scenario(activation="gaussian", horizon=6), 0.75)):
        inside = statement in {"theorem2", "theorem2-condition"}
        at = {"alpha_m": a if inside else None, "width": 10**6, "iterations": 1234}
        found = formula(
            statement, variant="tight", scenario=scenario, evaluate=True, digits=30, **at
        )
        with precision(300):
            number = BALLS.number
            bound = number(a) if inside else None
            bench = Bench(
                quantities(scenario, BALLS),
                Point(
                    m=number(10**6),
                    tau=number(1234),
                    a=bound,
                    distance_squared=number(scenario.rho_w) ** 2 + number(scenario.rho_u) ** 2,
                ),
            )
            line = STATEMENTS[statement].lines["tight"](bench)
            low, high = (arb(x) for x in found.enclosure)
            assert low <= line.upper(), (statement, scenario)
            assert line.lower() <= high, (statement, scenario)
            assert high - low <= abs(high) * arb("1e-25")


@pytest.mark.parametrize("statement", TIGHT)
def test_tight_formulas_hold_computed_and_primitive_symbols_alone(statement):
    expression, meanings = named(statement, "tight")
    names = {symbol.name for symbol in expand(expression, meanings).free_symbols}
    assert names <= {symbol.name for symbol in PRIMITIVE} | set(COMPUTED)


@pytest.mark.parametrize(("statement", "variant"), LINES)
def test_expanded_formulas_hold_primitive_symbols_alone(statement, variant):
    expression, meanings = named(statement, variant)
    whole = expand(expression, meanings)
    assert whole.free_symbols <= set(PRIMITIVE)
    assert not whole.has(sp.Sum)


@pytest.mark.parametrize(
    ("statement", "variant"), [line for line in LINES if line[0] != "theorem2"][::3]
)
def test_sympy_evaluates_the_expanded_formula_to_the_same(statement, variant):
    scenario = Scenario(horizon=5, alpha=0.75, nu_w=0.25, dim=4)
    expression, meanings = named(statement, variant)
    with precision(BITS):
        q = quantities(scenario, BALLS)
        plain = {
            name: getattr(scenario, name) for name in ("alpha", "nu_w", "nu_u", "rho_w", "rho_u")
        }
        plain |= {"T": 5, "n": 1000, "d": 4, "delta": "1/100", "sigma0": 1, "sigma1": 1}
        plain |= {
            "m": 10**6,
            "tau": 1234,
            "epsilon": "7/100",
            "theta": "3/10",
            "a": 2,
            "distance": 3,
        }
        values = {BY_NAME[name]: sp.Rational(value) for name, value in plain.items()}
        values[BY_NAME["sigma2"]] = 4 * sp.sqrt(3) / 9
        mine = expand(expression, meanings).xreplace(values).evalf(50)
        point = Point(
            m=BALLS.number(10**6),
            tau=BALLS.number(1234),
            epsilon=BALLS.number(0.07),
            theta=BALLS.number(0.3),
            a=BALLS.number(2) if "condition" in statement else None,
            distance_squared=BALLS.number(9),
        )
        line = STATEMENTS[statement].lines[variant](Bench(q, point))
        assert abs(arb(str(mine)) - line) <= CLOSE * abs(line)


def test_formulas_read_as_in_the_paper():
    assert str(named("lemma1-L", "printed")[0]) == "mu0**2*sigma1**2*(sigma0**2 + 1)"
    assert str(named("lemma2-gamma", "corrected")[0]) == "2*L + alpha_m*beta"
    assert str(named("requirement-m", "sharp")[0]) == "K**2/(epsilon*theta**2)"
    assert str(named("requirement-tau", "sharp")[0]) == "S*nu**2/(epsilon*(1 - theta)**2)"
    assert str(named("requirement-m-descent", "sharp")[0]) == "K**2/(epsilon*theta)"
    mu0 = named("lemma1-L", "printed")[1][BY_NAME["mu0"]]
    assert str(mu0) == "Piecewise((T, Eq(r, 1)), ((r**T - 1)/(r - 1), True))"


def test_no_formula_is_longer_than_it_must_be():
    for statement, variant in LINES:
        expression, meanings = named(statement, variant)
        assert sp.count_ops(expression) + sum(map(sp.count_ops, meanings.values())) < 900


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("theorem1", "theorem1"),
        ("Theorem 1", "theorem1"),
        ("THEOREM-1", "theorem1"),
        ("Lemma 1 beta", "lemma1-beta"),
        ("lemma1 β", "lemma1-beta"),
        ("lemma 2 Λ", "lemma2-Lambda"),
        ("Proposition 5", "prop5"),
        ("corollary", "corollary1"),
        ("sharp Theorem 1 drift", "theorem1-drift"),
        ("sharp SGD", "sgd"),
        ("Theorem 2 width", "theorem2-m"),
        ("b_H", "sharp-b_H"),
        ("B_H", "sharp-B_H"),
    ],
)
def test_finding(said, meant):
    assert find_statement(said).id == meant


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("lemma1-bta", "did you mean 'lemma1-beta'"),
        ("prop 6", "prop6-F, prop6-y"),
        ("", "lists them"),
        ("x" * 10**5, "lists them"),
    ],
)
def test_what_is_not_found(said, words):
    with pytest.raises(RequestError, match=words):
        find_statement(said)


def test_variants():
    assert find_variant(STATEMENTS["theorem1"], None) == "sharp"
    assert find_variant(STATEMENTS["theorem2-m"], None) == "corrected"
    with pytest.raises(RequestError, match="there are: corrected, sharp"):
        find_variant(STATEMENTS["sgd"], "printed")
