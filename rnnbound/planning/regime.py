"""regime: whether memory is short, critical or long."""

from __future__ import annotations

from flint import arb

from rnnbound.numbers import decimals
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.count import Count, bits
from rnnbound.planning.guarantee_record import CRITICAL_BITS, regime_name
from rnnbound.planning.request_reader import read_width
from rnnbound.planning.results import Regime
from rnnbound.scenario import memory
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.scenario_in_number_system import quantities


def regime(scenario: Scenario | None = None, *, width: Count | str | None = None) -> Regime:
    """The memory regime at a width, or at infinite width.

    Args:
        scenario: the task; the documented default if None.
        width: m, even.

    Raises:
        RequestError: the request is wrong; carries all faults.
    """
    scenario = scenario or Scenario()
    m, _ = read_width(width)
    with precision(CRITICAL_BITS + (bits(m) if m is not None else 0)):
        q = quantities(scenario, BALLS)
        a = q.alpha if m is None else memory.alpha_m(q, BALLS.number(m))
        moved = arb(0) if m is None else q.rho_w / BALLS.number(m).sqrt()
        r, start = memory.contraction(q, a), memory.contraction(q, q.alpha)
        name = regime_name(r, start, moved)
        critical = memory.critical_width(q) if q.alpha < memory.cutoff(q) else None
        growth = r.log()
        if not (r < 1 or r > 1):  # so wide that the movement alone tells
            growth = (moved / q.alpha).log1p() if name == memory.LONG else arb(0)
        return Regime(
            scenario=scenario,
            width=m,
            regime=name,
            alpha_m=decimals.real(a),
            contraction=decimals.real(r),
            cutoff=decimals.real(memory.cutoff(q)),
            critical_width=None if critical is None else decimals.real(critical),
            critical_width_log10=decimals.log10(critical) if critical else None,
            growth_per_step=decimals.real(growth),
        )
