"""The named statements: what `formula` can show, each a line over the classes of the theory.

A line runs in any number system.  It asks a :class:`Bench` for constants, so that the same line
gives the number (:class:`Bench` itself) and the formula in named constants (a subclass).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from rnnbound.numbers.system import Number
from rnnbound.setting.memory import alpha_m
from rnnbound.setting.quantities import Quantities
from rnnbound.theory.corollary1 import Corollary1Corrected, Corollary1Printed, SharpAverage
from rnnbound.theory.guarantee import RiskBound, Theorem
from rnnbound.theory.paper import PAPER, CorrectedConstants, PrintedConstants
from rnnbound.theory.sgd import SharpSGD
from rnnbound.theory.sharp import SharpConstants
from rnnbound.theory.theorem1 import SharpDescent, SharpDrift, Theorem1
from rnnbound.theory.theorem2 import (
    SharpTheorem2,
    Theorem2,
    Theorem2Corrected,
    Theorem2Printed,
)

CLASSES: Final[Mapping[str, Any]] = {**PAPER, "sharp": SharpConstants}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where a statement is taken.

    Attributes:
        m, tau: width and iterations.
        epsilon: the target risk; in Theorem 2, printed and corrected, the paper's own ε.
        theta: the share of the target that the width answers for.
        a: the bound on |W_ii|; None where it is α_m = α + ρ_w/√m.
        distance_squared: ‖ΔΘ‖²_F of Proposition 4.
    """

    m: Number = None
    tau: Number = None
    epsilon: Number = None
    theta: Number = None
    a: Number = None
    distance_squared: Number = None


@dataclass(frozen=True)
class Bench:
    """The symbols and the point that a line works with.

    Attributes:
        q: the scenario's symbols.
        at: the point.
    """

    q: Quantities
    at: Point

    def constants(self, cls: type[Any], a: Number) -> Any:
        """The constants of `cls` when every |W_ii| ≤ `a`."""
        return cls(self.q, a)

    def theorem2(self, cls: type[Any]) -> Theorem2:
        """Theorem 2, printed or corrected."""
        theorem: Theorem2 = cls()
        return theorem

    def projected(self, cls: type[Any]) -> Any:
        """The constants of projected training."""
        return self.constants(cls, alpha_m(self.q, self.at.m) if self.at.a is None else self.at.a)

    def inside(self, cls: type[Any]) -> Any:
        """The constants for weights that stay within `a` by proof."""
        return self.constants(cls, self.at.a)

    def required(self, theorem: Theorem, cls: type[Any], unknown: str) -> Number:
        """The least m (τ) at which the bound's part that m (τ) answers for is in its share.

        That part is proportional to m^(−rate), or τ^(−rate).
        """
        ns, at = self.q.ns, self.at
        one = ns.number(1)
        m, tau = (one, at.tau) if unknown == "m" else (at.m, one)
        ratio = part(theorem.bound(self.projected(cls), m, tau), unknown) / share(
            self.q, at, theorem, unknown
        )
        return ratio if theorem.rate == "1" else ratio**2


def part(bound: RiskBound, unknown: str) -> Number:
    """The part of a bound that the width (``m``) or the iterations (``tau``) answer for."""
    return bound.rest if unknown == "m" else bound.terms["optimization"]


def share(q: Quantities, at: Point, theorem: Theorem, unknown: str) -> Number:
    """The share of the budget that m (θ) or τ (1 − θ) has."""
    budget = at.epsilon if theorem.combine == "sum" else q.ns.sqrt(at.epsilon)
    return (at.theta if unknown == "m" else 1 - at.theta) * budget


#: One variant of a statement.
Line = Callable[[Bench], Number]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with a line for each variant.

    Attributes:
        id: what the command line calls it.
        title: statement and quantity.
        shows: what the value bounds, or is.
        lines: by variant.
    """

    id: str
    title: str
    shows: str
    lines: Mapping[str, Line]


def _constant(name: str, cls: type[Any]) -> Line:
    return lambda bench: getattr(bench.projected(cls), name)


def _constants(variants: tuple[str, ...], *names: str) -> dict[str, Line]:
    """A constant by variant; `names` gives the paper's name and, if it differs, the sharp one."""
    return {v: _constant(names[-1] if v == "sharp" else names[0], CLASSES[v]) for v in variants}


def _each(line: Callable[[Bench, Any], Number]) -> dict[str, Line]:
    """A line over the constants of every variant."""

    def of(bench: Bench, cls: type[Any]) -> Number:
        return line(bench, bench.projected(cls))

    return {v: partial(of, cls=cls) for v, cls in CLASSES.items()}


def _bounds(of: str, **theorems: tuple[Theorem, type[Any]]) -> dict[str, Line]:
    """The risk bound (or the step size) of projected theorems by variant."""

    def line(bench: Bench, theorem: Theorem, cls: type[Any]) -> Number:
        return getattr(theorem.bound(bench.projected(cls), bench.at.m, bench.at.tau), of)

    return {v: partial(line, theorem=t, cls=cls) for v, (t, cls) in theorems.items()}


def _required(unknown: str, **theorems: tuple[Theorem, type[Any]]) -> dict[str, Line]:
    return {
        v: partial(Bench.required, theorem=t, cls=cls, unknown=unknown)
        for v, (t, cls) in theorems.items()
    }


def _of_theorem2(name: str) -> dict[str, Line]:
    def line(bench: Bench, cls: type[Any]) -> Number:
        return getattr(bench.theorem2(cls).requirements(bench.q, bench.at.epsilon), name)

    return {v: partial(line, cls=cls) for v, cls in _THEOREM2.items()}


def _internal(bench: Bench, cls: type[Any]) -> Number:
    return bench.theorem2(cls).bound(bench.q, bench.at.epsilon).risk


def _unprojected(bench: Bench) -> Number:
    c = bench.inside(SharpConstants)
    return SharpTheorem2(SharpConstants).bound(c, bench.at.m, bench.at.tau).risk


def _reach(bench: Bench) -> Number:
    c = bench.inside(SharpConstants)
    return SharpTheorem2(SharpConstants).reach(c, bench.at.m, bench.at.tau)


def _better(bench: Bench) -> Number:
    c, at = bench.projected(SharpConstants), bench.at
    drift, descent = (t.bound(c, at.m, at.tau).risk for t, _ in (_DRIFT, _DESCENT))
    return bench.q.ns.minimum(drift, descent)


_ALL: Final = ("printed", "corrected", "sharp")
_PAPER: Final = ("printed", "corrected")
_THEOREM2: Final[dict[str, type[Any]]] = {
    "printed": Theorem2Printed,
    "corrected": Theorem2Corrected,
}
_THEOREM1: Final[dict[str, tuple[Theorem, type[Any]]]] = {
    "printed": (Theorem1(PrintedConstants), PrintedConstants),
    "corrected": (Theorem1(CorrectedConstants), CorrectedConstants),
}
_COROLLARY1: Final[dict[str, tuple[Theorem, type[Any]]]] = {
    "printed": (Corollary1Printed(), PrintedConstants),
    "corrected": (Corollary1Corrected(), CorrectedConstants),
    "sharp": (SharpAverage(SharpConstants), SharpConstants),
}
_SGD: Final[dict[str, tuple[Theorem, type[Any]]]] = {
    "corrected": _THEOREM1["corrected"],
    "sharp": (SharpSGD(SharpConstants), SharpConstants),
}
_DRIFT: Final = (SharpDrift(SharpConstants), SharpConstants)
_DESCENT: Final = (SharpDescent(SharpConstants), SharpConstants)

_RISK = "R(Θ)"
_LISTED: Final = (
    Statement("lemma1-L", "Lemma 1: Lipschitz constant", "L", _constants(_ALL, "L")),
    Statement("lemma1-beta", "Lemma 1: smoothness", "β", _constants(_ALL, "beta", "b")),
    Statement("lemma2-Lambda", "Lemma 2: Lipschitz constant", "Λ", _constants(_PAPER, "Lambda")),
    Statement("lemma2-gamma", "Lemma 2: smoothness", "γ", _constants(_PAPER, "gamma")),
    Statement(
        "prop3",
        "Proposition 3: sampling error of the linearised network",
        "|F̃_t − F_t^Lin(Θ̄)|",
        _each(lambda bench, c: c.proposition3(bench.at.m)),
    ),
    Statement(
        "prop4",
        "Proposition 4: linearisation error",
        "|F_t − F_t^Lin|",
        _each(lambda bench, c: c.proposition4(bench.at.m, bench.at.distance_squared)),
    ),
    Statement(
        "prop5",
        "Proposition 5: approximation error",
        "|F̃_t − F_t(Θ̄)|",
        _each(lambda bench, c: c.proposition5(bench.at.m)),
    ),
    Statement(
        "prop6-F",
        "Proposition 6: size of the output",
        "|F_t|",
        {
            **_constants(_PAPER, "F_max"),
            "sharp": lambda bench: bench.projected(SharpConstants).proposition6()[0],
        },
    ),
    Statement(
        "prop6-y", "Proposition 6: size of the target", "|F*_t|", _constants(_ALL, "y_max", "B")
    ),
    Statement(
        "theorem1",
        "Theorem 1: projected gradient descent",
        _RISK,
        {**_bounds("risk", **_THEOREM1), "sharp": _better},
    ),
    Statement(
        "theorem1-drift",
        "Sharp Theorem 1, drift form: best iterate",
        _RISK,
        _bounds("risk", sharp=_DRIFT),
    ),
    Statement(
        "theorem1-descent",
        "Sharp Theorem 1, descent form: last iterate",
        _RISK,
        _bounds("risk", sharp=_DESCENT),
    ),
    Statement(
        "theorem1-eta",
        "Theorem 1: step size (sharp: drift form)",
        "η",
        _bounds("step_size", **_THEOREM1, sharp=_DRIFT),
    ),
    Statement(
        "theorem1-descent-eta",
        "Sharp Theorem 1, descent form: step size",
        "η",
        _bounds("step_size", sharp=_DESCENT),
    ),
    Statement("corollary1", "Corollary 1: average iterate", "R(Θ̂)", _bounds("risk", **_COROLLARY1)),
    Statement("sgd", "Projected SGD", "E R(Θ)", _bounds("risk", **_SGD)),
    Statement("sgd-eta", "Projected SGD: step size", "η", _bounds("step_size", **_SGD)),
    Statement(
        "theorem2",
        "Theorem 2: gradient descent without projection",
        _RISK,
        {**{v: partial(_internal, cls=cls) for v, cls in _THEOREM2.items()}, "sharp": _unprojected},
    ),
    Statement("theorem2-m", "Theorem 2: width required", "m ≥", _of_theorem2("m")),
    Statement("theorem2-tau", "Theorem 2: iterations required", "τ ≥", _of_theorem2("tau")),
    Statement("theorem2-eta", "Theorem 2: step size", "η", _of_theorem2("step_size")),
    Statement("theorem2-lambda", "Theorem 2: radius", "λ", _of_theorem2("radius")),
    Statement(
        "theorem2-condition",
        "Sharp Theorem 2: how far the weights reach (must be at most a)",
        "|W_ii|",
        {"sharp": _reach},
    ),
    *(
        Statement(f"sharp-{name}", f"Sharp lemma: {what}", name, _constants(("sharp",), name))
        for name, what in (
            ("u", "bound on the derivative in U"),
            ("w", "bound on the derivative in W"),
            ("L", "Lipschitz constant"),
            ("b", "smoothness"),
            ("B", "size of the target"),
            ("S", "sum over time of the squared Lipschitz constants"),
            ("S_w", "sum over time of w²"),
            ("b_H", "root of the sum over time of b²"),
            ("B_H", "root of the sum over time of B²"),
            ("K", "approximation constant"),
            ("K_D", "approximation constant of SGD and averages"),
        )
    ),
    Statement(
        "requirement-m",
        "Theorem 1 (sharp: drift form) solved for the width at split θ",
        "m ≥",
        _required("m", **_THEOREM1, sharp=_DRIFT),
    ),
    Statement(
        "requirement-tau",
        "Theorem 1 (sharp: drift form) solved for the iterations at split θ",
        "τ ≥",
        _required("tau", **_THEOREM1, sharp=_DRIFT),
    ),
    Statement(
        "requirement-m-descent",
        "Sharp Theorem 1, descent form, solved for the width at split θ",
        "m ≥",
        _required("m", sharp=_DESCENT),
    ),
    Statement(
        "requirement-tau-descent",
        "Sharp Theorem 1, descent form, solved for the iterations at split θ",
        "τ ≥",
        _required("tau", sharp=_DESCENT),
    ),
)

STATEMENTS: Final = {statement.id: statement for statement in _LISTED}
