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
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal

from rnnbound.numbers.limits import SIGNIFICANT
from rnnbound.scenario.scenario import Scenario

if TYPE_CHECKING:
    from rnnbound.planning.results import Request

_LARGEST: Final = sys.float_info.max
#: Counts up to this are told from their neighbours; beyond it those of 17 digits are, each
#: decade of which has so many.
_MOST_EXACT: Final = 10**30
_MANTISSA: Final[int] = 10 ** (SIGNIFICANT - 1)
_PER_DECADE: Final = 9 * _MANTISSA
#: Above it, exp overflows.
_LARGEST_LOG: Final = math.log(_LARGEST) - 1e-9


#: Where the bound, as computed, provably moves one way with an unknown: always; for the solvers
#: that say so of themselves; or there, but for tight constants, which depend on it: they are
#: proved upper bounds within 10⁻⁶ of what moves one way, and averages over the start, which are
#: taken over cells, jump by some per cent as α changes.
Monotone = Literal["always", "by solver", "by solver and formula"]


@dataclass(frozen=True, kw_only=True)
class Unknown(ABC):
    """A quantity that can be solved for.

    Attributes:
        name: what the command line and the result call it.
        title: in words.
        symbol: in the theory.
        harder: whether a larger value is harder, so that the largest one is looked for.
        monotone: where the bound moves one way with it.
    """

    name: str
    title: str
    symbol: str
    harder: bool
    monotone: Monotone

    def __post_init__(self) -> None:
        for field in ("name", "title", "symbol"):
            if not getattr(self, field):
                raise ValueError(f"unknown {self.name!r}: {field} is empty")

    @property
    def direction(self) -> str:
        """Whether the smallest or the largest value is looked for."""
        return "largest" if self.harder else "smallest"

    def settings(self, scenario: Scenario, value: Any) -> Mapping[str, Any]:
        """The fields of the scenario, or of the request, that give it this value."""
        del scenario
        return {self.name: value}

    @abstractmethod
    def filled_in(
        self, scenario: Scenario, request: Request, value: Any
    ) -> tuple[Scenario, Request]:
        """The scenario and the request with this value."""


@dataclass(frozen=True, kw_only=True)
class Asked(Unknown):
    """What a request holds: the target risk, or a count.

    Attributes:
        step: the distance of two neighbouring counts; None of a risk, whose values are doubles.
    """

    step: int | None
    harder: bool = False

    def filled_in(
        self, scenario: Scenario, request: Request, value: Any
    ) -> tuple[Scenario, Request]:
        return scenario, replace(request, **self.settings(scenario, value))


@dataclass(frozen=True, kw_only=True)
class Ranked(Unknown):
    """A quantity of the scenario, of which more is always easier, or always harder.

    Attributes:
        most: the highest rank; the lowest is 1.
    """

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

    def put(self, scenario: Scenario, value: Any) -> Scenario:
        """The scenario with this value."""
        return Scenario(**{**asdict(scenario), **self.settings(scenario, value)})

    def filled_in(
        self, scenario: Scenario, request: Request, value: Any
    ) -> tuple[Scenario, Request]:
        return self.put(scenario, value), request


class Whole(Ranked):
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


class Positive(Ranked):
    """A positive double, ranked by its place among them."""

    def value(self, rank: int) -> float:
        return float(struct.unpack("<d", rank.to_bytes(8, "little"))[0])

    def rank(self, log: float) -> int:
        value = _LARGEST if log >= _LARGEST_LOG else math.exp(log)
        return min(max(1, place(value)), self.most)

    def of(self, scenario: Scenario) -> float:
        return float(getattr(scenario, self.name))


class Radii(Positive):
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


#: The largest count that a scenario can hold, and the largest double, as ranks.
MOST_WHOLE: Final = _whole_rank(_LARGEST)
MOST_POSITIVE: Final = place(_LARGEST)

_EXACTLY: Final[Monotone] = "always"
_BY_SOLVER: Final[Monotone] = "by solver"
_BY_FORMULA: Final[Monotone] = "by solver and formula"

_LISTED: Final[tuple[Unknown, ...]] = (
    Asked(name="epsilon", title="risk", symbol="ε", monotone=_EXACTLY, step=None),
    Asked(name="width", title="width", symbol="m", monotone=_BY_FORMULA, step=2),
    Asked(name="iterations", title="iteration count", symbol="τ", monotone=_BY_SOLVER, step=1),
    Whole(
        name="horizon",
        title="horizon",
        symbol="T",
        harder=True,
        monotone=_BY_FORMULA,
        most=MOST_WHOLE,
    ),
    Positive(
        name="alpha",
        title="weight scale",
        symbol="α",
        harder=True,
        monotone=_BY_FORMULA,
        most=MOST_POSITIVE,
    ),
    Positive(
        name="delta",
        title="failure probability",
        symbol="δ",
        harder=False,
        monotone=_EXACTLY,
        most=place(1.0) - 1,
    ),
    Radii(
        name="nu",
        title="radius of the target class",
        symbol="ν",
        harder=True,
        monotone=_BY_FORMULA,
        most=MOST_POSITIVE,
    ),
    Whole(
        name="samples",
        title="number of samples",
        symbol="n",
        harder=True,
        monotone=_EXACTLY,
        most=MOST_WHOLE,
    ),
)
#: What can be solved for, by name, in the order in which it is listed.
UNKNOWNS: Final[dict[str, Unknown]] = {unknown.name: unknown for unknown in _LISTED}
