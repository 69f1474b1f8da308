"""constants: the numbers that the lemmas and theorems are built from."""

from __future__ import annotations

from typing import Any

from flint import arb

from rnnbound.numbers import decimals
from rnnbound.numbers.balls import ACCURATE_BITS, BALLS, accurate
from rnnbound.numbers.count import Count, bits
from rnnbound.numbers.limits import Real
from rnnbound.planning.request import read_variants, read_width
from rnnbound.planning.results import Constants
from rnnbound.setting.memory import alpha_m as bound_at_width
from rnnbound.setting.quantities import quantities
from rnnbound.setting.scenario import Scenario
from rnnbound.theory.paper import PAPER
from rnnbound.theory.sharp import SharpConstants

_BY_VARIANT: dict[str, Any] = {**PAPER, "sharp": SharpConstants}


def constants(
    scenario: Scenario | None = None,
    *,
    width: Count | str | None = None,
    alpha_m: float | str | None = None,
    variant: str = "all",
) -> Constants:
    """The constants of each variant at horizon T.

    Args:
        scenario: the task; the documented default if None.
        width: m, even; sets α_m = α + ρ_w/√m.
        alpha_m: the bound on |W_ii| itself.  With neither, α_m = α (infinite width).
        variant: ``printed``, ``corrected``, ``sharp`` or ``all``.

    Raises:
        RequestError: the request is wrong; carries all faults.
    """
    scenario = scenario or Scenario()
    m, given = read_width(width, alpha_m)
    start = ACCURATE_BITS + 48 + 2 * scenario.horizon.bit_length() + (bits(m) if m else 0)

    def evaluate(cls: Any) -> list[arb]:
        q = quantities(scenario, BALLS)
        if m is not None:
            a = bound_at_width(q, BALLS.number(m))
        else:
            a = q.alpha if given is None else BALLS.number(given)
        c = cls(q, a)
        return [a, *(getattr(c, name) for name in cls.names)]

    found: dict[str, dict[str, Real | None]] = {}
    for name in read_variants(variant):
        cls = _BY_VARIANT[name]
        a, *values = accurate(lambda cls=cls: evaluate(cls), lambda balls: balls, start)  # type: ignore[misc]
        found[name] = dict(zip(cls.names, map(decimals.real, values), strict=True))
    return Constants(scenario, m, decimals.real(a), found)
