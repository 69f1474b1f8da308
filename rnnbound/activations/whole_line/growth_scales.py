"""Growth scales: the monomials ``t^a (log t)^b e^{Q(t)}`` that germs at infinity are made of.

Q is a finite sum of infinite monomials with exact coefficients, so a monomial is a short finite
tuple and every comparison is exact.  ``log t`` itself inside Q is folded into t^a.
"""

from __future__ import annotations

from functools import cmp_to_key, lru_cache
from typing import Final

import sympy as sp
from flint import arb

from rnnbound.activations.whole_line.taylor_coefficients import constant

#: (a, b, Q) with Q a tuple of (monomial, coefficient), the fastest first.
Monomial = tuple[sp.Expr, sp.Expr, tuple[tuple["Monomial", sp.Expr], ...]]

ONE: Final[Monomial] = (sp.S.Zero, sp.S.Zero, ())
T: Final[Monomial] = (sp.S.One, sp.S.Zero, ())
LOG: Final[Monomial] = (sp.S.Zero, sp.S.One, ())


class UnknownError(ArithmeticError):
    """The behaviour at infinity cannot be determined by these rules."""


class TooNearError(ArithmeticError):
    """The expansion at infinity is not valid from this far on yet."""


@lru_cache(maxsize=4096)
def sign(number: sp.Expr) -> int:
    """The sign of an exact number.

    Raises:
        UnknownError: its digits do not tell, and it is not plainly zero.
    """
    if number.is_Rational:
        return int(bool(number > 0)) - int(bool(number < 0))
    ball = constant(number)
    if ball > 0:
        return 1
    if ball < 0:
        return -1
    if sp.expand(number).is_zero:
        return 0
    raise UnknownError(f"the sign of {number} is not plain")


@lru_cache(maxsize=4096)
def order(m: Monomial) -> int:
    """1 if `m` tends to infinity, −1 if to zero, 0 if it is 1."""
    a, b, q = m
    slow = None
    if q:
        slow = compare(q[0][0], LOG) < 0
        if not slow:
            return sign(q[0][1])
    if a != 0:
        return sign(a)
    if slow:
        return sign(q[0][1])
    return sign(b)


@lru_cache(maxsize=16384)
def multiply(m: Monomial, n: Monomial) -> Monomial:
    """m n."""
    if m is ONE or n is ONE:
        return n if m is ONE else m
    total: dict[Monomial, sp.Expr] = dict(m[2])
    for monomial, coefficient in n[2]:
        total[monomial] = sp.expand(total.get(monomial, sp.S.Zero) + coefficient)
    return _normal(m[0] + n[0], m[1] + n[1], total)


@lru_cache(maxsize=4096)
def power(m: Monomial, exponent: sp.Expr) -> Monomial:
    """m^exponent."""
    total = {monomial: sp.expand(c * exponent) for monomial, c in m[2]}
    return _normal(m[0] * exponent, m[1] * exponent, total)


def exponential(terms: dict[Monomial, sp.Expr]) -> Monomial:
    """e to the sum of infinite `terms`."""
    rest = dict(terms)
    return _normal(rest.pop(LOG, sp.S.Zero), sp.S.Zero, rest)


def _normal(a: sp.Expr, b: sp.Expr, q: dict[Monomial, sp.Expr]) -> Monomial:
    kept = [(monomial, c) for monomial, c in q.items() if c != 0]
    kept.sort(key=cmp_to_key(_faster_first))
    result = (sp.expand(a), sp.expand(b), tuple(kept))
    return ONE if result == ONE else result


def _faster_first(x: tuple[Monomial, sp.Expr], y: tuple[Monomial, sp.Expr]) -> int:
    return compare(y[0], x[0])


@lru_cache(maxsize=16384)
def compare(m: Monomial, n: Monomial) -> int:
    """1 if m/n tends to infinity, −1 if to zero, 0 if they are the same."""
    return 0 if m == n else order(multiply(m, power(n, sp.S.NegativeOne)))


def value(m: Monomial, t: arb) -> arb:
    """`m` at t > 1."""
    a, b, q = m
    if m == ONE:
        return arb(1)
    exponent = constant(a) * t.log() if a != 0 else arb(0)
    if b != 0:
        if not t > 1:
            raise TooNearError
        exponent += constant(b) * t.log().log()
    for monomial, c in q:
        exponent += constant(c) * value(monomial, t)
    return exponent.exp()


def supremum(m: Monomial, start: arb) -> arb:
    """An upper bound of `m`, which does not tend to infinity, on [start, ∞).

    Raises:
        TooNearError: `m` cannot be shown to decrease from `start` on.
    """
    if m == ONE:
        return arb(1)
    if not _decreasing(m, start):
        raise TooNearError
    return value(m, start).upper()


def _decreasing(m: Monomial, start: arb) -> bool:
    a, b, q = m
    if b != 0 and not start > 2:
        return False
    signs = [sign(a), sign(b), *(sign(c) for _, c in q)]
    if all(s <= 0 for s in signs) and all(_plainly_rising(n) for n, _ in q):
        return True
    slope = _logarithmic_slope(m)
    lead = max(slope, key=cmp_to_key(compare))
    if sign(slope[lead]) >= 0:
        return False
    against = arb(0)
    for n, c in slope.items():
        if n != lead and not (sign(c) < 0 and order(n) >= 0):
            ratio = multiply(n, power(lead, sp.S.NegativeOne))
            against += supremum(ratio, start) * constant(sp.Abs(c))
    return bool(against < constant(-slope[lead]))


def _plainly_rising(m: Monomial) -> bool:
    return all(sign(s) >= 0 for s in (m[0], m[1], *(c for _, c in m[2]))) and all(
        _plainly_rising(n) for n, _ in m[2]
    )


@lru_cache(maxsize=4096)
def _cached_slope(m: Monomial) -> tuple[tuple[Monomial, sp.Expr], ...]:
    a, b, q = m
    total: dict[Monomial, sp.Expr] = {}

    def add(n: Monomial, c: sp.Expr) -> None:
        total[n] = sp.expand(total.get(n, sp.S.Zero) + c)

    add(ONE, a)
    add(power(LOG, sp.S.NegativeOne), b)
    for monomial, c in q:
        for n, d in _cached_slope(monomial):
            add(multiply(n, monomial), c * d)
    return tuple((n, c) for n, c in total.items() if c != 0)


def _logarithmic_slope(m: Monomial) -> dict[Monomial, sp.Expr]:
    """t m'/m as a sum of monomials."""
    return dict(_cached_slope(m))
