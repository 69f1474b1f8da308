"""A formula in z that somebody typed, read without ever being run.

The text passes three gates before SymPy is even imported: which characters it has and how
deeply it nests, what Python's parser makes of it, and a whitelist walk over that tree with
caps on its size and on every constant.  What is left is built node by node into SymPy objects.
A number in the text is the exact decimal that it spells.

A :class:`ValueError`'s text completes the sentence "activation ...".
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from rnnbound.activations.activation import LONGEST_FORMULA
from rnnbound.activations.formula_functions import FUNCTIONS
from rnnbound.errors import suggestion

DEEPEST: Final = 50
MOST_NODES: Final = 200
LARGEST_EXPONENT: Final = 20
LARGEST_CONSTANT: Final = 10**6
MOST_DIGITS: Final = 20
#: Constants that are computed, such as (1/3)**20, may have this many bits above and below.
_MOST_BITS: Final = 256
_SMALLEST_CONSTANT: Final = 1e-30

_NAMES: Final = ("z", "pi", "e")
_ALLOWED: Final = re.compile(r"[A-Za-z0-9_+\-*/(),. \t]")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_ \-]*")
_PUNCTUATION: Final = re.compile(r"[!-,./:-@\[-^`{-~]|(?<=.)-")
_VARIABLE: Final = re.compile(r"(?<![A-Za-z0-9_])z(?![A-Za-z0-9_])")
_OPERATORS: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_PIECES: Final = {
    ast.Attribute: "attribute access",
    ast.Subscript: "a subscript",
    ast.Lambda: "a lambda",
    ast.IfExp: "a condition",
    ast.BoolOp: "a logical operator",
    ast.Compare: "a comparison",
    ast.Tuple: "a tuple",
    ast.Starred: "a starred argument",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that passed the whitelist.

    Attributes:
        text: it, without blanks.
        tree: its syntax tree; nothing in it but what :func:`read` lets through.
        source: the text that the positions in the tree refer to.
    """

    text: str
    tree: ast.expr
    source: str


def looks_like_formula(text: str) -> bool:
    """Whether `text` is meant as a formula rather than as the name of an activation."""
    stripped = text.strip()
    if _VARIABLE.search(stripped):
        return True
    return _PUNCTUATION.search(stripped) is not None and not _WORD.fullmatch(stripped)


def read(text: str) -> Formula:
    """The formula that `text` spells.

    Raises:
        ValueError: it is not one, or it exceeds a cap; names the piece and its position.
    """
    _check_text(text)
    source = text.strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        at = min(error.offset or 1, len(source) + 1)
        raise ValueError(f"is not a formula in z: syntax error at position {at}") from None
    except (ValueError, RecursionError, MemoryError, OverflowError, Warning) as error:
        raise ValueError(f"is not a formula in z ({type(error).__name__})") from None
    _check_size(tree)
    _Checker(source).value(tree)
    if not any(isinstance(node, ast.Name) and node.id == "z" for node in ast.walk(tree)):
        raise ValueError("is outside the theory: it is constant, so σ' is 0 everywhere")
    return Formula("".join(source.split()), tree, source)


def _check_text(text: str) -> None:
    """The first gate: length, characters, nesting; linear in what it looks at."""
    if len(text) > LONGEST_FORMULA:
        raise ValueError(f"is too long: {len(text):,} characters (at most {LONGEST_FORMULA})")
    if not text.strip():
        raise ValueError("is empty")
    depth = 0
    offset = len(text) - len(text.lstrip())
    for index, character in enumerate(text.strip(), 1):
        if not _ALLOWED.fullmatch(character):
            shown = character if character.isprintable() and character.isascii() else ""
            shown = repr(shown) if shown else f"character U+{ord(character):04X}"
            hint = " (powers are written **)" if character == "^" else ""
            raise ValueError(
                f"is not a formula in z: {shown} at position {index + offset} is not allowed{hint}"
            )
        depth += (character == "(") - (character == ")")
        if depth > DEEPEST:
            raise ValueError(f"nests parentheses deeper than {DEEPEST} (position {index + offset})")
        if depth < 0:
            raise ValueError(f"is not a formula in z: unmatched ')' at position {index + offset}")
    if depth:
        raise ValueError(f"is not a formula in z: {depth} unclosed '('")


def _check_size(tree: ast.expr) -> None:
    """The second gate: depth and number of nodes, without recursion."""
    level: list[ast.AST] = [tree]
    depth = count = 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > DEEPEST:
            raise ValueError(f"is nested too deeply (at most {DEEPEST} levels)")
        if count > MOST_NODES:
            raise ValueError(f"is too large (at most {MOST_NODES} pieces)")
        level = [
            child
            for node in level
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr | ast.keyword | ast.comprehension)
        ]


def _place(node: ast.AST) -> str:
    return f"at position {getattr(node, 'col_offset', 0) + 1}"


def _refuse(node: ast.AST, what: str) -> ValueError:
    return ValueError(f"is not a formula in z: {what} {_place(node)}")


#: A constant subtree's value: exact where it is rational, else approximate.
_Constant = Fraction | float


class _Checker:
    """The third gate: the whitelist, and the value of every constant subtree."""

    def __init__(self, source: str) -> None:
        self.source = source

    def value(self, node: ast.expr) -> _Constant | None:
        """Check `node`; its value if it is constant, None if it contains z."""
        if isinstance(node, ast.Constant):
            return _literal(node, self.source)
        if isinstance(node, ast.Name):
            if node.id not in _NAMES:
                raise _unknown(node, "name", [*_NAMES, *FUNCTIONS])
            return {"z": None, "pi": math.pi, "e": math.e}[node.id]
        if isinstance(node, ast.UnaryOp):
            if not isinstance(node.op, ast.UAdd | ast.USub):
                raise _refuse(node, "an operator other than + - * / **")
            value = self.value(node.operand)
            return -value if value is not None and isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.BinOp):
            return self._operation(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        raise _refuse(node, f"{_PIECES.get(type(node), 'something')} is not allowed")

    def _operation(self, node: ast.BinOp) -> _Constant | None:
        if type(node.op) not in _OPERATORS:
            raise _refuse(node, "an operator other than + - * / **")
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Div) and right == 0:
            raise _refuse(node.right, "division by zero")
        if isinstance(node.op, ast.Pow):
            return _checked(node, self._power(node, left, right))
        if left is None or right is None:
            return None
        if isinstance(node.op, ast.Add):
            return _checked(node, left + right)
        if isinstance(node.op, ast.Sub):
            return _checked(node, left - right)
        return _checked(node, left * right if isinstance(node.op, ast.Mult) else left / right)

    @staticmethod
    def _power(
        node: ast.BinOp, base: _Constant | None, exponent: _Constant | None
    ) -> _Constant | None:
        if exponent is None:
            if base is None or float(base) <= 0:
                raise _refuse(
                    node.right, "an exponent that contains z needs a positive constant as base"
                )
            return None
        if abs(float(exponent)) > LARGEST_EXPONENT:
            raise _refuse(node.right, f"an exponent beyond ±{LARGEST_EXPONENT}")
        if base is None:
            return None
        if base == 0 and exponent <= 0:
            raise _refuse(node, "division by zero")
        if isinstance(base, Fraction) and exponent == int(exponent):
            bits = max(base.numerator.bit_length(), base.denominator.bit_length())
            if (bits - 1) * abs(int(exponent)) > _MOST_BITS:
                raise _refuse(node, "a constant that is too long")
            return base ** int(exponent)
        if base < 0:
            raise _refuse(node, "a root of a negative number")
        return math.exp(float(exponent) * math.log(base)) if base else 0.0

    def _call(self, node: ast.Call) -> _Constant | None:
        if not isinstance(node.func, ast.Name):
            raise _refuse(node, "only a named function can be called; a call")
        if node.func.id not in FUNCTIONS:
            raise _unknown(node.func, "function", list(FUNCTIONS))
        if node.keywords:
            raise _refuse(node, "a keyword argument")
        function = FUNCTIONS[node.func.id]
        arity = function.arity
        if len(node.args) != arity:
            wanted = "one argument" if arity == 1 else f"{arity} arguments"
            raise _refuse(node, f"{node.func.id} takes {wanted}, not {len(node.args)},")
        values = [self.value(argument) for argument in node.args]
        if any(value is None for value in values):
            return None
        try:
            known = function.number(*[float(v) for v in values if v is not None])
        except (ValueError, OverflowError, ZeroDivisionError):
            raise _refuse(node, f"{node.func.id} of a constant outside its range") from None
        return _checked(node, known)


def _literal(node: ast.Constant, source: str) -> Fraction:
    if type(node.value) not in (int, float):
        kind = {bool: "a truth value", complex: "a complex number", str: "a string"}
        raise _refuse(node, f"{kind.get(type(node.value), 'a constant that is no number')}")
    text = source[node.col_offset : node.end_col_offset].replace("_", "")
    if not re.fullmatch(r"\d+\.?\d*(?:[eE][+-]?\d{1,3})?|\.\d+(?:[eE][+-]?\d{1,3})?", text):
        raise _refuse(node, "a number that is not a plain decimal")
    if len(re.split("[eE]", text)[0].replace(".", "").lstrip("0")) > MOST_DIGITS:
        raise _refuse(node, f"a number of more than {MOST_DIGITS} digits")
    if "e" in text.lower() and abs(int(re.split("[eE]", text)[1])) > 40:
        raise _refuse(node, "a number that is too large or too small")
    value = Fraction(text)
    _checked(node, value)
    return value


def _checked(node: ast.expr, value: _Constant | None) -> _Constant | None:
    """`value`, unless it is a constant too large, too small or too long."""
    if value is None or value == 0:
        return value
    size = abs(float(value))
    if not size <= LARGEST_CONSTANT:
        raise _refuse(node, f"a constant larger than {LARGEST_CONSTANT:,}")
    if size < _SMALLEST_CONSTANT:
        raise _refuse(node, f"a constant smaller than {_SMALLEST_CONSTANT:g}")
    if isinstance(value, Fraction) and (
        max(value.numerator.bit_length(), value.denominator.bit_length()) > _MOST_BITS
    ):
        raise _refuse(node, "a constant that is too long")
    return value


def _unknown(node: ast.Name, kind: str, known: Sequence[str]) -> ValueError:
    name = node.id if len(node.id) <= 40 else node.id[:40] + "…"
    return _refuse(node, f"unknown {kind} {name!r} ({suggestion(name, known)})")


def build(formula: Formula) -> Any:
    """`formula` as a SymPy expression in the real symbol z.

    Raises:
        ValueError: SymPy simplifies it to a constant, or to something that is not a number.
    """
    import sympy as sp

    expression = _Builder(sp, formula.source).node(formula.tree)
    if expression.has(sp.zoo, sp.nan, sp.oo, -sp.oo, sp.I):
        raise ValueError("is outside the theory: it divides by zero or leaves the real numbers")
    if not expression.free_symbols:
        raise ValueError("is outside the theory: it is constant, so σ' is 0 everywhere")
    powers = [power.exp for power in expression.atoms(sp.Pow) if power.exp.is_number]
    if any(abs(float(exponent)) > 2 * LARGEST_EXPONENT for exponent in powers):
        raise ValueError(f"contains a power beyond ±{2 * LARGEST_EXPONENT}")
    return expression


def domain(formula: Formula) -> list[tuple[Any, str]]:
    """What must hold for `formula` to be defined: SymPy expressions and how they compare to 0.

    SymPy cancels as it builds (z/z is 1), so this is read off the tree.
    """
    import sympy as sp

    builder = _Builder(sp, formula.source)
    builder.node(formula.tree)
    return [(what, sign) for what, sign in builder.domain if what.free_symbols]


class _Builder:
    """Turns a checked tree into SymPy objects, one node at a time."""

    def __init__(self, sp: Any, source: str) -> None:
        self.sp, self.source = sp, source
        self.domain: list[tuple[Any, str]] = []
        self.z = sp.Symbol("z", real=True)
        self.names = {"z": self.z, "pi": sp.pi, "e": sp.E}

    def node(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant):
            value = _literal(node, self.source)
            return self.sp.Rational(value.numerator, value.denominator)
        if isinstance(node, ast.Name):
            return self.names[node.id]
        if isinstance(node, ast.UnaryOp):
            operand = self.node(node.operand)
            return -operand if isinstance(node.op, ast.USub) else operand
        if isinstance(node, ast.BinOp):
            return self._operation(node)
        assert isinstance(node, ast.Call), "read() lets nothing else through"
        assert isinstance(node.func, ast.Name), "read() lets nothing else through"
        arguments = list(map(self.node, node.args))
        function = FUNCTIONS[node.func.id]
        if function.domain:
            self.domain.append((arguments[0], function.domain))
        return function.build(self.sp, *arguments)

    def _operation(self, node: ast.BinOp) -> Any:
        left, right = self.node(node.left), self.node(node.right)
        operator = _OPERATORS[type(node.op)]
        if operator == "/":
            self.domain.append((right, "≠ 0"))
        if operator == "**" and right.is_number:
            if right.is_negative:
                self.domain.append((left, "≠ 0"))
            if not right.is_integer:
                self.domain.append((left, "≥ 0"))
        return {
            "+": lambda: left + right,
            "-": lambda: left - right,
            "*": lambda: left * right,
            "/": lambda: left / right,
            "**": lambda: left**right,
        }[operator]()
