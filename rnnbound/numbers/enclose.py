"""From SymPy expressions to balls: the value of a formula, with proof."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import mul
from typing import Any, Final

import sympy as sp
from flint import arb, fmpz

#: Of two numbers that this many bits do not tell apart, a condition says that they are equal.
_EQUAL_BITS: Final = 512


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
            return self.value(next(value for value, condition in x.args if self._holds(condition)))
        first, *others = map(self.value, x.args)
        if isinstance(x, sp.log):
            return first.log()
        if isinstance(x, sp.exp):
            return first.exp()
        for other in others:
            if x.is_Add:
                first += other
            elif x.is_Mul:
                first *= other
            elif isinstance(x, (sp.Max, sp.Min)):
                first = first.max(other) if isinstance(x, sp.Max) else first.min(other)
            else:
                raise NotImplementedError(f"{x.func.__name__} in balls")
        return first

    def _power(self, x: sp.Expr) -> arb:
        base = self.value(x.base)
        if x.exp.is_Rational and x.exp.q <= 2:
            power = _whole_power(base, int(x.exp.p))
            return power if x.exp.q == 1 else _root(power)
        exponent = self.value(x.exp)
        whole = exponent.unique_fmpz() if exponent.is_exact() else None
        return base ** (exponent if whole is None else whole)

    def _holds(self, condition: Any) -> bool:
        if condition in {sp.true, sp.false}:
            return bool(condition)
        difference = self.value(condition.lhs) - self.value(condition.rhs)
        return bool(difference.contains(0))


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
