"""Planning for sharp Theorem 2: gradient descent whose weights keep within a bound `a` by proof.

Any a ≥ α with reach(a) ≤ a gives a guarantee; the smallest such a gives the best one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from flint import arb, ctx

from rnnbound.numbers.balls import BALLS
from rnnbound.numbers.count import Count
from rnnbound.planning.search import crossing, minimise
from rnnbound.planning.solver import PAIR, Evaluation, SearchedSolver
from rnnbound.setting.scenario import Scenario
from rnnbound.theory.sharp import SharpConstants
from rnnbound.theory.theorem2 import SharpTheorem2

#: How far a − α may be from 0 or ∞, as logarithms relative to α.
_FLOOR = -600.0


class SharpUnprojected(SearchedSolver):
    """Searches run over z = log(a − α); the constants are computed once per z."""

    def __init__(self, scenario: Scenario, theorem: SharpTheorem2) -> None:
        super().__init__(scenario)
        self.theorem = theorem
        self._constants: dict[tuple[float, int], SharpConstants] = {}

    def evaluate(self, m: Count, tau: Count) -> Evaluation:
        return self._at(BALLS.number(m), BALLS.number(tau))

    def _at(self, width: arb, steps: arb) -> Evaluation:
        q, theorem = self.q, self.theorem

        def excess(a: arb) -> arb:
            beyond: arb = theorem.reach(theorem.constants(q, a), width, steps) - a
            return beyond

        # S_w ≤ S, so the weights cannot reach further than this.
        upper = (q.alpha + BALLS.maximum(q.nu_w, q.nu * steps.sqrt()) / width.sqrt()).upper()
        lower = q.alpha.lower()
        _, a = crossing(excess, lower, upper, ctx.prec - 24)
        c = theorem.constants(q, a)
        return Evaluation(
            bound=theorem.bound(c, width, steps),
            title=theorem.title,
            form=None,
            a=a,
            radius_w=None,
            margins=(("weights stay within alpha_m", a - theorem.reach(c, width, steps)),),
        )

    def constants(self, z: float) -> SharpConstants:
        """The constants at a = α + e^z."""
        key = z, ctx.prec
        if key not in self._constants:
            self._constants[key] = self.theorem.constants(self.q, self.q.alpha + arb(z).exp())
        return self._constants[key]

    def optimum(self, epsilon: float) -> Iterator[tuple[arb, arb]]:
        def work(z: float) -> float:
            x = self._best_width(z, epsilon)
            return x + max(0.0, self._log_iterations(z, x, epsilon))

        z, _ = minimise(work, self._z_start, 1.0, 0.01, _FLOOR)
        x = self._best_width(z, epsilon)
        yield arb(x).exp(), arb(max(0.0, self._log_iterations(z, x, epsilon))).exp()

    def iterations_guess(self, m: Count, epsilon: float) -> arb | None:
        """τ at the smallest a at which the iterations needed do not outrun the weights."""
        x = float(BALLS.number(m).log())

        def lack(z: float) -> float:
            """log(τ needed / τ allowed), convex in z."""
            return self._log_iterations(z, x, epsilon) - self._log_allowed(z, x)

        least = self._least_z(x)
        z, stride = max(self._z_start, least), 1.0
        while math.isinf(lack(z)):
            if z == least:
                return None
            z, stride = max(z - stride, least), 2 * stride
        z, value = minimise(lack, z, 1.0, 1e-4, least)
        if value > 0:
            return None
        low, high = least, z
        if lack(low) > 0:
            while high - low > 1e-12 * max(1.0, abs(high)):
                middle = (low + high) / 2
                low, high = (middle, high) if lack(middle) > 0 else (low, middle)
        else:
            high = low
        return arb(max(0.0, self._log_iterations(high, x, epsilon))).exp()

    def width_guess(self, tau: Count, epsilon: float) -> arb | None:
        if self.infimum(None, tau) >= BALLS.number(epsilon):
            return None
        target = BALLS.number(epsilon)

        def fails(x: float) -> bool:
            return bool(self._risk(arb(x).exp(), tau) > target)

        low, high, stride = math.log(PAIR), math.log(PAIR), 1.0
        while fails(high):
            low, high, stride = high, high + stride, 2 * stride
        while high - low > 1e-9 * high:
            middle = (low + high) / 2
            low, high = (middle, high) if fails(middle) else (low, middle)
        return arb(high).exp()

    def infimum(self, m: Count | None, tau: Count | None) -> arb:
        if m is None:
            assert tau is not None
            return self._risk(arb(2) ** (1 << 60), tau)
        x = float(BALLS.number(m).log())
        root_width = BALLS.number(m).sqrt()

        def log_root_risk(z: float) -> float:
            """√R when τ is as large as a allows: (‖ν‖²√S_w/(a − α) + K)/√m."""
            c = self.constants(z)
            total = c.q.nu_squared * c.S_w.sqrt() / arb(z).exp() + c.K
            return float((total / root_width).log())

        least = self._least_z(x)
        _, value = minimise(log_root_risk, max(self._z_start, least), 1.0, 1e-3, least)
        return arb(2 * value).exp()

    @property
    def _z_start(self) -> float:
        return math.log(self.scenario.alpha) - math.log(10.0 * self.scenario.horizon)

    def _least_z(self, x: float) -> float:
        """log(ν_w/√m): the movement that Θ̄ itself asks for."""
        nu_w = self.scenario.nu_w
        return max(math.log(nu_w) - x / 2, _FLOOR - x / 2) if nu_w else _FLOOR - x / 2

    def _log_iterations(self, z: float, x: float, epsilon: float) -> float:
        """log of the τ that the bound needs at log-width x."""
        c = self.constants(z)
        left = BALLS.number(epsilon).sqrt() - c.K / arb(x / 2).exp()
        return float((c.S * c.q.nu_squared / left**2).log()) if left > 0 else math.inf

    def _log_allowed(self, z: float, x: float) -> float:
        """log of the τ after which the weights might leave a: ((a−α)/‖ν‖)² m S/S_w."""
        c = self.constants(z)
        if not c.S_w > 0:
            return math.inf
        return 2 * z + x + float((c.S / (c.S_w * c.q.nu_squared)).log())

    def _best_width(self, z: float, epsilon: float) -> float:
        """log m of the least m·τ at this a: where K/√m is half of √ε, or as wide as a asks."""
        c = self.constants(z)
        x = float((4 * c.K**2 / BALLS.number(epsilon)).log())
        if self.scenario.nu_w:
            x = max(x, 2 * (math.log(self.scenario.nu_w) - z))
        x = max(x, math.log(PAIR))
        stride = 1.0
        low = x
        while self._log_iterations(z, x, epsilon) > self._log_allowed(z, x):
            low, x, stride = x, x + stride, 2 * stride
        while x - low > 1e-9 * max(1.0, x):
            middle = (low + x) / 2
            short = self._log_iterations(z, middle, epsilon) > self._log_allowed(z, middle)
            low, x = (middle, x) if short else (low, middle)
        return x

    def _risk(self, width: arb, tau: Count) -> arb:
        """The bound at a real width, at search precision."""
        risk: arb = self._at(width, BALLS.number(tau)).bound.risk
        return risk
