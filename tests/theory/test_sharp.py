"""The constants of the sharp theorems, and propositions 3 to 6 in their sharp form."""

from __future__ import annotations

from hypothesis import given
from mpmath import mp, mpf

from rnnbound.theory.sharp_constants import SharpConstants
from tests.scenarios import scenarios, widths
from tests.theory.lifted import both, same


@given(scenarios(), widths)
def test_constants(scenario, m):
    with both(scenario) as (q, own):
        a = own.alpha_m(m)
        found, exact = SharpConstants(q, a), own.sharp(a)
        assert set(found.names) == set(exact)
        for name in found.names:
            value = getattr(found, name)
            assert same(value(m) if callable(value) else value, exact[name]), name


@given(scenarios())
def test_the_risk_before_training_is_a_sum_of_squares(scenario):
    """B_H² = Σ_t (ν_w w_t + ν_u u_t)², summed one t at a time."""
    with both(scenario) as (q, own):
        r = own.alpha * own.s1
        total = mpf(0)
        for t in range(1, own.T + 1):
            u = own.s1 * mp.fsum(r**k for k in range(t))
            w = own.s0 * own.s1 * mp.fsum(r**k for k in range(t - 1))
            total += (own.nu_w * w + own.nu_u * u) ** 2
        assert same(SharpConstants(q, own.alpha).B_H_squared, total)


@given(scenarios(), widths)
def test_propositions(scenario, m):
    with both(scenario) as (q, own):
        a = own.alpha_m(m)
        found, exact = SharpConstants(q, a), own.sharp(a)
        B, b = exact["B"], exact["b"]
        assert same(found.proposition3(m), 2 * B * mp.sqrt(mp.log(2 / own.delta) / m))
        assert same(found.proposition4(m, mpf(3)), b / (2 * mp.sqrt(m)) * 3)
        many = 2 * B * mp.sqrt(mp.log(2 * own.n * own.T / own.delta) / m)
        assert same(found.proposition5(m), many + b * own.nu2 / (2 * mp.sqrt(m)))
        F, y = found.proposition6()
        assert same(F, exact["L"] * mp.sqrt(own.rho2))
        assert same(y, B)


@given(scenarios(), widths)
def test_sharp_constants_are_below_the_corrected_ones(scenario, m):
    with both(scenario) as (q, own):
        a = own.alpha_m(m)
        sharp, corrected = SharpConstants(q, a), own.paper("corrected", a)
        assert sharp.L <= corrected["L"]
        assert sharp.B <= corrected["y_max"] * (1 + mpf(10) ** -40)
        assert sharp.b <= corrected["beta"] * (1 + mpf(10) ** -40)
        assert sharp.S <= own.T * corrected["L"] ** 2
