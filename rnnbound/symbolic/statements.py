"""The named statements: what `formula` can show, each a line over the classes of the theory.

A line runs in any number system.  It asks a :class:`Bench` for constants, so that the same line
gives the number (:class:`Bench` itself) and the formula in named constants (a subclass).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any, Final

from rnnbound.numbers.system import Number
from rnnbound.scenario.memory import alpha_m
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.theory.guarantee import RiskBound, Theorem
from rnnbound.theory.long_steps import (
    LongSteps,
    TiedDescent,
    TiedLongSteps,
    TightDescent,
    TightLongSteps,
)
from rnnbound.theory.methods import METHODS, Method
from rnnbound.theory.paper_constants import PAPER, CorrectedConstants, PrintedConstants
from rnnbound.theory.projected_descent import SharpDescent, SharpDrift, SharpTheorem, Theorem1
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.stochastic_descent import SharpSGD
from rnnbound.theory.tied import TiedDrift
from rnnbound.theory.tight_constants import DirectConstants
from rnnbound.theory.unprojected_descent import (
    SharpTheorem2,
    Theorem2,
    Theorem2Corrected,
    Theorem2Printed,
)

CLASSES: Final[Mapping[str, Any]] = {**PAPER, "sharp": SharpConstants, "tight": DirectConstants}


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
    def line(bench: Bench) -> Number:
        value = getattr(bench.projected(cls), name)
        return value(bench.at.m) if callable(value) else value

    return line


def _constants(variants: tuple[str, ...], *names: str) -> dict[str, Line]:
    """A constant by variant; `names` gives the paper's name and, if it differs, the sharp one."""
    return {v: _constant(names[0 if v in _PAPER else -1], CLASSES[v]) for v in variants}


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


def _of_method(name: str) -> Statement:
    """The bound of a method's theorems."""
    method = METHODS[name]
    forms = {variant: method.forms(variant) for variant in method.variants}
    lines = {
        variant: partial(_least, forms=some, variant=variant) for variant, some in forms.items()
    }
    return Statement(method.formula, method.formula_title, _risk(method), lines)


def _risk(method: Method) -> str:
    """Which risk is bounded."""
    if method.stochastic:
        return f"E {_RISK}"
    return "R(Θ̂)" if method.averages else _RISK


def _least(bench: Bench, forms: Sequence[Any], variant: str) -> Number:
    """The smallest of the risk bounds, of forms that are formulas: S at the start is computed."""
    written = [form for form in forms if not (isinstance(form, LongSteps) and form.spent)]
    risks = (_bound(bench, form, CLASSES[variant]).risk for form in reversed(written))
    return reduce(bench.q.ns.minimum, risks)


def _bound(bench: Bench, form: Any, cls: type[Any]) -> RiskBound:
    """The bound of one form."""
    if isinstance(form, Theorem2):
        return bench.theorem2(type(form)).bound(bench.q, bench.at.epsilon)
    c = bench.projected(cls) if form.projects else bench.inside(cls)
    found: RiskBound = form.bound(c, bench.at.m, bench.at.tau)
    return found


def _reach(cls: type[Any]) -> Line:
    return lambda bench: SharpTheorem2(cls).reach(bench.inside(cls), bench.at.m, bench.at.tau)


def _output(cls: type[Any]) -> Line:
    return lambda bench: bench.projected(cls).proposition6()[0]


def _over(form: type[SharpTheorem], *variants: str) -> dict[str, tuple[Theorem, type[Any]]]:
    """A sharp theorem over the constants of some variants."""
    return {v: (form(CLASSES[v]), CLASSES[v]) for v in variants}


_PAPER: Final = ("printed", "corrected")
_OURS: Final = ("sharp", "tight")
_ALL: Final = (*_PAPER, *_OURS)
_THEOREM2: Final[dict[str, type[Any]]] = {
    "printed": Theorem2Printed,
    "corrected": Theorem2Corrected,
}
_THEOREM1: Final[dict[str, tuple[Theorem, type[Any]]]] = {
    "printed": (Theorem1(PrintedConstants), PrintedConstants),
    "corrected": (Theorem1(CorrectedConstants), CorrectedConstants),
}
_SGD: Final[dict[str, tuple[Theorem, type[Any]]]] = {
    "corrected": _THEOREM1["corrected"],
    **_over(SharpSGD, *_OURS),
}
_DRIFT: Final = _over(SharpDrift, *_OURS)
_DESCENT: Final = {**_over(SharpDescent, "sharp"), **_over(TightDescent, "tight")}
#: Solved for m, which needs a K that does not depend on it.
_SOLVED: Final = {**_THEOREM1, "sharp": _DRIFT["sharp"]}

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
            **{v: _output(CLASSES[v]) for v in _OURS},
        },
    ),
    Statement(
        "prop6-y", "Proposition 6: size of the target", "|F*_t|", _constants(_ALL, "y_max", "B")
    ),
    _of_method("pgd"),
    Statement(
        "theorem1-drift",
        "Sharp Theorem 1, drift form: best iterate",
        _RISK,
        _bounds("risk", **_DRIFT),
    ),
    Statement(
        "theorem1-descent",
        "Sharp Theorem 1, descent form: last iterate",
        _RISK,
        _bounds("risk", **_DESCENT),
    ),
    Statement(
        "theorem1-eta",
        "Theorem 1: step size (sharp: drift form)",
        "η",
        _bounds("step_size", **_THEOREM1, **_DRIFT),
    ),
    Statement(
        "theorem1-descent-eta",
        "Sharp Theorem 1, descent form: step size",
        "η",
        _bounds("step_size", **_DESCENT),
    ),
    Statement(
        "theorem1-long-steps",
        "Tight Theorem 1, descent form with long steps",
        _RISK,
        _bounds("risk", **_over(TightLongSteps, "tight")),
    ),
    Statement(
        "theorem1-long-steps-eta",
        "Tight Theorem 1, descent form with long steps: step size",
        "η",
        _bounds("step_size", **_over(TightLongSteps, "tight")),
    ),
    _of_method("pgd-average"),
    _of_method("sgd"),
    Statement("sgd-eta", "Projected SGD: step size", "η", _bounds("step_size", **_SGD)),
    _of_method("gd"),
    Statement("theorem2-m", "Theorem 2: width required", "m ≥", _of_theorem2("m")),
    Statement("theorem2-tau", "Theorem 2: iterations required", "τ ≥", _of_theorem2("tau")),
    Statement("theorem2-eta", "Theorem 2: step size", "η", _of_theorem2("step_size")),
    Statement("theorem2-lambda", "Theorem 2: radius", "λ", _of_theorem2("radius")),
    Statement(
        "theorem2-condition",
        "Sharp Theorem 2: how far the weights reach (must be at most a)",
        "|W_ii|",
        {v: _reach(CLASSES[v]) for v in _OURS},
    ),
    *(
        Statement(f"sharp-{name}", f"Sharp lemma: {what}", name, _constants(_OURS, name))
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
    *(
        Statement(f"tight-{name}", f"Tight lemma: {what}", name, _constants(("tight",), name))
        for name, what in (
            ("B_rms", "size of the target, on average over the start"),
            ("noise", "how far the network of attraction is from the target, times √m"),
            ("T3", "bound on the third derivative"),
            ("T_H", "root of the sum over time of T3²"),
            ("K_tied", "approximation constant of tied pairs"),
            ("K_tied_sgd", "approximation constant of tied pairs, SGD and averages"),
        )
    ),
    _of_method("tied"),
    *(
        Statement(f"tied-{name}", form.statement, shows, _bounds(of, **_over(form, "tight")))
        for name, form, shows, of in (
            ("drift", TiedDrift, _RISK, "risk"),
            ("drift-eta", TiedDrift, "η", "step_size"),
            ("descent", TiedDescent, _RISK, "risk"),
            ("descent-eta", TiedDescent, "η", "step_size"),
            ("long-steps", TiedLongSteps, _RISK, "risk"),
            ("long-steps-eta", TiedLongSteps, "η", "step_size"),
        )
    ),
    _of_method("tied-sgd"),
    _of_method("tied-average"),
    *(
        Statement(
            f"requirement-{unknown}{suffix}",
            f"{theorem} solved for the {word} at split θ",
            f"{symbol} ≥",
            _required(unknown, **solved),
        )
        for suffix, theorem, solved in (
            ("", "Theorem 1 (sharp: drift form)", _SOLVED),
            ("-descent", "Sharp Theorem 1, descent form,", {"sharp": _DESCENT["sharp"]}),
        )
        for unknown, word, symbol in (("m", "width", "m"), ("tau", "iterations", "τ"))
    ),
)

STATEMENTS: Final = {statement.id: statement for statement in _LISTED}
STATEMENTS.update(
    (method.formula, _of_method(name))
    for name, method in METHODS.items()
    if method.formula not in STATEMENTS
)
for _name, _method in METHODS.items():
    for _statement in _method.requirements:
        if _statement not in STATEMENTS:
            raise ValueError(f"method {_name!r}: requirements name no statement {_statement!r}")
