"""Descent form with η = c/S': inversion, projected least squares, and the older form."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from rnnbound.theory.long_steps import (
    TiedDescent,
    TiedLongSteps,
    TightDescent,
    TightLongSteps,
    from_start,
)
from rnnbound.theory.projected_descent import SharpDescent
from rnnbound.theory.tight_constants import TightConstants
from tests.mpreals import REALS
from tests.tolerances import SAME_FORMULA

FORMS = {
    form.__name__: form(TightConstants)
    for form in (TightDescent, TightLongSteps, TiedDescent, TiedLongSteps)
}
ONE = mpf(1)


def given_constants(k: float, S: float, nu: float, curvature: float = 0.0) -> SimpleNamespace:
    """Constants at width 1: K, S, ‖ν‖, and what S' adds to S; a part of δ makes K larger."""
    q = SimpleNamespace(
        ns=REALS, nu_squared=mpf(nu) ** 2, nu=mpf(nu), rho=mpf(1), rho_squared=mpf(1)
    )
    return SimpleNamespace(
        q=q,
        K=lambda m, share=1: mpf(k) * mp.sqrt(m) / float(share),
        K_tied=lambda m, share=1: mpf(k) * mp.sqrt(m) / float(share),
        S_start=lambda m, share: mpf(S) * float(share),
        S=mpf(S),
        B_H=mpf(1),
        B_rms=mpf(1),
        b_H=mpf(curvature),
        T_H=mpf(curvature),
    )


sizes = st.floats(-8, 8).map(lambda x: 10**x)
constants = st.builds(given_constants, st.one_of(st.just(0.0), sizes), sizes, sizes, sizes)


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(60):
        yield


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@given(constants, st.floats(1e-12, 12))
def test_the_bound_after_the_iterations_for_a_target_is_the_target(form, c, share):
    """Some targets are out of reach: then the bound stays above them after any number of steps."""
    epsilon = (c.K(ONE) + mp.sqrt(c.S) * mp.sqrt(c.q.nu_squared)) ** 2 * mpf(share) ** 2
    tau = form.iterations(c, ONE, epsilon)
    if tau is None:
        endless = form.bound(c, ONE, mpf(10) ** 100)
        assert endless.risk >= epsilon * (1 - mpf(10) ** -30)
    else:
        assert abs(form.bound(c, ONE, tau).risk / epsilon - 1) < mpf(10) ** -30


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@given(constants, sizes)
def test_the_iterations_for_a_bound_are_the_iterations(form, c, tau):
    """Or fewer, where the bound is k/(1 − κ) from an earlier step on."""
    tau = mpf(tau)
    found = form.bound(c, ONE, tau)
    assert set(found.terms) == {"optimization", "approximation"}
    again = form.iterations(c, ONE, found.risk * (1 + mpf(10) ** -50))
    assert again is not None
    k = c.K(ONE)
    if mp.sqrt(found.risk) > mpf(3) / 2 * k * (1 + mpf(10) ** -12):
        # The bound loses digits where almost all of it is k.
        left = (mp.sqrt(found.risk) - k) / mp.sqrt(found.risk)
        assert abs(again / tau - 1) < mpf(10) ** -40 / left
    else:
        assert again <= tau * (1 + mpf(10) ** -20)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@given(constants, sizes)
def test_the_theorem_as_it_is_written(form, c, tau):
    """(1 − κ)x ≥ k, x ≥ k and τ ≥ S'‖ν‖²/(2c x(x − k)) at the bound, η = c/S'."""
    step = mpf(5) / 4 if "Long" in type(form).__name__ else mpf(1)
    kappa, S = (step - 1) / (2 - step), c.S + c.B_rms * c.b_H
    found = form.bound(c, ONE, mpf(tau))
    x, k, more = mp.sqrt(found.risk), c.K(ONE), 1 + mpf(10) ** -40
    assert (1 - kappa) * x * more >= k
    slack = 2 * step * x * (x - k) * mpf(tau) / (S * c.q.nu_squared)
    assert slack >= 1 - mpf(10) ** -20
    assert abs(found.step_size * S / step - 1) < SAME_FORMULA


@given(constants, sizes)
def test_never_above_the_older_form(c, tau):
    """K²/m + S'‖ν‖²/τ with the same constants."""
    tau = mpf(tau)
    old = SharpDescent(TightConstants).bound(c, ONE, tau).risk
    short, long = (form.bound(c, ONE, tau).risk for form in list(FORMS.values())[:2])
    more = 1 + mpf(10) ** -40
    assert short <= old * more
    # The longer step bounds the risk by 2.25 k² at least.
    assert long <= max(old, mpf(9) / 4 * c.K(ONE) ** 2) * more
    assert long >= mpf(9) / 4 * c.K(ONE) ** 2 / more


# --- projected least squares -------------------------------------------------------------------


def problem(seed: int):
    """½‖Jx − Y‖² over a box around 0 that holds x̄, with residual ē = Jx̄ − Y."""
    draw = np.random.default_rng(seed)
    p, q = draw.integers(1, 6, 2)
    J = draw.normal(size=(q, p))
    if draw.random() < 0.5:
        J = np.diag(np.exp(draw.uniform(-3, 0, max(p, q))))[:q, :p]
    target = draw.normal(size=p)
    cap = np.abs(target) * draw.choice([1.0, 1.0, 1.5, 100.0])
    S, nu = np.linalg.norm(J, 2) ** 2, float(np.linalg.norm(target))
    rest = draw.normal(size=q) * draw.choice([0, 0.05, 0.3, 1.0]) * nu * np.sqrt(S) * 0.3
    return J, J @ target - rest, cap, S, nu, float(np.linalg.norm(rest)), int(draw.integers(1, 40))


def descended(J, Y, cap, eta: float, tau: int) -> list[float]:
    x, risks = np.zeros(J.shape[1]), [float(np.sum(Y**2))]
    for _ in range(tau):
        x = np.clip(x - eta * J.T @ (J @ x - Y), -cap, cap)
        risks.append(float(np.sum((J @ x - Y) ** 2)))
    return risks


@pytest.mark.parametrize(("form", "near"), [("TightDescent", 0.8), ("TightLongSteps", 0.5)])
def test_random_projected_least_squares_never_exceed_the_bound(form, near):
    """There k = ‖ē‖ and S' = ‖J‖²; the last iterate is bounded and the risk monotone."""
    largest = 0.0
    with mp.workdps(20):
        for seed in range(600):
            J, Y, cap, S, nu, k, tau = problem(seed)
            found = FORMS[form].bound(given_constants(k, S, nu), ONE, mpf(tau))
            risks = descended(J, Y, cap, float(found.step_size), tau)
            # Rounding of sums of squares that begin at risks[0].
            tiny = 1e-12 * risks[0]
            assert all(b <= a + tiny for a, b in pairwise(risks)), seed
            assert risks[-1] <= float(found.risk) + tiny, seed
            largest = max(largest, risks[-1] / float(found.risk))
    # Problems come near the bound, or a bound that is too small would not be noticed.
    assert largest > near


@pytest.mark.parametrize("tau", [1, 5, 100])
def test_without_residual_the_rate_is_met(tau):
    """The bound is S‖ν‖²/(2τ); one coordinate with J² = S/(2τ + 1) keeps a share of 1/4 of it.

    A second coordinate makes ‖J‖² = S = 1.
    """
    J = np.diag([np.sqrt(1 / (2 * tau + 1)), 1.0])
    risks = descended(J, J @ np.array([1.0, 0.0]), np.array([1.0, 1.0]), 1.0, tau)
    bound = float(FORMS["TightDescent"].bound(given_constants(0, 1, 1), ONE, mpf(tau)).risk)
    # (1 − 1/(2τ+1))^{2τ} is between 1/e and 4/9.
    assert 0.24 * bound < risks[-1] <= bound


@given(constants, sizes)
def test_s_at_the_start_costs_a_twentieth_of_delta(c, tau):
    """S' from min( S , (√S_start + what is moved)² ), K for 95 % of δ."""
    for base in (TightLongSteps, TiedDescent):
        plain, form = base(TightConstants), from_start(base)(TightConstants)
        assert form.projects_u
        assert form.K(c, ONE) > plain.K(c, ONE) or not plain.K(c, ONE)
        moved = c.b_H if base is TightLongSteps else c.T_H / 2  # ‖ρ‖ = 1
        start = (mp.sqrt(c.S * 0.05) + moved) ** 2
        added = plain.hessian(c, ONE) - c.S
        exact = min(c.S, start) + added
        assert abs(form.hessian(c, ONE) / exact - 1) < mpf(10) ** -40
        assert form.bound(c, ONE, mpf(tau)).step_size >= plain.bound(c, ONE, mpf(tau)).step_size
