"""Tails of a mean of independent bounded vectors: against simulations, and each other."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from rnnbound.theory import concentration
from rnnbound.theory.concentration import bernstein, cantelli, moment, tails
from tests.mpreals import REALS
from tests.tolerances import SAME_FORMULA

BOUNDS = {
    "bernstein": bernstein,
    "cantelli": cantelli,
    **{f"moment {p}": lambda *args, p=p: moment(*args, p) for p in (1, 2, 3, 5)},
}
RUNS = 4000


def vectors(kind: str, draw: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Centred independent vectors in the unit ball, of some law, the last axis the components."""
    if kind == "signs":
        return draw.choice([-1.0, 1.0], (*shape, 1))
    if kind == "rare":
        # 1 − p with probability p, else −p.
        return (draw.random((*shape, 1)) < 0.02) - 0.02
    if kind == "sphere":
        x = draw.normal(size=(*shape, 3))
        return x / np.linalg.norm(x, axis=-1, keepdims=True)
    # One of five orthogonal directions, less the mean: simplex corners.
    return (np.eye(5)[draw.integers(0, 5, shape)] - 0.2) / math.sqrt(0.8)


@pytest.mark.parametrize("kind", ["signs", "rare", "sphere", "corners"])
@pytest.mark.parametrize("m", [2, 8, 60])
def test_no_bound_fails_more_often_than_allowed(kind, m):
    """‖mean of m/2‖√m > s in a share of at most δ of the runs, and 4 standard errors."""
    draw = np.random.default_rng([len(kind), m])
    x = vectors(kind, draw, (RUNS, m // 2))
    sizes = np.linalg.norm(x, axis=-1)
    most = float(sizes.max())
    variance = {"signs": 1.0, "rare": 0.02 * 0.98, "sphere": 1.0, "corners": 1.0}[kind]
    deviation = np.linalg.norm(x.mean(axis=1), axis=-1) * math.sqrt(m)
    for delta in (0.5, 0.3, 0.1, 0.01):
        with mp.workdps(20):
            given = REALS, mpf(m), mpf(delta), mpf(variance), mpf(most)
            found = {name: float(bound(*given)) for name, bound in BOUNDS.items()}
            assert math.isclose(
                min(map(float, tails(*given))),
                min(value for name, value in found.items() if name not in {"moment 1", "moment 2"}),
            )
        allowed = delta + 4 * math.sqrt(delta * (1 - delta) / RUNS)
        for name, s in found.items():
            assert (deviation > s * (1 + 1e-12)).mean() <= allowed, (name, delta)


def test_the_failures_are_not_always_none():
    """With many neurons and δ = 0.5 some bound is exceeded now and then: they are not idle."""
    draw = np.random.default_rng(1)
    deviation = np.abs(vectors("signs", draw, (RUNS, 100)).mean(axis=1)[:, 0]) * math.sqrt(200)
    with mp.workdps(20):
        s = float(min(tails(REALS, mpf(200), mpf(0.5), mpf(1), mpf(1))))
    assert 0.02 < (deviation > s).mean() <= 0.5


@pytest.mark.parametrize("n", [2, 3, 4, 6, 10])
@pytest.mark.parametrize("rate", ["0.01", "1", "7.5", "40"])
def test_moments_of_the_poisson_distribution(n, rate):
    with mp.workdps(30):
        rate = mpf(rate)
        found = mp.fsum(c * rate**k for k, c in enumerate(concentration._poisson_moment(n)))
        exact = mp.fsum(
            mp.exp(-rate) * rate**k / mp.factorial(k) * (k - rate) ** n for k in range(300)
        )
        # 300 terms at 30 digits.
        assert abs(found / exact - 1) < mpf(10) ** -25


@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_moment_inequality_by_counting(p, count):
    """E‖ΣZ‖^2p ≤ M^2p μ_2p(Nσ²/M²) for every law of three values in the plane."""
    values = np.array([[1.0, 0.0], [-0.5, 0.7], [-0.1, -0.9]])
    for weights in ((0.3, 0.4, 0.3), (0.02, 0.5, 0.48), (0.9, 0.05, 0.05)):
        law = np.array(weights)
        z = values - law @ values
        sizes = np.linalg.norm(z, axis=1)
        most, variance = sizes.max(), float(law @ sizes**2)
        exact = sum(
            math.prod(law[list(chosen)]) * np.linalg.norm(z[list(chosen)].sum(axis=0)) ** (2 * p)
            for chosen in itertools.product(range(3), repeat=count)
        )
        load = count * variance / most**2
        mu = sum(c * load**k for k, c in enumerate(concentration._poisson_moment(2 * p)))
        assert exact <= most ** (2 * p) * mu * (1 + 1e-12)


positive = st.floats(1e-6, 1e6)
deltas = st.floats(1e-12, 0.999)
evens = st.integers(1, 10**9).map(lambda half: 2 * half)


@given(evens, deltas, positive)
def test_bernstein_is_below_its_short_form(m, delta, B):
    """At σ = B, M = 2B: 2B√x + (8/3)B x/√m."""
    with mp.workdps(50):
        m, delta, B = mpf(m), mpf(delta), mpf(B)
        x = mp.log(2 / delta)
        found = bernstein(REALS, m, delta, B**2, 2 * B)
        assert found <= 2 * B * mp.sqrt(x) + mpf(8) / 3 * B * x / mp.sqrt(m)


@given(evens, deltas, positive, st.floats(0.01, 1))
def test_each_solves_its_inequality(m, delta, most, share):
    with mp.workdps(50):
        m, delta, most = mpf(m), mpf(delta), mpf(most)
        variance, N = (share * most) ** 2, m / 2
        # Pinelis: P(‖ΣZ‖ ≥ Ns') ≤ 2 exp(−N s'²/(2(σ² + Ms'/3))), s' = s/√m.
        s = bernstein(REALS, m, delta, variance, most) / mp.sqrt(m)
        tail = 2 * mp.exp(-N * s**2 / (2 * (variance + most * s / 3)))
        assert abs(tail / delta - 1) < SAME_FORMULA
        # Cantelli: P(X − EX ≥ t) ≤ v/(v + t²) for X = ‖ΣZ‖².
        square = (cantelli(REALS, m, delta, variance, most) / mp.sqrt(m) * N) ** 2
        v, t = N * most**2 * variance + 2 * N**2 * variance**2, square - N * variance
        assert t > 0
        assert abs(v / (v + t**2) / delta - 1) < SAME_FORMULA * 10**6
        # Markov for the 2p-th moment.
        for p in (1, 3, 5):
            total = moment(REALS, m, delta, variance, most, p) / mp.sqrt(m) * N
            load = N * variance / most**2
            mu = mp.fsum(c * load**k for k, c in enumerate(concentration._poisson_moment(2 * p)))
            assert abs(most ** (2 * p) * mu / total ** (2 * p) / delta - 1) < SAME_FORMULA


@given(evens, deltas, positive, st.floats(0.01, 1), st.floats(1, 3))
def test_monotone(m, delta, most, share, factor):
    """More variance, larger vectors or a smaller δ never help."""
    with mp.workdps(50):
        variance = (share * mpf(most)) ** 2
        args = [REALS, mpf(m), mpf(delta), variance, mpf(most)]
        for bound in BOUNDS.values():
            value = bound(*args)
            for place, change in ((2, 1 / mpf(factor)), (3, mpf(factor)), (4, mpf(factor))):
                changed = list(args)
                changed[place] = changed[place] * change
                assert bound(*changed) >= value * (mpf(1) - SAME_FORMULA)
