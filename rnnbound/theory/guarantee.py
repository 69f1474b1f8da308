"""What a theorem says: a bound on the risk, the terms it adds up from, and its hypotheses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, ClassVar, Final, Literal

from rnnbound.numbers.system import Number
from rnnbound.scenario.memory import alpha_m
from rnnbound.scenario.scenario_in_number_system import Quantities

Combine = Literal["sum", "squared-sum"]
#: Whose risk is bounded, of all the iterates of a training.
Iterate = Literal["last", "best", "average"]

#: The variants that are theorems; `printed` is version 1 of the paper, slips included.
TRUSTED: Final[Mapping[str, bool]] = {
    "printed": False,
    "corrected": True,
    "sharp": True,
    "tight": True,
}
VARIANTS: Final = tuple(TRUSTED)
WHY_NOT: Final[Mapping[str, str]] = {
    "printed": "as version 1 of the paper prints it; its proof has slips (see the errata)",
}

#: What the parts of a bound may be called.
TERMS: Final = ("optimization", "approximation", "linearization")


@dataclass(frozen=True, slots=True)
class RiskBound:
    """The right-hand side of a guarantee at one width and iteration count.

    Attributes:
        terms: named parts; only ``optimization`` depends on the number of iterations.
        combine: the bound is the sum of the terms, or the square of their sum.
        step_size: η of the method.
    """

    terms: Mapping[str, Number]
    combine: Combine
    step_size: Number

    @property
    def total(self) -> Number:
        """The sum of the terms."""
        return reduce(add, self.terms.values())

    @property
    def rest(self) -> Number:
        """What of the total no iteration removes."""
        return reduce(add, (x for name, x in self.terms.items() if name != "optimization"))

    @property
    def risk(self) -> Number:
        """The bound."""
        return self.total if self.combine == "sum" else self.total**2


class Theorem(ABC):
    """A guarantee whose constants depend on the width alone, through a = α_m.

    Attributes:
        title: statement and source.
        form: ``drift`` (best iterate) or ``descent`` (last iterate) where there are two forms.
        iterate: whose risk is bounded.
        expectation: what that risk is a mean over: ``sampling``, of mini-batches; None if nothing.
        rate: the optimization term is proportional to τ^(−rate).
        projects: whether weights are projected.
        projects_u: whether U is projected, and not W alone.
        competes: whether it may have the least m·τ of all forms.
        combine: how the terms make the bound.
    """

    title: str
    form: ClassVar[str | None] = None
    iterate: ClassVar[Iterate] = "best"
    expectation: ClassVar[Literal["sampling"] | None] = None
    rate: ClassVar[Literal["1/2", "1"]] = "1/2"
    combine: ClassVar[Combine]
    projects: ClassVar[bool] = True
    projects_u: ClassVar[bool] = True
    competes: ClassVar[bool] = True

    @abstractmethod
    def constants(self, q: Quantities, a: Number) -> Any:
        """The constants of the statement when every |W_ii| ≤ `a`."""

    def sketch(self, q: Quantities, a: Number) -> Any:
        """The same, or close to it and quicker, to search with."""
        return self.constants(q, a)

    def iterations(self, c: Any, m: Number, epsilon: Number) -> Number | None:
        """The real τ at which the bound at width `m` is `epsilon`; None if no τ is enough."""
        once = self.bound(c, m, c.q.ns.number(1))
        budget = epsilon if self.combine == "sum" else c.q.ns.sqrt(epsilon)
        left = budget - once.rest

        def needed() -> Number:
            ratio = once.terms["optimization"] / left
            return ratio if self.rate == "1" else ratio**2

        return c.q.ns.only(left > 0, needed)

    @abstractmethod
    def bound(self, c: Any, m: Number, tau: Number) -> RiskBound:
        """The bound at width `m` after `tau` steps, given its constants at that width."""

    def at(self, q: Quantities, m: Number, tau: Number) -> RiskBound:
        """The bound at width `m` after `tau` steps."""
        return self.bound(self.constants(q, alpha_m(q, m)), m, tau)
