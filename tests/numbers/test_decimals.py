"""Balls and decimals: enclosures really enclose, whatever the magnitude."""

from __future__ import annotations

import math
from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from flint import arb, fmpz
from hypothesis import assume, given
from hypothesis import strategies as st

from rnnbound.numbers.balls import precision
from rnnbound.numbers.decimals import ball, enclosure, log10, nearest, real
from rnnbound.numbers.limits import LARGEST_EXPONENT, MagnitudeError, context
from tests.tolerances import LOG10

fractions = st.fractions(max_denominator=10**30)
digits = st.integers(1, 60)


@given(fractions, digits, st.integers(20, 300))
def test_an_enclosure_holds_the_exact_value(x, count, prec):
    with precision(prec):
        lower, upper = enclosure(arb(x.numerator) / x.denominator, count)
    assert Fraction(lower) <= x <= Fraction(upper)
    assert max(len(lower.as_tuple().digits), len(upper.as_tuple().digits)) <= count


@given(fractions, digits)
def test_an_enclosure_of_an_accurate_ball_is_narrow(x, count):
    assume(x != 0)
    with precision(600):
        lower, upper = enclosure(arb(x.numerator) / x.denominator, count)
    unit = Fraction(10) ** (Decimal(lower if x > 0 else upper).adjusted() - count + 1)
    assert Fraction(upper) - Fraction(lower) <= 2 * unit


@given(st.integers(-(10**20), 10**20), st.integers(-(10**9), 10**9), st.integers(0, 10**6), digits)
def test_a_wide_ball_is_enclosed_at_both_ends(middle, exponent, radius, count):
    with precision(200):
        x = arb(middle, radius) * arb(2) ** fmpz(exponent % 3000)
        lower, upper = enclosure(x, count)
    scale = 2 ** (exponent % 3000)
    assert Fraction(lower) <= (middle - radius) * scale
    assert Fraction(upper) >= (middle + radius) * scale


@given(st.integers(1, 10**30), st.integers(-(10**12), 10**12))
def test_any_magnitude_goes_there_and_back(mantissa, exponent):
    value = Decimal((0, tuple(map(int, str(mantissa))), exponent))
    with precision(400):
        x = ball(value)
        assert context(40).compare(nearest(x, 40), value) == 0
        lower, upper = enclosure(x, 40)
    assert lower <= value <= upper


@given(st.decimals(allow_nan=False, allow_infinity=False, places=20))
def test_a_ball_of_a_decimal_contains_it(value):
    exact = Fraction(value)
    with precision(60):
        x = ball(value)
    with precision(4000):
        assert (x * exact.denominator).contains(arb(exact.numerator))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_real_returns_a_double_unchanged(x):
    assert real(arb(x)) == x
    assert type(real(arb(x))) is float


@pytest.mark.parametrize("exponent", [400, -400, 10**6, -(10**6), 10**12, -(10**12)])
def test_real_is_a_decimal_of_17_digits_where_no_double_holds_it(exponent):
    with precision(200):
        found = real(arb(10) ** fmpz(exponent) * 2 / 3)
    expected = Decimal("0.66666666666666667") if exponent else None
    assert isinstance(found, Decimal)
    assert found == context(17).scaleb(expected, exponent)


def test_real_zero_is_a_double():
    assert real(arb(0)) == 0.0
    assert type(real(arb(0))) is float


@given(st.integers(1, 10**30), st.integers(-(10**10), 10**10))
def test_log10_at_any_magnitude(mantissa, exponent):
    with precision(200):
        found = log10(arb(mantissa) * arb(10) ** fmpz(exponent))
    with localcontext(Context(prec=60)):
        exact = Decimal(mantissa).log10() + exponent
        error = abs(Decimal(found) - exact)
        assert error <= max(abs(exact), 1) * Decimal(LOG10)


@pytest.mark.parametrize("sign", [1, -1])
def test_what_cannot_be_written_down_is_an_error_and_not_an_infinity(sign):
    with precision(100), pytest.raises(MagnitudeError):
        enclosure(arb(10) ** fmpz(sign * (LARGEST_EXPONENT + 50)))


@given(st.integers(1, 40), st.integers(1, 10**50))
def test_nearest_is_within_half_a_unit(count, n):
    with precision(500):
        found = nearest(arb(n), count)
    unit = Fraction(10) ** (len(str(n)) - count)
    assert abs(Fraction(found) - n) <= unit / 2 * (1 + Fraction(1, 100))
    assert math.isfinite(found)
