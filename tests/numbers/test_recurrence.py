"""Running a recurrence and raising it to a power are the same thing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.numbers import polynomial_recurrence
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.polynomial_recurrence import iterate

coefficients = st.fractions(0, 3, max_denominator=50)


class Exact:
    """Rational arithmetic as a number system, with a matrix power of its own."""

    def number(self, value):
        return Fraction(value)

    def evolve(self, matrix, steps, vector):
        image = list(vector)
        for _ in range(steps):
            image = [
                sum((x * y for x, y in zip(row, image, strict=True)), Fraction(0)) for row in matrix
            ]
        for row, line in enumerate(matrix):
            assert all(x >= 0 for x in line), "non-negative"
            assert not any(line[row + 1 :]), "lower triangular"
        return image


def quadratic(r, p, q):
    """A triangular step with squares, products and a constant."""

    def step(state):
        x, y, z = state
        x = 1 + r * x
        y = r * y + p * x**2 + q * x
        return x, y, z + y**2 + x * y

    return step


@given(coefficients, coefficients, coefficients, st.integers(0, 30))
def test_run_and_power_agree_exactly(r, p, q, steps):
    step = quadratic(r, p, q)
    start = (Fraction(1), Fraction(2), Fraction(0))
    run = iterate(Exact(), step, start, steps)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(polynomial_recurrence, "_RUN_AT_MOST", -1)
        power = iterate(Exact(), step, start, steps)
    assert run == power


@given(coefficients, st.integers(1, 400))
def test_balls_agree_with_rationals_on_both_sides_of_the_switch(r, steps):
    step = quadratic(r, Fraction(1, 3), Fraction(2))
    state = (Fraction(0), Fraction(0), Fraction(0))
    for _ in range(min(steps, 60)):
        state = step(state)
    with precision(300):
        lifted = quadratic(arb(r.numerator) / r.denominator, arb(1) / 3, arb(2))
        found = iterate(BALLS, lifted, (arb(0),) * 3, min(steps, 60))
        for ball, exact in zip(found, state, strict=True):
            assert ball.overlaps(arb(exact.numerator) / exact.denominator)
            assert ball.rel_accuracy_bits() > 250 or exact == 0


@given(st.floats(0.001, 4), st.integers(49, 5000))
def test_the_power_composes(r, steps):
    """Going on from where a power ended is the same as going there at once."""
    with precision(400):
        step = quadratic(BALLS.number(r), arb(1), arb(1) / 7)
        start = (arb(0),) * 3
        middle = iterate(BALLS, step, start, steps)
        at_once = iterate(BALLS, step, start, 2 * steps)
        in_two = iterate(BALLS, step, middle, steps)
        for x, y in zip(at_once, in_two, strict=True):
            assert x.overlaps(y)
            assert x.rel_accuracy_bits() > 300


def test_no_steps_is_the_start():
    start = (arb(3), arb(4), arb(5))
    assert iterate(BALLS, quadratic(arb(1), arb(1), arb(1)), start, 0) == start


@pytest.mark.parametrize("size", [47, 48, 49, 50])
def test_the_switch_leaves_no_seam(size):
    with precision(200):
        found = iterate(BALLS, lambda state: (state[0] * 2 + 1,), (arb(0),), size)
    assert found[0] == 2**size - 1
