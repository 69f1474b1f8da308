"""The table of functions for formulas: all that it says of one is the same function."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from flint import arb

from rnnbound.activations.formula_functions import FUNCTIONS, NODES, Node, rules
from rnnbound.activations.formula_on_arrays import derivatives
from rnnbound.activations.whole_line import tail_expansions, taylor_coefficients
from rnnbound.activations.whole_line.taylor_coefficients import compile_jet, constant, variable

Z = sp.Symbol("z", real=True)
#: Where every function is defined and smooth.
POINT = 0.375


@pytest.mark.parametrize("name", FUNCTIONS)
def test_number_symbol_array_and_ball_agree(name: str) -> None:
    function = FUNCTIONS[name]
    others = [0.25] * (function.arity - 1)
    value = function.number(POINT, *others)
    symbolic = function.build(sp, Z, *map(sp.Rational, others))
    assert float(symbolic.subs(Z, sp.Rational(POINT))) == pytest.approx(value, rel=1e-14)
    text = f"{name}({', '.join(['z', *map(str, others)])})"
    (found,) = derivatives(text, np.array([POINT]), 0)
    assert found[0] == pytest.approx(value, rel=1e-14)
    if not isinstance(function.means, Node) or function.means.taylor is not None:
        smooth = symbolic.subs(sp.Max(0, Z), Z)
        ball = compile_jet(smooth)(variable(arb(POINT)))[0]
        assert float(ball.mid()) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize("name", NODES)
def test_a_node_of_a_constant_has_a_ball(name: str) -> None:
    arguments = [sp.Rational(1, 3), sp.Rational(1, 4)][: 2 if name in {"Max", "Min"} else 1]
    node = getattr(sp, name)(*arguments, evaluate=False)
    assert float(constant(node).mid()) == pytest.approx(float(node.doit()), rel=1e-14)


@pytest.mark.parametrize("field", ["taylor", "at_infinity"])
def test_a_rule_that_is_missing_is_named(field: str) -> None:
    module = vars({"taylor": taylor_coefficients, "at_infinity": tail_expansions}[field])
    assert len(rules(field, module)) == len(NODES) - len(["Abs", "sign", "Max", "Min"])
    lacking = {key: value for key, value in module.items() if key != "_sech"}
    with pytest.raises(TypeError, match=rf"lacks _sech, the {field} rule of sech"):
        rules(field, lacking)
