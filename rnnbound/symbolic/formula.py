"""formula: a named statement as a formula, with known symbols substituted, and its value."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final

import sympy as sp
from flint import arb

from rnnbound.activations.whole_line.sympy_to_balls import EQUAL_BITS, Encloser
from rnnbound.errors import wrong
from rnnbound.numbers import decimals
from rnnbound.numbers.balls import BALLS, UndecidedError, precision, precisions
from rnnbound.numbers.count import EXACT_DIGITS, Count
from rnnbound.numbers.limits import SIGNIFICANT, MagnitudeError, Real
from rnnbound.planning.plan import DEFAULT_EPSILON
from rnnbound.planning.request_reader import read_request, read_width
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.scenario_in_number_system import Quantities, quantities
from rnnbound.scenario.value_reader import read_value, share
from rnnbound.symbolic.constant_abbreviations import BY_NAME, COMPUTED, Naming, expand, replaced
from rnnbound.symbolic.printers import Written
from rnnbound.symbolic.simplify import simplified
from rnnbound.symbolic.statement_search import find_statement, find_variant
from rnnbound.symbolic.statements import STATEMENTS, Statement
from rnnbound.symbolic.sympy_numbers import SYMBOLS, exact
from rnnbound.theory.guarantee import TRUSTED
from rnnbound.theory.tight_constants import DirectConstants

#: Where a statement is evaluated if nothing is said.
DEFAULT_WIDTH: Final = 10**6
DEFAULT_ITERATIONS: Final = 1000
DEFAULT_THETA: Final = 0.5

#: The quantity that a field of the scenario gives; an activation gives three.
_QUANTITY: Final = {"horizon": "T", "samples": "n", "dim": "d"}
_SIGMAS: Final = ("sigma0", "sigma1", "sigma2")
#: The longest unrolled power that an expanded formula may hold.
_LONGEST_POWER: Final = 64
#: A value that this precision does not tell from 0 is 0.
_ZERO_BITS: Final = 4096
_BITS_PER_DIGIT: Final = 3.33


@dataclass(frozen=True, slots=True)
class Definition:
    """What a name in a formula stands for; `mathml`, if it was asked for, has the name, too."""

    name: str
    text: str
    latex: str
    sympy: str
    mathml: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A statement as a formula.

    Attributes:
        statement: its id.
        title: its name in the literature, and the quantity.
        shows: what it bounds, or is.
        variant: ``printed``, ``corrected``, ``sharp`` or ``tight``.
        trusted: whether this variant is a theorem.
        text: the formula as SymPy prints it.
        latex: the same for TeX.
        sympy: the same as SymPy's ``srepr``.
        python: a function that computes it in doubles.
        mathml: presentation MathML, if it was asked for.
        definitions: the names in the formula, those first that others are made of last.
        value: the number, if it was asked for.
        enclosure: decimal strings with the value between them.
        point: what the symbols were in `value`.
        reason: why there is no number although one was asked for.
        simplified: whether all was simplified in time; None if that was not asked for.
    """

    statement: str
    title: str
    shows: str
    variant: str
    trusted: bool
    text: str
    latex: str
    sympy: str
    python: str
    mathml: str | None
    definitions: tuple[Definition, ...]
    value: Real | None = None
    value_log10: float | None = None
    enclosure: tuple[str, str] | None = None
    point: Mapping[str, Real | int | str] | None = None
    reason: str | None = None
    simplified: bool | None = None


def formula(
    statement: str,
    *,
    variant: str | None = None,
    scenario: Scenario | None = None,
    given: Collection[str] | None = None,
    width: Count | str | None = None,
    iterations: Count | str | None = None,
    epsilon: float | str | None = None,
    alpha_m: float | str | None = None,
    theta: float | str | None = None,
    expanded: bool = False,
    simplify: bool = False,
    evaluate: bool = False,
    mathml: bool = False,
    digits: int = 17,
) -> Formula:
    """A statement as a formula in the symbols that are not given.

    Args:
        statement: such as ``theorem1``; see :func:`statements`.
        variant: ``printed``, ``corrected``, ``sharp`` or ``tight``; if None the best one that is
            a formula (tight constants are numbers that are computed).
        scenario: where known symbols come from, and the rest for `evaluate`.
        given: the fields of the scenario that are known; all if None.
        width, iterations, epsilon, alpha_m, theta: m, τ, ε, the bound on |W_ii|, the split.
        expanded: replace all named constants by what they stand for.
        simplify: try to simplify, for at most a few seconds.
        evaluate: compute the number; what is not given has its documented default.
        mathml: write MathML, too.
        digits: significant digits of the enclosure of the value.

    Raises:
        RequestError: the request is wrong.
    """
    found = find_statement(statement)
    chosen = find_variant(found, variant)
    literals = _literals(width, iterations, epsilon, alpha_m, theta)
    if given is None:
        given = [field.name for field in fields(Scenario)] if scenario else []
    scenario = scenario or Scenario()
    naming = Naming()
    expression, meanings = naming.formula(found.lines[chosen])
    known = _known(quantities(scenario, SYMBOLS), given, literals)
    value: dict[str, Any] = {}
    if evaluate:
        value = _evaluated(expression, meanings, naming.bound, scenario, literals, digits)
    expression, meanings = _substituted(expression, meanings, known)
    if expanded:
        expression, meanings = _expanded(expression, meanings)
    expression, meanings, in_time = _simplified(expression, meanings, simplify)
    written = Written(found.id, chosen, expression, meanings)
    return Formula(
        statement=found.id,
        title=found.title,
        shows=found.shows,
        variant=chosen,
        trusted=TRUSTED[chosen],
        text=written.text(expression),
        latex=written.latex(expression),
        sympy=sp.srepr(expression),
        python=written.python(),
        mathml=written.mathml(expression) if mathml else None,
        definitions=_definitions(written, meanings, mathml),
        **value,
        simplified=in_time,
    )


def _simplified(
    expression: sp.Expr, meanings: dict[sp.Symbol, sp.Expr], wanted: bool
) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr], bool | None]:
    """The same, simplified if wanted, and whether there was time for all of it."""
    if not wanted:
        return expression, meanings, None
    (expression, *simpler), in_time = simplified([expression, *meanings.values()])
    return expression, dict(zip(meanings, simpler, strict=True)), in_time


def _definitions(
    written: Written, meanings: Mapping[sp.Symbol, sp.Expr], mathml: bool
) -> tuple[Definition, ...]:
    return tuple(
        Definition(
            str(name),
            written.text(x),
            written.latex(x),
            sp.srepr(x),
            written.mathml(x, name.name) if mathml else None,
        )
        for name, x in meanings.items()
    )


def statements() -> tuple[Statement, ...]:
    """Every statement there is."""
    return tuple(STATEMENTS.values())


def _literals(
    width: object, iterations: object, epsilon: object, alpha_m: object, theta: object
) -> dict[str, Any]:
    """The validated values that were given beside the scenario, by symbol."""
    request = read_request(
        method="pgd", variant="all", epsilon=epsilon, width=width, iterations=iterations
    )
    _, bound = read_width(None, alpha_m)
    split = None if theta is None else read_value("theta", theta, share)
    for name, count in (("width", request.width), ("iterations", request.iterations)):
        if count is not None and not isinstance(count, int):
            raise wrong(name, f"must have at most {EXACT_DIGITS} digits in a formula")
    listed = {
        "m": request.width,
        "tau": request.iterations,
        "epsilon": request.epsilon,
        "a": bound,
        "alpha_m": bound,
        "theta": split,
    }
    return {name: value for name, value in listed.items() if value is not None}


def _known(
    q: Quantities, given: Collection[str], literals: Mapping[str, Any]
) -> dict[sp.Symbol, sp.Expr]:
    names = [
        name for field in given if field != "activation" for name in (_QUANTITY.get(field, field),)
    ]
    names += _SIGMAS if "activation" in given else ()
    known = {BY_NAME[name]: exact(getattr(q, name)) for name in names}
    return known | {BY_NAME[name]: SYMBOLS.number(x) for name, x in literals.items()}


def _substituted(
    expression: sp.Expr,
    meanings: Mapping[sp.Symbol, sp.Expr],
    known: Mapping[sp.Symbol, sp.Expr],
) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """The same with known symbols replaced and decided cases chosen."""
    left = {name: replaced(x, known) for name, x in meanings.items() if name not in known}
    expression = replaced(expression, known)
    decided = {}
    for name in (BY_NAME["r"], BY_NAME["r_0"]):
        if name in left and not expand(name, left).free_symbols:
            with precision(EQUAL_BITS):
                difference = Encloser(left.__getitem__).value(name) - 1
            decided[sp.Eq(name, 1)] = sp.true if difference.contains(0) else sp.false
    expression = replaced(expression, decided)
    left = {name: replaced(x, decided) for name, x in left.items()}
    used: dict[sp.Symbol, sp.Expr] = {}
    wanted = [expression]
    while wanted:
        for name in sorted(wanted.pop(0).free_symbols & left.keys() - used.keys(), key=str):
            used[name] = left[name]
            wanted.append(left[name])
    return expression, used


def _expanded(
    expression: sp.Expr, meanings: Mapping[sp.Symbol, sp.Expr]
) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """Only primitive symbols; but no power of numbers that would fill pages is written out."""
    everything = [expression, *meanings.values()]
    long_powers = any(
        x.exp.is_Integer and abs(x.exp) > _LONGEST_POWER
        for whole in everything
        for x in whole.atoms(sp.Pow)
    )
    kept = {BY_NAME["r"], BY_NAME["r_0"]} if long_powers else set()
    inlined = {name: x for name, x in meanings.items() if name not in kept}
    whole = expand(expression, inlined)
    return whole, {
        name: expand(meanings[name], inlined) for name in meanings if name in whole.free_symbols
    }


def _evaluated(
    expression: sp.Expr,
    meanings: Mapping[sp.Symbol, sp.Expr],
    bound: tuple[sp.Symbol, sp.Expr] | None,
    scenario: Scenario,
    literals: Mapping[str, Any],
    digits: int,
) -> dict[str, Any]:
    """The fields of a :class:`Formula` about the value, or why there is none."""
    try:
        return _Value(expression, meanings, bound, scenario, literals).described(digits)
    except (MagnitudeError, UndecidedError) as error:
        return {"reason": str(error)}


class _Value:
    """The number that a formula has at a point, computed from the formula itself."""

    def __init__(
        self,
        expression: sp.Expr,
        meanings: Mapping[sp.Symbol, sp.Expr],
        bound: tuple[sp.Symbol, sp.Expr] | None,
        scenario: Scenario,
        literals: Mapping[str, Any],
    ) -> None:
        self._expression, self._meanings, self._scenario = expression, dict(meanings), scenario
        self._bound = bound and bound[0]
        point = dict(literals)
        symbols = set(expression.free_symbols).union(*(x.free_symbols for x in meanings.values()))
        if bound:
            symbols |= {bound[0], *bound[1].free_symbols - {BY_NAME["m"]}}
            self._meanings |= {bound[0]: bound[1]} if bound[0] != bound[1] else {}
        names = {symbol.name for symbol in symbols}
        direct = set(expression.free_symbols).union(
            *(x.free_symbols for name, x in meanings.items() if name.name != "alpha_m")
        )
        if "alpha_m" in names and "m" not in point and BY_NAME["m"] not in direct:
            self._meanings[BY_NAME["alpha_m"]] = BY_NAME["alpha"]  # as wide as can be
        else:
            point.setdefault("m", DEFAULT_WIDTH)
            names |= {"m"} if "alpha_m" in names else set()
        point.setdefault("tau", DEFAULT_ITERATIONS)
        point.setdefault("epsilon", DEFAULT_EPSILON)
        point.setdefault("theta", DEFAULT_THETA)
        if BY_NAME["a"] in symbols - self._meanings.keys() and "a" not in point:
            point["a"] = self._reach(point)
        self._point = {name: x for name, x in point.items() if name in names}

    def _reach(self, point: Mapping[str, Any]) -> Real:
        """The least double that sharp Theorem 2, with these constants, allows as its a."""
        from rnnbound.planning.bound import bound

        found = bound(
            self._scenario,
            width=point["m"],
            iterations=point["tau"],
            method="gd",
            variant="tight" if self._bound else "sharp",
        )
        best = found.bounds[found.headline]
        a = best.alpha_m
        if a is None:
            raise MagnitudeError(f"a, how far weights reach, is not found: {best.reason}")
        return math.nextafter(a, math.inf) if isinstance(a, float) else a

    def enclose(self) -> arb:
        """The value at the current precision."""
        q = quantities(self._scenario, BALLS)

        @cache
        def computed() -> DirectConstants:
            return DirectConstants(q, Encloser(look_up).value(self._bound))

        def look_up(symbol: sp.Symbol) -> Any:
            if symbol.name in self._point:
                return BALLS.number(self._point[symbol.name])
            if symbol in self._meanings:
                return self._meanings[symbol]
            if symbol.name == "distance":
                return q.rho
            if symbol.name in COMPUTED:
                return getattr(computed(), symbol.name)
            value = getattr(q, symbol.name)
            return BALLS.number(value) if isinstance(value, int) else value

        return Encloser(look_up).value(self._expression)

    def described(self, digits: int) -> dict[str, Any]:
        """The fields of a :class:`Formula` about the value."""
        wanted = int(_BITS_PER_DIGIT * max(digits, SIGNIFICANT)) + 32
        start = wanted + 64 + 4 * self._scenario.horizon.bit_length()
        for bits in precisions(start):
            with precision(bits):
                value = self.enclose()
                if value.rel_accuracy_bits() >= wanted:
                    break
                if bits >= _ZERO_BITS and value.contains(0) and abs(value) < arb(2) ** (-bits // 2):
                    value = arb(0)
                    break
        with precision(bits):
            lower, upper = decimals.enclosure(value, digits)
            fields_ = {name: getattr(self._scenario, name) for name in Scenario.__slots__}
            return {
                "value": decimals.real(value),
                "value_log10": decimals.log10(value) if value > 0 else None,
                "enclosure": (str(lower), str(upper)),
                "point": {**fields_, **self._point},
            }
