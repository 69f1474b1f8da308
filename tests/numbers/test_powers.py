"""A power is what multiplying again and again gives, however large it is."""

from __future__ import annotations

from fractions import Fraction
from math import comb, log, log1p

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.numbers.balls import precision
from rnnbound.numbers.limits import LARGEST_EXPONENT, TooLargeError
from rnnbound.numbers.matrix_powers import times_power

#: Below, at, above and next to 1, on both sides.
FACTORS = [Fraction(0), Fraction(1, 2), Fraction(1), Fraction(3, 2), Fraction(7)]
FACTORS += [1 - Fraction(1, 10**9), 1 + Fraction(1, 10**9), 1 + Fraction(1, 10**40)]
weights = st.fractions(0, 3, max_denominator=20)
HUGE = 10**300


def ball(x: Fraction) -> arb:
    return arb(x.numerator) / x.denominator


@st.composite
def triangles(draw):
    size = draw(st.integers(1, 4))
    return [
        [draw(weights) if j < i else draw(st.sampled_from(FACTORS)) if j == i else Fraction(0)
         for j in range(size)]
        for i in range(size)
    ]  # fmt: skip


def lifted(matrix, steps, vector):
    return times_power([list(map(ball, row)) for row in matrix], steps, list(map(ball, vector)))


@given(triangles(), st.integers(0, 70), st.data())
def test_it_is_what_so_many_products_give(matrix, steps, data):
    vector = [data.draw(weights) for _ in matrix]
    exact = vector
    for _ in range(steps):
        exact = [
            sum((x * y for x, y in zip(row, exact, strict=True)), Fraction(0)) for row in matrix
        ]
    with precision(200):
        for found, right in zip(lifted(matrix, steps, vector), exact, strict=True):
            assert found.contains(ball(right)) or found.overlaps(ball(right))
            assert right == 0 or found.rel_accuracy_bits() > 150


def summed(r: Fraction) -> list[list[Fraction]]:
    """1, x with x' = 1 + r x, and the sum of all x."""
    one, zero = Fraction(1), Fraction(0)
    return [[one, zero, zero], [one, r, zero], [zero, one, one]]


@pytest.mark.parametrize(
    "r", [*FACTORS, 1 - Fraction(1, 10**200), 1 - Fraction(1, HUGE), 1 + Fraction(1, HUGE)]
)
@pytest.mark.parametrize("digits", [3, 9, 40, 300])
def test_geometric_sums_are_what_their_formula_gives(r, digits):
    """Next to 1 the formula cancels, so it has the digits that this costs."""
    steps = 10**digits
    if r > 1 and log1p(r - 1) * steps > 100 * LARGEST_EXPONENT * log(10):
        with precision(400), pytest.raises(TooLargeError):
            lifted(summed(r), steps, [Fraction(1), Fraction(0), Fraction(0)])
        return
    with precision(64 + 2 * steps.bit_length()):
        _, x, total = lifted(summed(r), steps, [Fraction(1), Fraction(0), Fraction(0)])
    with precision(5000):
        if r == 1:
            right = arb(steps), arb(comb(steps, 2))
        else:
            gap = ball(1 - r)
            power = ball(r) ** steps
            right = (1 - power) / gap, (steps - (1 - power) / gap) / gap
        for found, exact in zip((x, total), right, strict=True):
            assert found.overlaps(exact)
            assert found.rel_accuracy_bits() > 50


def test_what_falls_to_its_limit_is_not_taken_for_rising():
    """From 5 down to 2."""
    with precision(100):
        half = [[Fraction(1), Fraction(0)], [Fraction(1), Fraction(1, 2)]]
        (_, x) = lifted(half, 20, [Fraction(1), Fraction(5)])
        assert x.overlaps(2 + arb(3) / 2**20)
        assert x > 2


def test_a_sum_of_what_settles_grows_evenly():
    with precision(3000):
        _, x, total = lifted(summed(Fraction(1, 2)), HUGE, [Fraction(1), Fraction(0), Fraction(0)])
        assert x.overlaps(arb(2))
        assert total.overlaps(2 * arb(HUGE) - 4)
        assert total.rel_accuracy_bits() > 2500
