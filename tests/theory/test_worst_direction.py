"""The search over directions: known maxima, inside and at either end, within its tolerance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.theory.worst_direction import direction, worst_direction

#: The values themselves are computed in doubles here.
ROUNDINGS = 1e-11


def monomials(*terms: tuple[float, float, float]):
    """Σ c ω^i ξ^j, homogeneous if all i + j are the same: log-convex, and monotone."""

    def function(u: float) -> arb:
        omega, xi = map(arb, direction(u))
        total = arb(0)
        for c, i, j in terms:
            total += c * omega**i * xi**j
        return total

    return function


def largest(*terms: tuple[float, float, float]) -> float:
    """The same on a grid of angles, and on a finer one around its best."""
    low, high = 0.0, math.pi / 2
    for _ in range(5):
        angles = np.linspace(low, high, 2001)
        omega, xi = np.sin(angles), np.cos(angles)
        values = sum(c * omega**i * xi**j for c, i, j in terms)
        best, step = angles[values.argmax()], angles[1] - angles[0]
        low, high = max(best - step, 0.0), min(best + step, math.pi / 2)
    return float(values.max())


def check(terms, degree, exact, start=0.0, tolerance=2.0**-24) -> int:
    """The bound lies above the maximum, by no more than asked; returns the number of values."""
    asked = []
    inner = monomials(*terms)

    def function(u: float) -> arb:
        asked.append(u)
        return inner(u)

    bound, where = worst_direction(function, degree, start, tolerance)
    attained = float(inner(where))
    assert exact * (1 - ROUNDINGS) <= float(bound) <= exact * (1 + tolerance + ROUNDINGS)
    assert attained >= float(bound) * (1 - tolerance - ROUNDINGS)
    return len(asked)


@pytest.mark.parametrize("u", [-300.0, -20.0, -1.0, 0.0, 0.3, 20.0, 300.0])
def test_directions_are_on_the_circle(u):
    omega, xi = direction(u)
    assert math.hypot(omega, xi) == pytest.approx(1, abs=1e-15)
    assert math.log(omega) - math.log(xi) == pytest.approx(u, abs=1e-13)


@pytest.mark.parametrize("degree", [1, 2, 3, 6])
@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("start", [0.0, -9.0, 7.5])
def test_one_maximum_inside(degree, share, start):
    """ω^i ξ^(k−i) is largest where ω² = i/k."""
    i = share * degree
    exact = share ** (i / 2) * (1 - share) ** ((degree - i) / 2)
    assert check([(1.0, i, degree - i)], degree, exact, start) < 100


@pytest.mark.parametrize("degree", [1, 2, 3])
@pytest.mark.parametrize("start", [0.0, -9.0, 7.5])
def test_the_maximum_at_either_end(degree, start):
    """ω^k and ξ^k are 1 where nothing is left of the other part."""
    assert check([(1.0, degree, 0)], degree, 1.0, start) < 60
    assert check([(1.0, 0, degree)], degree, 1.0, start) < 60


@pytest.mark.parametrize("start", [0.0, -3.0, 5.0])
def test_two_maxima(start):
    """ω³ + cξ³ is convex along the circle: its ends are its maxima; the larger one is found."""
    for c in (0.999, 1.0, 1.001):
        check([(1.0, 3, 0), (c, 0, 3)], 3, max(1.0, c), start)


@pytest.mark.parametrize("tolerance", [1e-2, 2.0**-12, 1e-6, 2.0**-24])
def test_a_tolerance_is_kept_and_costs_little(tolerance):
    terms = [(1.0, 3, 0), (5.0, 2, 1), (0.3, 0, 3)]
    count = check(terms, 3, largest(*terms), tolerance=tolerance)
    assert count < 12 + 3 * math.log2(1 / tolerance)


def test_a_flat_function():
    """(ω² + ξ²) is 1 everywhere, so that nothing can be excluded until all is covered."""
    assert check([(1.0, 2, 0), (1.0, 0, 2)], 2, 1.0, tolerance=1e-4) < 2000


sizes = st.one_of(st.just(0.0), st.floats(-12, 12).map(math.exp))


@given(st.integers(1, 3), st.lists(sizes, min_size=4, max_size=4), st.floats(-5, 5))
def test_random_functions(degree, coefficients, start):
    terms = [(c, i, degree - i) for i, c in enumerate(coefficients[: degree + 1])]
    if not any(c for c, _, _ in terms):
        terms[0] = (1.0, 0, degree)
    check(terms, degree, largest(*terms), start)


@given(st.floats(1e-200, 1e200))
def test_any_scale(scale):
    """Logarithms are relative to the first value: 1e200 is no worse than 1."""
    check([(scale, 2, 1)], 3, scale * 2 / 3**1.5)
