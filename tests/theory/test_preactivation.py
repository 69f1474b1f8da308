"""How large σ' is on average at the start: against simulation, and one step in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.activations.lookup import resolve
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.scenario.scenario_in_number_system import quantities
from rnnbound.theory.gaussian_preactivations import Preactivation, least_mean_square
from rnnbound.theory.tight_constants import TightConstants
from tests.dense import DERIVATIVES
from tests.scenarios import ACTIVATIONS, SIGMA1, sample, scenarios

#: Draws of (u0, w0) for one average.
DRAWS = 20_000
#: Five standard errors of a mean of DRAWS numbers between 0 and σ1² (at most σ1²/2 each): one
#: false alarm in 10^6, and the seeds are fixed.
MARGIN = 5 / (2 * math.sqrt(DRAWS))
#: Of an average over |g| by cells of 1/32, and suprema on cells of 1/64.
CELLS = 1.05


def start(activation: str, alpha: float) -> Preactivation:
    return Preactivation(resolve(activation).support, alpha, SIGMA1[activation])


def derivatives(activation: str, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if activation == "logistic":
        sign, (y, slope) = np.sign(z), DERIVATIVES[activation](np.abs(z))[:2]
        return np.where(sign < 0, 1 - y, y), slope
    if activation == "tanh":
        y, slope = DERIVATIVES[activation](np.abs(z))[:2]
        return np.sign(z) * y, slope
    y, slope = DERIVATIVES[activation](np.arctan(z) if activation == "arctan" else z)[:2]
    return y, slope


def simulated(activation: str, alpha: float, X: np.ndarray, seed: int) -> np.ndarray:
    """E σ'(z_t)² for t = 1, … over u0 ~ N(0, I) and w0 ~ Unif{±α}."""
    draw = np.random.default_rng(seed)
    # Each u0 with both signs of w0: the average over w0 is exact.
    u = draw.normal(size=(DRAWS, X.shape[1]))
    found, h = [], np.zeros((2, DRAWS))
    for x in X:
        z = np.array([[alpha], [-alpha]]) * h + u @ x
        h, slope = derivatives(activation, z)
        found.append(float((slope**2).mean()))
    return np.array(found)


def inputs(draw: np.random.Generator, T: int, d: int) -> list[np.ndarray]:
    """Random ones, constant ones, alternating ones, and ones that vanish."""
    X = draw.normal(size=(T, d))
    X /= np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1)
    one = np.zeros((T, d))
    one[:, 0] = 1
    signs = (-1.0) ** np.arange(T)[:, None]
    late = one * 1.0
    late[1:] *= 1e-3
    return [X, one, one * signs, 0.3 * one, late, one * draw.random((T, 1))]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("share", [0.2, 0.7, 1.6])
def test_no_input_makes_the_average_larger(activation, share):
    """sup_r φ_t(r) at ξ = 0 bounds every average; so does φ_t(r) r where ‖X_{t−1}‖ = r."""
    alpha = share / SIGMA1[activation]
    phi, draw = start(activation, alpha), np.random.default_rng([7, int(10 * share)])
    margin = MARGIN * SIGMA1[activation] ** 2
    for k, X in enumerate(inputs(draw, 5, 2)):
        averages = simulated(activation, alpha, X, k)
        for t, (average, x) in enumerate(zip(averages, X, strict=True), 1):
            r = float(np.linalg.norm(x))
            assert average <= phi.largest(t, 0.0, 1.0) ** 2 + margin
            for xi, rest in ((1.0, 0.0), (1.0, 0.5), (0.3, 1.0)):
                most = phi.largest(t, xi, rest) ** 2
                assert average * (xi * r + rest) ** 2 <= most + margin * (xi + rest) ** 2


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("share", [0.2, 0.7, 1.6])
def test_adversarial_inputs(activation, share):
    """Inputs that climb: changed where that makes the last average larger, from fixed draws."""
    alpha = share / SIGMA1[activation]
    phi, draw = start(activation, alpha), np.random.default_rng([8, int(10 * share)])
    X = inputs(draw, 3, 1)[0]
    best = simulated(activation, alpha, X, 0)[-1]
    for _ in range(8):
        moved = np.clip(X + draw.normal(size=X.shape) * 0.5, -1, 1)
        value = simulated(activation, alpha, moved, 0)[-1]
        if value > best:
            X, best = moved, value
    again = simulated(activation, alpha, X, 1)[-1]
    assert again <= phi.largest(3, 0.0, 1.0) ** 2 + MARGIN * SIGMA1[activation] ** 2


# --- the first step ----------------------------------------------------------------------------


NODES = np.polynomial.hermite_e.hermegauss(60)


def first(activation: str, r: float) -> float:
    """√E σ'(rg)² by Gauss–Hermite quadrature."""
    nodes, weights = NODES
    slope = derivatives(activation, r * nodes)[1]
    return math.sqrt(float(weights @ slope**2) / math.sqrt(2 * math.pi))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("xi", "rest"), [(1.0, 0.0), (1.0, 1.0), (0.1, 1.0), (0.0, 1.0)])
def test_the_first_step_is_a_gaussian_integral(activation, xi, rest):
    exact = max(first(activation, r) * (xi * r + rest) for r in np.linspace(0, 1, 401).tolist())
    found = start(activation, 0.5).largest(1, xi, rest)
    assert exact * (1 - 1e-12) <= found <= exact * CELLS


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(st.floats(0.05, 5), st.floats(0, 2), st.floats(0, 2), st.floats(0.01, 100))
def test_homogeneous_monotone_and_no_more_than_the_supremum(activation, share, xi, rest, scale):
    phi = start(activation, share / SIGMA1[activation])
    steps = [phi.largest(t, xi, rest) for t in (1, 2, 3, 4)]
    # The sum of the masses of the cells and each square are raised.
    assert all(x <= SIGMA1[activation] * (xi + rest) * (1 + 1e-11) for x in steps)
    assert steps[2] == steps[3]
    # The search over r stops within 0.2 %.
    assert steps[0] <= 1.0021 * steps[1] <= 1.0021**2 * steps[2]
    scaled = phi.largest(3, scale * xi, scale * rest)
    assert scaled == pytest.approx(scale * steps[2], rel=0.0021)
    assert phi.largest(3, xi * 1.1, rest) >= steps[2] / 1.0021
    assert phi.largest(3, xi, rest * 1.1) >= steps[2] / 1.0021


# --- the target --------------------------------------------------------------------------------


@given(scenarios())
def test_the_mean_square_is_no_larger_than_the_largest(scenario):
    with precision(128):
        q = quantities(scenario, BALLS)
        c = TightConstants(q, q.alpha)
        assert 0 < float(c.B_rms) <= float(c.B_H) * (1 + 1e-15)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("regime", ["short", "critical", "long"])
def test_neurons_at_the_start_have_no_larger_mean_square(activation, regime):
    """E Σ_t (ν_w|∂_w h_t| + ν_u‖∂_u h_t‖)² over u0 and w0, for inputs of all kinds."""
    scenario = sample(11, regime, activation, (2, 4))
    with precision(128):
        q = quantities(scenario, BALLS)
        bound = float(TightConstants(q, q.alpha).B_rms) ** 2
        most = float(TightConstants(q, q.alpha).B_H) ** 2
    draw = np.random.default_rng(5)
    for X in inputs(draw, scenario.horizon, 2):
        u = draw.normal(size=(DRAWS, 2))
        w = scenario.alpha * draw.choice([-1.0, 1.0], DRAWS)
        h, by_w, by_u = np.zeros(DRAWS), np.zeros(DRAWS), np.zeros((DRAWS, 2))
        total = np.zeros(DRAWS)
        for x in X:
            before, (h, slope) = h, derivatives(activation, w * h + u @ x)
            by_w = slope * (before + w * by_w)
            by_u = slope[:, None] * (x + w[:, None] * by_u)
            total += (
                scenario.nu_w * np.abs(by_w) + scenario.nu_u * np.linalg.norm(by_u, axis=1)
            ) ** 2
        assert total.max() <= most * (1 + 1e-9)
        assert total.mean() <= bound + 5 * total.std() / math.sqrt(DRAWS)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_quick_lower_bound_of_the_mean_square_is_one(activation):
    sigma2 = float(quantities(sample(1, "short", activation, (1,)), BALLS).sigma2)
    exact = first(activation, 1.0) ** 2
    assert 0.3 * exact <= least_mean_square(resolve(activation).support, sigma2) <= exact


def test_the_quick_lower_bound_holds_where_the_slope_is_steep_on_one_side():
    """σ = arctan(z + 2): cells and their mirror images have the same supremum."""
    nodes, weights = NODES
    exact = weights @ (1 / (1 + (nodes + 2) ** 2)) ** 2 / math.sqrt(2 * math.pi)
    assert least_mean_square(resolve("atan(z+2)").support, 0.65) <= exact
