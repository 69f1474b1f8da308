"""Planning for guarantees whose constants depend on the width alone (pgd, pgd-average, sgd).

With x = log m, log(m · least τ) is convex in x for each form (docs/theory.md, section 7), so a
one-dimensional convex search finds the true minimiser.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from flint import arb, ctx

from rnnbound.numbers.balls import BALLS
from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import LARGEST_EXPONENT, MagnitudeError, Real
from rnnbound.numbers.system import Number
from rnnbound.planning.convex_search import PAIR, first_holding, minimise
from rnnbound.planning.least_work_proof import FromBelow
from rnnbound.planning.log_convex_lower_bounds import Tangents, neighbour
from rnnbound.planning.solver import Evaluation, SearchedSolver
from rnnbound.scenario.memory import alpha_m
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import Theorem

_LOG_PAIR = math.log(PAIR)
#: A width at which nothing is left of what falls with the width.
_ENDLESS = arb(2) ** (1 << 60)
#: How closely a log-width is guessed with constants that are close, and with exact ones.
_ROUGH, _EXACT = 1e-5, 1e-11


class Projected(SearchedSolver):
    """The forms of one statement, the preferred one first; they share their constants."""

    def __init__(self, scenario: Scenario, forms: Sequence[Theorem]) -> None:
        super().__init__(scenario)
        self.forms = forms
        self._constants: dict[tuple[object, int], Any] = {}
        self._sketches: dict[float, Any] = {}
        self._widths: dict[float, arb] = {}

    def constants(self, m: arb, key: object) -> Any:
        """The constants at real width `m`, remembered under `key` and the precision."""
        slot = key, ctx.prec
        if slot not in self._constants:
            self._constants[slot] = self.forms[0].constants(self.q, alpha_m(self.q, m))
        return self._constants[slot]

    def sketch(self, x: float) -> Any:
        """The constants to search with at log-width `x`, which may be infinite."""
        if x not in self._sketches:
            q = self.q
            a = q.alpha if math.isinf(x) else alpha_m(q, self._width(x))
            self._sketches[x] = self.forms[0].sketch(q, a)
        return self._sketches[x]

    def _width(self, x: float) -> arb:
        """e^x, the same object every time."""
        if x not in self._widths:
            self._widths[x] = arb(x).exp()
        return self._widths[x]

    def evaluate(self, m: Count, tau: Count) -> Evaluation:
        width, steps = BALLS.number(m), BALLS.number(tau)
        c = self.constants(width, m)
        bounds = [(form, form.bound(c, width, steps)) for form in self.forms]
        form, bound = bounds[0]
        for other, candidate in bounds[1:]:
            # Only what is certainly smaller: a tie stays with the first form at any precision.
            if candidate.risk < bound.risk:
                form, bound = other, candidate
        q = self.q
        return Evaluation(
            bound=bound,
            title=form.title,
            form=form.form,
            iterate=form.iterate,
            expectation=form.expectation,
            a=alpha_m(q, width),
            radius_w=q.rho_w / q.ns.sqrt(width),
            radius_u=q.rho_u / q.ns.sqrt(width) if form.projects_u else None,
            margins=self._margins,
        )

    @cached_property
    def _margins(self) -> tuple[tuple[str, arb], ...]:
        """ρ − ν, subtracted as decimals: a ball around 0 would not tell that ρ ≥ ν."""
        s = self.scenario
        pairs = (("w", s.rho_w, s.nu_w), ("u", s.rho_u, s.nu_u))
        return tuple(
            (f"rho_{name} >= nu_{name}", BALLS.number(Decimal(repr(rho)) - Decimal(repr(nu))))
            for name, rho, nu in pairs
        )

    def iterations_guess(self, m: Count, epsilon: Real) -> arb | None:
        width = BALLS.number(m)
        c = self.constants(width, m)
        found = [form.iterations(c, width, BALLS.number(epsilon)) for form in self.forms]
        return min((tau for tau in found if tau is not None), default=None)

    def width_guess(self, tau: Count, epsilon: Real) -> arb | None:
        target, steps = BALLS.number(epsilon), BALLS.number(tau)
        endless = self.sketch(math.inf)
        if not any(form.bound(endless, _ENDLESS, steps).risk < target for form in self.forms):
            return None
        log_steps = float(steps.log())

        def needed(x: float, c: Any) -> float:
            """log of the τ needed at log-width x, less log τ."""
            return min(self._log_iterations(form, x, epsilon, c) for form in self.forms) - log_steps

        # No width has smaller constants than an endless one: what is too narrow for those is.
        least = first_holding(lambda x: needed(x, endless), _LOG_PAIR, tolerance=_ROUGH)
        close = _ROUGH if getattr(endless, "searching", False) else _EXACT
        return arb(first_holding(lambda x: needed(x, self.sketch(x)), least, None, close)).exp()

    def infimum(self, m: Count | None, tau: Count | None) -> arb:
        if m is not None:
            width = BALLS.number(m)
            c = self.constants(width, m)
            bounds = [(form, form.bound(c, width, arb(1))) for form in self.forms]
            return min(_combined(form, bound.rest) for form, bound in bounds)
        assert tau is not None
        c, steps = self.constants(_ENDLESS, None), BALLS.number(tau)
        risks: list[arb] = [form.bound(c, _ENDLESS, steps).risk for form in self.forms]
        return min(risks)

    def optimum(self, epsilon: float) -> tuple[arb, arb]:
        forms = [form for form in self.forms if form.competes] or self.forms

        def work(x: float) -> float:
            c = self.sketch(x)
            return x + max(0.0, min(self._log_iterations(form, x, epsilon, c) for form in forms))

        start = min(self._start(form, epsilon) for form in forms)
        x, value = minimise(work, start, 0.5, 0.05, _LOG_PAIR)
        return arb(x).exp(), arb(value - x).exp()

    def from_below(self, m: Count, tau: Count, epsilon: float) -> FromBelow:
        planned, steps, target = map(BALLS.number, (m, tau, epsilon))
        here = self.constants(planned, m)
        near = self.forms[0].constants(self.q, neighbour(self.q, here.a))
        risks = [form.bound(here, planned, steps).risk for form in self.forms]
        tangents = Tangents.of(here, near, (planned, steps, target, *risks))
        q = tangents.q
        target = q.ns.number(epsilon)

        def iterations(width: Number) -> Number:
            c = tangents.at(alpha_m(q, width))
            found = [form.iterations(c, width, target) for form in self.forms]
            return min((tau for tau in found if tau is not None), default=math.inf)

        return FromBelow(q.ns, iterations)

    def _start(self, form: Theorem, epsilon: float) -> float:
        """log m at which the terms other than optimization use half the budget, a being α."""
        c = self.sketch(math.inf)
        half = _budget(form, epsilon) / 2
        x = _LOG_PAIR
        for _ in range(60):
            width = arb(x).exp()
            excess = float((form.bound(c, width, arb(1)).rest / half).log())
            x = max(x + excess, _LOG_PAIR)
            if abs(excess) < 0.5 or x == _LOG_PAIR:
                break
            if x > LARGEST_EXPONENT:
                raise MagnitudeError
        return x

    def _log_iterations(self, form: Theorem, x: float, epsilon: Real, c: Any) -> float:
        """log of the τ needed at log-width `x` with constants `c`."""
        tau = form.iterations(c, self._width(x), BALLS.number(epsilon))
        return math.inf if tau is None else float(tau.log())


def _budget(form: Theorem, epsilon: float) -> arb:
    """What the terms may add up to."""
    target = BALLS.number(epsilon)
    return target if form.combine == "sum" else target.sqrt()


def _combined(form: Theorem, total: arb) -> arb:
    return total if form.combine == "sum" else total**2
