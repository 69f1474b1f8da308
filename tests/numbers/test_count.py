"""Counts of any size: one form for each size, rounding on the safe side, neighbours."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.count import EXACT_DIGITS, above, at_least, below, bits, normalise

WIDE = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN)
integers = st.one_of(st.integers(1, 10**6), st.integers(1, 10**60))
decimals = st.builds(
    lambda digits, zeros: Decimal((0, tuple(map(int, str(digits))), zeros)),
    st.integers(10**16, 10**17 - 1),
    st.integers(EXACT_DIGITS, 10**9),
)


def test_a_count_is_an_int_up_to_what_python_prints():
    largest = 10**EXACT_DIGITS - 1
    assert normalise(largest) == largest
    assert isinstance(normalise(largest), int)
    assert str(normalise(largest)) == "9" * EXACT_DIGITS
    assert isinstance(normalise(largest + 1), Decimal)


@given(integers)
def test_a_small_decimal_becomes_the_int(n):
    found = normalise(Decimal(n))
    assert type(found) is int
    assert found == n


@given(st.integers(10**20, 10**25), st.integers(EXACT_DIGITS, 10**6))
def test_normalise_rounds_up_to_17_digits(digits, zeros):
    value = Decimal((0, tuple(map(int, str(digits))), zeros))
    found = normalise(value)
    kept, cut = divmod(digits, 10 ** (len(str(digits)) - 17))
    mantissa = tuple(map(int, str(kept + bool(cut))))
    assert found == Decimal((0, mantissa, zeros + len(str(digits)) - 17))
    assert found >= value
    assert normalise(found) == found


@given(st.integers(1, 10**40), st.integers(1, 10**20), st.sampled_from([1, 2]))
def test_at_least_is_the_ceiling(numerator, denominator, step):
    with precision(400):
        found = at_least(arb(numerator) / denominator, step)
    exact = -(-numerator // (denominator * step)) * step
    if numerator % denominator == 0:  # the middle of the ball may lie just above the quotient
        assert found in {exact, exact + step}
    else:
        assert found == max(exact, step)


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("value", [-(10**30), -1, 0])
def test_at_least_is_positive(value, step):
    assert at_least(arb(value), step) == step


@given(integers, st.sampled_from([1, 2]))
def test_at_least_of_an_exact_multiple_is_itself(n, step):
    with precision(300):
        assert at_least(arb(n * step), step) == n * step


def test_at_least_beyond_exact_digits_is_not_below():
    with precision(128):
        x = arb(10) ** 6000 / 3
        found = at_least(x)
    assert isinstance(found, Decimal)
    assert found == Decimal("3.3333333333333334e5999")


@given(integers, st.sampled_from([1, 2]))
def test_neighbours_of_an_int(n, step):
    assert above(n, step) == n + step
    assert below(n + step, step) == n


@given(decimals)
def test_neighbours_of_a_decimal_are_one_unit_in_the_last_place_away(d):
    up = above(d)
    unit = Decimal((0, (1,), d.as_tuple().exponent))
    assert WIDE.subtract(up, d) == unit
    assert below(up) == d


def test_the_border_between_int_and_decimal_is_crossed_both_ways():
    border = normalise(10**EXACT_DIGITS)
    largest = 10**EXACT_DIGITS - 1
    assert isinstance(border, Decimal)
    assert above(largest, 1) == border
    under = below(border)
    assert type(under) is int
    assert under < border
    assert above(normalise(10**EXACT_DIGITS - 2), 2) == border


@given(st.one_of(integers, decimals))
def test_bits_tell_a_count_from_its_neighbour(count):
    with precision(bits(count)):
        assert BALLS.number(count) < BALLS.number(above(count))
        if count > 1:
            assert BALLS.number(count) > BALLS.number(below(count))
