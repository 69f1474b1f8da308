"""Corollary 1: the average iterate."""

from __future__ import annotations

import pytest
from hypothesis import given
from mpmath import mpf

from rnnbound.theory.average_iterate import Corollary1Corrected, Corollary1Printed, SharpAverage
from rnnbound.theory.paper_constants import PAPER
from rnnbound.theory.projected_descent import Theorem1
from rnnbound.theory.sharp_constants import SharpConstants
from tests.scenarios import scenarios, steps, widths
from tests.theory.lifted import both, same

VERSIONS = {"printed": Corollary1Printed(), "corrected": Corollary1Corrected()}


@pytest.mark.parametrize("version", VERSIONS)
@given(scenario=scenarios(), m=widths, tau=steps)
def test_the_paper_s_bound(version, scenario, m, tau):
    with both(scenario) as (q, own):
        found = VERSIONS[version].at(q, mpf(m), mpf(tau))
        exact = own.paper_risk("pgd-average", version, mpf(m), mpf(tau))
        assert same(found.risk, exact.risk)
        assert same(found.step_size, exact.step)
        assert set(found.terms) == set(exact.terms)
        for name, term in exact.terms.items():
            assert same(found.terms[name], term), name
        best = Theorem1(PAPER[version]).at(q, mpf(m), mpf(tau))
        assert found.risk > 4 * best.risk


@given(scenarios(), widths, steps)
def test_the_sharp_bound(scenario, m, tau):
    with both(scenario) as (q, own):
        found = SharpAverage(SharpConstants).at(q, mpf(m), mpf(tau))
        exact = own.sharp_form("pgd-average", mpf(m), mpf(tau))
        assert same(found.risk, exact.risk)
        assert same(found.step_size, exact.step)
        assert set(found.terms) == set(exact.terms)
        for name, term in exact.terms.items():
            assert same(found.terms[name], term), name
