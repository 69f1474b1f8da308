"""growth: the order of growth of the required width and iterations, derived and fitted.

Derived: the requirements are evaluated in orders of growth, the same lines as everywhere, with
α_m = α since the widths grow without limit.  Fitted: the planner is asked at two scenarios far
out, and the slope of the logarithms is compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from rnnbound.errors import wrong
from rnnbound.parallel.progress_events import tell
from rnnbound.planning.plan import plan
from rnnbound.planning.request_reader import read_variants
from rnnbound.scenario.memory import CRITICAL, LONG, SHORT
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.symbolic.growth_order_numbers import CONSTANT, CONTRACTION, GROWING, Order, Orders
from rnnbound.symbolic.statements import STATEMENTS, Bench, Point
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.unprojected_descent import SharpTheorem2

_METHODS: Final = ("pgd", "gd")
EXPLAINED: Final = (
    "derived: the exponent of what it grows as, from the formulas; fitted: the slope between two "
    "plans far out, against log x, log log x, or T log r. r = α σ1 is the contraction; powers of "
    "T beside r^T, and logarithms beside powers of T, are in the law."
)


@dataclass(frozen=True, slots=True)
class GrowthRow:
    """How one requirement grows with one parameter.

    Attributes:
        quantity: ``m`` or ``tau``.
        method: ``pgd`` or ``gd``.
        variant: ``printed``, ``corrected`` or ``sharp``.
        parameter: ``epsilon``, ``T``, ``n``, ``d``, ``nu`` or ``1/delta``.
        regime: ``short``, ``critical`` or ``long`` memory where T grows, else ``short``.
        law: the whole order in words.
        scale: what `derived` is the exponent of: ``power``, ``logarithm`` or ``exponential``.
        derived: the exponent.
        fitted: the same from plans.
    """

    quantity: str
    method: str
    variant: str
    parameter: str
    regime: str
    law: str
    scale: str
    derived: float
    fitted: float | None


@dataclass(frozen=True, slots=True)
class _Axis:
    """A parameter that goes to infinity, or ε to 0, and two plans far out."""

    parameter: str
    symbol: str
    regime: str
    near: tuple[Scenario, float]
    far: tuple[Scenario, float]

    def sizes(self) -> tuple[float, float]:
        """x at the two plans."""
        read: dict[str, Callable[[Scenario, float], float]] = {
            "epsilon": lambda _, epsilon: epsilon,
            "T": lambda s, _: s.horizon,
            "n": lambda s, _: s.samples,
            "d": lambda s, _: s.dim,
            "nu": lambda s, _: math.hypot(s.nu_w, s.nu_u),
            "1/delta": lambda s, _: 1 / s.delta,
        }
        return read[self.parameter](*self.near), read[self.parameter](*self.far)


#: ε so small that α_m, and α + √(2ε), are α to all digits that matter.
_TINY: Final = 1e-80
_ALPHA: Final = {CRITICAL: 1.0, LONG: 1.5}
_RATE: Final = {SHORT: -1, CRITICAL: 0, LONG: 1}


def _axes() -> list[_Axis]:
    base = Scenario(horizon=8, alpha=0.5)
    # Logarithms lead where ‖ν‖² is below ε; widths are still large because L is.
    quiet = Scenario(horizon=40, samples=1, alpha=0.9, nu_w=2e-16, nu_u=2e-16, delta=0.5)
    small = 1e-30

    def along(
        parameter: str, symbol: str, name: str, near: Any, far: Any, task: Scenario, epsilon: float
    ) -> _Axis:
        scenarios = (replace(task, **{name: value}) for value in (near, far))
        first, second = ((scenario, epsilon) for scenario in scenarios)
        return _Axis(parameter, symbol, SHORT, first, second)

    def loud(nu: float) -> Scenario:
        return replace(base, nu_w=nu, nu_u=nu, rho_w=nu, rho_u=nu)

    def longer(regime: str, near: int, far: int, task: Scenario, epsilon: float) -> _Axis:
        task = task if regime == SHORT else replace(task, alpha=_ALPHA[regime])
        return replace(along("T", "T", "horizon", near, far, task, epsilon), regime=regime)

    return [
        _Axis("epsilon", "ε", SHORT, (base, 1e-80), (base, 1e-90)),
        longer(SHORT, 10**20, 10**21, quiet, small),
        longer(CRITICAL, 10**7, 10**8, base, _TINY),
        longer(LONG, 400, 800, base, _TINY),
        along("n", "n", "samples", 10**100, 10**300, quiet, small),
        along("d", "d", "dim", 10**10, 10**12, base, _TINY),
        _Axis("nu", "‖ν‖", SHORT, (loud(1e8), _TINY), (loud(1e10), _TINY)),
        along("1/delta", "1/δ", "delta", 1e-100, 1e-300, quiet, small),
    ]


def growth(variant: str = "all") -> tuple[GrowthRow, ...]:
    """The table of growth, for pgd and gd.

    Args:
        variant: ``printed``, ``corrected``, ``sharp`` or ``all``.

    Raises:
        RequestError: there is no such variant, or it is ``tight``, whose constants are computed.
    """
    names = [name for name in read_variants(variant) if name != "tight"]
    if not names:
        raise wrong("variant", "tight constants have no formula to derive growth from; use 'sharp'")
    rows: list[GrowthRow] = []
    axes = _axes()
    total = len(axes) * len(_METHODS) * len(names) * 2
    for axis in axes:
        for method in _METHODS:
            for name in names:
                tell("plans far out", len(rows), total)
                near, far = (
                    plan(scenario, epsilon=epsilon, method=method, variant=name).plans[name]
                    for scenario, epsilon in (axis.near, axis.far)
                )
                for quantity, field in (("m", "width_log10"), ("tau", "iterations_log10")):
                    order = derived(method, name, quantity, axis.parameter, axis.regime)
                    logs = getattr(near, field), getattr(far, field)
                    rows.append(_row(axis, method, name, quantity, order, logs))
    return tuple(rows)


def derived(method: str, variant: str, quantity: str, parameter: str, regime: str) -> Order:
    """The order of growth of a requirement; in ε, of 1/ε."""
    ns = Orders(_RATE[regime])
    x = {name: GROWING if name == parameter else CONSTANT for name in ("n", "d")}
    nu = GROWING if parameter == "nu" else CONSTANT
    inverse = ns.number(1) / GROWING
    a = CONTRACTION if parameter == "T" else CONSTANT
    q = Quantities(
        ns=ns,
        T=GROWING if parameter == "T" else 8,
        alpha=a,
        nu_w=nu,
        nu_u=nu,
        rho_w=nu,
        rho_u=nu,
        delta=inverse if parameter == "1/delta" else CONSTANT,
        sigma0=CONSTANT,
        sigma1=CONSTANT,
        sigma2=CONSTANT,
        n=x["n"],
        d=x["d"],
    )
    epsilon = inverse if parameter == "epsilon" else CONSTANT
    at = Point(m=CONSTANT, tau=CONSTANT, epsilon=epsilon, theta=CONSTANT, a=a)
    bench = _Wide(q, at)
    if method == "pgd":
        suffix = "-descent" if variant == "sharp" else ""
        width = _line(f"requirement-m{suffix}", variant)(bench)
        if quantity == "m":
            return width
        bench = _Wide(q, replace(at, m=width))
        return _line(f"requirement-tau{suffix}", variant)(bench)
    if variant != "sharp":
        return _line(f"theorem2-{quantity}", variant)(bench)
    return _unprojected(bench, quantity, regime)


class _Wide(Bench):
    """A bench whose α_m, and α_target, are α: what matters of them as m → ∞ and ε → 0."""

    def theorem2(self, cls: type[Any]) -> Any:
        a = self.at.a

        def constants(q: Quantities, _: Any) -> Any:
            return cls.constants(q, a)

        return type(cls.__name__, (cls,), {"constants": staticmethod(constants)})()


def _line(statement: str, variant: str) -> Callable[[Bench], Order]:
    return STATEMENTS[statement].lines[variant]


def _unprojected(bench: Bench, quantity: str, regime: str) -> Order:
    """Sharp Theorem 2: the drift form's requirements, and the width that keeps |W_ii| ≤ a.

    In long and critical memory a − α is best of order 1/T, so that a^T stays of order α^T.
    """
    q, ns = bench.q, bench.q.ns
    tau = _line("requirement-tau", "sharp")(bench)
    if quantity == "tau":
        return tau
    gap = CONSTANT / q.T if q.T == GROWING and regime != SHORT else CONSTANT
    c = bench.inside(SharpConstants)
    at_zero = replace(c, q=replace(q, alpha=ns.number(0)))
    vars(at_zero)["at_a"] = c.at_a
    reached = SharpTheorem2(SharpConstants).reach(at_zero, CONSTANT, tau)
    movement: Order = (reached / gap) ** 2
    width: Order = ns.maximum(_line("requirement-m", "sharp")(bench), movement)
    return width


def _row(
    axis: _Axis,
    method: str,
    variant: str,
    quantity: str,
    order: Order,
    logs: tuple[float, float],
) -> GrowthRow:
    assert order.size is not None
    e, p, q = order.size
    if axis.parameter == "epsilon":
        p = -p
    scale, exponent = ("exponential", e) if e else ("power", p) if p or not q else ("logarithm", q)
    near, far = axis.sizes()
    if scale == "exponential":
        steps = (far - near) * math.log10(_ALPHA[axis.regime])
    else:
        x, y = math.log(near), math.log(far)
        steps = math.log10(y / x) if scale == "logarithm" else (y - x) / math.log(10)
    # What grows beside the leading scale is known: take it out before fitting.
    known = _beside(scale, p, q, near, far)
    fitted = (logs[1] - logs[0] - known) / steps
    return GrowthRow(
        quantity=quantity,
        method=method,
        variant=variant,
        parameter=axis.parameter,
        regime=axis.regime,
        law=_law(axis.symbol, e, p, q),
        scale=scale,
        derived=float(exponent),
        fitted=fitted,
    )


def _beside(scale: str, p: Fraction, q: Fraction, near: float, far: float) -> float:
    """log10 of what the factors behind the leading one contribute."""
    powers = float(p) * math.log10(far / near) if scale == "exponential" else 0.0
    slower = math.log10(math.log(far) / math.log(near)) if scale != "logarithm" and q else 0.0
    return powers + float(q) * slower


def _law(symbol: str, e: Fraction, p: Fraction, q: Fraction) -> str:
    exponential = f"r^({e}T)" if e else ""
    power = ""
    if p:
        power = symbol if p == 1 else f"{symbol}^{p}"
        if symbol == "ε":
            power = "1/ε" if p == -1 else f"1/ε^{-p}"
        elif p.denominator != 1:
            power = f"{symbol}^({p})"
    logarithm = ""
    if q:
        inner = f"log({symbol})" if "/" in symbol else f"log {symbol}"
        logarithm = inner if q == 1 else f"({inner})^{q}"
    return " ".join(part for part in (exponential, power, logarithm) if part) or "does not"
