"""Planning for sharp Theorem 2: gradient descent whose weights keep within a bound `a` by proof.

Any a ≥ α with reach(a) ≤ a gives a guarantee; the smallest such a gives the best one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from flint import arb, ctx

from rnnbound.numbers.balls import BALLS
from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import Real, TooLargeError
from rnnbound.numbers.system import Number
from rnnbound.planning.convex_search import PAIR, crossing, first_holding, minimise
from rnnbound.planning.least_work_proof import FromBelow
from rnnbound.planning.log_convex_lower_bounds import Tangents, neighbour
from rnnbound.planning.solver import Evaluation, SearchedSolver
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.unprojected_descent import SharpTheorem2

#: How far a − α may be from 0 or ∞, as logarithms relative to α.
_FLOOR = -600.0


class SharpUnprojected(SearchedSolver):
    """Searches run over z = log(a − α); the constants are computed once per z."""

    #: Weights may move further the longer they are trained.
    monotone = False

    def __init__(self, scenario: Scenario, forms: Sequence[SharpTheorem2]) -> None:
        super().__init__(scenario)
        (self.theorem,) = forms
        self._constants: dict[tuple[float, int], SharpConstants] = {}

    def evaluate(self, m: Count, tau: Count) -> Evaluation:
        return self._at(BALLS.number(m), BALLS.number(tau))

    def _at(self, width: arb, steps: arb) -> Evaluation:
        q, theorem = self.q, self.theorem

        def excess(a: arb) -> arb:
            beyond: arb = theorem.reach(theorem.constants(q, a), width, steps) - a
            return beyond

        # S_w ≤ S, so the weights cannot reach further than this.
        farthest = (q.alpha + BALLS.maximum(q.nu_w, q.nu * steps.sqrt()) / width.sqrt()).upper()
        outside = q.alpha.lower()
        inside = farthest.min((outside + excess(outside)).upper())
        while inside < farthest and not excess(inside) <= 0:
            outside, inside = inside, farthest.min((3 * inside - 2 * outside).mid())
        # Where the reach falls as a grows, two of its values enclose the root closely.
        closer = (inside + excess(inside)).lower()
        if outside < closer < inside:
            outside, inside = (outside, closer) if excess(closer) <= 0 else (closer, inside)
        _, a = crossing(excess, outside, inside, ctx.prec - 24)
        c = theorem.constants(q, a)
        return Evaluation(
            bound=theorem.bound(c, width, steps),
            title=theorem.title,
            form=None,
            iterate=theorem.iterate,
            expectation=theorem.expectation,
            a=a,
            radius_w=None,
            radius_u=None,
            margins=(("weights stay within alpha_m", a - theorem.reach(c, width, steps)),),
        )

    def constants(self, z: float) -> SharpConstants:
        """The constants to search with at a = α + e^z."""
        key = z, ctx.prec
        if key not in self._constants:
            self._constants[key] = self.theorem.sketch(self.q, self.q.alpha + arb(z).exp())
        return self._constants[key]

    def optimum(self, epsilon: float) -> tuple[arb, arb]:
        def work(z: float) -> float:
            x = self._best_width(z, epsilon)
            return x + max(0.0, _log_iterations(self.constants(z), x, epsilon))

        z, _ = minimise(work, self._z_start, 1.0, 0.01, _FLOOR)
        x = self._best_width(z, epsilon)
        return arb(x).exp(), arb(max(0.0, _log_iterations(self.constants(z), x, epsilon))).exp()

    def iterations_guess(self, m: Count, epsilon: Real) -> arb | None:
        found = self._least_log(float(BALLS.number(m).log()), epsilon, self.constants)
        return None if math.isinf(found) else arb(found).exp()

    def _least_log(self, x: float, epsilon: Real, constants: Callable[[float], Any]) -> float:
        """log τ at the smallest a at which the iterations needed do not outrun the weights."""

        def lack(z: float) -> float:
            """log(τ needed / τ allowed), convex in z; −∞ where W cannot move."""
            c = constants(z)
            needed = _log_iterations(c, x, epsilon)
            return needed if math.isinf(needed) else needed - _log_allowed(c, z, x)

        least = self._least_z(x)
        z, stride = max(self._z_start, least), 1.0
        while lack(z) == math.inf:
            if z == least:
                return math.inf
            z, stride = max(z - stride, least), 2 * stride
        if lack(z) > 0:
            z, value = minimise(lack, z, 1.0, 1e-4, least)
            if value > 0:
                return math.inf
        z = first_holding(lack, least, z)
        return max(0.0, _log_iterations(constants(z), x, epsilon))

    def from_below(self, m: Count, tau: Count, epsilon: float) -> FromBelow:
        planned, steps, target = map(BALLS.number, (m, tau, epsilon))
        here = self.theorem.constants(self.q, self._at(planned, steps).a.mid())
        near = self.theorem.constants(self.q, neighbour(self.q, here.a))
        risk = self.theorem.bound(here, planned, steps).risk
        tangents = Tangents.of(here, near, (planned, steps, target, risk, here.S_w))
        q, ns = tangents.q, tangents.q.ns

        def constants(z: float) -> Any:
            return tangents.at(q.alpha + ns.exp(ns.number(z)))

        def iterations(width: Number) -> Number:
            found = self._least_log(float(ns.log(width)), epsilon, constants)
            return math.inf if math.isinf(found) else ns.exp(ns.number(found))

        return FromBelow(ns, iterations)

    def width_guess(self, tau: Count, epsilon: Real) -> arb | None:
        if not self.infimum(None, tau) < BALLS.number(epsilon):
            return None
        steps, target = BALLS.number(tau), BALLS.number(epsilon).sqrt()

        def for_weights(z: float) -> float:
            """log of the m that keeps the weights within a; it falls as a grows."""
            c = self.constants(z)
            moved = BALLS.maximum(c.q.nu_w**2, c.q.nu_squared * steps * c.S_w / c.S)
            return float(moved.log()) - 2 * z if moved > 0 else -math.inf

        def for_risk(z: float) -> float:
            """log of the m that brings the bound to ε; it rises with a."""
            c = self.constants(z)
            left = target - c.q.nu * (c.S / steps).sqrt()
            return _log_width(c, left) if left > 0 else math.inf

        def gap(z: float) -> float:
            try:
                return for_weights(z) - for_risk(z)
            except TooLargeError:
                return -math.inf  # where the weights reach that far, the risk asks for more width

        low, stride = self._z_start, 1.0
        # Where W cannot move (T = 1, ν_w = 0) the gap is negative everywhere.
        while gap(low) <= 0 and low > _FLOOR * for_risk(low):
            low, stride = low - stride, 2 * stride
        z = first_holding(gap, low)
        needed = max(x for x in (for_weights(z), for_risk(z)) if math.isfinite(x))
        return arb(max(needed, math.log(PAIR))).exp()

    def infimum(self, m: Count | None, tau: Count | None) -> arb:
        if m is None:
            assert tau is not None
            return self._risk(arb(2) ** (1 << 60), tau)
        x = float(BALLS.number(m).log())
        root_width = BALLS.number(m).sqrt()

        def log_root_risk(c: SharpConstants, z: float) -> float:
            """√R when τ is as large as a allows: (‖ν‖²√S_w/(a − α) + K)/√m."""
            total = c.q.nu_squared * c.S_w.sqrt() / arb(z).exp() + c.K(BALLS.number(m))
            return float((total / root_width).log())

        def exact(z: float) -> float:
            c = self.theorem.constants(self.q, self.q.alpha + arb(z).exp())
            return log_root_risk(c, z)

        def close(z: float) -> float:
            return log_root_risk(self.constants(z), z)

        least = self._least_z(x)
        z, _ = minimise(close, max(self._z_start, least), 1.0, 1e-2, least)
        # Sketches are above what is proved, and a limit must not be.
        _, value = minimise(exact, z, 0.05, 2e-3, least)
        return arb(2 * value).exp()

    @property
    def _z_start(self) -> float:
        return math.log(self.scenario.alpha) - math.log(10.0 * self.scenario.horizon)

    def _least_z(self, x: float) -> float:
        """log(ν_w/√m): the movement that Θ̄ itself asks for."""
        nu_w = self.scenario.nu_w
        return max(math.log(nu_w) - x / 2, _FLOOR - x / 2) if nu_w else _FLOOR - x / 2

    def _best_width(self, z: float, epsilon: float) -> float:
        """log m of the least m·τ at this a: where K/√m is half of √ε, or as wide as a asks."""
        c = self.constants(z)
        x = _log_width(c, BALLS.number(epsilon).sqrt() / 2)
        if self.scenario.nu_w:
            x = max(x, 2 * (math.log(self.scenario.nu_w) - z))

        def lack(x: float) -> float:
            return _log_iterations(c, x, epsilon) - _log_allowed(c, z, x)

        return first_holding(lack, max(x, math.log(PAIR)))

    def _risk(self, width: arb, tau: Count) -> arb:
        """The bound at a real width, at search precision."""
        risk: arb = self._at(width, BALLS.number(tau)).bound.risk
        return risk


def _log_iterations(c: Any, x: float, epsilon: Real) -> float:
    """log of the τ that the bound needs at log-width x, with constants `c`."""
    ns = c.q.ns
    left = ns.sqrt(ns.number(epsilon)) - c.K(ns.exp(ns.number(x))) / ns.exp(ns.number(x / 2))
    return float(ns.log(c.S * c.q.nu_squared / left**2)) if left > 0 else math.inf


def _log_allowed(c: Any, z: float, x: float) -> float:
    """log of the τ after which the weights might leave a: ((a−α)/‖ν‖)² m S/S_w."""
    if not c.S_w > 0:
        return math.inf
    return 2 * z + x + float(c.q.ns.log(c.S / (c.S_w * c.q.nu_squared)))


def _log_width(c: SharpConstants, left: arb) -> float:
    """log m at which K(m)/√m is `left`; K falls with m, more slowly than √m rises."""
    x, moved = 2 * float((c.K(arb(2) ** (1 << 60)) / left).log()), math.inf
    while abs(moved) > 1e-12 * max(1.0, abs(x)):
        moved = 2 * float((c.K(arb(x).exp()) / left).log()) - x
        x += moved if moved > 0 else moved / 2
    return x
