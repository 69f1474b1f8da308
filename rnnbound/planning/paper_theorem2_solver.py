"""Planning for Theorem 2, printed and corrected: a free internal ε.

The m and the τ that it requires are log-convex in y = log ε (docs/theory.md, section 7), so the
ε that a given m, or a given τ, allows form an interval; the guarantee is 9/4 of the smallest
one in both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from flint import arb, ctx

from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.count import Count, at_least, bits
from rnnbound.numbers.limits import Real
from rnnbound.planning.convex_search import PAIR, convex_floor, crossing, minimise
from rnnbound.planning.least_work_proof import FromBelow
from rnnbound.planning.solver import Evaluation, Solver
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.unprojected_descent import Requirements, Theorem2

#: How closely the best y is looked for.
_CLOSE = 1e-3
#: The largest y that is searched, where a requirement falls for ever (T = 1).
_HIGHEST = 1e4


class InternalEpsilon(Solver):
    """Searches run over y = log ε."""

    def __init__(self, scenario: Scenario, forms: Sequence[Theorem2]) -> None:
        super().__init__(scenario)
        (self.theorem,) = forms
        self._requirements: dict[tuple[float, int], Requirements] = {}
        self._lowest: dict[tuple[bool, int], float] = {}

    def requirements(self, y: float) -> Requirements:
        """What the internal ε = e^y requires."""
        key = y, ctx.prec
        if key not in self._requirements:
            self._requirements[key] = self.theorem.requirements(self.q, arb(y).exp())
        return self._requirements[key]

    def evaluate(self, m: Count, tau: Count) -> Evaluation | None:
        width, steps = BALLS.number(m), BALLS.number(tau)
        by_width = self._smallest(lambda need: need.m / width - 1, True)
        by_steps = self._smallest(lambda need: need.tau / steps - 1, False)
        if by_width is None or by_steps is None:
            return None
        epsilon = max(by_width, by_steps)
        need = self.theorem.requirements(self.q, epsilon)
        if not (need.m <= width and need.tau <= steps):
            return None
        return Evaluation(
            bound=self.theorem.bound(self.q, epsilon),
            title=self.theorem.title,
            form=None,
            iterate=self.theorem.iterate,
            expectation=self.theorem.expectation,
            a=need.a,
            radius_w=None,
            radius_u=None,
            margins=(
                ("width >= m(epsilon)", width - need.m),
                ("iterations >= tau(epsilon)", steps - need.tau),
            ),
        )

    def _smallest(self, excess: Callable[[Requirements], arb], of_width: bool) -> arb | None:
        """The smallest ε with excess ≤ 0, from above; None if there is none."""

        def at(epsilon: arb) -> arb:
            return excess(self.theorem.requirements(self.q, epsilon))

        inside = arb(self._argmin(of_width)).exp().mid()
        if not at(inside) <= 0:
            return None
        outside, factor = (inside / 2).mid(), arb(2)
        while at(outside) <= 0:
            factor *= factor
            outside = (outside / factor).mid()
        return crossing(at, outside, inside, ctx.prec - 24)[1]

    def _argmin(self, of_width: bool) -> float:
        """The y at which the m (or the τ) required is least."""
        key = of_width, ctx.prec
        if key not in self._lowest:
            need = self._log_m if of_width else self._log_tau
            start = 2 * math.log(self.scenario.horizon)
            self._lowest[key] = -minimise(lambda u: need(-u), start, 1.0, 1e-5, -_HIGHEST)[0]
        return self._lowest[key]

    def _log_m(self, y: float) -> float:
        return float(self.requirements(y).m.log())

    def _log_tau(self, y: float) -> float:
        return float(self.requirements(y).tau.log())

    def _top(self, epsilon: float) -> float:
        """log(4ε/9), the largest internal ε for a risk of ε."""
        return float((4 * BALLS.number(epsilon) / 9).log())

    def optimum(self, epsilon: float) -> tuple[arb, arb]:
        need = self.requirements(self._best_log(epsilon))
        return BALLS.maximum(need.m, arb(PAIR)), BALLS.maximum(need.tau, arb(1))

    def _best_log(self, epsilon: float) -> float:
        """About the y at which m·τ is least."""
        # minimise() wants an interval that is open to the right: mirror y.
        mirrored = -self._top(epsilon)
        return -minimise(lambda u: self._log_work(-u), mirrored, 1.0, _CLOSE, mirrored)[0]

    def _log_work(self, y: float) -> float:
        """log m·τ, convex in y."""
        return max(math.log(PAIR), self._log_m(y)) + max(0.0, self._log_tau(y))

    def from_below(self, m: Count, tau: Count, epsilon: float) -> FromBelow:
        """The least work at any y; of single widths nothing is known."""
        del m, tau
        y, top = self._best_log(epsilon), self._top(epsilon)
        around = sorted({min(y + k * _CLOSE, top) for k in range(-2, 3)})
        floor = convex_floor([(z, self._log_work(z)) for z in around], top)
        return FromBelow(BALLS, lambda _: arb(1), arb(floor).exp())

    def least_iterations(self, m: Count, epsilon: Real) -> Count | None:
        return self._least(m, epsilon, of_width=False)

    def least_width(self, tau: Count, epsilon: Real) -> Count | None:
        return self._least(tau, epsilon, of_width=True)

    def _least(self, limit: Count, epsilon: Real, of_width: bool) -> Count | None:
        """The least width (or iteration count) that goes with the other one, `limit`."""
        step = PAIR if of_width else 1
        needed = bits(limit)
        while True:
            with precision(self.start_bits + needed):
                internal = self._internal(limit, epsilon, of_width)
                if internal is None:
                    return None
                need = self.theorem.requirements(self.q, internal)
                found = at_least((need.m if of_width else need.tau).upper(), step)
            if bits(found) <= needed:
                return found
            needed = bits(found)

    def _internal(self, limit: Count, epsilon: Real, of_width: bool) -> arb | None:
        """The internal ε ≤ 4ε/9 at which the wanted count is least and the other within `limit`."""
        top = (4 * BALLS.number(epsilon) / 9).lower()
        given, wanted = (
            BALLS.minimum(arb(self._argmin(which)).exp().mid(), top)
            for which in (not of_width, of_width)
        )
        bound = BALLS.number(limit)

        def excess(internal: arb) -> arb:
            need = self.theorem.requirements(self.q, internal)
            over: arb = (need.tau if of_width else need.m) / bound - 1
            return over

        if excess(wanted) <= 0:
            return wanted
        if given == wanted or not excess(given) <= 0:
            return None
        return crossing(excess, wanted, given, ctx.prec - 24)[1]

    def infimum(self, m: Count | None, tau: Count | None) -> arb:
        if m is not None:
            smallest = self._smallest(lambda need: need.m / BALLS.number(m) - 1, True)
        else:
            assert tau is not None
            smallest = self._smallest(lambda need: need.tau / BALLS.number(tau) - 1, False)
        return arb.pos_inf() if smallest is None else 9 * smallest / 4
