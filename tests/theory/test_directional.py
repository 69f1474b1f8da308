"""The recursion along one direction: a naive one in mpmath, any horizon, any regime."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from rnnbound.activations.lookup import resolve
from rnnbound.activations.support_functions.interface import RAISED
from rnnbound.numbers.balls import precision
from rnnbound.numbers.limits import MagnitudeError
from rnnbound.theory import directional_derivatives
from rnnbound.theory.directional_derivatives import Derivatives, Rate, derivatives
from tests.scenarios import ACTIVATIONS, SIGMA1

#: Every step is raised by a few times 2^−44, which long memory carries through T steps; suprema
#: along curves are within 1e-12 as well.  The naive grid is at most 1e-11 below.
NAIVE = 1e-10
#: A state that stands still is raised by 2^−40, c and d more; so is long memory's last part.
STILL = 2.0**-34


def run(activation, a, omega, xi, horizon, order=3, size=None) -> Derivatives:
    rate = Rate(arb(a), arb(SIGMA1[activation] * (1 + 2**-50)))
    with precision(64):
        return derivatives(resolve(activation).support, rate, omega, xi, horizon, order, size)


def numbers(found: Derivatives) -> list[float]:
    return [float(x) for x in (*found.last, *found.sums)]


# --- against mpmath ----------------------------------------------------------------------------


def functions(activation: str) -> tuple[list[Callable], list[mpf]]:
    """|σ^(k)| as functions of s ≥ 0 (s = tanh z for tanh), and the s between which they bend."""

    def bell(s: mpf) -> mpf:
        return mp.exp(-s * s)

    return {
        "tanh": (
            [
                lambda s: s,
                lambda s: 1 - s**2,
                lambda s: 2 * s * (1 - s**2),
                lambda s: (1 - s**2) * abs(2 - 6 * s**2),
            ],
            [mpf(0), 1 / mp.sqrt(3), mpf(1)],
        ),
        "gaussian": (
            [
                bell,
                lambda s: 2 * s * bell(s),
                lambda s: abs(2 - 4 * s * s) * bell(s),
                lambda s: abs(12 * s - 8 * s**3) * bell(s),
            ],
            [mpf(0), mp.sqrt(mpf(1) / 2), mp.sqrt(mpf(3) / 2), mpf(5)],
        ),
        "sin": (
            [mp.sin, lambda s: abs(mp.cos(s)), mp.sin, lambda s: abs(mp.cos(s))],
            [mpf(0), mp.pi / 2],
        ),
    }[activation]


def sup(activation: str, x: tuple) -> mpf:
    """sup_s Σ x_k |σ^(k)|: a grid between kinks, and golden sections around its best."""
    parts, ends = functions(activation)

    def f(s: mpf) -> mpf:
        return mp.fsum(c * part(s) for c, part in zip(x, parts, strict=False) if c)

    best = mpf(0)
    for low, high in pairwise(ends):
        grid = [low + (high - low) * j / 40 for j in range(41)]
        values = [f(s) for s in grid]
        j = max(range(41), key=values.__getitem__)
        left, right = grid[max(j - 1, 0)], grid[min(j + 1, 40)]
        ratio = (mp.sqrt(5) - 1) / 2
        for _ in range(32):
            p, q = right - ratio * (right - left), left + ratio * (right - left)
            left, right = (p, right) if f(p) < f(q) else (left, q)
        best = max(best, values[j], f(left))
    return best


def naive(activation, a, omega, xi, horizon) -> list[mpf]:
    """p_T, b_T, T_T and the sums of their squares, as section 4.4 writes them."""
    a, omega, xi = mpf(a), mpf(omega), mpf(xi)
    p, c, d = xi, mpf(0), mpf(0)
    sums = [mpf(0)] * 3
    for t in range(1, horizon + 1):
        if t > 1:
            p, c, d = (
                xi + sup(activation, (omega, a * p)),
                sup(activation, (0, 2 * omega * p + a * c, a * p**2)),
                sup(
                    activation,
                    (0, 3 * omega * c + a * d, 3 * omega * p**2 + 3 * a * p * c, a * p**3),
                ),
            )
        b = sup(activation, (0, c, p**2))
        third = sup(activation, (0, d, 3 * p * c, p**3))
        last = [p, b, third]
        sums = [total + x**2 for total, x in zip(sums, last, strict=True)]
    return [*last, *sums]


@pytest.mark.parametrize("activation", ["tanh", "gaussian", "sin"])
@pytest.mark.parametrize(
    ("a", "omega", "xi"), [(0.5, 0.6, 0.8), (1.3, 0.9, 0.3), (0.9, 1.0, 0.0), (2.0, 0.0, 1.0)]
)
def test_against_a_naive_recursion(activation, a, omega, xi):
    with mp.workdps(20):
        exact = [float(x) for x in naive(activation, a, omega, xi, 4)]
    found = numbers(run(activation, a, omega, xi, 4))
    for value, truth in zip(found, exact, strict=True):
        assert truth * (1 - 1e-15) <= value <= truth * (1 + NAIVE)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_lower_orders_are_the_same_numbers(activation):
    full = run(activation, 0.7, 0.5, 0.9, 30)
    for order in (1, 2):
        part = run(activation, 0.7, 0.5, 0.9, 30, order)
        for found, known in ((part.last, full.last), (part.sums, full.sums)):
            assert len(found) == order
            for x, y in zip(found, known, strict=False):
                assert float(x) == pytest.approx(float(y), rel=STILL)


# --- structure ---------------------------------------------------------------------------------

rates = st.floats(0.05, 2.5)
parts = st.floats(0.01, 5)


@given(st.sampled_from(ACTIVATIONS), rates, parts, parts, st.integers(1, 40), st.floats(0.01, 100))
def test_homogeneous_in_the_direction(activation, a, omega, xi, horizon, scale):
    one = numbers(run(activation, a, omega, xi, horizon))
    two = numbers(run(activation, a, scale * omega, scale * xi, horizon))
    for value, scaled, degree in zip(one, two, (1, 2, 3, 2, 4, 6), strict=True):
        assert scaled == pytest.approx(scale**degree * value, rel=NAIVE)


@given(st.sampled_from(ACTIVATIONS), rates, parts, parts, st.integers(1, 40))
def test_monotone_in_everything(activation, a, omega, xi, horizon):
    least = numbers(run(activation, a, omega, xi, horizon))
    for more in (
        run(activation, a * 1.1, omega, xi, horizon),
        run(activation, a, omega * 1.1, xi, horizon),
        run(activation, a, omega, xi * 1.1, horizon),
        run(activation, a, omega, xi, horizon + 1),
    ):
        assert all(x <= y * (1 + NAIVE) for x, y in zip(least, numbers(more), strict=True))


# --- long horizons -----------------------------------------------------------------------------


def plain(activation, a, omega, xi, horizon) -> list[float]:
    """Every step, with exact sums, unbounded exponents, and suprema that are not raised."""

    def sup(*x: float) -> float:
        support = resolve(activation).support
        if len(x) == 3:
            return support.twist(*x) / RAISED
        return support.bend(*x) / RAISED

    def slope(*x: float) -> float:
        return resolve(activation).support.slope(*x) / RAISED

    p, c, d, exponent = xi, 0.0, 0.0, 0
    sums = [mpf(0)] * 3
    for t in range(1, horizon + 1):
        if t > 1:
            p, c, d = (
                xi + slope(omega, a * p),
                sup(2 * omega * p + a * c, a * p * p),
                sup(3 * omega * c + a * d, 3 * (omega * p * p + a * p * c), a * p**3),
            )
        last = [mpf(p), mpf(sup(c, p * p)), mpf(sup(d, 3 * p * c, p**3))]
        last = [mp.ldexp(x, k * exponent) for k, x in enumerate(last, 1)]
        sums = [total + x**2 for total, x in zip(sums, last, strict=True)]
        if p > 2.0**20:
            small = 2.0**-20
            p, c, d, exponent = p * small, c * small**2, d * small**3, exponent + 20
            omega, xi = omega * small, xi * small
    return [*last, *sums]


def close(found: Derivatives, exact: list, above: float) -> None:
    for value, truth in zip((*found.last, *found.sums), exact, strict=True):
        ratio = mpf(value.str(25, radius=False)) / truth
        assert 1 - 1e-13 <= ratio <= 1 + above, float(ratio - 1)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.99])
def test_standing_still_is_the_plain_loop(activation, share):
    """Short memory stops after the steps that matter; the plain loop does not."""
    draw = random.Random(f"{activation}{share}")
    a = share / SIGMA1[activation]
    for horizon in (40, 1500):
        direction = draw.uniform(0, 1), draw.uniform(0, 1)
        found = run(activation, a, *direction, horizon)
        # Roundings of each step are carried 1/(1 − r) steps, for c twice and for d three times.
        above = STILL + 2.0**-40 / (1 - share) ** 2
        close(found, plain(activation, a, *direction, horizon), above)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("direction", [(0.6, 0.8), (1.0, 0.0), (0.0, 1.0), (1e-6, 1.0)])
def test_the_tail_of_long_memory_is_the_plain_loop(activation, direction):
    found = run(activation, 1.3 / SIGMA1[activation], *direction, 300)
    with mp.workdps(25):
        exact = plain(activation, 1.3 / SIGMA1[activation], *direction, 300)
        # Each of 300 steps is raised by 2^−43, and sums of squares of cubes by six times that.
        close(found, exact, 300 * 6 * 2.0**-42 + STILL)


def test_the_tail_is_reached(monkeypatch):
    """The loop ends early in both regimes, or the two tests before this one show nothing."""
    steps = []
    add = directional_derivatives._Run.add
    monkeypatch.setattr(
        directional_derivatives._Run, "add", lambda self, x: (steps.append(x), add(self, x))
    )
    for a in (0.5, 1.3):
        steps.clear()
        run("tanh", a, 0.6, 0.8, 300)
        assert len(steps) < 250


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("share", [0.3, 0.99, 1.01, 1.3, 2.5])
def test_a_horizon_of_10_to_the_12_answers(activation, share, monkeypatch):
    monkeypatch.setattr(directional_derivatives, "MOST_STEPS", 10_000)
    T, a = 10**12, share / SIGMA1[activation]
    found = run(activation, a, 0.6, 0.8, T)
    rate = float(found.last[0].log() / T)
    if share < 1:
        assert float(found.sums[0] / found.last[0] ** 2) == pytest.approx(T, rel=1e-6)
        assert math.isfinite(float(found.last[2]))
    else:
        assert rate == pytest.approx(math.log(share), rel=1e-6)


def test_no_answer_after_too_many_steps(monkeypatch):
    monkeypatch.setattr(directional_derivatives, "MOST_STEPS", 1000)
    with pytest.raises(MagnitudeError):
        run("tanh", 1.0, 0.6, 0.8, 10**12)
    with pytest.raises(MagnitudeError):
        run("tanh", 2.0**61, 0.6, 0.8, 2)


def test_a_size_stands_for_p():
    """The sums take the given size of each step, and t up to 3."""
    seen = []

    def size(t, xi, rest):
        seen.append(t)
        return 2 * (xi + rest)

    plainly = run("tanh", 0.5, 0.6, 0.8, 6, 1)
    doubled = run("tanh", 0.5, 0.6, 0.8, 6, 1, size)
    assert seen[:3] == [1, 2, 3]
    assert float(doubled.sums[0]) == pytest.approx(4 * float(plainly.sums[0]), rel=8 * (RAISED - 1))
