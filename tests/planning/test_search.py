"""One-dimensional searches, on functions whose answers are known."""

from __future__ import annotations

import math

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.limits import MagnitudeError
from rnnbound.planning.convex_search import convex_floor, crossing, least_count, minimise
from tests.work import at_most


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.1, 10))
def test_a_parabola_is_minimised(vertex, start, step):
    x, value = minimise(lambda t: (t - vertex) ** 2, start, step, 1e-3, -1e3)
    assert x == pytest.approx(vertex, abs=1e-3)
    assert value <= 1e-6


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_the_minimum_may_be_a_kink_or_an_end(kink, least):
    x, _ = minimise(lambda t: abs(t - kink), least, 1.0, 1e-6, least)
    assert x == pytest.approx(max(kink, least), abs=1e-5)
    assert x >= least


@given(st.floats(0.1, 50))
def test_a_wall_on_the_left_is_passed(wall):
    def function(t: float) -> float:
        return math.inf if t <= wall else t + 1 / (t - wall)

    x, _ = minimise(function, 0.0, 0.5, 1e-4, 0.0)
    assert x == pytest.approx(wall + 1, abs=1e-2)


@given(
    st.lists(st.tuples(st.floats(0.1, 5), st.floats(-5, 5)), min_size=1, max_size=4),
    st.lists(st.integers(-50, 50), min_size=3, max_size=6, unique=True),
    st.booleans(),
)
def test_a_convex_function_is_nowhere_below_its_floor(corners, places, open_ended):
    def function(x: float) -> float:
        return sum(steep * abs(x - at) + (x - at) ** 2 / 9 for steep, at in corners)

    points = [(x / 10, function(x / 10)) for x in sorted(places)]
    last = math.inf if open_ended else points[-1][0]
    floor = convex_floor(points, last)
    grid = [-10 + 0.01 * k for k in range(2001)] + [at for _, at in corners]
    assert floor <= min(function(x) for x in grid if x <= last) + 1e-9
    if points[0][1] >= points[1][1] and (points[-1][1] >= points[-2][1] or not open_ended):
        assert floor > -math.inf


def test_the_floor_of_a_corner_between_two_points_is_exact():
    assert convex_floor([(x, abs(x - 1.5)) for x in (0.0, 1.0, 2.0, 3.0)], math.inf) == 0


@given(st.fractions(1, 100, max_denominator=1000), st.integers(30, 200), st.booleans())
def test_a_root_is_bracketed(root, bits, rising):
    with precision(bits + 60):
        exact = BALLS.number(root.numerator) / root.denominator
        sign = 1 if rising else -1
        ends = (arb(200), arb(1) / 200) if rising else (arb(1) / 200, arb(200))
        outside, inside = crossing(lambda x: sign * (x**3 - exact**3), *ends, bits)
        assert sign * (inside - exact) <= arb(2) ** -bits * exact
        assert sign * (inside**3 - exact**3) <= 0
        assert abs(inside - outside) <= abs(inside) * arb(2) ** -bits


def test_what_values_do_not_tell_is_not_looked_for():
    """Values that err by 2^-300 tell a root to about as much, and are not asked for 2^-1900."""
    asked = []

    def noisy(x):
        asked.append(x)
        return arb(2) ** 0.5 - x + arb(0, arb(2) ** -300)

    with precision(2000):
        outside, inside = crossing(noisy, arb(1), arb(2), 1900)
        assert noisy(inside) <= 0
        assert abs(inside - outside) < arb(2) ** -290
    assert len(asked) < 40


counts = st.one_of(st.integers(1, 2000), st.integers(1, 10**30))


@given(counts, counts, st.sampled_from([1, 2]))
def test_the_least_count_is_found_from_any_guess(threshold, guess, step):
    """gap(x) = log(threshold/x): the least multiple of `step` from the threshold on."""

    def gap(count):
        with precision(400):
            return (BALLS.number(threshold) / BALLS.number(count)).log()

    guess = max(step, guess - guess % step)
    found = least_count(gap, guess, step)
    assert found == -(-threshold // step) * step


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_counts_without_a_value_do_not_hold(threshold, guess):
    found = least_count(lambda count: None if count < threshold else arb(-1), guess, 1)
    assert found == threshold


def test_a_search_without_end_is_an_error():
    with at_most(100_000), pytest.raises(MagnitudeError):
        least_count(lambda _: arb(1), 10, 1)
