"""Whether the inequalities of a proof add up to what its theorem says.

V = ‖Θ − Θ̄‖_F² starts at ‖ν‖² at most, and each proof says by how much it falls in a step of size η
in which the risk is R.  If all risks are above the bound, V must have fallen by ‖ν‖² after τ steps,
which is the contradiction.  Here an opponent chooses the risks, all of them above the bound, so
that V falls least or the weights get farthest; η and the bound are the theorem's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.system import Number
from rnnbound.scenario.memory import alpha_m
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.scenario_in_number_system import Quantities, quantities
from rnnbound.theory.average_iterate import Corollary1
from rnnbound.theory.guarantee import RiskBound
from rnnbound.theory.long_steps import LongSteps
from rnnbound.theory.paper_constants import PaperConstants
from rnnbound.theory.projected_descent import Drift, SharpDescent, Theorem1
from rnnbound.theory.unprojected_descent import SharpTheorem2, Theorem2
from rnnbound.verification import theory_values
from rnnbound.verification.check import Check, closeness, exceeds, powerless, settle

_FALLS: Final = "V falls by ‖ν‖² in τ steps"
_MOVES: Final = "farthest |W_ii − W_ii(0)| ≤ a − α"
#: Where the approximation term outweighs the other one, and where it does not.
_SIZES: Final = tuple((m, tau) for m in (64, 10**6) for tau in (4, 400))
#: Internal ε of Theorem 2, over ‖ν‖²: λ follows the movement, or ν.
_INTERNAL: Final = (0.01, 100.0)
#: √R over √bound, as the opponent may choose it: 1, …, 64.
_CHOICES: Final = 97
_CHOICES_AN_OCTAVE: Final = 16
_BITS: Final = 1024
_LONGEST: Final = 4

#: Theorems whose proofs are added up here.
_KNOWN: Final = (Theorem1, Theorem2, SharpDescent, Drift, LongSteps)

#: By how much V falls at least, given √R.
Fall = Callable[[Number], Number]


@dataclass(frozen=True, slots=True)
class Closing:
    """One inequality with which a proof ends.

    Attributes:
        text: what it says.
        needed: what there must be.
        there: what there is.
        where: the case.
    """

    text: str
    needed: float
    there: float
    where: str


def check(scenario: Scenario, method: str, variant: str) -> list[Check]:
    """Whether the proofs of a statement close; each inequality judged where it fares worst.

    Args:
        scenario: what the small cases are derived from.
        method, variant: the statement.
    """
    found: dict[str, list[Closing]] = {}
    unknown: dict[str, Check] = {}
    with precision(_BITS):
        for case in _cases(scenario):
            for label, theorem in theory_values.theorems(variant, method):
                if not isinstance(theorem, _KNOWN):
                    text, why = f"{label}: its proof closes", "how its proof ends is not known here"
                    unknown[text] = powerless("steps", text, variant, theorem.title, why)
                    continue
                for closing in _closings(theorem, case):
                    found.setdefault(f"{label}: {closing.text}", []).append(closing)
    return [*(_judge(text, variant, tried) for text, tried in found.items()), *unknown.values()]


def _judge(text: str, variant: str, tried: list[Closing]) -> Check:
    # What is there may be negative, which is worse than any ratio.
    worst = max(tried, key=lambda x: (x.there <= 0 < x.needed, closeness(x.needed, x.there)))
    return settle(
        "steps",
        text,
        variant,
        observed=worst.needed,
        bound=worst.there,
        trials=len(tried),
        failures=sum(exceeds(x.needed, x.there) for x in tried),
        where=worst.where,
    )


def _cases(scenario: Scenario) -> Iterator[Scenario]:
    """The scenario made small, one in which ‖ν‖ outweighs Lφ, and one in which W hardly moves."""
    own = replace(scenario, horizon=min(scenario.horizon, _LONGEST))
    yield own
    radii: dict[str, Any] = {"nu_w": 0.0, "nu_u": 0.01, "rho_w": 0.0, "rho_u": 0.01}
    yield replace(own, horizon=1, activation="logistic", **radii)
    radii = {"nu_w": 0.5, "nu_u": 0.01, "rho_w": 0.5, "rho_u": 0.01}
    yield replace(own, horizon=1, **radii)


def _closings(theorem: Any, case: Scenario) -> Iterator[Closing]:
    q = quantities(case, BALLS)
    at = f"{theorem.title}: {case.activation}, T = {case.horizon}, α = {case.alpha:g}"
    if isinstance(theorem, Theorem2):
        for share in _INTERNAL:
            epsilon = q.nu_squared * BALLS.number(share)
            where = f"{at}, ν = ({case.nu_w:g}, {case.nu_u:g}), internal ε = {share:g}‖ν‖²"
            yield from _internal(theorem, q, epsilon, where)
        return
    for width, steps in _SIZES:
        m, tau = BALLS.number(width), BALLS.number(steps)
        c = theorem.constants(q, alpha_m(q, m))
        where = f"{at}, ν = ({case.nu_w:g}, {case.nu_u:g}), m = {width:,}, τ = {steps}"
        made = _paper if isinstance(theorem, Theorem1) else _ours
        yield from made(theorem, c, m, tau, where)


def _ours(theorem: Any, c: Any, m: Number, tau: Number, where: str) -> Iterator[Closing]:
    """Drift: ‖g‖² ≤ SR.  Descent: see docs/theory.md, sections 6.2 and 6.3."""
    q, bound = c.q, theorem.bound(c, m, tau)
    fall, least = _fall(theorem, c, m, bound)
    yield _closing(_FALLS, q.nu_squared, tau * min(map(fall, _choices(least))), where)
    if isinstance(theorem, SharpTheorem2):
        moved = _farthest(bound.step_size, fall, least) * q.nu_squared * q.ns.sqrt(c.S_w)
        there = (theorem.reach(c, m, tau) - q.alpha) * q.ns.sqrt(m)
        yield _closing(_MOVES, q.ns.maximum(moved, q.nu_w), there, where)


def _fall(theorem: Any, c: Any, m: Number, bound: RiskBound) -> tuple[Fall, Number]:
    """How V falls, and the least √R above the bound (for averages: on average)."""
    ns, eta = c.q.ns, bound.step_size
    least = bound.terms["optimization"] + bound.terms["approximation"]
    if isinstance(theorem, SharpDescent):
        lost = c.K(m) ** 2 / m
        return lambda y: eta * (y**2 - lost), ns.sqrt(least)
    k = theorem.K(c, m) / ns.sqrt(m)
    if isinstance(theorem, Drift):
        return lambda y: 2 * eta * (y**2 - k * y) - eta**2 * c.S * y**2, least
    assert isinstance(theorem, LongSteps), "there is no other form"
    step = eta * theorem.hessian(c, m)
    kappa = ns.maximum(step - 1, ns.number(0)) / (2 - step)
    after = (1 + kappa) * least**2
    return lambda y: eta * ((1 - kappa) * y**2 - 2 * k * y + after), least


def _paper(
    theorem: Theorem1, c: PaperConstants, m: Number, tau: Number, where: str
) -> Iterator[Closing]:
    """‖g‖ ≤ TLφ, and ⟨g, Θ − Θ̄⟩ ≥ R − Tφ err/√m."""
    q, ns, bound = c.q, c.q.ns, theorem.bound(c, m, tau)
    averaged = isinstance(theorem, Corollary1)
    # (a + b)² ≤ 2a² + 2b² twice: from Θ̂ to F^Lin, and back at every iterate.
    risk = (bound.terms["optimization"] + bound.terms["approximation"]) / (4 if averaged else 1)
    lost, eta = q.T * c.phi * c.err / ns.sqrt(m), bound.step_size

    def fall(y: Number) -> Number:
        return 2 * eta * (y**2 - lost) - (eta * q.T * c.L * c.phi) ** 2

    yield _closing(_FALLS, q.nu_squared, tau * min(map(fall, _choices(ns.sqrt(risk)))), where)
    if averaged:
        both_ways = 6 * q.T * c.proposition4(m, q.rho_squared) ** 2
        text = "6T|F − F^Lin|² ≤ linearization"
        yield _closing(text, both_ways, bound.terms["linearization"], where)


def _internal(theorem: Theorem2, q: Quantities, epsilon: Number, where: str) -> Iterator[Closing]:
    """‖g‖ ≤ TLφ, and ⟨g, Θ − Θ̄⟩ ≥ R − √(TR) err/√m, at the m and τ that are required."""
    ns, need = q.ns, theorem.requirements(q, epsilon)
    c = theorem.constants(q.with_radii(need.radius, need.radius), need.a)
    eta, lost = need.step_size, ns.sqrt(q.T / need.m) * c.err
    least = ns.sqrt(theorem.bound(q, epsilon).risk)

    def fall(y: Number) -> Number:
        return 2 * eta * (y**2 - lost * y) - (eta * q.T * c.L * c.phi) ** 2

    yield _closing(_FALLS, q.nu_squared, need.tau * min(map(fall, _choices(least))), where)
    moved = _farthest(eta, fall, least) * q.nu_squared * ns.sqrt(ns.number(q.T)) * c.L
    text = "farthest √m‖Θ_i − Θ_i(0)‖ ≤ λ"
    yield _closing(text, ns.maximum(moved, ns.maximum(q.nu_w, q.nu_u)), need.radius, where)
    yield _closing("λ/√m ≤ a − α", need.radius / ns.sqrt(need.m), need.a - q.alpha, where)


def _choices(least: Number) -> list[Number]:
    """Values of √R, the least of them first."""
    return [least * BALLS.number(2.0 ** (i / _CHOICES_AN_OCTAVE)) for i in range(_CHOICES)]


def _farthest(eta: Number, fall: Fall, least: Number) -> Number:
    """The most of Σ η√R for each unit by which V falls; ∞ if it need not fall."""
    shares = [(eta * y, fall(y)) for y in _choices(least)]
    if any(not fallen > 0 for _, fallen in shares):
        return BALLS.number(1) / 0
    return max(moved / fallen for moved, fallen in shares)


def _closing(text: str, needed: Number, there: Number, where: str) -> Closing:
    return Closing(text, float(needed.mid()), float(there.mid()), where)
