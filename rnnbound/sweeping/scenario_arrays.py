"""Many scenarios of one method, variant and activation, in arrays of doubles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from rnnbound.numbers.error_bounded_arrays import ARRAYS, UNIT, Approximate, Mask
from rnnbound.planning.projected_solver import Projected
from rnnbound.planning.solvers import solver_class
from rnnbound.scenario.memory import alpha_m
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.sweeping.tight_constants import TightArrays, least_mean_squares, mean_squares
from rnnbound.theory.guarantee import RiskBound, Theorem
from rnnbound.theory.methods import METHODS
from rnnbound.theory.tight_constants import TightConstants

Doubles = NDArray[np.float64]
Indices = NDArray[np.int64]

#: Which constants stand for others here.
_FOR: Final[Mapping[type[Any], type[Any]]] = {TightConstants: TightArrays}
#: Wide enough for a bound to show its limit, and no so wide that powers of it overflow.
_WIDE: Final = 1e40
_SYMBOLS: Final = tuple(f.name for f in fields(Quantities) if f.name not in {"ns", "activation"})


@dataclass(frozen=True)
class Problem:
    """A point for each entry of the arrays.

    Attributes:
        q: the symbols.
        epsilon: the targets; None where bounds are asked for.
        forms: of the statement, the preferred one first.
        make: the constants' class.
        known: its values that no width changes.
        sketched: the same of sketches.
    """

    q: Quantities
    epsilon: Approximate | None
    forms: Sequence[Theorem]
    make: Any
    known: Mapping[str, Any]
    sketched: Mapping[str, Any]

    @classmethod
    def of(
        cls, method: str, variant: str, q: Quantities, epsilon: Approximate | None
    ) -> Problem | None:
        """The problem, or None if doubles cannot answer for the method and variant."""
        if solver_class(method, variant) is not Projected:
            return None
        forms = METHODS[method].forms(variant)
        make = _FOR.get(forms[0].make, forms[0].make)
        start = make(q, q.alpha)
        known = {name: getattr(start, name) for name in make.at_start}
        sketched: dict[str, Any] = {}
        if make is TightArrays:
            rough = make.sketch(q, q.alpha)
            sketched = {name: getattr(rough, name) for name in make.at_start}
        return cls(q, epsilon, forms, make, known, sketched)

    def take(self, index: Indices) -> Problem:
        """The problem of some of the points."""
        q = replace(self.q, **{name: getattr(self.q, name).take(index) for name in _SYMBOLS})
        known, sketched = (
            {name: value.take(index) for name, value in values.items()}
            for values in (self.known, self.sketched)
        )
        epsilon = None if self.epsilon is None else self.epsilon.take(index)
        return Problem(q, epsilon, self.forms, self.make, known, sketched)

    @property
    def convex(self) -> bool:
        """Whether log m·τ is convex in log m, for what competes and at real m and τ."""
        return not self.tight and sum(form.competes for form in self.forms) == 1

    @property
    def tight(self) -> bool:
        """Whether the constants come from recursions, and have quicker sketches."""
        return self.make is TightArrays

    def constants(self, width: Approximate, sketch: bool = False) -> Any:
        """The constants at a width for each point, or a sketch of them to search with."""
        return self._made(alpha_m(self.q, width), sketch)

    def endless(self, sketch: bool = False) -> Any:
        """The constants at infinite width."""
        return self._made(self.q.alpha, sketch)

    def at(self, a: Approximate) -> Any:
        """The constants where every |W_ii| ≤ `a`."""
        return self._made(a, False)

    def _made(self, a: Approximate, sketch: bool) -> Any:
        if not self.tight:
            c = self.make(self.q, a)
            vars(c).update(self.known)
        elif sketch:
            c = self.make.sketch(self.q, a)
            vars(c).update(self.sketched)
        else:
            c = self.make(self.q, a)
            vars(c).update(self.known)
        return c

    @property
    def before_training(self) -> Approximate:
        """B_rms², which bounds the risk before any training; B_H² where it cannot be computed."""
        known = self.known.get("B_rms")
        return cast("Approximate", mean_squares(self.q) if known is None else known**2)

    @property
    def before_training_at_least(self) -> Approximate:
        """What that is not below, and quicker."""
        known = self.known.get("B_rms")
        return least_mean_squares(self.q) if known is None else known**2

    def steps(self, width: Approximate, c: Any = None, form: Theorem | None = None) -> Approximate:
        """The real τ that a form needs at a width, or the best one; infinite if none is enough."""
        c = self.constants(width) if c is None else c
        forms = self.forms if form is None else [form]
        found = [each.iterations(c, width, self.epsilon) for each in forms]
        return reduce(ARRAYS.minimum, cast("list[Approximate]", found))

    def bounds(self, c: Any, width: Approximate, tau: Approximate) -> list[RiskBound]:
        """The bound of each form."""
        return [form.bound(c, width, tau) for form in self.forms]

    def narrowest(self, width: Approximate) -> Approximate:
        """The limit of the bound at a width as τ grows."""
        bounds = self.bounds(self.constants(width), width, ARRAYS.number(1))
        limits = [x.rest if x.combine == "sum" else x.rest**2 for x in bounds]
        return cast("Approximate", reduce(ARRAYS.minimum, limits))

    def reachable(self, tau: Approximate) -> tuple[Mask, Mask, Approximate]:
        """Where some width surely is enough for `tau`, where surely none is, and the limit."""
        # Where noise is a minimum of bounds, infinity times zero would come up in it.
        width = Approximate(_WIDE if self.tight else np.inf)
        # As the planner decides it: with the constants that it searches with.
        bounds = self.bounds(self.endless(sketch=True), width, tau)
        limit = reduce(ARRAYS.minimum, [bound.risk for bound in bounds])
        # What is left of the terms that vanish with the width.
        left = reduce(np.maximum, [bound.rest.v / bound.total.v for bound in bounds])
        limit = Approximate(limit.v, limit.e + 4 * left / UNIT)
        found = limit < self.epsilon
        return found.surely, found.surely_not, limit


def exponential(x: Doubles) -> Approximate:
    """e^x, a width to search with."""
    return Approximate(np.exp(x), 8.0)


def logarithm(x: Approximate) -> tuple[Doubles, Doubles]:
    """log x, and how far it may be off, absolutely."""
    y = np.log(x.v)
    return y, x.slack() / np.abs(x.v) + 4 * UNIT * np.maximum(np.abs(y), 1.0)
