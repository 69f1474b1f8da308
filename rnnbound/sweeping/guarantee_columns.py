"""What is guaranteed at many points at once, column by column, with the points left in doubt."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

from rnnbound.numbers.error_bounded_arrays import ARRAYS, UNIT, Approximate, Mask
from rnnbound.planning.assumption_sentences import TRAINING_DATA
from rnnbound.planning.cost import flops, memory_bytes
from rnnbound.scenario.memory import LONG, SHORT, alpha_m, contraction
from rnnbound.sweeping.scenario_arrays import Doubles, Problem
from rnnbound.theory.guarantee import TERMS, TRUSTED

#: Relative error that a value may have, in u: 10⁻¹².
_CLOSE: Final = 1e-12 / UNIT
_SMALLEST, _LARGEST = 1e-290, 1e290


class Answers:
    """Guarantees at a width and an iteration count for each point.

    Attributes:
        doubt: where a value that was asked for is not certain, or not exact enough.
    """

    def __init__(
        self, problem: Problem, method: str, variant: str, m: Doubles, tau: Doubles
    ) -> None:
        self._problem, self._method, self._variant = problem, method, variant
        self.m, self.tau = m, tau
        self.doubt: Mask = np.zeros(len(m), dtype=bool)
        self._width = ARRAYS.counts(m)
        self._constants = problem.constants(self._width)
        self._bounds = problem.bounds(self._constants, self._width, ARRAYS.counts(tau))

    @cached_property
    def _choice(self) -> Any:
        """The form of each point: the first one, or one that is certainly smaller."""
        choice = np.zeros(len(self.m), dtype=np.int64)
        least = self._bounds[0].risk
        for place, bound in enumerate(self._bounds[1:], 1):
            found = bound.risk < least
            self.doubt |= ~found.certain
            choice = np.where(found.holds, place, choice)
            least = ARRAYS.minimum(least, bound.risk)
        return choice

    def _chosen(self, values: list[Approximate]) -> Approximate:
        if len(values) == 1:
            return values[0]
        v, e = (
            np.choose(self._choice, np.broadcast_arrays(*parts, self.m)[:-1])
            for parts in ([x.v for x in values], [x.e for x in values])
        )
        return Approximate(v, e)

    @cached_property
    def risk(self) -> Approximate:
        """The bound."""
        return self._chosen([bound.risk for bound in self._bounds])

    def column(self, name: str) -> list[Any]:
        """The values of a column."""
        if name.startswith("terms."):
            return self._term(name.removeprefix("terms."))
        if name in {"width", "iterations"}:
            return self._whole(name)
        make: Callable[[], Approximate | list[Any]] = getattr(self, f"_{name}")
        return self._listed(make())

    def _listed(self, x: Approximate | list[Any]) -> list[Any]:
        return x if isinstance(x, list) else listed(x, self.doubt)

    def _whole(self, name: str) -> list[int]:
        values = self.m if name == "width" else self.tau
        found: list[int] = values.astype(np.int64).tolist()
        return found

    def _constant(self, value: Any) -> list[Any]:
        return [value] * len(self.m)

    def _risk_bound(self) -> Approximate:
        """From above, and at most the target that is met."""
        above, epsilon = _outward(self.risk, 1), self._problem.epsilon
        if epsilon is None:
            return above
        met = (self.risk <= epsilon).surely
        return Approximate(np.where(met, np.minimum(above.v, epsilon.v), above.v), above.e)

    def _risk_bound_log10(self) -> Approximate:
        return ARRAYS.log(self.risk) / ARRAYS.log(ARRAYS.number(10))

    def _step_size(self) -> Approximate:
        return _outward(self._chosen([bound.step_size for bound in self._bounds]), -1)

    def _alpha_m(self) -> Approximate:
        return alpha_m(self._problem.q, self._width)  # type: ignore[no-any-return]

    def _contraction(self) -> Approximate:
        return contraction(self._problem.q, self._alpha_m())  # type: ignore[no-any-return]

    def _radius_w(self) -> Approximate:
        return _outward(self._problem.q.rho_w / ARRAYS.sqrt(self._width), -1)

    def _radius_u(self) -> list[Any]:
        projected = [form.projects_u for form in self._problem.forms]
        radius = self._listed(_outward(self._problem.q.rho_u / ARRAYS.sqrt(self._width), -1))
        return [x if projected[i] else None for x, i in zip(radius, self._choice, strict=True)]

    def _regime(self) -> list[str]:
        found = self._contraction() < 1
        self.doubt |= ~found.certain
        short = np.broadcast_to(found.holds, self.m.shape)
        return [SHORT if x else LONG for x in short.tolist()]

    def _vacuous(self) -> list[bool]:
        below = (self.risk < self._problem.before_training_at_least).surely
        found = np.zeros(self.m.shape, dtype=bool)
        # Where it matters, for it takes its time.
        index = np.flatnonzero(~np.broadcast_to(below, self.m.shape))
        if len(index):
            compared = self.risk.take(index) >= self._problem.take(index).before_training
            self.doubt[index] |= ~np.broadcast_to(compared.certain, index.shape)
            found[index] = compared.holds
        listed: list[bool] = found.tolist()
        return listed

    def _of_form(self, read: Callable[[Any], Any]) -> list[Any]:
        values = [read(form) for form in self._problem.forms]
        return [values[i] for i in self._choice]

    def _statement(self) -> list[str]:
        return self._of_form(lambda form: form.title)

    def _form(self) -> list[str | None]:
        return self._of_form(lambda form: form.form)

    def _risk_of(self) -> list[str]:
        return self._constant(TRAINING_DATA)

    def _iterate(self) -> list[str]:
        return self._of_form(lambda form: form.iterate)

    def _expectation(self) -> list[str | None]:
        return self._of_form(lambda form: form.expectation)

    def _combine(self) -> list[str]:
        return self._of_form(lambda form: form.combine)

    def _term(self, name: str) -> list[Any]:
        if name not in self._bounds[0].terms:
            return self._constant(None)
        return self._listed(self._chosen([bound.terms[name] for bound in self._bounds]))

    def _dominant_term(self) -> list[str]:
        names = [name for name in TERMS if name in self._bounds[0].terms]
        terms = [self._chosen([bound.terms[name] for bound in self._bounds]) for name in names]
        best, largest = np.zeros(len(self.m), dtype=np.int64), terms[0]
        for place, term in enumerate(terms[1:], 1):
            found = term > largest
            self.doubt |= ~found.certain
            best = np.where(found.holds, place, best)
            largest = ARRAYS.maximum(largest, term)
        return [names[i] for i in best]

    def _width_log10(self) -> list[float]:
        return list(np.log10(self.m).tolist())

    def _iterations_log10(self) -> list[float]:
        return list(np.log10(self.tau).tolist())

    def _trusted(self) -> list[bool]:
        return self._constant(TRUSTED[self._variant])

    def _certified(self) -> list[bool]:
        return self._constant(True)

    def _tasks(self) -> list[Any]:
        q = self._problem.q
        symbols = np.broadcast_arrays(q.n.v, q.d.v, q.T.v, self.m)[:3]
        return [
            SimpleNamespace(samples=int(n), dim=int(d), horizon=int(T))
            for n, d, T in zip(*(x.tolist() for x in symbols), strict=True)
        ]

    def _memory_bytes(self) -> list[Any]:
        pairs = zip(self._tasks(), self._whole("width"), strict=True)
        return [memory_bytes(task, m) for task, m in pairs]

    def _flops(self) -> list[Any]:
        triples = zip(self._tasks(), self._whole("width"), self._whole("iterations"), strict=True)
        return [flops(task, self._method, m, tau) for task, m, tau in triples]


def _outward(x: Approximate, side: int) -> Approximate:
    """What is certainly not below (side 1) or not above (side −1) the truth."""
    return Approximate(x.v * (1 + side * (x.e + 2) * UNIT), 2 * x.e + 3)


def listed(x: Approximate, doubt: Mask) -> list[float]:
    """The values, in doubt where they are not exact enough."""
    v = np.broadcast_to(x.v, doubt.shape)
    # A double that is too small or too large to have all its digits is not one to trust.
    size = np.abs(v)
    usable = (v == 0) | ((size > _SMALLEST) & (size < _LARGEST))
    doubt |= ~(np.asarray(x.e) <= _CLOSE) | ~usable
    found: list[float] = v.tolist()
    return found
