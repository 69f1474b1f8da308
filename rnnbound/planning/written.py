"""Formulas as text, TeX, Python and MathML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sympy as sp
from sympy.printing.latex import LatexPrinter
from sympy.printing.mathml import MathMLPresentationPrinter
from sympy.printing.pycode import PythonCodePrinter

from rnnbound.theory.naming import NAMED, PRIMITIVE

_LATEX: Final = {**PRIMITIVE, **NAMED}


class _Latex(LatexPrinter):  # type: ignore[misc]
    """TeX as in the paper: ``\\log\\frac{2nT}{\\delta}``, without brackets around a fraction."""

    def _print_log(self, expr: Any, exp: Any = None) -> str:
        (argument,) = expr.args
        inner = self._print(argument)
        if not (argument.is_Atom or inner.startswith(r"\frac")):
            inner = rf"\left({inner}\right)"
        power = f"^{{{exp}}}" if exp is not None else ""
        return rf"\log{power} {inner}"


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
    def mathml(expression: sp.Expr) -> str:
        """Presentation MathML."""
        names = {symbol: symbol.name for symbol in _LATEX}
        printed = MathMLPresentationPrinter({"symbol_names": names}).doprint(expression)
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


def latex_name(name: str) -> str:
    """The TeX of a symbol."""
    return next((latex for symbol, latex in _LATEX.items() if symbol.name == name), name)
