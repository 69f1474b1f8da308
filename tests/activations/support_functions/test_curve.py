"""Curves: true derivatives, and what makes one sign change per piece enough, proved in balls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise, permutations

import pytest
import sympy as sp
from flint import arb

from rnnbound.activations.named import arctan, erf, gaussian, tanh
from rnnbound.activations.support_functions.polynomial_curve import Curve, Piece
from rnnbound.numbers.balls import precision
from tests.tolerances import ROUNDED

Z, S = sp.Symbol("z", real=True), sp.Symbol("s", real=True)
CURVES = {
    "tanh": tanh.CURVE,
    "erf": erf.CURVE,
    "gaussian": gaussian.CURVE,
    "arctan": arctan.CURVE,
}
#: σ, a factor common to its derivatives, and the coordinate s.
SIGMA = {
    "tanh": (sp.tanh(Z), 1, sp.tanh(Z)),
    "erf": (sp.erf(Z), 2 / sp.sqrt(sp.pi), Z),
    "gaussian": (sp.exp(-(Z**2)), 1, Z),
    "arctan": (sp.atan(Z), 1, Z),
}
#: The weight, and the positive factor with (weight·P)' = factor·(slope polynomial).
WEIGHTS = {
    "tanh": (1 - S**2, 1),
    "erf": (sp.exp(-(S**2)), sp.exp(-(S**2))),
    "gaussian": (sp.exp(-(S**2)), sp.exp(-(S**2))),
    "arctan": ((1 + S**2) ** -3, (1 + S**2) ** -4),
}
PIECES = [
    pytest.param(name, index, id=f"{name}-{index}")
    for name, curve in CURVES.items()
    for index in range(len(curve.pieces))
]
#: The ends of the pieces are zeros rounded to doubles; the true zeros are no farther away.
TINY = 2.0**-50


def exact(polynomial: Sequence[float]) -> sp.Expr:
    return sum((int(c) * S**k for k, c in enumerate(polynomial)), sp.Integer(0))


def same(one: sp.Expr, two: sp.Expr) -> bool:
    return sp.simplify((one - two).rewrite(sp.exp)) == 0


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("k", [0, 1, 2])
def test_a_curve_is_made_of_the_true_derivatives(name, k):
    """σ^(k+1) = ±factor·weight·P_k at s(z), and its slopes are those of weight·P_k."""
    sigma, common, s = SIGMA[name]
    weight, factor = WEIGHTS[name]
    drawn = weight * exact(CURVES[name].values[k])
    true = sp.diff(sigma, Z, k + 1)
    assert any(same(true, sign * common * drawn.subs(S, s)) for sign in (1, -1))
    assert same(sp.diff(drawn, S), factor * exact(CURVES[name].slopes[k]))


@pytest.mark.parametrize("name", CURVES)
def test_the_weight_in_doubles_is_the_weight(name):
    """Within a few units in the last place: RAISED covers 2^8 of them."""
    curve, weight = CURVES[name], tower(WEIGHTS[name][0])[0]
    for j in range(200):
        s = curve.pieces[-1].high * j / 199
        assert curve.weight(s) == pytest.approx(float(weight(arb(s))), rel=8 * ROUNDED)


# --- proofs by subdivision ---------------------------------------------------------------------

Function = Callable[[arb], arb]
Claim = Callable[[arb, arb], bool]


@cache
def tower(expression: sp.Expr) -> tuple[Function, ...]:
    """A function of s and its first three derivatives, in balls."""
    orders = [sp.diff(expression, S, k) if k else expression for k in range(4)]
    modules = [{"exp": lambda x: x.exp()}]
    functions = [sp.lambdify(S, order, modules) for order in orders]
    return tuple(lambda s, f=f: arb(0) + f(s) for f in functions)


def below(functions: Sequence[Function], most: arb, left: arb, right: arb, sign: int = 1) -> bool:
    """Whether sign·f ≤ `most` between the points `left` and `right`.

    By the values on the whole ball; or by the value at one end, and the sign of the derivative.
    """
    f, *derivatives = functions
    if sign * f(left.union(right)) <= most:
        return True
    zero = arb(0)
    return bool(derivatives) and (
        (sign * f(left) <= most and below(derivatives, zero, left, right, sign))
        or (sign * f(right) <= most and below(derivatives, zero, left, right, -sign))
    )


def proved(claim: Claim, low: float, high: float, deepest: int = 64) -> bool:
    """Whether `claim` holds for every part of a subdivision of [low, high]."""
    pending = [(arb(low), arb(high), 0)]
    while pending:
        left, right, depth = pending.pop()
        if claim(left, right):
            continue
        if depth == deepest:
            return False
        middle = ((left + right) / 2).mid()
        pending += [(left, middle, depth + 1), (middle, right, depth + 1)]
    return True


@pytest.fixture(autouse=True)
def _bits():
    with precision(100):
        yield


def test_a_proof_can_fail():
    """s(1 − s) ≤ 1/4 and s ≥ 0 are proved, up to where they are equalities; no more than that."""
    hill = tower(S * (1 - S))
    assert proved(lambda *ends: below(hill, arb(0.25), *ends), 0, 1)
    assert not proved(lambda *ends: below(hill, arb(0.2499), *ends), 0, 1)
    assert proved(lambda *ends: below(tower(S), arb(0), *ends, -1), 0, 1)
    assert not proved(lambda *ends: below(tower(S), arb(0), *ends, -1), -TINY, 1)


def signed(curve: Curve, piece: Piece) -> list[sp.Expr]:
    """C_k: the slopes with the signs of the piece."""
    return [sign * exact(p) for sign, p in zip(piece.signs, curve.slopes, strict=True)]


@pytest.mark.parametrize(("name", "index"), PIECES)
def test_each_slope_turns_from_rising_to_falling_at_most_once(name, index):
    """Where C_k may be 0 it falls."""
    piece = CURVES[name].pieces[index]
    for slope in map(tower, signed(CURVES[name], piece)):

        def claim(left: arb, right: arb, slope: tuple[Function, ...] = slope) -> bool:
            s = left.union(right)
            return slope[0](s) != 0 or slope[1](s) < 0

        assert proved(claim, piece.low, piece.high)


@pytest.mark.parametrize(("name", "index"), PIECES)
def test_every_combination_rises_and_then_falls(name, index):
    """Where C_j < 0 < C_k: C_j'C_k − C_jC_k' ≤ 0, so that C_k/|C_j| falls.

    So Σ x_k C_k, all x_k ≥ 0, is first ≥ 0 and then ≤ 0.
    """
    piece = CURVES[name].pieces[index]
    for one, two in permutations(signed(CURVES[name], piece), 2):
        crossed = tower(sp.expand(sp.diff(one, S) * two - one * sp.diff(two, S)))
        functions = tower(one), tower(two), crossed

        def claim(left: arb, right: arb, fs: tuple = functions) -> bool:
            return (
                below(fs[0], arb(0), left, right, -1)
                or below(fs[1], arb(0), left, right)
                or below(fs[2], arb(0), left, right)
            )

        assert proved(claim, piece.low, piece.high), (one, two)


@pytest.mark.parametrize(("name", "index"), PIECES)
def test_no_value_changes_sign_on_a_piece(name, index):
    curve, piece = CURVES[name], CURVES[name].pieces[index]
    low = piece.low and piece.low + TINY
    for sign, p in zip(piece.signs, curve.values, strict=True):
        value = tower(sign * exact(p))
        assert proved(lambda *ends, f=value: below(f, arb(0), *ends, -1), low, piece.high - TINY)


@pytest.mark.parametrize(("name", "index"), PIECES)
def test_highest_is_an_upper_bound_on_the_piece(name, index):
    """Of weight·|P_k|; and not 2 % too large, or it would exclude little."""
    curve, piece = CURVES[name], CURVES[name].pieces[index]
    for sign, p, most in zip(piece.signs, curve.values, piece.highest, strict=True):
        value = tower(sign * WEIGHTS[name][0] * exact(p))
        grid = [piece.low + (piece.high - piece.low) * j / 200 for j in range(201)]
        assert most <= 1.02 * max(float(value[0](arb(s))) for s in grid)
        assert proved(lambda *ends, f=value, c=most: below(f, arb(c), *ends), piece.low, piece.high)


@pytest.mark.parametrize("name", CURVES)
def test_curvatures_are_upper_bounds(name):
    """Of |(weight·P_k)''| on all pieces."""
    curve = CURVES[name]
    for p, most in zip(curve.values, curve.curvatures, strict=True):
        second = tower(sp.diff(WEIGHTS[name][0] * exact(p), S, 2))
        high = curve.pieces[-1].high
        for sign in (1, -1):
            assert proved(
                lambda *ends, f=second, c=most, sign=sign: below(f, arb(c), *ends, sign), 0.0, high
            )


@pytest.mark.parametrize("name", CURVES)
def test_pieces_follow_each_other_from_0(name):
    pieces = CURVES[name].pieces
    assert pieces[0].low == 0
    assert all(one.high == two.low for one, two in pairwise(pieces))


@pytest.mark.parametrize("name", CURVES)
def test_beyond_the_last_piece_everything_falls(name):
    """There C_k, with the signs that the values have there, is ≤ 0."""
    curve = CURVES[name]
    start = curve.pieces[-1].high + TINY
    far = 1.0 if name == "tanh" else 1e4
    for value, slope in zip(curve.values, curve.slopes, strict=True):
        sign = 1 if tower(exact(value))[0](arb(start)) > 0 else -1
        for p, side in ((value, -sign), (slope, sign)):
            f = tower(exact(p))
            assert proved(lambda *ends, f=f, side=side: below(f, arb(0), *ends, side), start, far)
            assert name == "tanh" or leads(p, far, -side)


def leads(p: Sequence[float], far: float, sign: int) -> bool:
    """Whether the leading term has that sign and, beyond `far` ≥ 1, exceeds all others."""
    *others, top = [c for k, c in enumerate(p) if any(p[k:])]
    return sign * top > 0 and abs(top) * far > sum(map(abs, others))
