"""The number system of SymPy: the same lines give formulas.

A recurrence with a symbolic number of steps is solved in closed form.  Its variables depend on
each other like a triangle and every one of them is multiplied by a power of one number r, so
each is an exponential polynomial ``Σ_{k,j} c_{kj} t^j r^{kt}``; they are solved one after another.
At r = 1, where the general solution divides by zero, all are polynomials in t.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from itertools import groupby
from math import comb
from operator import mul
from typing import Any, Final

import sympy as sp
from sympy.polys.fields import sfield

from rnnbound.numbers.system import Literal

#: An exponential polynomial: the coefficient of t^j r^(kt) by (k, j).
_Modes = dict[tuple[int, int], Any]
#: A polynomial in the variables of a recurrence: coefficients by exponent tuple.
_Terms = Mapping[tuple[int, ...], Any]

#: Powers of r that may multiply a variable.
_HIGHEST_POWER: Final = 16
#: A sum of this many operations is left as it is: its terms say more than one fraction.
_LONG: Final = 60
#: A coefficient of fewer operations needs no name of its own.
_SHORT: Final = 4


def exact(x: sp.Expr | int) -> sp.Expr:
    """`x`, an integer made an expression."""
    return sp.Integer(x) if isinstance(x, int) else x


def _extreme(kind: type[sp.Expr], x: sp.Expr, y: sp.Expr) -> sp.Expr:
    """The larger or smaller of two; of formulas, SymPy would try in vain to tell which that is.

    It takes seconds for one of our bounds.
    """
    if x.is_number and y.is_number:
        return kind(x, y)
    within = [part for one in (x, y) for part in (one.args if isinstance(one, kind) else (one,))]
    return kind(*within, evaluate=False)


class Symbols:
    """SymPy expressions; a float is the exact value of its shortest decimal."""

    @property
    def pi(self) -> sp.Expr:
        return sp.pi

    def number(self, value: Literal) -> sp.Expr:
        if isinstance(value, int):
            return sp.Integer(value)
        return sp.Rational(str(value) if isinstance(value, Decimal) else repr(value))

    def sqrt(self, x: sp.Expr) -> sp.Expr:
        return sp.sqrt(x)

    def log(self, x: sp.Expr) -> sp.Expr:
        return sp.log(x)

    def exp(self, x: sp.Expr) -> sp.Expr:
        return sp.exp(x)

    def only(self, condition: object, value: Callable[[], sp.Expr]) -> sp.Expr:
        del condition  # a formula is meant where it has a value
        return value()

    def maximum(self, x: sp.Expr, y: sp.Expr) -> sp.Expr:
        return _extreme(sp.Max, x, y)

    def minimum(self, x: sp.Expr, y: sp.Expr) -> sp.Expr:
        return _extreme(sp.Min, x, y)

    def evolve(
        self, matrix: Sequence[Sequence[sp.Expr]], steps: Any, vector: Sequence[sp.Expr]
    ) -> Sequence[sp.Expr]:
        """``matrix**steps @ vector`` for a lower triangular matrix, see :meth:`closed_form`."""
        size = len(vector)
        units = [tuple(int(i == j) for j in range(size)) for i in range(size)]
        rows = [{unit: x for unit, x in zip(units, row, strict=True) if x != 0} for row in matrix]
        return self.closed_form(rows, steps, vector)

    def closed_form(
        self, step: Sequence[_Terms], steps: Any, start: Sequence[sp.Expr]
    ) -> Sequence[sp.Expr]:
        """The variables after `steps` steps.

        Args:
            step: what each variable becomes: a power of one number r > 0 times itself, plus a
                polynomial in the variables before it.
            steps: a symbol, possibly plus an integer.
            start: the initial values.
        """
        size = len(start)
        units = [tuple(int(i == j) for j in range(size)) for i in range(size)]
        factors = [exact(row.get(unit, 0)) for row, unit in zip(step, units, strict=True)]
        r, powers = _base(factors)
        shift, symbol = steps.as_coeff_Add()

        def solved(base: sp.Expr, exponents: Sequence[int], to_base: Any) -> list[sp.Expr]:
            problem = _Problem(self, step, start, base, exponents, to_base)
            return [_written(modes, base, symbol, int(shift)) for modes in problem.solve()]

        at_one = solved(sp.Integer(1), [0] * size, _renaming(r, sp.Integer(1)))
        if r == 1:
            return at_one
        base = r if r.is_Symbol else sp.Dummy("r", positive=True)
        generic = [x.xreplace({base: r}) for x in solved(base, powers, _renaming(r, base))]
        equal = sp.Eq(r, 1)
        if equal == sp.false:
            return generic
        return [
            x if x == y else sp.Piecewise((x, equal), (y, True))
            for x, y in zip(at_one, generic, strict=True)
        ]

    def abbreviate(self, coefficients: _Modes) -> _Modes:
        """Names for long coefficients; here, none."""
        return coefficients


class Abbreviating(Symbols):
    """SymPy expressions in which the coefficients of intermediate solutions get names.

    Attributes:
        meanings: what each name stands for.
    """

    def __init__(self) -> None:
        self.meanings: dict[sp.Symbol, sp.Expr] = {}

    def abbreviate(self, coefficients: _Modes) -> _Modes:
        """Coefficients with a name in place of each long one."""
        named: _Modes = {}
        known = {meaning: symbol for symbol, meaning in self.meanings.items()}
        for key, value in sorted(coefficients.items()):
            if sp.count_ops(value) < _SHORT:
                named[key] = value
                continue
            if value not in known:
                known[value] = sp.Symbol(f"c_{len(self.meanings)}", real=True)
                self.meanings[known[value]] = value
            named[key] = known[value]
        return named


SYMBOLS: Final = Symbols()


def _base(factors: Sequence[sp.Expr]) -> tuple[sp.Expr, list[int]]:
    """The number r > 0 whose powers `factors` are, and the powers."""
    found = sorted(
        {factor for factor in factors if factor != 1},
        key=lambda factor: (sp.count_ops(factor), sp.default_sort_key(factor)),
    )
    for r in found:
        known = {r**k: k for k in range(_HIGHEST_POWER, -1, -1)}
        if all(factor in known for factor in factors):
            return r, [known[factor] for factor in factors]
    if found:
        raise NotImplementedError(f"factors that are powers of one number, not {found}")
    return sp.Integer(1), [0] * len(factors)


def _renaming(r: sp.Expr, base: sp.Expr) -> dict[sp.Expr, sp.Expr]:
    """How to express one symbol of r so that r becomes `base`."""
    if r.is_Symbol:
        return {r: base}
    linear = [x for x in r.args if x.is_Symbol] if r.is_Mul else []
    return {linear[0]: base * linear[0] / r} if linear else {}


class _Problem:
    """A triangular recurrence whose factors are known powers of `r`."""

    def __init__(
        self,
        system: Symbols,
        step: Sequence[_Terms],
        start: Sequence[sp.Expr],
        r: sp.Expr,
        exponents: Sequence[int],
        renaming: Mapping[sp.Expr, sp.Expr],
    ) -> None:
        self._system, self._r, self._exponents = system, r, exponents
        self._step = [
            {powers: exact(x).subs(renaming) for powers, x in row.items()} for row in step
        ]
        self._start = [exact(x).subs(renaming) for x in start]

    def solve(self) -> list[_Modes]:
        """The modes of every variable, with coefficients as expressions."""
        solved: list[_Modes] = []
        for i, row in enumerate(self._step):
            modes = self._respond(i, row, solved)
            wanted = any(powers[i] for later in self._step[i + 1 :] for powers in later)
            solved.append(self._system.abbreviate(modes) if wanted else modes)
        return solved

    def _respond(self, i: int, row: _Terms, solved: Sequence[_Modes]) -> _Modes:
        """The variable v with ``v(t+1) = r^power v(t) + (terms of the solved ones)``."""
        own = tuple(int(i == j) for j in range(len(self._step)))
        force = {powers: x for powers, x in row.items() if powers != own}
        used = [n for n in range(i) if any(powers[n] for powers in force)]
        known = [*force.values(), *(x for n in used for x in solved[n].values())]
        spare = sp.Dummy("z")  # a field needs a generator
        _, (r, _, *rest) = sfield([self._r, spare, *known])
        values = iter(rest)
        weights = dict(zip(force, values, strict=False))
        lifted = {n: dict(zip(solved[n], values, strict=False)) for n in used}
        total: _Modes = {}
        for powers, weight in weights.items():
            factors = [lifted[n] for n in used for _ in range(powers[n])]
            for key, value in reduce(_product, factors, {(0, 0): weight}).items():
                total[key] = total.get(key, 0) + value
        power = self._exponents[i]
        modes = {
            key: sp.factor(value.as_expr()) for key, value in _response(power, total, r).items()
        }
        rest = self._start[i] - sp.Add(*(x for (_, j), x in modes.items() if j == 0))
        if sp.count_ops(rest) < _LONG:
            rest = sp.factor(rest)
        return {key: x for key, x in {**modes, (power, 0): rest}.items() if x != 0}


def _product(left: _Modes, right: _Modes) -> _Modes:
    total: _Modes = {}
    for (k, i), x in left.items():
        for (m, j), y in right.items():
            total[k + m, i + j] = total.get((k + m, i + j), 0) + x * y
    return total


def _response(power: int, force: _Modes, r: Any) -> _Modes:
    """A v with ``v(t+1) = r^power v(t) + force(t)`` that has no r^(power t) of its own."""
    answer: _Modes = {}
    for k, group in groupby(sorted(force), key=lambda key: key[0]):
        degree = max(j for _, j in group)
        # At resonance the t^(j+1) of the answer carries the t^j of the force.
        raised = int(k == power)
        for j in range(degree, -1, -1):
            left = force.get((k, j), 0 * r)
            for i in range(j + 1 + raised, degree + 1 + raised):
                left -= comb(i, j) * r**k * answer[k, i]
            divisor = (j + 1) * r**k if raised else r**k - r**power
            answer[k, j + raised] = left / divisor
    return {key: value for key, value in answer.items() if value}


def _written(modes: _Modes, r: sp.Expr, symbol: sp.Expr, shift: int) -> sp.Expr:
    """The exponential polynomial at t = symbol + shift, in powers of the symbol."""
    shifted: dict[tuple[int, int], list[sp.Expr]] = {}
    for (k, j), value in modes.items():
        for i in range(j + 1):
            part = value * comb(j, i) * r ** (k * shift) * shift ** (j - i)
            shifted.setdefault((k, i), []).append(part)
    return sp.Add(
        *(
            (parts[0] if len(parts) == 1 else sp.factor_terms(sp.Add(*parts)))
            * reduce(mul, [symbol] * j, r ** (k * symbol))
            for (k, j), parts in sorted(shifted.items())
        )
    )
