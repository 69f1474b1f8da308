"""Where an expression fails to be smooth: kinks, poles, roots and logarithms of what they refuse.

Everything here explains: it finds the place and the reason to give to a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import factorial
from typing import Any, Final

import sympy as sp
from flint import arb

from rnnbound.activations.formula_functions import heads, node_of
from rnnbound.activations.whole_line.taylor_coefficients import (
    SignedPower,
    coefficients,
    compile_jet,
    variable,
)

_NAMES: Final = ("σ", "σ'", "σ''", "σ'''")
KINKED: Final = heads(lambda node: node.taylor is None)
_STEPS: Final = 200
_BY_SIZE: Final = sorted(range(-200, 201), key=abs)


class OutsideError(ValueError):
    """σ does not satisfy the assumptions of the theory; the text says which one fails."""


def smooth(expression: sp.Expr) -> sp.Expr:
    """`expression` with |u|^s, s > 2, as :class:`SignedPower`.

    Raises:
        OutsideError: it has another |u|, sgn u, max or min, whose kink is found.
    """
    for size in expression.atoms(sp.Abs):
        if expression.xreplace({size: -size}) == expression:  # even, as cos(|u|) is
            expression = expression.xreplace({size: size.args[0]})
    rewritten = _rewrite(expression)
    kinks = sorted(rewritten.atoms(*KINKED), key=sp.count_ops)
    if kinks:
        raise OutsideError(_kink(rewritten, kinks[0]))
    return rewritten


def check_domain(conditions: Iterable[tuple[sp.Expr, str]]) -> None:
    """Refuse what is undefined somewhere although it simplifies to something harmless.

    Args:
        conditions: expressions and how they must compare to 0: ``≠ 0``, ``> 0`` or ``≥ 0``.

    Raises:
        OutsideError: a place is found where one of them fails.
    """
    for u, sign in conditions:
        if not u.free_symbols or u.has(*KINKED):
            continue
        program = compile_jet(u)
        for n in _BY_SIZE:
            value = program(variable(arb(n) / 8))[0]
            zero = value.is_zero()
            if value < 0 and sign != "≠ 0":
                what = "a root" if sign == "≥ 0" else "the logarithm"
                where = shown(arb(n) / 8)
                raise OutsideError(f"it takes {what} of a negative number at {where}")
            if zero and sign != "≥ 0":
                what = "divides by 0" if sign == "≠ 0" else "takes the logarithm of 0"
                raise OutsideError(f"it {what} at {shown(arb(n) / 8)}")
        crossing = _zero(u) if sign == "≠ 0" else None
        if crossing:
            raise OutsideError(f"it divides by 0 at {shown(crossing[0])}")


def _rewrite(node: sp.Expr) -> sp.Expr:
    if not node.args or not node.has(sp.Abs, sp.sign):
        return node
    if node.is_Mul or (node.is_Pow and isinstance(node.base, sp.Abs)):
        node = _signed_powers(node)
    if isinstance(node, SignedPower):
        return SignedPower(_rewrite(node.args[0]), *node.args[1:])
    return node.func(*map(_rewrite, node.args))


def _signed_powers(product: sp.Expr) -> sp.Expr:
    """`product` with every |u|^p (sgn u)^q u^n of total degree above 2 put together."""
    found: dict[sp.Expr, tuple[sp.Expr, int]] = {}
    factors = [factor.as_base_exp() for factor in sp.Mul.make_args(product)]
    for base, exponent in factors:
        if isinstance(base, sp.Abs | sp.sign) and exponent.is_number:
            degree, odd = found.get(base.args[0], (sp.S.Zero, 0))
            is_abs = isinstance(base, sp.Abs)
            odd += 0 if is_abs else int(exponent)
            found[base.args[0]] = (degree + (exponent if is_abs else 0), odd)
    rest = []
    for base, exponent in factors:
        inner = base.args[0] if isinstance(base, sp.Abs | sp.sign) else base
        if inner in found and base == inner and exponent.is_Integer:
            degree, odd = found[inner]
            found[inner] = (degree + exponent, odd + int(exponent))
        elif inner not in found or base == inner:
            rest.append(base**exponent)
    powers = [
        SignedPower(u, degree, sp.Integer(odd % 2)) if degree > 2 else _plain(u, degree, odd % 2)
        for u, (degree, odd) in found.items()
    ]
    return sp.Mul(*rest, *powers)


def _plain(u: sp.Expr, degree: sp.Expr, odd: int) -> sp.Expr:
    if odd:
        return sp.sign(u) * sp.Abs(u) ** degree if degree != 1 else u
    return sp.Abs(u) ** degree


def lacks_third(expression: sp.Expr) -> bool:
    """Whether σ''' jumps or is infinite somewhere although σ is twice differentiable."""
    return any(bool(power.args[1] <= 3) for power in expression.atoms(SignedPower))


def branches(kink: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """The quantity whose sign `kink` looks at, and what it is above and below 0."""
    u = kink.args[0]
    if isinstance(kink, sp.Abs):
        return u, u, -u
    if isinstance(kink, sp.sign):
        return u, sp.S.One, sp.S.NegativeOne
    first, second, *rest = kink.args
    first, second = kink.func(first, *rest), kink.func(second, *rest)
    ends = (first, second) if isinstance(kink, sp.Max) else (second, first)
    return kink.args[0] - kink.args[1], *ends


def _settled(expression: sp.Expr, place: arb) -> sp.Expr:
    """`expression` near `place`, where its other kinks may be far away."""
    for kink in sorted(expression.atoms(*KINKED), key=sp.count_ops):
        u, above, below = branches(kink)
        if u.has(*KINKED) or not u.free_symbols:
            continue
        value = compile_jet(u)(variable(place))[0]
        if value > 0 or value < 0:
            return _settled(expression.xreplace({kink: above if value > 0 else below}), place)
    return expression


def _kink(expression: sp.Expr, kink: sp.Expr) -> str:
    """What happens where `kink` switches."""
    u, *ends = branches(kink)
    name = kink.func.__name__.lower()
    vague = f"{name}(...) switches, and it cannot be shown that σ is twice differentiable there"
    try:
        place = _zero(u)
        if place is None:
            return vague
        sides = [_settled(expression.xreplace({kink: end}), place[0]) for end in ends]
        above, below = (coefficients(compile_jet(side)(variable(place[0]))) for side in sides)
    except NotImplementedError:
        return vague
    if place[1] < 0:
        above, below = below, above
    for k in range(3):
        left, right = below[k] * factorial(k), above[k] * factorial(k)
        if not (left.is_finite() and right.is_finite()):
            first = max(k, _first_infinite(expression, kink))
            return f"{_NAMES[first]} is infinite at {shown(place[0])}"
        if not left.overlaps(right):
            which = "it is not continuous" if k == 0 else "it is not C²"
            return (
                f"{_NAMES[k]} jumps at {shown(place[0])} from {_short(left)} to {_short(right)}, "
                f"so {which}"
            )
    return vague


def _first_infinite(expression: sp.Expr, kink: sp.Expr) -> int:
    """The order of the first derivative that a broken power of `kink` leaves unbounded."""
    powers = [p.exp for p in expression.atoms(sp.Pow) if p.base == kink and p.exp.is_number]
    return min((int(sp.ceiling(p)) for p in powers if 0 < p < 2), default=0)


def _short(x: arb) -> str:
    return f"{float(x.mid()) + 0.0:.5g}".replace("-", "−")


def _zero(u: sp.Expr) -> tuple[arb, int] | None:
    """A place where `u` changes sign, and ±1 as it rises or falls there."""
    program = compile_jet(u)

    def sign(x: Fraction) -> int:
        value = program(variable(_exact(x)))[0]
        return 1 if value > 0 else -1 if value < 0 else 0

    for n in range(200):
        for side in (1, -1):
            left, middle, right = (Fraction(side * n + i, 8) for i in (-1, 0, 1))
            before, here, after = sign(left), sign(middle), sign(right)
            if here == 0 and before * after < 0:
                return _exact(middle), after
            if here * after < 0:
                return _bisect(program, middle, right, here), after
    return None


def _bisect(program: Any, low: Fraction, high: Fraction, sign_low: int) -> arb:
    for _ in range(_STEPS):
        middle = (low + high) / 2
        value = program(variable(_exact(middle)))[0]
        if value.contains(0):
            low = high = middle
            break
        low, high = (middle, high) if (value > 0) == (sign_low > 0) else (low, middle)
    return _exact(low).union(_exact(high))


def _exact(x: Fraction) -> arb:
    return arb(x.numerator) / x.denominator


def shown(place: arb) -> str:
    """`place` as people write it."""
    value = float(place.mid())
    near = Fraction(value).limit_denominator(64)
    if abs(float(near) - value) <= 1e-12 * max(1.0, abs(value)):
        return f"z = {near}".replace("-", "−")
    return f"z ≈ {value:.6g}".replace("-", "−")


def singularity(expression: sp.Expr, place: arb) -> str:
    """Why `expression` is unbounded, or undefined, near `place`."""
    where = shown(place)
    node = _failing(expression, place)
    if node is None:
        return f"no bound could be found near {where}"
    base, exponent = node.as_base_exp()
    known = node_of(node)
    if known and known.refuses:
        inside = compile_jet(node.args[0])(variable(_snapped(place)))[0]
        said = known.refuses.there if known.refuses.beyond(inside) else known.refuses.edge
        return said.format(where=where)
    if node.is_Pow and exponent.is_number:
        inside = compile_jet(base)(variable(_snapped(place)))[0]
        if not exponent.is_Integer and inside < 0:
            return f"it is not defined at {where}, where a root of a negative number is taken"
        if exponent < 0:
            return f"it has a pole at {where}, where it divides by 0"
        return f"it has a root of 0 at {where}, where its slope is infinite"
    return f"no bound could be found near {where}"


def _snapped(place: arb) -> arb:
    near = Fraction(float(place.mid())).limit_denominator(64)
    return _exact(near) if abs(float(near) - float(place.mid())) <= 1e-12 else place


def _failing(node: sp.Expr, place: arb) -> sp.Expr | None:
    """The innermost part of `node` that is not finite near `place`."""
    for part in node.args:
        if part.free_symbols:
            found = _failing(part, place)
            if found is not None:
                return found
    if node.is_Symbol:
        return None
    ball = place + arb(0, arb(2) ** -50)
    return None if compile_jet(node)(variable(ball))[1].is_finite() else node
