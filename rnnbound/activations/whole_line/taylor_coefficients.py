"""Taylor coefficients of an expression in z over a ball, rigorous, to any order.

The k-th coefficient of ``jet(x)`` encloses ``f^(k)(ζ)/k!`` for every ζ in the ball x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import sympy as sp
from flint import arb, arb_series, ctx, fmpq

from rnnbound.activations.formula_functions import node_of, rules

#: Coefficients that are carried along, unless :func:`carrying` says otherwise.
LENGTH: Final = 9

Series = Any
Program = Callable[[Series], Series]

#: Balls wider than this are pushed through monotone functions end by end.
_WIDE: Final = arb(1) / 16
#: Balls narrower than this are taken as they are.
_TINY: Final = arb(2) ** -40


class _Carried:
    length = LENGTH


_carried: Final = _Carried()


@contextmanager
def carrying(length: int) -> Iterator[None]:
    """Carry `length` coefficients along inside the block."""
    before, cap = _carried.length, ctx.cap
    _carried.length, ctx.cap = length, max(length, cap)
    try:
        yield
    finally:
        _carried.length, ctx.cap = before, cap


def variable(x: arb) -> Series:
    """The identity at the ball `x`."""
    return arb_series([x, 1], prec=_carried.length)


def coefficients(series: Series) -> list[arb]:
    """All coefficients that are carried along."""
    known: list[arb] = series.coeffs()
    return known + [arb(0)] * (_carried.length - len(known))


def compile_jet(expression: sp.Expr) -> Program:
    """A program that evaluates `expression` (in its only symbol) on a series.

    Raises:
        NotImplementedError: it contains a function without a rule.
    """
    if not expression.free_symbols:
        return lambda _: arb_series([constant(expression)], prec=_carried.length)
    if expression.is_Symbol:
        return lambda x: x
    if expression.is_Add or expression.is_Mul:
        return _fold(expression)
    rule = _RULES.get(type(expression))
    if rule is None and expression.is_Pow:
        return _power(expression)
    if isinstance(expression, SignedPower):
        inner, (_, size, odd) = compile_jet(expression.args[0]), expression.args
        return lambda x: _signed_power(inner(x), size, bool(odd))
    if rule is None:
        raise NotImplementedError(f"no rule for {type(expression).__name__}")
    inner = compile_jet(expression.args[0])
    return lambda x: rule(inner(x))


def _fold(expression: sp.Expr) -> Program:
    adds = expression.is_Add
    fixed, moving = expression.as_independent(*expression.free_symbols, as_Add=adds)
    parts = [
        compile_jet(part) for part in (moving.args if moving.func is expression.func else [moving])
    ]

    def run(x: Series) -> Series:
        total = parts[0](x)
        for part in parts[1:]:
            total = total + part(x) if adds else total * part(x)
        if adds:
            return total if fixed.is_zero else total + constant(fixed)
        return total if fixed == 1 else total * constant(fixed)

    return run


def _power(expression: sp.Expr) -> Program:
    base, exponent = expression.args
    if not base.free_symbols:
        inner = compile_jet(exponent)
        return lambda x: (inner(x) * constant(sp.log(base))).exp()
    inner = compile_jet(base)
    if exponent == sp.Rational(1, 2):
        return lambda x: inner(x).sqrt()
    if exponent == -sp.Rational(1, 2):
        return lambda x: inner(x).rsqrt()
    if exponent.is_Integer and exponent > 0:
        return lambda x: inner(x) ** int(exponent)
    if exponent.is_Integer:
        return lambda x: inner(x).inv() ** -int(exponent)
    if exponent.is_Rational:
        ratio = fmpq(int(exponent.p), int(exponent.q))
        return lambda x: inner(x) ** ratio
    return lambda x: (inner(x).log() * constant(exponent)).exp()


@lru_cache(maxsize=512)
def _constant_program(expression: sp.Expr) -> Callable[[], arb]:
    """A number as a recipe that works at any precision."""
    if expression.is_Rational:
        ratio = fmpq(int(expression.p), int(expression.q))
        return lambda: arb(ratio)
    if expression is sp.pi:
        return arb.pi
    if expression is sp.E:
        return arb.const_e
    if expression.is_Add or expression.is_Mul:
        parts = [_constant_program(part) for part in expression.args]
        if expression.is_Add:
            return lambda: sum((part() for part in parts), arb(0))
        return lambda: _product([part() for part in parts])
    if expression.is_Pow and not isinstance(expression, sp.exp):
        base, power = map(_constant_program, expression.args)
        if expression.args[1] == sp.Rational(1, 2):
            return lambda: base().sqrt()
        if expression.args[1].is_Integer:
            return lambda: base() ** int(expression.args[1])
        return lambda: base() ** power()
    node = node_of(expression)
    if node is None:
        raise NotImplementedError(f"no rule for {expression.func.__name__}")
    programs = list(map(_constant_program, expression.args))
    return lambda: node.of_balls(*(program() for program in programs))


def _call(x: arb, method: str) -> arb:
    result: arb = getattr(x, method)()
    return result


def _product(factors: Sequence[arb]) -> arb:
    total = arb(1)
    for factor in factors:
        total = total * factor
    return total


def constant(expression: sp.Expr) -> arb:
    """The number `expression` as a ball, at the current precision."""
    return _constant_program(expression)()


def hull(low: arb, high: arb) -> arb:
    """The ball over everything between the balls `low` and `high`."""
    result: arb = low.union(high)
    return result


def _monotone(series: Series, function: str) -> arb:
    x = series[0]
    if x.rad() < _WIDE:
        return _call(x, function)
    return hull(_call(x.lower(), function), _call(x.upper(), function))


def _tanh(series: Series) -> Series:
    """tanh after `series`, from T' = 1 − T² at its constant term."""
    x = series[0]
    near, far = (y.cosh() ** -2 for y in (x.abs_lower(), x.abs_upper()))
    taylor = [_monotone(series, "tanh"), x.cosh() ** -2 if x.rad() < _WIDE else hull(far, near)]
    for k in range(1, _carried.length - 1):
        square = sum((taylor[i] * taylor[k - i] for i in range(k + 1)), arb(0))
        taylor.append(-square / (k + 1))
    return _compose(taylor, series)


def _erf(series: Series) -> Series:
    if series[0].rad() < _WIDE:
        return series.erf()
    return _replaced(series.erf(), _monotone(series, "erf"))


def _atan(series: Series) -> Series:
    return _replaced(series.atan(), _monotone(series, "atan"))


def _replaced(series: Series, first: arb) -> Series:
    return arb_series([first, *series.coeffs()[1:]], prec=_carried.length)


def _compose(taylor: Sequence[arb], inner: Series) -> Series:
    """The series with coefficients `taylor` after `inner` minus its constant term."""
    return arb_series(list(taylor), prec=_carried.length)(_replaced(inner, arb(0)))


class SignedPower(sp.Function):  # type: ignore[misc]
    """|u|^s, times sgn u where `odd`: twice continuously differentiable if s > 2."""

    nargs = 3


def _signed_power(series: Series, exponent: sp.Expr, odd: bool) -> Series:
    x = series[0]
    if x > 0 or x < 0:
        magnitude = series if x > 0 else -series
        if exponent.is_Integer:
            power = magnitude ** int(exponent)
        else:
            power = (magnitude.log() * constant(exponent)).exp()
        return -power if odd and x < 0 else power
    return _compose(signed_power_taylor(x, exponent, odd), series)


def signed_power_taylor(x: arb, exponent: sp.Expr, odd: bool) -> list[arb]:
    """Taylor coefficients over a ball that may contain 0; those that are unbounded are NaN."""
    s, size, factor = constant(exponent), x.abs_upper(), arb(1)
    taylor = []
    for k in range(_carried.length):
        if exponent >= k:
            rest = size ** (s - k) if exponent > k else arb(1)
            low = arb(-1) if (k + odd) % 2 else arb(0)
            taylor.append(factor * rest * hull(low, arb(1)))
        else:
            taylor.append(arb.nan())
        factor = factor * (s - k) / (k + 1)
    return taylor


def _waves(series: Series) -> tuple[arb, arb]:
    """sin and cos over the constant term, sharpened by the mean value theorem."""
    x = series[0]
    middle, spread = x.mid(), arb(0, x.rad())
    (s, c), (sm, cm) = x.sin_cos(), middle.sin_cos()
    return s.intersection(sm + c * spread), c.intersection(cm - s * spread)


def _cycle(first: arb, second: arb, series: Series) -> Series:
    taylor, factor = [], arb(1)
    for k in range(_carried.length):
        taylor.append((first if k % 2 == 0 else second) * factor * (-1) ** (k // 2))
        factor = factor / (k + 1)
    return _compose(taylor, series)


def _sin(series: Series) -> Series:
    if not series[0].rad() > _TINY or not series[0].is_finite():
        return series.sin()
    s, c = _waves(series)
    return _cycle(s, c, series)


def _cos(series: Series) -> Series:
    if not series[0].rad() > _TINY or not series[0].is_finite():
        return series.cos()
    s, c = _waves(series)
    return _cycle(c, -s, series)


def _cosh(series: Series) -> Series:
    e = series.exp()
    return (e + e.inv()) / 2


def _sinh(series: Series) -> Series:
    e = series.exp()
    return (e - e.inv()) / 2


def _sech(series: Series) -> Series:
    return _cosh(series).inv()


def _method(name: str) -> Program:
    return lambda series: getattr(series, name)()


_exp, _log, _tan, _asin, _acos = map(_method, ("exp", "log", "tan", "asin", "acos"))

_RULES: Final[dict[Any, Program]] = rules("taylor", globals())
