"""Statements as formulas in named constants, and what each name stands for.

The classes of the theory are run on stand-ins of themselves whose constants are symbols.  A name's
meaning is what its own line in the class returns when all the other names are symbols.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from typing import Any, Final

import sympy as sp

from rnnbound.scenario.memory import alpha_m, contraction
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.symbolic.statements import Bench, Line, Point, part, share
from rnnbound.symbolic.sympy_numbers import Abbreviating
from rnnbound.theory.geometric import GeometricSums
from rnnbound.theory.guarantee import Theorem
from rnnbound.theory.per_step_smoothness import Smoothness, smoothness
from rnnbound.theory.tight_constants import TightConstants
from rnnbound.theory.unprojected_descent import Theorem2


def _positive(name: str, **more: bool) -> sp.Symbol:
    return sp.Symbol(name, positive=True, **more)


#: The symbols of the scenario and of the point, with their LaTeX.
PRIMITIVE: Final = {
    _positive("T", integer=True): "T",
    _positive("n", integer=True): "n",
    _positive("d", integer=True): "d",
    _positive("alpha"): r"\alpha",
    sp.Symbol("nu_w", nonnegative=True): r"\nu_w",
    sp.Symbol("nu_u", nonnegative=True): r"\nu_u",
    sp.Symbol("rho_w", nonnegative=True): r"\rho_w",
    sp.Symbol("rho_u", nonnegative=True): r"\rho_u",
    _positive("delta"): r"\delta",
    _positive("sigma0"): r"\sigma_0",
    _positive("sigma1"): r"\sigma_1",
    _positive("sigma2"): r"\sigma_2",
    _positive("m", integer=True): "m",
    _positive("tau", integer=True): r"\tau",
    _positive("epsilon"): r"\epsilon",
    _positive("theta"): r"\theta",
    _positive("a"): "a",
    _positive("distance"): r"\|\Delta\Theta\|_F",
}
#: The symbols of constants, with their LaTeX; `r` and `r_0` are a σ1 and α σ1.
NAMED: Final = {
    _positive(name): latex
    for name, latex in {
        "nu": r"\|\nu\|",
        "rho": r"\|\rho\|",
        "alpha_m": r"\alpha_m",
        "r": "r",
        "r_0": "r_0",
        "mu0": r"\mu_{0,T}",
        "mu1": r"\mu_{1,T}",
        "mu1_before": r"\mu_{1,T-1}",
        "L": "L_T",
        "beta": r"\beta_T",
        "Lambda": r"\Lambda_T",
        "gamma": r"\gamma_T",
        "y_max": r"y_{\max}",
        "F_max": r"F_{\max}",
        "phi": r"\phi",
        "err": r"\mathrm{err}",
        "lamda": r"\lambda",
        "u": "u_T",
        "w": "w_T",
        "b": "b_T",
        "B": "B_T",
        "S": "S",
        "S_w": "S_w",
        "b_H": "b_H",
        "B_H": "B_H",
        "K": "K",
        "K_D": "K_D",
        "B_rms": r"B_{\mathrm{rms}}",
        "noise": "N",
        "T3": "T_T",
        "T_H": "T_H",
        "K_tied": r"K_{\mathrm{tied}}",
        "K_tied_sgd": r"K_{\mathrm{tied,sgd}}",
    }.items()
}
BY_NAME: Final = {symbol.name: symbol for symbol in (*PRIMITIVE, *NAMED)}

_PAPER: Final = ("L", "beta", "Lambda", "gamma", "y_max", "F_max", "phi", "err")
_SHARP: Final = ("u", "w", "b", "L", "B", "S", "S_w", "b_H", "B_H", "K", "K_D")
#: Names that are functions of the width.
_OF_WIDTH: Final = ("K", "K_D", "K_tied", "K_tied_sgd", "noise")
#: Tight constants, which have no closed form: they are computed.
COMPUTED: Final = ("u", "w", "b", "L", "B", "S", "S_w", "b_H", "B_H", "B_rms", "T3", "T_H")
#: Names that depend on a and α through r and r_0 alone.
_CLOSED: Final = {"y_max", "u", "w", "b", "B", "S", "S_w", "b_H", "B_H"}


#: Shared, so that the same coefficient has one name and is computed once.
_SYSTEM: Final = Abbreviating()


@dataclass(frozen=True)
class _Quantities(Quantities):
    """Quantities whose norms have names."""

    @cached_property
    def nu(self) -> sp.Expr:
        return BY_NAME["nu"]

    @cached_property
    def nu_squared(self) -> sp.Expr:
        return BY_NAME["nu"] ** 2

    @cached_property
    def rho(self) -> sp.Expr:
        return BY_NAME["rho"] if self.rho_w == BY_NAME["rho_w"] else super().rho

    @cached_property
    def rho_squared(self) -> sp.Expr:
        return BY_NAME["rho"] ** 2 if self.rho_w == BY_NAME["rho_w"] else super().rho_squared


class Naming(Bench):
    """A bench on which every constant is a symbol whose meaning is remembered."""

    #: The bound on |W_ii| that computed constants are taken at, as a symbol and in symbols.
    bound: tuple[sp.Symbol, sp.Expr] | None = None

    def __init__(self) -> None:
        symbols = (field.name for field in fields(Quantities) if field.name in BY_NAME)
        listed = {name: BY_NAME[name] for name in symbols}
        q = _Quantities(ns=_SYSTEM, **listed)
        at = Point(
            m=BY_NAME["m"],
            tau=BY_NAME["tau"],
            epsilon=BY_NAME["epsilon"],
            theta=BY_NAME["theta"],
            distance_squared=BY_NAME["distance"] ** 2,
        )
        super().__init__(q, at)
        plain = Quantities(ns=_SYSTEM, **listed)
        self._meanings: dict[sp.Symbol, Callable[[], sp.Expr]] = {
            BY_NAME["nu"]: lambda: plain.nu,
            BY_NAME["rho"]: lambda: plain.rho,
            BY_NAME["alpha_m"]: lambda: alpha_m(q, BY_NAME["m"]),
            BY_NAME["r_0"]: lambda: contraction(q, BY_NAME["alpha"]),
        }

    def formula(self, line: Line) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
        """A line as an expression in names, and the meanings of the names in it, in order."""
        expression = line(self)
        if expression in self._meanings:
            expression = self._meaning(expression)
        meanings: dict[sp.Symbol, sp.Expr] = {}
        self._collect(expression, meanings)
        return _numbered(expression, meanings)

    def _meaning(self, symbol: sp.Symbol) -> sp.Expr:
        return tidy(self._meanings[symbol](), BY_NAME["T"])

    def _collect(self, expression: sp.Expr, meanings: dict[sp.Symbol, sp.Expr]) -> None:
        """Add the meaning of every name in `expression`, outer names first."""
        found = sorted(expression.free_symbols, key=_by_age)
        fresh = []
        for symbol in found:
            if symbol in meanings:
                continue
            if symbol in self._meanings:
                meanings[symbol] = self._meaning(symbol)
            elif symbol in _SYSTEM.meanings:
                meanings[symbol] = _SYSTEM.meanings[symbol]
            else:
                continue
            fresh.append(symbol)
        for symbol in fresh:
            self._collect(meanings[symbol], meanings)

    # --- constants with names --------------------------------------------------------------

    def constants(self, cls: type[Any], a: sp.Expr) -> Any:
        return self._named(cls, self.q, a)

    def projected(self, cls: type[Any]) -> Any:
        return self._named(cls, self.q, BY_NAME["alpha_m"])

    def inside(self, cls: type[Any]) -> Any:
        return self._named(cls, self.q, BY_NAME["a"])

    def theorem2(self, cls: type[Theorem2]) -> Theorem2:
        naming, lamda = self, BY_NAME["lamda"]

        def constants(q: Quantities, a: sp.Expr) -> Any:
            naming._meanings[BY_NAME["a"]] = lambda: a
            return naming._named(cls.constants, q, BY_NAME["a"])

        def radius(theorem: Theorem2, c: Any, epsilon: sp.Expr) -> sp.Symbol:
            meaning = cls.radius(theorem, c, epsilon)
            naming._meanings[lamda] = lambda: meaning
            return lamda

        named = {"constants": staticmethod(constants), "radius": radius}
        return type(f"Named{cls.__name__}", (cls,), named)()  # type: ignore[no-any-return]

    def required(self, theorem: Theorem, cls: type[Any], unknown: str) -> sp.Expr:
        """The bound's part set equal to its share and solved."""
        symbol = BY_NAME[unknown]
        bound = theorem.bound(self.projected(cls), self.at.m, self.at.tau)
        excess = part(bound, unknown) - share(self.q, self.at, theorem, unknown)
        free = {BY_NAME["theta"]: sp.Symbol("theta", positive=True)}
        rest = sp.Dummy("rest", positive=True)
        if unknown == "tau":  # 1 − θ is positive as well
            excess = excess.subs(1 - BY_NAME["theta"], rest)
        root = sp.Dummy("x", positive=True)
        (solution,) = sp.solve(excess.subs(symbol, root**2).xreplace(free), root)
        return sp.factor_terms(sp.powdenest(solution**2).xreplace({rest: 1 - BY_NAME["theta"]}))

    def _named(self, cls: type[Any], q: Quantities, a: sp.Symbol) -> Any:
        """An instance of `cls` whose constants are symbols; their meanings are remembered."""
        if issubclass(cls, TightConstants):
            return self._computed(q, a)
        paper = hasattr(cls, "lemma1")
        names = _PAPER if paper else _SHARP
        stand_in = _stand_in(cls, names)
        c = stand_in(q, a)
        sigma1 = BY_NAME["sigma1"]
        in_r = stand_in(
            replace(q, alpha=BY_NAME["r_0"] / sigma1), BY_NAME["r"] / sigma1
        )  # so that contraction() returns r, and r_0
        if not paper:  # the same closed forms, at α
            vars(in_r)["at_a"], vars(in_r)["at_alpha"] = _smoothness(in_r.q, in_r.a)
        self._meanings[BY_NAME["r"]] = lambda: contraction(q, a)
        for name in names:
            source = in_r if name in _CLOSED else c
            self._remember(name, super(stand_in, source))
        if paper:
            self._name_lemma1(cls, c)
        return c

    def _computed(self, q: Quantities, a: sp.Symbol) -> TightConstants:
        """Tight constants that are symbols; those that others make have a meaning."""
        self.bound = a, self._meanings[a]() if a in self._meanings else a
        stand_in = _stand_in(TightConstants, (*COMPUTED, *_OF_WIDTH))
        c: TightConstants = stand_in(q, a)
        for name in _OF_WIDTH:
            self._remember(name, super(stand_in, c))
        return c

    def _remember(self, name: str, source: Any) -> None:
        """The meaning of a constant: what `source` computes."""
        m = BY_NAME["m"]
        self._meanings[BY_NAME[name]] = lambda: (
            getattr(source, name)(m) if name in _OF_WIDTH else getattr(source, name)
        )

    def _name_lemma1(self, cls: type[Any], c: Any) -> None:
        """Put a Lemma 1 with names into `c`."""
        original = cls.lemma1.func(c)
        known = ("L", "beta")
        bare = type(original)(c.q, BY_NAME["r"] / BY_NAME["sigma1"])
        sums = GeometricSums(*(BY_NAME[name] for name in GeometricSums._fields))
        stand_in = _stand_in(type(original), known)
        named = stand_in(c.q, c.a)
        vars(named)["sums"] = sums
        vars(c)["lemma1"] = named
        for name in GeometricSums._fields:
            self._meanings[BY_NAME[name]] = lambda name=name: getattr(bare.sums, name)  # type: ignore[misc]
        for name in known:
            self._meanings[BY_NAME[name]] = lambda name=name: getattr(  # type: ignore[misc]
                super(stand_in, named), name
            )


@cache
def _smoothness(q: Quantities, a: sp.Expr) -> tuple[Smoothness, Smoothness]:
    """The sharp lemma in closed form, in r and in r_0."""
    at_a = smoothness(q, a)
    to_r_0 = {BY_NAME["r"]: BY_NAME["r_0"]}
    return at_a, Smoothness(**{name: x.xreplace(to_r_0) for name, x in vars(at_a).items()})


def _by_age(symbol: sp.Symbol) -> tuple[int, str]:
    """Names by the alphabet, then abbreviations as they were made."""
    return (list(_SYSTEM.meanings).index(symbol) if symbol in _SYSTEM.meanings else -1, str(symbol))


def _stand_in(cls: type[Any], names: Sequence[str]) -> type[Any]:
    """A subclass of `cls` in which the named constants are symbols, and σ3 exists."""
    symbols: dict[str, Any] = {"has_third": True}
    for name in names:
        if name in _OF_WIDTH:
            symbols[name] = lambda self, m, *more, symbol=BY_NAME[name]: symbol
        else:
            symbols[name] = property(lambda self, symbol=BY_NAME[name]: symbol)  # type: ignore[misc]
    return type(f"Named{cls.__name__}", (cls,), symbols)


def _numbered(
    expression: sp.Expr, meanings: Mapping[sp.Symbol, sp.Expr]
) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """The same with the abbreviations c_0, c_1, … numbered as they come."""
    short = [symbol for symbol in meanings if symbol not in BY_NAME.values()]
    rename = {symbol: sp.Symbol(f"c_{i}", real=True) for i, symbol in enumerate(short)}
    return expression.xreplace(rename), {
        symbol.xreplace(rename): meaning.xreplace(rename) for symbol, meaning in meanings.items()
    }


def expand(expression: sp.Expr, meanings: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """`expression` with every name replaced by its meaning."""
    while names := expression.free_symbols & meanings.keys():
        expression = replaced(expression, {name: meanings[name] for name in names})
    return expression


def replaced(expression: sp.Expr, values: Mapping[sp.Expr, sp.Expr]) -> sp.Expr:
    """`expression` with `values` in place; maxima and minima are not decided, which takes long."""
    if not expression.has(sp.Max, sp.Min):
        return expression.xreplace(values)
    if isinstance(expression, (sp.Max, sp.Min)):
        return expression.func(*(replaced(x, values) for x in expression.args), evaluate=False)
    return expression.func(*(replaced(x, values) for x in expression.args))


@cache
def tidy(expression: sp.Expr, t: sp.Symbol) -> sp.Expr:
    """Sums of closed forms as one closed form, collected by powers of t and r^t."""
    cases = expression.atoms(sp.Piecewise)
    if not cases:
        return expression
    if not (expression.is_Add or expression.is_Mul or expression.is_Pow) or (
        expression.is_Pow and not expression.exp.is_Integer
    ):
        return expression.func(*(tidy(x, t) for x in expression.args))
    conditions = {case.args[0].cond for case in cases}
    if len(conditions) > 1:
        return expression.func(*(tidy(x, t) for x in expression.args))
    (condition,) = conditions
    first, other = (
        expression.xreplace({case: case.args[i].expr for case in cases}) for i in (0, 1)
    )
    first = _collected(first.xreplace({condition.lhs: condition.rhs}), t)
    other = _collected(other, t)
    return sp.Piecewise((first, condition), (other, True))


#: A sum of more operations than this is not factored: its terms say more.
_LARGE: Final = 60


def shorter(expression: sp.Expr) -> sp.Expr:
    """`expression` or its factored form, whichever is shorter."""
    if sp.count_ops(expression) > _LARGE:
        return expression
    return min(expression, sp.factor(expression), key=sp.count_ops)


def _collected(expression: sp.Expr, t: sp.Symbol) -> sp.Expr:
    modes = _modes(expression, t)
    whole = sp.Add(*(shorter(sp.Add(*parts)) * power for power, parts in modes.items()))
    return shorter(whole)


def _modes(x: sp.Expr, t: sp.Symbol) -> dict[sp.Expr, list[sp.Expr]]:
    """The coefficients, in parts, of each t^j r^(kt) in `x`."""
    if not x.has(t):
        return {sp.Integer(1): [x]}
    if x.is_Add:
        total: dict[sp.Expr, list[sp.Expr]] = {}
        for term in x.args:
            for power, parts in _modes(term, t).items():
                total.setdefault(power, []).extend(parts)
        return total
    if x.is_Mul or (x.is_Pow and x.exp.is_Integer and x.exp > 1 and x.base.is_Add):
        factors = x.args if x.is_Mul else (x.base,) * int(x.exp)
        product: dict[sp.Expr, sp.Expr] = {sp.Integer(1): sp.Integer(1)}
        for factor in factors:
            product = _times(product, _modes(factor, t))
        return {power: [value] for power, value in product.items()}
    return {x: [sp.Integer(1)]}


def _times(
    left: Mapping[sp.Expr, sp.Expr], right: Mapping[sp.Expr, Sequence[sp.Expr]]
) -> dict[sp.Expr, sp.Expr]:
    product: dict[sp.Expr, list[sp.Expr]] = {}
    for power, value in left.items():
        for other, parts in right.items():
            product.setdefault(power * other, []).append(value * shorter(sp.Add(*parts)))
    return {power: sp.Add(*parts) for power, parts in product.items()}
