"""The rigorous pieces: eigenvalues, knapsacks, Taylor coefficients, balls."""

from __future__ import annotations

import mpmath as mp
import numpy as np
from scipy.optimize import linprog

from rnnbound.certificate.derivative_suprema import norms
from rnnbound.certificate.fixed_size_certificate import pairs_of
from rnnbound.certificate.fractional_knapsack import Knapsack
from rnnbound.certificate.jacobian_at_start import first_order, norm
from rnnbound.certificate.largest_eigenvalue_bounds import deflated, largest
from rnnbound.certificate.mirrored_network_outputs import residual
from rnnbound.certificate.neuron_curvature import on_ball, tensors
from rnnbound.certificate.neuron_pair_passes import sized_states
from rnnbound.certificate.ridge_comparator import Ridge
from rnnbound.certificate.weight_derivatives import factorial, indices
from rnnbound.network import initialise
from tests.certificate.data import series


def test_knapsack_is_the_linear_programme() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        weights, caps = rng.exponential(size=(2, 15))
        knapsack = Knapsack(weights, caps)
        for budget in (0.01, 1.0, 5.0, 100.0):
            exact = -linprog(-weights, [np.ones(15)], [budget], bounds=[(0, c) for c in caps]).fun
            assert exact * (1 - 1e-12) <= knapsack(budget) <= exact * (1 + 1e-8)


def test_largest_eigenvalues_from_above() -> None:
    rng = np.random.default_rng(0)
    for p in (1, 3, 10, 21):
        factors = rng.standard_normal((50, p, p)) * 10.0 ** rng.uniform(-6, 6, (50, 1, 1))
        matrices = factors @ factors.swapaxes(1, 2)
        exact = np.linalg.eigvalsh(matrices)[:, -1]
        found = largest(matrices)
        assert (found >= exact * (1 - 1e-14)).all()
        assert (found <= exact * (1 + 1e-10)).all()
    assert (largest(np.zeros((2, 3, 3))) < 1e-200).all()


def test_deflation_holds_for_any_basis() -> None:
    rng = np.random.default_rng(0)
    factor = rng.standard_normal((40, 60)) * 0.7 ** np.arange(60)
    matrix = factor @ factor.T
    exact = np.linalg.eigvalsh(matrix)[-1]
    good = np.linalg.eigh(matrix)[1][:, -8:]
    bad = np.linalg.qr(rng.standard_normal((40, 3)))[0]
    for basis, close in ((good, 1e-9), (bad, np.inf)):
        image = matrix @ basis
        found = deflated(basis, image, basis.T @ image, float(np.trace(matrix)), 1e-12)
        assert exact <= found <= exact * (1 + close)


def _pairs(width: int = 16, alpha: float = 0.5):  # type: ignore[no-untyped-def]
    problem = series("chaotic", 20, 4)
    return problem, pairs_of(problem, initialise(width, 2, alpha, 3), "tanh", 1)


def _state(theta, x):  # type: ignore[no-untyped-def]
    h = mp.mpf(0)
    for row in x:
        h = mp.tanh(theta[0] * h + mp.fdot(theta[1:], row))
    return h


def test_taylor_coefficients_and_their_errors() -> None:
    problem, pairs = _pairs()
    jets = list(pairs.jets(pairs.w[:1], pairs.u[:1], 5))
    sized = sized_states(pairs, pairs.w, pairs.u, 5)
    theta = [mp.mpf(float(v)) for v in (pairs.w[0], *pairs.u[0])]
    x = [[mp.mpf(float(v)) for v in row] for row in problem.X[4]]
    with mp.workdps(60):
        for index in ((), (0,), (1, 2), (0, 0, 1), (0, 1, 1, 2), (0, 0, 1, 2, 2)):
            counts = tuple(index.count(a) for a in range(3))
            want = mp.diff(lambda *t: _state(t, x), tuple(theta), counts) / factorial(index)
            off = abs(mp.mpf(float(jets[3][index][0, 4])) - want)
            assert off <= sized[3][index].error + mp.mpf(10) ** -20
            assert abs(want) <= sized[3][index].size


def test_balls_hold_what_is_inside() -> None:
    _, pairs = _pairs(width=8)
    radius = 0.3
    lengths = [np.sqrt((x**2).sum(0)) for x in pairs.x]
    bounds = list(
        norms(pairs.w[:, None], pairs.drives(pairs.u), lengths, radius, pairs.sigma, 5, 1e-12)
    )
    rng = np.random.default_rng(0)
    for _ in range(60):
        step = rng.standard_normal((4, 3))
        step *= radius * rng.uniform() ** 0.2 / np.linalg.norm(step, axis=1, keepdims=True)
        direction = rng.standard_normal((4, 3))
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        moved = pairs.jets(pairs.w + step[:, 0], pairs.u + step[:, 1:], 5)
        for jet, bound in zip(moved, bounds, strict=True):
            for order in range(1, 6):
                form = 0.0
                for index in indices(3, order):
                    if index in jet:
                        monomial = np.prod(direction[:, list(index)], axis=1)
                        form = form + jet[index] * monomial[:, None]
                size = np.abs(form) * float(np.prod(np.arange(1, order + 1)))
                assert (size <= bound[order] * (1 + 1e-12) + 1e-12).all()


def test_norm_of_the_jacobian_from_above() -> None:
    for width in (8, 256):
        _, pairs = _pairs(width)
        k = pairs.count
        jacobian = first_order(pairs, slice(0, k)).reshape(3 * k, -1)
        exact = np.linalg.norm(jacobian, 2) * np.sqrt(2 / (pairs.width * pairs.samples))
        found = norm(pairs, Ridge(pairs).basis())
        assert exact <= found <= exact * (1 + 1e-6)


def test_tensors_against_their_norms() -> None:
    """What is computed from components is below what norms alone say."""
    _, pairs = _pairs(width=32)
    found = residual(pairs, np.zeros((16, 3)))
    for order, one in zip((3, 5, 7), tensors(pairs, (3, 5, 7), found), strict=True):
        (ball,) = on_ball(pairs, 0.0, (order,))
        assert (one.against <= one.spread * found.size * (1 + 1e-9)).all()
        assert (one.against <= ball * found.size * 3.0**order).all()
