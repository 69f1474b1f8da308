"""From SymPy expressions to balls: the value of a formula, with proof."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add, mul
from typing import Any, Final

import sympy as sp
from flint import arb, ctx, fmpz

from rnnbound.activations.formula_functions import node_of

#: Of two numbers that this many bits do not tell apart, a condition says that they are equal.
EQUAL_BITS: Final = 512


class Encloser:
    """Evaluates expressions at the current working precision, each subexpression once.

    Attributes:
        look_up: the value of a symbol: a ball, or an expression.
    """

    def __init__(self, look_up: Callable[[sp.Symbol], Any]) -> None:
        self._look_up = look_up
        self._known: dict[sp.Basic, arb] = {}

    def value(self, expression: sp.Expr) -> arb:
        """An enclosure of `expression`."""
        if expression not in self._known:
            self._known[expression] = self._compute(expression)
        return self._known[expression]

    def _compute(self, x: sp.Expr) -> arb:
        if x.is_Symbol:
            found = self._look_up(x)
            return self.value(found) if isinstance(found, sp.Basic) else found
        if x.is_Rational:
            return arb(int(x.p)) / int(x.q)
        if x is sp.pi:
            return arb.pi()
        if x is sp.E:
            return arb(1).exp()
        if x.is_Pow:
            return self._power(x)
        if isinstance(x, sp.Piecewise):
            return self._case(x)
        values = map(self.value, x.args)
        if x.is_Add or x.is_Mul:
            return reduce(add if x.is_Add else mul, values)
        node = node_of(x)
        if node is None:
            raise NotImplementedError(f"{x.func.__name__} in balls")
        return node.of_balls(*values)

    def _power(self, x: sp.Expr) -> arb:
        base = self.value(x.base)
        if x.exp.is_Rational and x.exp.q <= 2:
            power = _whole_power(base, int(x.exp.p))
            return power if x.exp.q == 1 else _root(power)
        exponent = self.value(x.exp)
        whole = exponent.unique_fmpz() if exponent.is_exact() else None
        return base ** (exponent if whole is None else whole)

    def _case(self, x: sp.Piecewise) -> arb:
        for value, condition in x.args:
            holds = self._holds(condition)
            if holds is None:
                return arb.nan()  # more precision will tell
            if holds:
                return self.value(value)
        raise AssertionError("the last case always holds")

    def _holds(self, condition: Any) -> bool | None:
        if condition in {sp.true, sp.false}:
            return bool(condition)
        difference = self.value(condition.lhs) - self.value(condition.rhs)
        if difference == 0 or not difference.contains(0):
            return bool(difference == 0)
        return True if ctx.prec >= EQUAL_BITS else None


def _whole_power(base: arb, exponent: int) -> arb:
    if exponent > 0 and base.contains(0):  # Arb's power would take a logarithm
        return reduce(mul, [base] * exponent)
    power: arb = base if exponent == 1 else base ** fmpz(exponent)
    return power


def _root(x: arb) -> arb:
    """√x for an x that is at least 0, also where its enclosure is not."""
    if x.contains(0):
        return x.abs_upper().sqrt() * arb(0, 1)
    return x.sqrt()
