"""Formulas as text, TeX, Python and MathML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sympy as sp
from sympy.printing.latex import LatexPrinter
from sympy.printing.mathml import MathMLPresentationPrinter
from sympy.printing.pycode import PythonCodePrinter

from rnnbound.symbolic.constant_abbreviations import NAMED, PRIMITIVE

_LATEX: Final = {**PRIMITIVE, **NAMED}


#: Named entities that XML does not know without a DTD.
_ENTITIES: Final = {
    "&InvisibleTimes;": "&#x2062;",
    "&ApplyFunction;": "&#x2061;",
    "&le;": "&#x2264;",
}

#: What a statement is about, in TeX, with its relation.
_ABOUT: Final = {
    "β": r"\beta_T =",
    "Λ": r"\Lambda_T =",
    "γ": r"\gamma_T =",
    "η": r"\eta =",
    "λ": r"\lambda =",
    "m ≥": r"m \ge",
    "τ ≥": r"\tau \ge",
    "R(Θ)": r"\widehat{\mathcal{R}}_{\mathcal{S}}(\Theta) \le",
    "R(Θ̂)": r"\widehat{\mathcal{R}}_{\mathcal{S}}(\hat\Theta) \le",
    "E R(Θ)": r"\mathbf{E}\,\widehat{\mathcal{R}}_{\mathcal{S}}(\Theta) \le",
    "|W_ii|": r"|W_{ii}| \le",
    "|F_t|": r"|F_t| \le",
    "|F*_t|": r"|F^\star_t| \le",
    "|F̃_t − F_t^Lin(Θ̄)|": r"|\tilde F_t - F_t^{\mathsf{Lin}}(\bar\Theta)| \le",
    "|F_t − F_t^Lin|": r"|F_t - F_t^{\mathsf{Lin}}| \le",
    "|F̃_t − F_t(Θ̄)|": r"|\tilde F_t - F_t(\bar\Theta)| \le",
}


class _Latex(LatexPrinter):  # type: ignore[misc]
    """TeX as in the paper: ``\\log\\frac{2nT}{\\delta}``, without brackets around a fraction."""

    def _print_log(self, expr: Any, exp: Any = None) -> str:
        (argument,) = expr.args
        inner = self._print(argument)
        if not (argument.is_Atom or inner.startswith(r"\frac")):
            inner = rf"\left({inner}\right)"
        power = f"^{{{exp}}}" if exp is not None else ""
        return rf"\log{power} {inner}"


#: Symbols that MathML does not get from their names.
_NORMS: Final = {
    "nu": "‖ν‖",
    "rho": "‖ρ‖",
    "distance": "‖ΔΘ‖",
    "noise": "N",
    "lamda": "λ",
}


class _MathML(MathMLPresentationPrinter):  # type: ignore[misc]
    """Presentation MathML with the paper's norms."""

    def _print_Symbol(self, sym: Any, style: str = "plain") -> Any:
        if sym.name not in _NORMS:
            return super()._print_Symbol(sym, style)
        return self._leaf("mi", _NORMS[sym.name])

    def _print_Piecewise(self, expr: Any) -> Any:
        """Cases below each other behind a brace."""
        table = self.dom.createElement("mtable")
        for value, condition in expr.args:
            row = self.dom.createElement("mtr")
            if condition == sp.true:
                when = [self._leaf("mtext", "otherwise")]
            else:
                when = [self._leaf("mtext", "if\u00a0"), self._print(condition)]
            for parts in ([self._print(value)], when):
                cell = row.appendChild(self.dom.createElement("mtd"))
                cell.setAttribute("columnalign", "left")
                for part in parts:
                    cell.appendChild(part)
            table.appendChild(row)
        whole = self.dom.createElement("mrow")
        whole.appendChild(self._leaf("mo", "{"))
        whole.appendChild(table)
        return whole

    def _leaf(self, tag: str, text: str) -> Any:
        element = self.dom.createElement(tag)
        element.appendChild(self.dom.createTextNode(text))
        return element


class Written:
    """A formula with its definitions, in every notation."""

    def __init__(
        self,
        statement: str,
        variant: str,
        expression: sp.Expr,
        meanings: Mapping[sp.Symbol, sp.Expr],
    ) -> None:
        self._name = f"{statement}_{variant}".replace("-", "_")
        self._expression, self._meanings = expression, meanings

    @staticmethod
    def text(expression: sp.Expr) -> str:
        """As SymPy prints and reads it."""
        return str(sp.sstr(expression))

    @staticmethod
    def latex(expression: sp.Expr) -> str:
        """As the paper has it."""
        return str(_Latex({"symbol_names": _LATEX}).doprint(expression))

    @staticmethod
    def mathml(expression: sp.Expr, name: str = "") -> str:
        """Presentation MathML, with `name =` before it if there is a name."""
        names = {symbol: symbol.name for symbol in _LATEX}
        printer = _MathML({"symbol_names": names})
        printed = printer.doprint(expression)
        if name:
            printed = f"{printer.doprint(sp.Symbol(name))}<mo>=</mo>{printed}"
        for entity, character in _ENTITIES.items():
            printed = printed.replace(entity, character)
        return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{printed}</math>'

    def python(self) -> str:
        """A function of the free symbols, in doubles."""
        printer = PythonCodePrinter({"fully_qualified_modules": True})
        expressions = [self._expression, *self._meanings.values()]
        symbols = set().union(*(x.free_symbols for x in expressions)) - self._meanings.keys()
        arguments = ", ".join(sorted(map(str, symbols)))
        lines = [f"def {self._name}({arguments}):"]
        for name in self._in_order():
            lines.append(f"    {name} = {printer.doprint(self._meanings[name])}")
        lines.append(f"    return {printer.doprint(self._expression)}")
        body = "\n".join(lines)
        return f"import math\n\n\n{body}" if "math." in body else body

    def _in_order(self) -> list[sp.Symbol]:
        """The names so that each stands behind those that it is made of."""
        order: list[sp.Symbol] = []

        def visit(name: sp.Symbol) -> None:
            if name in order:
                return
            for other in sorted(self._meanings[name].free_symbols & self._meanings.keys(), key=str):
                visit(other)
            order.append(name)

        for name in self._meanings:
            visit(name)
        return order


def about(shows: str) -> str:
    """What a statement is about, with its relation: ``R(Θ) ≤``."""
    if shows.endswith("≥"):
        return shows
    return f"{shows} ≤" if set(shows) & set("(|") else f"{shows} ="


def latex_about(shows: str) -> str:
    """The same in TeX."""
    return _ABOUT.get(shows) or f"{latex_name(shows)} ="


def latex_name(name: str) -> str:
    """The TeX of a symbol."""
    return next((latex for symbol, latex in _LATEX.items() if symbol.name == name), name)
