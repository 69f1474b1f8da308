"""constants: the numbers that the lemmas and theorems are built from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flint import arb

from rnnbound.numbers import decimals
from rnnbound.numbers.balls import ACCURATE_BITS, BALLS, accurate, precision
from rnnbound.numbers.count import Count, bits
from rnnbound.numbers.limits import MagnitudeError, Real
from rnnbound.planning.request_reader import read_variants, read_width
from rnnbound.planning.results import Constants
from rnnbound.scenario.memory import alpha_m as bound_at_width
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.scenario_in_number_system import Quantities, quantities
from rnnbound.theory.paper_constants import PAPER
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.tight_constants import DirectConstants, TightConstants

_BY_VARIANT: dict[str, type[Any]] = {**PAPER, "sharp": SharpConstants, "tight": DirectConstants}
#: What the constants of each variant are called.
NAMES: Final = {variant: tuple(cls.names) for variant, cls in _BY_VARIANT.items()}


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
        variant: ``printed``, ``corrected``, ``sharp``, ``tight`` or ``all``.

    Raises:
        RequestError: the request is wrong; carries all faults.
    """
    scenario = scenario or Scenario()
    m, given = read_width(width, alpha_m)
    start = ACCURATE_BITS + 64 + scenario.horizon.bit_length() + (bits(m) if m else 0)

    def bounded(q: Quantities) -> arb:
        if m is not None:
            a: arb = bound_at_width(q, BALLS.number(m))
            return a
        return q.alpha if given is None else BALLS.number(given)

    def evaluate(cls: Any) -> list[arb | None]:
        q = quantities(scenario, BALLS)
        c = cls(q, bounded(q))
        return [_value(c, name, m) for name in cls.names]

    def existing(values: list[arb | None]) -> list[arb]:
        return [x for x in values if x is not None]

    found: dict[str, dict[str, Real | None]] = {}
    reasons: dict[str, str] = {}
    for name in read_variants(variant):
        cls = _BY_VARIANT[name]
        try:
            values = accurate(lambda cls=cls: evaluate(cls), existing, start)  # type: ignore[misc]
            shown = [None if x is None else decimals.real(x) for x in values]
        except MagnitudeError as error:
            found[name], reasons[name] = dict.fromkeys(cls.names), str(error)
            continue
        found[name] = dict(zip(cls.names, shown, strict=True))
    with precision(start):
        shown_a = decimals.real(bounded(quantities(scenario, BALLS)))
    return Constants(scenario, m, shown_a, found, reasons)


def _value(c: Any, name: str, m: Count | None) -> arb | None:
    """A constant; None if there is none, or it depends on a width that is not given."""
    value: arb | Callable[[arb], arb | None] | None = getattr(c, name)
    if not callable(value):
        return value
    if m is None and isinstance(c, TightConstants):
        return None
    return value(BALLS.number(1 if m is None else m))
