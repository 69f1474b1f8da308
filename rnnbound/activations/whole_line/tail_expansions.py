"""An expression and its first three derivatives on a half-line, as germs at infinity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from math import comb, factorial
from typing import Any, Final

import sympy as sp
from flint import arb

from rnnbound.activations.formula_functions import rules
from rnnbound.activations.whole_line.branch_and_bound import Box, Landscape, dyadic
from rnnbound.activations.whole_line.expansions_at_infinity import (
    ZERO,
    Coefficient,
    Germ,
    Infinity,
    chain,
    descending,
    known,
    number,
)
from rnnbound.activations.whole_line.growth_scales import ONE, T, TooNearError, UnknownError, order
from rnnbound.activations.whole_line.taylor_coefficients import (
    SignedPower,
    compile_jet,
    constant,
    signed_power_taylor,
    variable,
)

#: Taylor coefficients 0..3, each a germ.
Jet = list[Germ]
_X: Final = sp.Symbol("x", real=True)
#: θ is cut no finer than 2^-7 for the sake of a tail.
_FINEST: Final = 7


@dataclass(frozen=True, slots=True)
class Tail:
    """What is known of |f^(k)| on a half-line.

    Attributes:
        limit: a lower bound of its limit superior.
        upper: an upper bound of its supremum; None if it is infinite.
        oscillates: its limit superior is that of a non-constant periodic function.
    """

    limit: arb
    upper: arb | None
    oscillates: bool


def expand(expression: sp.Expr, side: int, at: Infinity) -> Jet:
    """The jet of f(side · t) in t, for t ≥ R.

    Raises:
        UnknownError: the rules do not reach this expression.
        TooNearError: R is too small for them.
        ValueError: the expression is not defined for large t.
    """
    if not expression.free_symbols:
        return [number(expression), {}, {}, {}]
    if expression.is_Symbol:
        return [{T: known(sp.Integer(side))}, number(sp.Integer(side)), {}, {}]
    if expression.is_Add:
        jets = [expand(part, side, at) for part in expression.args]
        return [at.add(*(jet[k] for jet in jets)) for k in range(4)]
    if expression.is_Mul:
        return reduce(
            lambda f, g: _product(f, g, at), (expand(part, side, at) for part in expression.args)
        )
    rule = _RULES.get(type(expression))
    if rule is None and expression.is_Pow:
        base, exponent = expression.args
        if not base.free_symbols:
            return expand(sp.exp(exponent * sp.log(base), evaluate=False), side, at)
        inner = expand(base, side, at)
        return chain(_power(inner[0], exponent, at), inner, at)
    inner = expand(expression.args[0], side, at)
    if isinstance(expression, SignedPower):
        return chain(_signed_power(inner[0], expression.args[1], expression.args[2], at), inner, at)
    if rule is None:
        raise UnknownError(f"no rule for {type(expression).__name__}")
    return chain(rule(inner[0], at), inner, at)


def _product(f: Jet, g: Jet, at: Infinity) -> Jet:
    return [at.add(*(at.multiply(f[i], g[k - i]) for i in range(k + 1))) for k in range(4)]


def _power(g: Germ, exponent: sp.Expr, at: Infinity) -> Jet:
    if exponent.is_Integer and exponent > 0:
        n = int(exponent)
        return [
            at.scale(at.raise_to(g, sp.Integer(n - k)), sp.Integer(comb(n, k))) if n >= k else {}
            for k in range(4)
        ]
    jet, inverse = [at.raise_to(g, exponent)], at.raise_to(g, sp.S.NegativeOne)
    for k in range(1, 4):
        jet.append(at.scale(at.multiply(jet[-1], inverse), (exponent - k + 1) / k))
    return jet


def _signed_power(g: Germ, exponent: sp.Expr, odd: sp.Expr, at: Infinity) -> Jet:
    if not g:
        return [{}, {}, {}, {}]
    lead = g[descending(g)[0]].ball
    if lead > 0:
        return _power(g, exponent, at)
    if lead < 0:
        flipped = _power(at.scale(g, sp.S.NegativeOne), exponent, at)
        return [at.scale(c, sp.Integer((-1) ** (k + int(odd)))) for k, c in enumerate(flipped)]
    ball = at.bound(g)
    if not ball.is_finite():
        raise UnknownError("an oscillating term grows inside a function")
    return [{ONE: Coefficient(c)} for c in signed_power_taylor(ball, exponent, bool(odd))[:4]]


def _exp(g: Germ, at: Infinity) -> Jet:
    e = at.exp(g)
    return [at.scale(e, sp.Rational(1, factorial(k))) for k in range(4)]


def _log(g: Germ, at: Infinity) -> Jet:
    inverse = at.raise_to(g, sp.S.NegativeOne)
    square = at.multiply(inverse, inverse)
    return [
        at.log(g),
        inverse,
        at.scale(square, sp.Rational(-1, 2)),
        at.scale(at.multiply(square, inverse), sp.Rational(1, 3)),
    ]


def _cycle(first: Germ, second: Germ, sign: int, at: Infinity) -> Jet:
    """The jet of f with f' = g and f'' = sign · f."""
    return [
        first,
        second,
        at.scale(first, sp.Rational(sign, 2)),
        at.scale(second, sp.Rational(sign, 6)),
    ]


def _sin(g: Germ, at: Infinity) -> Jet:
    return _cycle(*at.waves(g), -1, at)


def _cos(g: Germ, at: Infinity) -> Jet:
    sine, cosine = at.waves(g)
    return _cycle(cosine, at.scale(sine, sp.S.NegativeOne), -1, at)


def _hyperbolic(g: Germ, at: Infinity) -> tuple[Germ, Germ]:
    up, down = at.exp(g), at.exp(at.scale(g, sp.S.NegativeOne))
    minus = at.scale(down, sp.S.NegativeOne)
    half = sp.Rational(1, 2)
    return at.scale(at.add(up, minus), half), at.scale(at.add(up, down), half)


def _sinh(g: Germ, at: Infinity) -> Jet:
    return _cycle(*_hyperbolic(g, at), 1, at)


def _cosh(g: Germ, at: Infinity) -> Jet:
    return _cycle(*_hyperbolic(g, at)[::-1], 1, at)


def _sech(g: Germ, at: Infinity) -> Jet:
    inner = _cosh(g, at)
    return chain(_power(inner[0], sp.S.NegativeOne, at), inner, at)


def _direction(g: Germ) -> int:
    """±1 if `g` tends to ±∞, 0 if it is bounded."""
    if not g:
        return 0
    lead = descending(g)[0]
    if order(lead) <= 0:
        return 0
    if g[lead].ball > 0:
        return 1
    if g[lead].ball < 0:
        return -1
    raise UnknownError("an oscillating or unknown term grows inside a function")


def _bounded(function: sp.Expr) -> Callable[[Germ, Infinity], Jet]:
    """The rule of a function that is only understood on bounded arguments."""

    def rule(g: Germ, at: Infinity) -> Jet:
        infinite, finite, rest = at.split(g)
        if infinite:
            raise UnknownError(f"{function.func.__name__} of what is unbounded")
        return at.analytic(function, finite, rest)

    return rule


def _tanh(g: Germ, at: Infinity) -> Jet:
    s = sp.Integer(_direction(g))
    if s == 0:
        return _bounded(sp.tanh(_X))(g, at)
    e = at.exp(at.scale(g, -2 * s))
    inverse = at.raise_to(at.add(number(sp.S.One), e), sp.S.NegativeOne)
    t = at.scale(at.multiply(at.add(number(sp.S.One), at.scale(e, sp.S.NegativeOne)), inverse), s)
    slope = at.scale(at.multiply(e, at.multiply(inverse, inverse)), sp.Integer(4))
    third = at.add(
        at.scale(at.multiply(t, t), sp.Rational(2, 3)), at.scale(slope, -sp.Rational(1, 3))
    )
    return [
        t,
        slope,
        at.scale(at.multiply(t, slope), sp.S.NegativeOne),
        at.multiply(slope, third),
    ]


def _atan(g: Germ, at: Infinity) -> Jet:
    s = _direction(g)
    if s == 0:
        return _bounded(sp.atan(_X))(g, at)
    inverse = at.raise_to(g, sp.S.NegativeOne)
    small = _bounded(sp.atan(_X))(inverse, at)[0]
    first = at.add(number(s * sp.pi / 2), at.scale(small, sp.S.NegativeOne))
    slope = at.raise_to(at.add(number(sp.S.One), at.multiply(g, g)), sp.S.NegativeOne)
    square = at.multiply(slope, slope)
    second = at.scale(at.multiply(g, square), sp.S.NegativeOne)
    cube = at.multiply(at.multiply(g, g), at.multiply(square, slope))
    third = at.add(at.scale(cube, sp.Rational(4, 3)), at.scale(square, -sp.Rational(1, 3)))
    return [first, slope, second, third]


def _erf(g: Germ, at: Infinity) -> Jet:
    s = _direction(g)
    if s == 0:
        return _bounded(sp.erf(_X))(g, at)
    square = at.multiply(g, g)
    bell = at.exp(at.scale(square, sp.S.NegativeOne))
    inverse = at.raise_to(g, sp.S.NegativeOne)
    # erfc(x) x √π e^{x²} lies in [1 − 1/(2x²), 1] for x > 0.
    least = 1 - at.bound(at.multiply(inverse, inverse)).abs_upper() / 2
    if not least > 0:
        raise TooNearError
    missing = Coefficient(-(least.union(arb(1))) / arb.pi().sqrt())
    first = at.add(number(sp.Integer(s)), at.multiply(at.multiply(bell, inverse), {ONE: missing}))
    slope = at.scale(bell, 2 / sp.sqrt(sp.pi))
    quadratic = at.add(at.scale(square, sp.Rational(2, 3)), number(-sp.Rational(1, 3)))
    return [
        first,
        slope,
        at.scale(at.multiply(g, slope), sp.S.NegativeOne),
        at.multiply(slope, quadratic),
    ]


_tan: Final = _bounded(sp.tan(_X))
_asin: Final = _bounded(sp.asin(_X))
_acos: Final = _bounded(sp.acos(_X))

_RULES: Final[dict[Any, Callable[[Germ, Infinity], Jet]]] = rules("at_infinity", globals())


def tail(germ: Germ, at: Infinity, bits: int, wave: _Wave | None = None) -> Tail:
    """Bounds of |germ| on the half-line.

    Args:
        germ: what is bounded.
        at: the half-line.
        bits: accuracy at which maxima over θ are found.
        wave: the limit as a function of θ, in case the germ itself has lost it.

    Raises:
        UnknownError: not even whether it is bounded can be told.
    """
    ordered = descending(germ)
    zero = arb(0)
    if not ordered:
        return Tail(zero, zero, False)
    if order(ordered[0]) > 0:
        if _vanishes(germ[ordered[0]]):
            raise UnknownError("whether its leading term vanishes is not plain")
        return Tail(zero, None, False)
    rest = {m: b for m, b in germ.items() if m != ONE}
    main = germ.get(ONE, ZERO)
    if main.exact is not None and main.exact.free_symbols:
        return _wave_tail(_Wave(main.exact), rest, at, bits)
    if not main.fixed and wave is not None:
        return _wave_tail(wave, rest, at, bits)
    upper = max_abs(main.ball, *at.range(rest))
    limit = main.ball.abs_lower() if main.fixed else zero
    return Tail(limit, upper, False)


class _Wave:
    """The limit of σ^(k) as a function of the phase θ = rate · t + o(t).

    It is rate^k times the k-th derivative of the limit of σ.
    """

    def __init__(self, limit: sp.Expr, rate: sp.Expr = sp.S.One, order: int = 0) -> None:
        self.land, self.order = Landscape(compile_jet(limit)), order
        self.factor = constant(rate) ** order

    def peak(self, boxes: list[Box], bits: int) -> tuple[arb, arb]:
        """Bounds on its largest size."""
        low, high = self.land.maximise(self.order, boxes, arb(0), bits)
        return (low * self.factor).abs_lower(), (high * self.factor).abs_upper()

    def at(self, theta: arb) -> arb:
        """Its values on a ball."""
        return self.land.at(theta)[self.order] * factorial(self.order) * self.factor


def tails(jet: Jet, at: Infinity, bits: int) -> list[Tail | None]:
    """The tails of |σ|, |σ'|, |σ''|, |σ'''| from Taylor coefficients; None where unknown."""
    limit = jet[0].get(ONE, ZERO).exact
    linear = at.phase and at.phase[0][0] == T
    found: list[Tail | None] = []
    for k in range(4):
        wave = None
        if limit is not None and limit.free_symbols and linear:
            wave = _Wave(limit, at.phase[0][1], k)
        try:
            found.append(tail(at.scale(jet[k], sp.factorial(k)), at, bits, wave))
        except (TooNearError, UnknownError):
            found.append(None)
    return found


def max_abs(main: arb, low: arb, high: arb) -> arb:
    """An upper bound of |x + y| over x in `main` and y between `low` and `high` or 0."""
    top = (main.upper() + high.max(arb(0))).upper()
    bottom = (main.lower() + low.min(arb(0))).lower()
    return top.abs_upper().max(bottom.abs_upper())


def _vanishes(b: Coefficient) -> bool:
    if not b.ball.contains(0):
        return False
    if b.exact is None:
        return True
    program = compile_jet(b.exact)
    return all(program(variable(arb(x) / 7))[0].contains(0) for x in range(1, 9))


def _wave_tail(wave: _Wave, rest: Germ, at: Infinity, bits: int) -> Tail:
    """The tail of a germ whose limit oscillates with θ."""
    boxes = circle(at.turns)
    limit, peak = wave.peak(boxes, bits)
    ordered = descending(rest)
    programs = [None if rest[m].exact is None else compile_jet(rest[m].exact) for m in ordered]

    def spread(theta: arb) -> tuple[arb, arb]:
        local = {
            m: rest[m] if p is None else Coefficient(p(variable(theta))[0])
            for m, p in zip(ordered, programs, strict=True)
        }
        return at.range(local)

    upper = peak
    pending = list(boxes)
    while pending:
        n, e = pending.pop()
        theta = arb(dyadic(2 * n + 1, e + 1), dyadic(1, e + 1))
        value, (low, high) = wave.at(theta), spread(theta)
        if (value > 0 and high <= 0 <= peak + low) or (value < 0 and low >= 0 >= high - peak):
            continue
        highest = max_abs(value, low, high)
        if highest <= peak:
            continue
        if e >= _FINEST or len(pending) > 4096:
            upper = upper.max(highest.min(max_abs(peak, low, high).max(max_abs(-peak, low, high))))
        else:
            pending += [(2 * n, e + 1), (2 * n + 1, e + 1)]
    return Tail(limit, upper.upper(), True)


def circle(turns: int) -> list[Box]:
    """Dyadic boxes over [0, 2π · turns]."""
    return [(n, 2) for n in range(26 * turns)]
