"""Sharp SGD."""

from __future__ import annotations

from hypothesis import given
from mpmath import mpf

from rnnbound.theory.projected_descent import SharpDrift
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.stochastic_descent import SharpSGD
from tests.scenarios import scenarios, steps, widths
from tests.theory.lifted import both, same


@given(scenarios(), widths, steps)
def test_the_bound(scenario, m, tau):
    with both(scenario) as (q, own):
        found = SharpSGD(SharpConstants).at(q, mpf(m), mpf(tau))
        exact = own.sharp_form("sgd", mpf(m), mpf(tau))
        assert same(found.risk, exact.risk)
        assert same(found.step_size, exact.step)
        for name, term in exact.terms.items():
            assert same(found.terms[name], term), name
        drift = SharpDrift(SharpConstants).at(q, mpf(m), mpf(tau))
        assert found.terms["optimization"] == drift.terms["optimization"]
        assert found.risk > drift.risk
