"""The sharp lemma against unrolled sums, and against a real neuron's derivatives."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from rnnbound import Scenario
from rnnbound.theory.per_step_smoothness import smoothness
from tests.scenarios import scenarios, widths
from tests.theory.lifted import both, same

NAMES = {"u": "u", "w": "w", "b": "b", "sum_uu": "uu", "sum_uw": "uw", "sum_ww": "ww"}
NAMES |= {"sum_bb": "bb"}


@given(scenarios(longest=60), widths)
def test_the_recursion_is_the_unrolled_sum(scenario, m):
    with both(scenario) as (q, own):
        a = own.alpha_m(m)
        found, exact = smoothness(q, a), own.sums(a)
        for theirs, mine in NAMES.items():
            assert same(getattr(found, theirs), getattr(exact, mine)), theirs


@settings(max_examples=25)
@given(st.integers(65, 10**9), st.sampled_from(["0.2", "1", "1.000000000001", "0.999999999999"]))
def test_a_long_horizon_is_the_extrapolation_of_short_ones(horizon, alpha):
    with both(Scenario(horizon=horizon, alpha=alpha, activation="sin")) as (q, own):
        found, exact = smoothness(q, own.alpha), own.sums(own.alpha)
        for theirs, mine in NAMES.items():
            ratio = getattr(found, theirs) / getattr(exact, mine)
            assert abs(ratio - 1) < mpf(10) ** -25, theirs


def test_sanity_values_of_the_theory():
    """Section 4.5: tanh, T = 5, a = 0.5: L_5 2.6962, b_5 16.8574."""
    with both(Scenario(horizon=5, alpha=0.5)) as (q, own):
        found = smoothness(q, own.alpha)
        assert f"{float(mp.hypot(found.u, found.w)):.4f}" == "2.6962"
        assert f"{float(found.b):.4f}" == "16.8574"


@pytest.mark.parametrize("seed", range(6))
def test_no_neuron_has_larger_derivatives(seed):
    """Directional differences of one tanh neuron, at its worst points found at random."""
    draw = random.Random(seed)
    a, T = mpf("0.9"), 4
    with both(Scenario(horizon=T, alpha="0.9")) as (q, _):
        bound = smoothness(q, a)
        lipschitz = mp.hypot(bound.u, bound.w)
        steepest = bent = mpf(0)
        for _ in range(120):
            inputs = [draw.choice([-1, 1]) * draw.uniform(0.5, 1) for _ in range(T)]
            W, U = draw.uniform(-0.9, 0.9), draw.uniform(-1, 1)
            w, u = draw.gauss(0, 1), draw.gauss(0, 1)
            norm = (w * w + u * u) ** 0.5

            def state(s, W=W, U=U, w=w / norm, u=u / norm, inputs=inputs):
                h = mpf(0)
                for x in inputs:
                    h = mp.tanh((W + s * w) * h + (U + s * u) * x)
                return h

            h = mpf(10) ** -12
            low, mid, high = state(-h), state(mpf(0)), state(h)
            steepest = max(steepest, abs(high - low) / (2 * h))
            bent = max(bent, abs(high - 2 * mid + low) / h**2)
        assert 0.2 * lipschitz < steepest <= lipschitz
        assert 0.01 * bound.b < bent <= bound.b


def test_at_the_first_step_the_recurrent_weight_does_nothing():
    with both(Scenario(horizon=1)) as (q, own):
        assert smoothness(q, own.alpha).w == 0
        assert smoothness(q, own.alpha).sum_ww == 0
