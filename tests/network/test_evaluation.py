"""Outputs, risk and gradient, against an autograd and in every way of cutting up the work."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.network import Gradient, Network, gradient, initialise, outputs, risk
from tests.network.data import ACTIVATIONS, GRADIENT, ROUNDING, SINGLE, problem, small_tiles
from tests.network.duals import half_gradient, sigma

#: n, T, d, m: a single step, a single input, a single sample, and a general one.
SHAPES = [(3, 1, 2, 4), (2, 4, 1, 4), (1, 3, 3, 2), (3, 3, 2, 4)]


@pytest.mark.parametrize("tiled", [False, True])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradient_is_that_of_an_independent_autograd(
    name: str, tiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tiled:
        small_tiles(monkeypatch)
    net, X, Y = problem(3, 3, 2, 4)
    value, w, u = half_gradient(net, name, X, Y)
    found = gradient(net, name, X, Y)
    assert found.risk == pytest.approx(value, rel=GRADIENT)
    np.testing.assert_allclose(found.w, w, rtol=GRADIENT, atol=GRADIENT * np.abs(w).max())
    np.testing.assert_allclose(found.u, u, rtol=GRADIENT, atol=GRADIENT * np.abs(u).max())


@pytest.mark.parametrize("tiled", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_against_the_autograd(
    shape: tuple[int, int, int, int], tiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tiled:
        small_tiles(monkeypatch)
    net, X, Y = problem(*shape, seed=1)
    _, w, u = half_gradient(net, "tanh", X, Y)
    found = gradient(net, "tanh", X, Y)
    np.testing.assert_allclose(found.w, w, rtol=0, atol=GRADIENT * (1 + np.abs(w).max()))
    np.testing.assert_allclose(found.u, u, rtol=0, atol=GRADIENT * np.abs(u).max())


def test_gradient_is_half_the_slope_of_the_risk() -> None:
    """Central differences of the risk, computed at 60 digits, along one direction."""
    net, X, Y = problem(2, 3, 2, 4, seed=2)
    rng = np.random.default_rng(3)
    dw, du = rng.standard_normal(4), rng.standard_normal((4, 2))
    tanh, _ = sigma("tanh")

    def exact(step: mp.mpf) -> mp.mpf:
        total = mp.mpf(0)
        for x, y in zip(X, Y, strict=True):
            h = [mp.mpf(0)] * 4
            for t in range(3):
                h = [
                    tanh(
                        (net.w[i] + step * dw[i]) * h[i]
                        + sum((net.u[i, k] + step * du[i, k]) * x[t, k] for k in range(2))
                    )
                    for i in range(4)
                ]
                F = sum(c * value for c, value in zip(net.c, h, strict=True)) / 2
                total += (F - y[t]) ** 2
        return total / len(X)

    with mp.workdps(60):
        step = mp.mpf(10) ** -20
        slope = float((exact(step) - exact(-step)) / (2 * step))
    found = gradient(net, "tanh", X, Y)
    assert 2 * ((found.w * dw).sum() + (found.u * du).sum()) == pytest.approx(slope, rel=GRADIENT)


@given(
    n=st.integers(1, 7),
    horizon=st.integers(1, 4),
    dim=st.integers(1, 3),
    half=st.integers(1, 40),
    name=st.sampled_from(["tanh", "gaussian"]),
)
def test_blocks_and_tiles_only_cut_up_the_work(
    n: int, horizon: int, dim: int, half: int, name: str
) -> None:
    net, X, Y = problem(n, horizon, dim, 2 * half)
    whole, F = gradient(net, name, X, Y), outputs(net, name, X)
    with pytest.MonkeyPatch.context() as patch:
        small_tiles(patch)
        parts = gradient(net, name, X, Y)
        np.testing.assert_allclose(outputs(net, name, X), F, atol=ROUNDING)
        assert risk(net, name, X, Y) == pytest.approx(whole.risk, rel=ROUNDING)
    assert parts.risk == pytest.approx(whole.risk, rel=ROUNDING)
    np.testing.assert_allclose(parts.w, whole.w, atol=ROUNDING)
    np.testing.assert_allclose(parts.u, whole.u, atol=ROUNDING)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ["tanh", "sin"])
def test_workers_change_no_bit(name: str, dtype: type, monkeypatch: pytest.MonkeyPatch) -> None:
    small_tiles(monkeypatch)
    net, X, Y = problem(40, 4, 3, 90)
    net = Network(*(a.astype(dtype) for a in (net.w, net.u, net.c)))
    one = gradient(net, name, X, Y)
    for workers in (2, 3, 50):
        _same_bits(gradient(net, name, X, Y, workers=workers), one)


def _same_bits(found: Gradient, expected: Gradient) -> None:
    assert found.risk == expected.risk
    assert found.w.tobytes() == expected.w.tobytes()
    assert found.u.tobytes() == expected.u.tobytes()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_float32_stays_float32_and_close(name: str) -> None:
    net, X, Y = problem(5, 4, 2, 60)
    single = Network(*(a.astype(np.float32) for a in (net.w, net.u, net.c)))
    found, expected = gradient(single, name, X, Y), gradient(net, name, X, Y)
    assert (found.w.dtype, found.u.dtype) == (np.float32, np.float32)
    assert outputs(single, name, X).dtype == np.float32
    np.testing.assert_allclose(found.w, expected.w, atol=SINGLE)
    np.testing.assert_allclose(found.u, expected.u, atol=SINGLE)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_outputs_vanish_at_the_symmetric_start(name: str) -> None:
    _, X, Y = problem(4, 6, 3, 2)
    start = initialise(500, 3, 0.9, 5)
    assert np.abs(outputs(start, name, X)).max() < ROUNDING
    assert risk(start, name, X, Y) == pytest.approx((Y**2).sum() / 4, rel=ROUNDING)


def test_risk_sums_over_time_and_averages_over_samples() -> None:
    net, X, Y = problem(3, 4, 2, 6)
    E = outputs(net, "tanh", X) - Y
    assert risk(net, "tanh", X, Y) == pytest.approx((E**2).sum(axis=1).mean(), rel=ROUNDING)


def test_arguments_are_not_changed() -> None:
    net, X, Y = problem(3, 4, 2, 6)
    before = [a.copy() for a in (net.w, net.u, net.c, X, Y)]
    gradient(net, "tanh", X, Y)
    for array, copy in zip((net.w, net.u, net.c, X, Y), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ((3, 4), (3, 4), r"X has shape \(3, 4\); it must have shape \(n, T, 2\)"),
        ((3, 4, 3), (3, 4), r"X has shape \(3, 4, 3\); it must have shape \(n, T, 2\)"),
        ((0, 4, 2), (0, 4), r"X has shape \(0, 4, 2\).*none empty"),
        ((3, 4, 2), (4, 3), r"Y has shape \(4, 3\); it must have shape \(3, 4\)"),
        ((3, 4, 2), (3,), r"Y has shape \(3,\); it must have shape \(3, 4\)"),
    ],
)
def test_wrong_shapes_are_named(x: tuple[int, ...], y: tuple[int, ...], message: str) -> None:
    net, _, _ = problem(1, 1, 2, 6)
    with pytest.raises(ValueError, match=message):
        gradient(net, "tanh", np.zeros(x), np.zeros(y))


def test_wrong_values_are_named() -> None:
    net, X, Y = problem(2, 3, 2, 6)
    X[0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="X must be finite"):
        gradient(net, "tanh", X, Y)
    with pytest.raises(ValueError, match="X must hold real numbers"):
        outputs(net, "tanh", X.astype(complex))
    with pytest.raises(ValueError, match="X is ragged"):
        outputs(net, "tanh", [[[1.0, 2.0]], [[1.0]]])
    with pytest.raises(ValueError, match=r"network\.c has shape \(4,\); it must have shape \(6,\)"):
        outputs(Network(net.w, net.u, net.c[:4]), "tanh", Y[..., None])
    with pytest.raises(ValueError, match=r"network\.u has shape \(4, 2\)"):
        outputs(Network(net.w, net.u[:4], net.c), "tanh", Y[..., None])
    with pytest.raises(ValueError, match="workers must be an integer ≥ 1"):
        gradient(net, "tanh", Y[..., None].repeat(2, 2), Y, workers=0)
