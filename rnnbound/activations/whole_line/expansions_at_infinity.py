"""Germs at infinity: what an expression and its derivatives do on a whole half-line [R, ∞).

A germ is a finite sum ``Σ b_m(t) m(t)`` of growth scales m.  Each b_m is either an exact
number (or an exact function of a phase θ, for what oscillates), or unknown within a ball for
every t ≥ R.  Every operation is exact up to terms that it bounds, so ``bound`` and ``limit``
are theorems about all t ≥ R.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key, lru_cache
from math import comb, lcm
from typing import Final

import sympy as sp
from flint import arb, ctx

from rnnbound.activations.whole_line.growth_scales import (
    LOG,
    ONE,
    Monomial,
    TooNearError,
    UnknownError,
    compare,
    exponential,
    multiply,
    order,
    power,
    supremum,
)
from rnnbound.activations.whole_line.taylor_coefficients import (
    LENGTH,
    coefficients,
    compile_jet,
    variable,
)

THETA: Final = sp.Symbol("theta", real=True)
_X: Final = sp.Symbol("x", real=True)
#: Exact numbers and exact functions of θ are kept as such up to this many operations.
_MOST_NUMBER: Final = 12
_MOST_WAVE: Final = 36
#: Every angle.
_CIRCLE: Final = arb(0, 1 << 20)


@dataclass(frozen=True, slots=True)
class Coefficient:
    """b_m(t) for t ≥ R.

    Attributes:
        ball: holds b_m(t) for all t ≥ R and all θ.
        exact: if known, the number or the function of θ that b_m is.
        fixed: b_m is one number, the same for all t and θ, known as well as `ball` tells.
    """

    ball: arb
    exact: sp.Expr | None = None
    fixed: bool = False

    def __add__(self, other: Coefficient) -> Coefficient:
        exact = None
        if self.exact is not None and other.exact is not None:
            exact = _small(self.exact + other.exact)
        return Coefficient(self.ball + other.ball, exact, self.fixed and other.fixed)

    def __mul__(self, other: Coefficient) -> Coefficient:
        exact = None
        if self.exact is not None and other.exact is not None:
            exact = _small(self.exact * other.exact)
        return Coefficient(self.ball * other.ball, exact, self.fixed and other.fixed)

    @property
    def is_number(self) -> bool:
        """Whether it is an exact number, free of θ."""
        return self.exact is not None and self.fixed


ZERO: Final = Coefficient(arb(0), sp.S.Zero, True)

Germ = dict[Monomial, Coefficient]


@lru_cache(maxsize=8192)
def _small(exact: sp.Expr) -> sp.Expr | None:
    if exact.is_Rational:
        return exact
    most = _MOST_WAVE if exact.free_symbols else _MOST_NUMBER
    if sp.count_ops(exact) > 2 * most:
        return None
    exact = sp.expand(exact)
    return exact if sp.count_ops(exact) <= most else None


@lru_cache(maxsize=1024)
def _ball(exact: sp.Expr, bits: int) -> arb:
    del bits  # the precision is part of the key
    ball: arb = compile_jet(exact)(variable(_CIRCLE))[0]
    return ball


def _refined(c: Coefficient) -> Coefficient:
    """`c` with a tighter ball, if it is a function of θ whose ball contains 0."""
    if c.exact is None or c.fixed or not c.ball.contains(0):
        return c
    rates = [w.args[0].coeff(THETA) for w in c.exact.atoms(sp.sin, sp.cos)]
    if not all(rate.is_Rational for rate in rates):
        return c
    program = compile_jet(c.exact)
    pieces = [
        program(variable(arb((2 * n + 1, -4), (1, -4))))[0]
        for n in range(52 * lcm(*(int(rate.q) for rate in rates)))
    ]
    ball = pieces[0]
    for piece in pieces[1:]:
        ball = ball.union(piece)
    return Coefficient(ball, c.exact)


def known(exact: sp.Expr) -> Coefficient:
    """The coefficient that is exactly `exact`."""
    return Coefficient(_ball(exact, ctx.prec), exact, not exact.free_symbols)


def number(exact: sp.Expr) -> Germ:
    """The constant germ `exact`."""
    return {ONE: known(exact)} if exact != 0 else {}


@dataclass
class Infinity:
    """Arithmetic of germs on [start, ∞).

    Attributes:
        start: R.
        terms: how many terms a germ keeps.
        phase: the infinite quantity whose multiples all oscillations go by; θ is it mod 2π.
        turns: θ-dependence repeats after `turns` full turns.
    """

    start: arb
    terms: int
    phase: tuple[tuple[Monomial, sp.Expr], ...] = ()
    turns: int = 1
    _suprema: dict[Monomial, arb] = field(default_factory=dict)

    def supremum(self, m: Monomial) -> arb:
        """An upper bound of a bounded monomial on [R, ∞)."""
        if m not in self._suprema:
            self._suprema[m] = supremum(m, self.start)
        return self._suprema[m]

    def bound(self, germ: Germ) -> arb:
        """A ball that holds the germ for every t ≥ R; not finite if there is none."""
        low, high = self.range(germ)
        result: arb = low.union(high)
        return result

    def range(self, germ: Germ) -> tuple[arb, arb]:
        """The ends of an interval that holds the germ for every t ≥ R.

        An end at 0 is exact: whether a tail approaches its limit from below is not blurred.
        """
        zero = arb(0)
        ordered = descending(germ)
        if not ordered:
            return zero, zero
        if order(ordered[0]) > 0:
            return arb.nan(), arb.nan()
        low, high = zero, zero
        for m, coarser in zip(reversed(ordered), [*reversed(ordered[:-1]), ONE], strict=True):
            ball = germ[m].ball
            low, high = (ball + low).lower(), (ball + high).upper()
            if m != coarser:
                most = self.ratio(m, coarser).upper()
                low, high = (low.min(zero) * most).lower(), (high.max(zero) * most).upper()
        return low, high

    def ratio(self, finer: Monomial, coarser: Monomial) -> arb:
        """All values that finer/coarser can take; `finer` is the smaller one."""
        if finer == coarser:
            return arb(1)
        ratio = multiply(finer, power(coarser, sp.S.NegativeOne))
        return arb(0).union(self.supremum(ratio))

    def add(self, *germs: Germ) -> Germ:
        """Their sum."""
        total: Germ = {}
        for germ in germs:
            for m, b in germ.items():
                total[m] = total[m] + b if m in total else b
        return self._tidy(total)

    def multiply(self, f: Germ, g: Germ) -> Germ:
        """f g."""
        total: Germ = {}
        for m, b in f.items():
            for n, c in g.items():
                product, monomial = b * c, multiply(m, n)
                total[monomial] = total[monomial] + product if monomial in total else product
        return self._tidy(total)

    def scale(self, germ: Germ, factor: sp.Expr) -> Germ:
        """A multiple of a germ."""
        return self.multiply(germ, number(factor))

    def _tidy(self, germ: Germ) -> Germ:
        ordered = descending({m: b for m, b in germ.items() if b.exact != 0})
        kept = {m: germ[m] for m in ordered[: self.terms]}
        if len(ordered) > self.terms:
            last = ordered[self.terms - 1]
            ball = germ[last].ball
            for m in ordered[self.terms :]:
                ball = ball + germ[m].ball * self.ratio(m, last)
            kept[last] = Coefficient(ball)
        return kept

    def split(self, germ: Germ) -> tuple[dict[Monomial, sp.Expr], Coefficient, Germ]:
        """The infinite part, with exact coefficients, the limit and the infinitesimal rest."""
        infinite = {m: b for m, b in germ.items() if order(m) > 0}
        for b in infinite.values():
            if not b.is_number:
                raise UnknownError("an oscillating or unknown term grows inside a function")
        finite = germ.get(ONE, ZERO)
        rest = {m: b for m, b in germ.items() if order(m) < 0}
        return {m: b.exact for m, b in infinite.items()}, finite, rest

    def analytic(self, function: sp.Expr, at: Coefficient, rest: Germ) -> list[Germ]:
        """Taylor coefficients 0..3 of `function` (of x) at the germ `at` + `rest`.

        Raises:
            UnknownError: `function` is not analytic there.
        """
        program, hull = compile_jet(function), at.ball + self.bound(rest)
        if not hull.is_finite():
            raise TooNearError
        local = coefficients(program(variable(at.ball)))
        whole = coefficients(program(variable(hull)))
        last = min(self.terms, LENGTH - 4) if rest else 0
        if not all(c.is_finite() for c in local[:4]):
            raise UnknownError(f"{function} at its argument's limit")
        if not all(c.is_finite() for c in whole[: 4 + last]):
            raise TooNearError
        taylor = [
            Coefficient(c, _derivative(function, at.exact, j), at.fixed)
            for j, c in enumerate(local)
        ]
        powers: list[Germ] = [number(sp.S.One)]
        for _ in range(last):
            powers.append(self.multiply(powers[-1], rest))
        result = []
        for k in range(4):
            parts = [
                self.multiply(powers[j], {ONE: _times(taylor[k + j], comb(k + j, k))})
                for j in range(last or 1)
            ]
            if rest:
                remainder = Coefficient(whole[k + last] * comb(k + last, k))
                parts.append(self.multiply(powers[last], {ONE: remainder}))
            result.append(self.add(*parts))
        return result

    def leading(self, germ: Germ) -> tuple[Monomial, Coefficient, Germ]:
        """Leading monomial m and coefficient c, and δ with germ = c m (1 + δ)."""
        if not germ:
            raise UnknownError("division by what may be zero")
        m = descending(germ)[0]
        c = _refined(germ[m])
        if c.ball.contains(0):
            raise UnknownError("division by what may be zero at infinity")
        exact = None if c.exact is None else _small(1 / c.exact)
        inverse = Coefficient(1 / c.ball, exact, c.fixed)
        rest = {
            multiply(n, power(m, sp.S.NegativeOne)): b * inverse for n, b in germ.items() if n != m
        }
        return m, c, rest

    def raise_to(self, germ: Germ, exponent: sp.Expr) -> Germ:
        """germ^exponent, for any real exponent where it is defined."""
        if exponent.is_Integer and 0 <= exponent <= 40:
            result = number(sp.S.One)
            for _ in range(int(exponent)):
                result = self.multiply(result, germ)
            return result
        m, c, rest = self.leading(germ)
        if not exponent.is_Integer and c.ball < 0:
            raise ValueError("a root of a negative number is taken")
        if rest and not self.bound(rest) > -1:
            raise TooNearError
        series = self.analytic((1 + _X) ** exponent, ZERO, rest)[0]
        ball = compile_jet(_X**exponent)(variable(c.ball))[0]
        exact = None if c.exact is None else _small(c.exact**exponent)
        return self.multiply(series, {power(m, exponent): Coefficient(ball, exact, c.fixed)})

    def exp(self, germ: Germ) -> Germ:
        """e^germ."""
        infinite, finite, rest = self.split(germ)
        series = self.analytic(sp.exp(_X), finite, rest)[0]
        if not infinite:
            return series
        return self.multiply(series, {exponential(infinite): known(sp.S.One)})

    def log(self, germ: Germ) -> Germ:
        """log germ."""
        m, c, rest = self.leading(germ)
        if c.ball < 0:
            raise ValueError("the logarithm of a negative number is taken")
        if rest and not self.bound(rest) > -1:
            raise TooNearError
        if m[1] != 0:
            raise UnknownError("an iterated logarithm")
        series = self.analytic(sp.log(1 + _X), ZERO, rest)[0]
        exact = None if c.exact is None else _small(sp.log(c.exact))
        grown = {n: known(q) for n, q in m[2]}
        if m[0] != 0:
            grown[LOG] = known(m[0])
        return self.add(series, {ONE: Coefficient(c.ball.log(), exact, c.fixed)}, grown)

    def waves(self, germ: Germ) -> tuple[Germ, Germ]:
        """sin and cos of `germ`."""
        infinite, finite, rest = self.split(germ)
        sine = self.analytic(sp.sin(_X), finite, rest)[0]
        cosine = self.analytic(sp.cos(_X), finite, rest)[0]
        if not infinite:
            return sine, cosine
        multiple = self._multiple(infinite)
        if multiple is None:
            anything: Germ = {ONE: Coefficient(arb(0, 1))}
            return anything, anything
        s, c = number(sp.sin(multiple * THETA)), number(sp.cos(multiple * THETA))
        first = self.add(self.multiply(s, cosine), self.multiply(c, sine))
        minus = self.scale(self.multiply(s, sine), sp.S.NegativeOne)
        return first, self.add(self.multiply(c, cosine), minus)

    def _multiple(self, infinite: dict[Monomial, sp.Expr]) -> sp.Expr | None:
        """How often `infinite` holds the phase, if it is a rational multiple of it."""
        ordered = tuple((m, infinite[m]) for m in descending(infinite))
        if not self.phase:
            self.phase = ordered
        if [m for m, _ in ordered] != [m for m, _ in self.phase]:
            return None
        ratios = {sp.radsimp(c / d) for (_, c), (_, d) in zip(ordered, self.phase, strict=True)}
        ratio = ratios.pop()
        if ratios or not ratio.is_Rational:
            return None
        self.turns = int(sp.ilcm(self.turns, ratio.q))
        return ratio


def _times(c: Coefficient, factor: int) -> Coefficient:
    return c * known(sp.Integer(factor))


def descending(monomials: Iterable[Monomial]) -> list[Monomial]:
    """`monomials`, the fastest first."""
    return sorted(monomials, key=cmp_to_key(lambda m, n: compare(n, m)))


@lru_cache(maxsize=1024)
def _derivative(function: sp.Expr, at: sp.Expr | None, j: int) -> sp.Expr | None:
    """The j-th Taylor coefficient of `function` at an exact point."""
    if at is None:
        return None
    if j > (4 if at.free_symbols or at.is_Rational else 1):
        return None
    value = function.diff(_X, j).subs(_X, at) / sp.factorial(j)
    return _small(value)


def chain(outer: Sequence[Germ], inner: Sequence[Germ], at: Infinity) -> list[Germ]:
    """Taylor coefficients of a composition from those of both parts."""
    f, g = outer, inner
    square = at.multiply(g[1], g[1])
    return [
        f[0],
        at.multiply(f[1], g[1]),
        at.add(at.multiply(f[1], g[2]), at.multiply(f[2], square)),
        at.add(
            at.multiply(f[1], g[3]),
            at.scale(at.multiply(f[2], at.multiply(g[1], g[2])), sp.Integer(2)),
            at.multiply(f[3], at.multiply(square, g[1])),
        ),
    ]
