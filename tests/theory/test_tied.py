"""Tied pairs: both forms of K, what they gain, and small networks that keep their pairs tied."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from rnnbound import Scenario
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.scenario.scenario_in_number_system import quantities
from rnnbound.theory.long_steps import TiedDescent, TiedLongSteps, TightDescent, TightLongSteps
from rnnbound.theory.projected_descent import SharpDrift
from rnnbound.theory.tied import TiedAverage, TiedDrift, TiedSGD
from rnnbound.theory.tight_constants import TightConstants
from tests.dense import DERIVATIVES
from tests.scenarios import scenarios, steps, widths

#: Balls of 160 bits.
MORE = arb(1) + arb(2) ** -100


@pytest.fixture(autouse=True)
def _bits():
    with precision(160):
        yield


def constants(scenario: Scenario, m: int) -> tuple[TightConstants, arb]:
    q, width = quantities(scenario, BALLS), BALLS.number(m)
    return TightConstants(q, q.alpha + q.rho_w / width.sqrt()), width


@given(scenarios(), widths)
def test_both_forms(scenario, m):
    """The smaller of two for pgd; the one without V for sgd."""
    c, width = constants(scenario, m)
    s, T, noise = scenario, float(c.T_H), float(c.noise(width))
    nu, rho = math.hypot(s.nu_w, s.nu_u), math.hypot(s.rho_w, s.rho_u)
    near = T * nu**2 * (rho / 3 + nu / 6) + T * nu**3 / 6
    far = T * (rho**3 / 3 + rho**2 * nu / 2)
    found = float(c.K_tied(width))
    assert found == pytest.approx(min(near, far) / math.sqrt(m) + noise, rel=1e-12)
    assert float(c.K_tied_sgd(width)) == pytest.approx(far / math.sqrt(m) + noise, rel=1e-12)


def test_each_form_is_the_smaller_one_somewhere():
    """ρ = ν: 2/3 against 5/6 of T_H‖ν‖³; ρ = 0.9ν is not allowed, so the first one always is."""
    for factor in (1, 1.5, 3):
        scenario = Scenario(rho_w=0.5 * factor, rho_u=0.5 * factor)
        c, width = constants(scenario, 1000)
        near = c.T_H * (factor / 3 + 1 / 3) * c.q.nu**3 / width.sqrt()
        assert float(c.K_tied(width) - c.noise(width)) == pytest.approx(float(near), rel=1e-12)


@given(scenarios(), widths, steps)
def test_tied_bounds_are_below_plain_ones_where_their_constants_are(scenario, m, tau):
    c, width = constants(scenario, m)
    smaller = c.K_tied(width) <= c.K(width)
    flatter = c.T_H * c.q.rho / width.sqrt() <= c.b_H
    tau = BALLS.number(tau)
    pairs = [(TiedDrift, SharpDrift, smaller)]
    pairs += [(TiedDescent, TightDescent, smaller and flatter)]
    pairs += [(TiedLongSteps, TightLongSteps, smaller and flatter)]
    for tied, plain, below in pairs:
        one, two = (form(TightConstants).bound(c, width, tau).risk for form in (tied, plain))
        assert not below or one <= two * MORE


@given(scenarios(), widths, steps)
def test_the_forms_as_they_are_written(scenario, m, tau):
    c, width = constants(scenario, m)
    A = math.sqrt(float(c.q.nu_squared * c.S) / tau)
    k, k_sgd = (float(K(width) / width.sqrt()) for K in (c.K_tied, c.K_tied_sgd))
    extra = float(c.T_H * c.q.rho**3 / (2 * width))
    for form, root, rest in (
        (TiedDrift, A + k, k),
        (TiedSGD, A + k_sgd, k_sgd),
        (TiedAverage, A + k_sgd + extra, k_sgd),
    ):
        found = form(TightConstants).bound(c, width, BALLS.number(tau))
        assert float(found.risk) == pytest.approx(root**2, rel=1e-12)
        assert float(found.step_size * c.S) == pytest.approx(A / (A + rest), rel=1e-12)


@given(scenarios(), widths)
def test_the_curvature_of_tied_pairs(scenario, m):
    c, width = constants(scenario, m)
    found = float(TiedDescent(TightConstants).hessian(c, width) - c.S)
    assert found == pytest.approx(float(c.B_rms * c.T_H * c.q.rho) / m, rel=1e-9, abs=1e-30)


# --- real networks with tied pairs -------------------------------------------------------------


class Network:
    """F_t = (2/√m) Σ_{i ≤ m/2} c_i (h(θ_i + q_i) − h(θ_i − q_i))/2, in NumPy."""

    def __init__(self, scenario: Scenario, m: int, seed: int) -> None:
        draw = np.random.default_rng(seed)
        self.s, self.m, self.draw, d = scenario, m, draw, scenario.dim
        self.signs = draw.choice([-1.0, 1.0], m // 2)
        w = scenario.alpha * draw.choice([-1.0, 1.0], (m // 2, 1))
        self.start = np.hstack([w, draw.normal(size=(m // 2, d))])
        X = draw.normal(size=(3, scenario.horizon, d))
        self.X = X / np.maximum(np.linalg.norm(X, axis=2, keepdims=True), 1)

    def states(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """h and ∂h by sample, time and neuron, over √n: norms are then those of the risk."""
        h, dh, found, slopes = 0.0, np.zeros((3, len(theta), theta.shape[1])), [], []
        for t in range(self.s.horizon):
            x = self.X[:, t]
            z = theta[:, 0] * h + x @ theta[:, 1:].T
            before = np.broadcast_to(h, z.shape)
            inner = np.concatenate(
                [before[..., None], np.broadcast_to(x[:, None], (*z.shape, x.shape[1]))], axis=2
            )
            h, slope = DERIVATIVES[self.s.activation](z)[:2]
            dh = slope[..., None] * (inner + theta[:, :1] * dh)
            found.append(h)
            slopes.append(dh)
        return np.array(found) / math.sqrt(3), np.array(slopes) / math.sqrt(3)

    def output(self, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """F, and its Jacobian by q."""
        (h, dh), (g, dg) = self.states(self.start + q), self.states(self.start - q)
        scale = self.signs / math.sqrt(self.m)
        F = ((h - g) * scale).sum(axis=2).ravel()
        J = (dh + dg) * scale[:, None]
        return F, J.reshape(F.size, -1)

    def within(self, rho_w: float, rho_u: float) -> np.ndarray:
        """Random q, most of them at their limits."""
        q = self.draw.normal(size=self.start.shape)
        q[:, 0] = np.sign(q[:, 0]) * rho_w * self.draw.choice([0.3, 1, 1], len(q))
        q[:, 1:] *= rho_u / np.linalg.norm(q[:, 1:], axis=1, keepdims=True)
        return q / math.sqrt(self.m)


CASES = [("tanh", 4), ("gaussian", 8), ("sin", 30), ("erf", 200)]


def networks(activation: str, m: int, seed: int) -> tuple[Network, TightConstants]:
    scenario = Scenario(
        horizon=3,
        dim=2,
        alpha=0.4,
        nu_w=0.8,
        nu_u=1.0,
        rho_w=1.1,
        rho_u=1.4,
        activation=activation,
    )
    return Network(scenario, m, seed), constants(scenario, m)[0]


@pytest.mark.parametrize(("activation", "m"), CASES)
def test_remainders(activation, m):
    """Taylor between q and q̄, at q alone, and at q̄ from 0, in the norm of the risk."""
    for seed in range(15):
        net, c = networks(activation, m, seed)
        s, T = net.s, float(c.T_H)
        q, bar = net.within(s.rho_w, s.rho_u), net.within(s.nu_w, s.nu_u)
        (F, J), (F_bar, _), (_, J0) = net.output(q), net.output(bar), net.output(0 * q)
        nu, rho = math.hypot(s.nu_w, s.nu_u), math.hypot(s.rho_w, s.rho_u)
        delta = (q - bar).ravel()
        # V counts both members of each pair.
        V = 2 * delta @ delta
        near = np.linalg.norm(J @ delta - (F - F_bar))
        assert near <= T * V * (rho / 3 + nu / 6) / m
        far = np.linalg.norm(J @ q.ravel() - F) + np.linalg.norm((J - J0) @ bar.ravel())
        assert far <= T * (rho**3 / 3 + rho**2 * nu / 2) / m
        assert np.linalg.norm(F_bar - J0 @ bar.ravel()) <= T * nu**3 / (6 * m)


@pytest.mark.parametrize(("activation", "m"), CASES)
def test_the_hessian_of_half_the_risk(activation, m):
    """‖Jδ‖² + ⟨e, D²F[δ, δ]⟩ ≤ (S + ‖e‖T_H‖ρ‖/m)‖δ‖², along steep and random directions."""
    step = 1e-5
    for seed in range(10):
        net, c = networks(activation, m, seed)
        q = net.within(net.s.rho_w, net.s.rho_u)
        F, J = net.output(q)
        e = F - net.draw.normal(size=F.shape)
        steep = np.linalg.svd(J)[2][0]
        for delta in (steep, net.draw.normal(size=steep.size)):
            shift = step * delta.reshape(q.shape)
            second = (net.output(q + shift)[1] - net.output(q - shift)[1]) @ delta / (2 * step)
            found = np.sum((J @ delta) ** 2) + e @ second
            # Both members of a pair move, so that ‖δ‖² in the theorem is twice that of q.
            S = float(c.S) + np.linalg.norm(e) * float(c.T_H) * float(c.q.rho) / m
            assert found <= 2 * S * (delta @ delta)
            assert np.linalg.norm(second) <= 2 * float(c.T_H * c.q.rho) / m * (delta @ delta)


@pytest.mark.parametrize("step", [1.0, 1.25])
@given(seed=st.integers(0, 10**6))
def test_training_with_tied_pairs_is_monotone(step, seed):
    """η = c/S' with the R₀ of the data; q is cut back to its radii."""
    net, c = networks("tanh", 20, seed)
    s, q = net.s, np.zeros_like(net.start)
    Y = net.output(net.within(s.nu_w, s.nu_u))[0] + 0.1 * net.draw.normal(size=9)
    S = float(c.S) + np.linalg.norm(Y) * float(c.T_H) * float(c.q.rho) / net.m
    risks = []
    for _ in range(40):
        F, J = net.output(q)
        risks.append(float(np.sum((F - Y) ** 2)))
        # Each member of a pair moves by half of what the gradient by q is.
        q = q - step / S * (J.T @ (F - Y)).reshape(q.shape) / 2
        q[:, 0] = np.clip(q[:, 0], -s.rho_w / math.sqrt(net.m), s.rho_w / math.sqrt(net.m))
        size = np.linalg.norm(q[:, 1:], axis=1, keepdims=True) * math.sqrt(net.m)
        q[:, 1:] /= np.maximum(size / s.rho_u, 1)
    assert all(b <= a * (1 + 1e-12) for a, b in pairwise(risks))
    assert risks[-1] < risks[0]
