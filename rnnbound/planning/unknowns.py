"""What `solve` can solve for: the values that each unknown may take, in order.

The values that a scenario can hold are ranked: a count by itself, a real number by its place
among the positive doubles.  So one exact search over integers serves all, two neighbouring ranks
are two neighbouring values, and every value is one that can be given to `bound` and `plan`.
"""

from __future__ import annotations

import math
import struct
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from rnnbound.numbers.limits import SIGNIFICANT
from rnnbound.scenario.scenario import Scenario

_LARGEST: Final = sys.float_info.max
#: Counts up to this are told from their neighbours; beyond it those of 17 digits are, each
#: decade of which has so many.
_MOST_EXACT: Final = 10**30
_MANTISSA: Final[int] = 10 ** (SIGNIFICANT - 1)
_PER_DECADE: Final = 9 * _MANTISSA
#: Above it, exp overflows.
_LARGEST_LOG: Final = math.log(_LARGEST) - 1e-9


@dataclass(frozen=True)
class Unknown(ABC):
    """A quantity of the scenario, of which more is always easier, or always harder.

    Attributes:
        name: what it is called.
        symbol: in the theory.
        harder: whether a larger value is harder, so that the largest one is looked for.
        most: the highest rank; the lowest is 1.
    """

    name: str
    symbol: str
    harder: bool
    most: int

    @property
    def easiest(self) -> int:
        """The rank at which the guarantee is easiest to have."""
        return 1 if self.harder else self.most

    @abstractmethod
    def value(self, rank: int) -> int | float:
        """The value of that rank."""

    @abstractmethod
    def rank(self, log: float) -> int:
        """The rank of the value whose logarithm is about `log`."""

    @abstractmethod
    def of(self, scenario: Scenario) -> int | float:
        """Its value in a scenario."""

    def settings(self, scenario: Scenario, value: Any) -> Mapping[str, Any]:
        """The fields of the scenario that give it this value."""
        del scenario
        return {self.name: value}

    def put(self, scenario: Scenario, value: Any) -> Scenario:
        """The scenario with this value."""
        return Scenario(**{**asdict(scenario), **self.settings(scenario, value)})


class _Whole(Unknown):
    """A count, ranked by itself, or by its place among those of 17 digits if it is very large."""

    def value(self, rank: int) -> int:
        beyond = rank - _MOST_EXACT
        if beyond <= 0:
            return rank
        decade, place = divmod(beyond, _PER_DECADE)
        return int((_MANTISSA + place) * (_MOST_EXACT // _MANTISSA) * 10**decade)

    def rank(self, log: float) -> int:
        return self.most if log >= _LARGEST_LOG else min(_whole_rank(math.exp(log)), self.most)

    def of(self, scenario: Scenario) -> int:
        return int(getattr(scenario, self.name))


class _Positive(Unknown):
    """A positive double, ranked by its place among them."""

    def value(self, rank: int) -> float:
        return float(struct.unpack("<d", rank.to_bytes(8, "little"))[0])

    def rank(self, log: float) -> int:
        value = _LARGEST if log >= _LARGEST_LOG else math.exp(log)
        return min(max(1, place(value)), self.most)

    def of(self, scenario: Scenario) -> float:
        return float(getattr(scenario, self.name))


class _Radii(_Positive):
    """ν_w and ν_u in the proportion that the scenario gives them; the larger one is the value.

    A projection radius that equals its ν follows it; a larger one stays for as long as ν does not
    exceed it.
    """

    def of(self, scenario: Scenario) -> float:
        return max(scenario.nu_w, scenario.nu_u)

    def settings(self, scenario: Scenario, value: float) -> Mapping[str, float]:
        s = scenario
        unit = Fraction(repr(self.of(s)))
        found: dict[str, float] = {}
        for side, nu, rho in (("w", s.nu_w, s.rho_w), ("u", s.nu_u, s.rho_u)):
            scaled = float(Fraction(repr(value)) * Fraction(repr(nu)) / unit)
            found[f"nu_{side}"] = scaled
            found[f"rho_{side}"] = scaled if rho == nu else max(rho, scaled)
        return found


def _whole_rank(x: float) -> int:
    """The rank of the count nearest to `x`, or next to it."""
    if x < _MOST_EXACT:
        return max(1, round(x))
    decade = Decimal(x).adjusted() - (len(str(_MOST_EXACT)) - 1)
    digits = int(Decimal(x).scaleb(SIGNIFICANT - 1 - Decimal(x).adjusted()))
    return _MOST_EXACT + decade * _PER_DECADE + digits - _MANTISSA


def place(x: float) -> int:
    """The place of `x` > 0 among the positive doubles, the smallest being 1."""
    return int.from_bytes(struct.pack("<d", x), "little")


SCENARIO_UNKNOWNS: Final[Mapping[str, Unknown]] = {
    unknown.name: unknown
    for unknown in (
        _Whole("horizon", "T", True, _whole_rank(_LARGEST)),
        _Positive("alpha", "α", True, place(_LARGEST)),
        _Positive("delta", "δ", False, place(1.0) - 1),
        _Radii("nu", "ν", True, place(_LARGEST)),
        _Whole("samples", "n", True, _whole_rank(_LARGEST)),
    )
}
#: What else can be solved for: what a request holds.
REQUEST_UNKNOWNS: Final[Mapping[str, str]] = {"epsilon": "ε", "width": "m", "iterations": "τ"}
UNKNOWNS: Final = (*REQUEST_UNKNOWNS, *SCENARIO_UNKNOWNS)
