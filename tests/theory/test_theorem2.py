"""Theorem 2: requirements at an internal ε, and the reach of the sharp form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.unprojected_descent import SharpTheorem2, Theorem2Corrected, Theorem2Printed
from tests.scenarios import scenarios, steps, widths
from tests.theory.lifted import both, same

VERSIONS = {"printed": Theorem2Printed(), "corrected": Theorem2Corrected()}
internal = st.floats(1e-9, 1e3).map(lambda x: float(f"{x:.6g}"))


@pytest.mark.parametrize("version", VERSIONS)
@given(scenario=scenarios(), epsilon=internal)
def test_requirements(version, scenario, epsilon):
    with both(scenario) as (q, own):
        found = VERSIONS[version].requirements(q, mpf(repr(epsilon)))
        exact = own.needs(version, mpf(repr(epsilon)))
        assert same(found.m, exact.m)
        assert same(found.tau, exact.tau)
        assert same(found.step_size, exact.eta)
        assert same(found.radius, exact.lam)
        assert same(found.a, exact.a)


@pytest.mark.parametrize("version", VERSIONS)
@given(scenario=scenarios(), epsilon=internal)
def test_the_guarantee_is_nine_quarters_of_the_internal_epsilon(version, scenario, epsilon):
    with both(scenario) as (q, _):
        found = VERSIONS[version].bound(q, mpf(repr(epsilon)))
        assert same(found.risk, 9 * mpf(repr(epsilon)) / 4)
        assert same(mp.fsum(found.terms.values()) ** 2, found.risk)


@given(scenarios(), st.floats(1e-3, 1e6))
def test_the_corrected_radius_holds_the_target(scenario, epsilon):
    with both(scenario) as (q, own):
        radius = VERSIONS["corrected"].requirements(q, mpf(epsilon)).radius
        assert radius >= max(own.nu_w, own.nu_u)


@given(scenarios(), widths, steps, st.floats(1, 3))
def test_reach(scenario, m, tau, factor):
    with both(scenario) as (q, own):
        theorem = SharpTheorem2(SharpConstants)
        a = own.alpha * mpf(factor)
        found = theorem.reach(theorem.constants(q, a), mpf(m), mpf(tau))
        assert same(found, own.reach(a, mpf(m), mpf(tau)))


@given(scenarios(), st.floats(1, 4), st.floats(1, 4))
def test_the_recurrent_share_falls_with_the_weight_bound_so_the_root_is_unique(scenario, x, y):
    """S_w/S is non-increasing in a? Section 6.2 says so for the sharp constants."""
    with both(scenario) as (_, own):
        low, high = sorted((own.alpha * mpf(x), own.alpha * mpf(y)))
        shares = []
        for a in (low, high):
            sums = own.sums(a)
            shares.append(sums.ww / (sums.uu + sums.ww))
        m, tau = mpf(100), mpf(100)
        excess = [own.reach(a, m, tau) - a for a in (low, high)]
        assert low == high or excess[1] < excess[0]
        assert shares[1] <= shares[0] * (1 + mpf(10) ** -40)
