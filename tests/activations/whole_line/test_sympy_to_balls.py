"""Expressions in balls agree with SymPy's own evaluation."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb

from rnnbound.activations.whole_line.sympy_to_balls import EQUAL_BITS, Encloser
from rnnbound.numbers.balls import precision

x, y = sp.symbols("x y", positive=True)
EXPRESSIONS = (
    x + y * 3 - sp.Rational(1, 7),
    sp.sqrt(x) / y**3,
    x**y + sp.exp(-x) + sp.log(y) ** 2,
    sp.Max(x, y) - sp.Min(x, sp.pi, y),
    x**12 + (x - 3) ** -5 + sp.E,
    (x - 2) ** 3 + x ** sp.Rational(3, 2),
    sp.Piecewise((x, sp.Eq(x, 1)), (y, True)),
)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_values(expression):
    with precision(200):
        values = {"x": arb(9) / 4, "y": arb(3) / 5}
        found = Encloser(lambda symbol: values[symbol.name]).value(expression)
        exact = expression.subs({x: sp.Rational(9, 4), y: sp.Rational(3, 5)}).evalf(60)
        assert abs(found - arb(str(exact))) < arb(10) ** -50


def test_a_root_of_what_may_be_zero_is_enclosed():
    with precision(100):
        values = {"x": arb(1), "y": arb(1) + arb(0, 1e-20)}
        found = Encloser(lambda symbol: values[symbol.name]).value(sp.sqrt(x * (y - 1) + x - 1))
        assert found.contains(0)
        assert found < 1e-9


def test_equality_waits_for_precision():
    case = sp.Piecewise((x, sp.Eq(y, 1)), (2 * x, True))

    def at(bits, value):
        with precision(bits):
            values = {"x": arb(1), "y": value()}
            return Encloser(lambda symbol: values[symbol.name]).value(case)

    assert at(64, lambda: arb(1)) == 1
    assert at(64, lambda: arb(2)) == 2
    assert at(64, lambda: arb(2).sqrt() ** 2 / 2).is_nan()
    assert at(EQUAL_BITS, lambda: arb(2).sqrt() ** 2 / 2) == 1
    assert at(EQUAL_BITS, lambda: arb(2).sqrt() ** 2 / 2 + arb(10) ** -100) == 2


def test_what_is_not_known_is_refused():
    with pytest.raises(NotImplementedError, match="gamma"), precision(60):
        Encloser(lambda _: arb(1)).value(sp.gamma(x))
