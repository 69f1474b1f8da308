"""Each counterexample against a computation that shares nothing with it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from mpmath import mp, mpf

import rnnbound
from rnnbound import RequestError
from rnnbound.theory.errata import NUMBERS, errata

#: A result is the double nearest to a ball of at least 80 bits.
DOUBLE = 2.5e-16
#: mpmath's numerical derivatives at 30 digits lose about half of them.
DERIVATIVE = 1e-12
#: Remarks quote four digits.
QUOTED = 5e-4
#: Monte Carlo: four standard errors of a frequency among SAMPLES, about 0.002.
SAMPLES = 1_000_000
FREQUENCY = 4 * 0.5 / SAMPLES**0.5

WITH_COUNTEREXAMPLE = (1, 3, 5, 6, 9, 11)


def case(number):
    (erratum,) = errata(number)
    return erratum.counterexample


def logistic(z):
    return 1 / (1 + mp.exp(-z))


def hidden(w, u, inputs):
    h = mpf(0)
    for x in inputs:
        h = logistic(w * h + mp.fdot(u, x))
    return h


def test_there_are_eleven_and_the_public_name_gives_them_all():
    assert [erratum.number for erratum in rnnbound.errata()] == list(range(1, 12)) == list(NUMBERS)
    assert [found.number for found in errata("3")] == [3]


def test_every_slip_has_a_different_repair():
    for erratum in errata():
        assert erratum.where
        assert erratum.reason
        assert erratum.slips
        for printed, repaired in erratum.slips:
            assert printed
            assert repaired
            assert printed != repaired


def test_counterexamples_exist_and_refute():
    found = {erratum.number: erratum.counterexample for erratum in errata()}
    assert tuple(n for n, c in found.items() if c is not None) == WITH_COUNTEREXAMPLE
    for number in WITH_COUNTEREXAMPLE:
        assert found[number].refutes
        assert found[number].printed_bound < found[number].observed
        assert found[number].observed <= found[number].repaired_bound * (1 + DOUBLE)


@pytest.mark.parametrize("number", [0, 12, -1, "eleven", "", 1.5, True, "1e400"])
def test_an_unknown_number_names_the_allowed_ones(number):
    with pytest.raises(RequestError, match="allowed: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"):
        errata(number)


@pytest.mark.parametrize("weight", [-2, 0, "0.5"])
def test_1_the_gradient_by_finite_differences(weight):
    found = case(1)
    with mp.workdps(30):
        inputs, point = [[1, 0]], (mpf(weight), mpf(0), mpf(1))

        def h(w, u1, u2):
            return hidden(w, (u1, u2), inputs)

        partials = [mp.diff(h, point, order) for order in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
        assert found.observed == pytest.approx(float(mp.norm(partials)), rel=DERIVATIVE)
    assert found.observed == 0.25
    assert found.printed_bound == 0.125
    assert found.repaired_bound == pytest.approx(2**0.5 / 4, rel=DOUBLE)


def test_3_the_hessian_by_finite_differences():
    found = case(3)
    with mp.workdps(30):
        a = mpf("0.05")

        def preactivation(w, u):
            return w * hidden(w, (u,), [[1]])

        orders = [[(2, 0), (1, 1)], [(1, 1), (0, 2)]]
        hessian = mp.matrix([[mp.diff(preactivation, (a, 0), o) for o in row] for row in orders])
        frobenius = mp.mnorm(hessian, "f")
        spectral = max(abs(x) for x in mp.eigsy(hessian, eigvals_only=True))
        # Lemmas 1 and 2 written out at T = d = 1, where μ0 = μ1 = 1 and σ0 = 1.
        s1, s2 = mpf(1) / 4, mp.sqrt(3) / 18
        curved = s2 * (a * s1 + 1)
        beta = curved + (s1**2 + s1 + s1 + curved) + s1**2 + curved
        gamma = mp.sqrt(2) * (2 * s1**2 + a * beta)
        repaired = curved + (s1**2 + 2 * curved) + s1**2 + curved
        repaired = 2 * mp.sqrt(2) * s1 + a * repaired
    assert found.observed == pytest.approx(float(frobenius), rel=DERIVATIVE)
    assert found.printed_bound == pytest.approx(float(gamma), rel=DOUBLE)
    assert found.repaired_bound == pytest.approx(float(repaired), rel=DOUBLE)
    assert round(found.observed, 4) == 0.3536
    assert round(found.printed_bound, 4) == 0.2416
    assert spectral > gamma
    assert "0.25," in found.remark


def deviations(seed):
    """|F̃_1 − F_1^Lin(Θ̄)| of sampled networks of two neurons with v_u = sign, X_0 = 1."""
    random = np.random.default_rng(seed)
    u = random.standard_normal(SAMPLES)
    c = random.choice([-1.0, 1.0], SAMPLES)
    total = np.zeros(SAMPLES)
    for sign in (c, -c):
        value = 1 / (1 + np.exp(-u))
        gradient = sign * value * (1 - value) / np.sqrt(2)
        total += gradient * sign * np.sign(u) / np.sqrt(2)
    # v_u σ' is odd, so F̃_1 = E[v_u(u) σ'(u)] = 0.
    assert abs(total.mean()) < FREQUENCY
    return np.abs(total)


def test_5_the_failure_probability_by_quadrature():
    found = case(5)
    with mp.workdps(30):
        radius = mp.sqrt(mp.log(1 / mpf("0.9")) / 2) / 2
        slope = mp.diff(logistic, mpf(1))
        assert slope > radius
        edge = mp.findroot(lambda z: mp.diff(logistic, z) - radius, mpf(2))
        mass = mp.quad(mp.npdf, [-edge, 0, edge])
    assert found.observed == pytest.approx(float(mass), rel=DERIVATIVE)
    assert round(found.observed, 2) == 0.94
    assert found.printed_bound == 0.9
    assert found.repaired_bound == 1
    quoted = float(re.search(r"\|u_0\| < ([\d.]+\d)", found.remark)[1])
    assert quoted == pytest.approx(float(edge), rel=QUOTED)


def test_5_the_failure_probability_by_sampling():
    radius = 0.5 * np.sqrt(np.log(1 / 0.9) / 2)
    failures = (deviations(seed=5) > radius).mean()
    assert case(5).observed == pytest.approx(failures, abs=FREQUENCY)


def test_5_the_repaired_radius_does_not_fail():
    assert (deviations(seed=50) <= 0.5 * np.sqrt(np.log(2 / 0.9) / 2)).all()


def test_6_the_two_numbers_and_what_they_do():
    found = case(6)
    assert (found.observed, found.printed_bound, found.repaired_bound) == (0.5, 0.125, 0.5)
    radius = 0.125 * np.sqrt(np.log(2 / 0.01) / 2)
    failures = (deviations(seed=6) > radius).mean()
    quoted = float(re.search(r"probability ([\d.]+\d)", found.remark)[1])
    assert quoted == pytest.approx(failures, abs=FREQUENCY + QUOTED)
    assert quoted > 0.01


@pytest.mark.parametrize(
    ("field", "drift"),
    [
        ("observed", lambda x: -4 * (x - mpf(1) / 2) ** 2 + 2),
        ("repaired_bound", lambda x: -2 * x**2 + 2 * x + mpf(1) / 2),
    ],
)
def test_9_the_risk_at_which_the_lyapunov_function_is_used_up(field, drift):
    """V starts at ‖ν‖² = 1 and changes by ηε·drift(√(R/ε)) in each of τ_0 steps."""
    steps = 1000
    with mp.workdps(30):
        step = 1 / (steps * (1 + mp.sqrt(2)) ** 2)  # ηε, by the definition of τ_0

        def left(risk):
            value = mpf(1)
            for _ in range(steps):
                value += step * drift(mp.sqrt(risk))
            return value

        limit = mpf(getattr(case(9), field))
        assert left(limit * (1 - mpf(DERIVATIVE))) > 0 > left(limit * (1 + mpf(DERIVATIVE)))


def test_9_the_numbers():
    found = case(9)
    assert round(found.observed, 2) == 3.61
    assert found.printed_bound == 2.25
    assert "it is 2.25 ε" in found.remark


def test_11_the_gradient_by_finite_differences():
    found = case(11)
    with mp.workdps(30):

        def preactivation(w, u):
            h = mpf(0)
            for _ in range(2):
                h = mp.tanh(w * h + u) / 50
            return w * h + u

        partials = [mp.diff(preactivation, (mpf(150), mpf(0)), order) for order in ((1, 0), (0, 1))]
        # Lemmas 1 and 2 written out: μ0 = 1 + 150/50 = 4, σ0 = σ1 = 1/50.
        lipschitz = mpf(4) ** 2 * (1 + mpf(1) / 2500) / 2500
        printed = mp.sqrt(2) * (mpf(51) / 50 + 150 * lipschitz)
        repaired = mp.sqrt(2) * (mpf(51) / 50 + 150 * mp.sqrt(1 + mpf(1) / 2500) * 4 / 50)
    assert found.observed == pytest.approx(float(mp.norm(partials)), rel=DERIVATIVE)
    assert found.observed == 13
    assert found.printed_bound == pytest.approx(float(printed), rel=DOUBLE)
    assert found.repaired_bound == pytest.approx(float(repaired), rel=DOUBLE)
    assert round(found.observed / found.printed_bound, 1) == 4.6
