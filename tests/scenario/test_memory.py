"""Memory: α_m, the contraction factor, the cut-off and the critical width."""

from __future__ import annotations

from hypothesis import assume, given
from mpmath import mp, mpf

from rnnbound.scenario import memory
from rnnbound.scenario.scenario_in_number_system import quantities
from tests.mpreals import REALS
from tests.naive import Naive
from tests.scenarios import scenarios, widths
from tests.tolerances import SAME_FORMULA


@given(scenarios(), widths)
def test_the_weight_bound_and_the_contraction(scenario, m):
    with mp.workdps(50):
        q, own = quantities(scenario, REALS), Naive(scenario)
        a = memory.alpha_m(q, mpf(m))
        assert abs(a / own.alpha_m(m) - 1) < SAME_FORMULA
        assert abs(memory.contraction(q, a) / (own.alpha_m(m) * own.s1) - 1) < SAME_FORMULA
        assert abs(memory.cutoff(q) * own.s1 - 1) < SAME_FORMULA


@given(scenarios())
def test_the_contraction_is_one_at_the_critical_width(scenario):
    with mp.workdps(50):
        q = quantities(scenario, REALS)
        assume(q.rho_w > 0)
        assume(q.alpha < memory.cutoff(q))
        m = memory.critical_width(q)
        assert abs(memory.contraction(q, memory.alpha_m(q, m)) - 1) < SAME_FORMULA
        wider = memory.contraction(q, memory.alpha_m(q, m * 2))
        narrower = memory.contraction(q, memory.alpha_m(q, m / 2))
        assert wider < 1 < narrower
