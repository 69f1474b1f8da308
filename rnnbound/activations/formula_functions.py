"""The functions that formulas may use: one record each, of all that is known of it.

SymPy, NumPy and the balls are named here and not imported: a formula is read without them.  Rules
stand where their arithmetic is (:mod:`~rnnbound.activations.whole_line.taylor_coefficients`,
:mod:`~rnnbound.activations.whole_line.tail_expansions`) under the names that are given here;
:func:`rules` fails as soon as one is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from flint import arb

    from rnnbound.activations.array_kernel import Array


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a function does not take.

    Attributes:
        beyond: whether it is undefined at a number.
        there: said where it is undefined; {where} is the place.
        edge: said where it is infinite, or its slope is.
    """

    beyond: Callable[[Any], bool]
    there: str
    edge: str


@dataclass(frozen=True, slots=True)
class Node:
    """A function that SymPy keeps as such.

    Attributes:
        sympy: SymPy's name of it.
        ball: the method of a ball.
        taylor: the rule for its Taylor coefficients; None if it has a kink.
        at_infinity: the rule for its expansion; None if it has a kink.
        wave: whether it has the period 2π or a part of it.
        refuses: None if it takes any number.
        array: it on an array; None where NumPy calls it as SymPy does.
    """

    sympy: str
    ball: str
    taylor: str | None
    at_infinity: str | None
    wave: bool = False
    refuses: Refusal | None = None
    array: Callable[[Array], Array] | None = None

    def of_balls(self, first: arb, *others: arb) -> arb:
        """It of one ball, or of several if it is a largest or least one."""
        method = attrgetter(self.ball)
        found: arb = reduce(lambda x, y: method(x)(y), others, first)
        return found if others else method(first)()


@dataclass(frozen=True, slots=True)
class FormulaFunction:
    """A function as people write it.

    Attributes:
        names: how it may be called in a formula.
        number: its value at a constant, in doubles; raises where it has none.
        means: the node it is, or (sympy, argument) → what it is short for.
        arity: its number of arguments.
        domain: how its argument must compare to 0, if it must.
    """

    names: tuple[str, ...]
    number: Callable[..., float]
    means: Node | Callable[[Any, Any], Any]
    arity: int = 1
    domain: str | None = None

    def build(self, sympy: Any, *arguments: Any) -> Any:
        """It as a SymPy expression."""
        if isinstance(self.means, Node):
            return getattr(sympy, self.means.sympy)(*arguments)
        return self.means(sympy, *arguments)


def _erf(x: Array) -> Array:
    import numpy as np

    from rnnbound.activations.erf_on_arrays import erf

    return erf(x, np.exp(-x * x))


def _sech(x: Array) -> Array:
    import numpy as np

    found: Array = 1 / np.cosh(x)
    return found


def _smooth(name: str, **facts: Any) -> Node:
    """A node that is called the same by SymPy, by balls and in the rules."""
    return Node(name, name, name, name, **facts)


def _arc(name: str) -> Node:
    there = f"at {{where}} {name} of a number beyond ±1 is taken"
    edge = f"at {{where}} {name} reaches ±1, where its slope is infinite"
    return _smooth(name, refuses=Refusal(lambda x: abs(x) > 1, there, edge))


_POLE: Final = "it has a pole at {where}, so σ0 is infinite"
_POLES: Final = Refusal(lambda _: False, _POLE, _POLE)
_LOG: Final = Refusal(
    lambda x: x < 0,
    "at {where} the logarithm of a negative number is taken",
    "at {where} the logarithm of 0 is taken",
)
_F: Final = FormulaFunction

_ALL: Final = (
    _F(("sin",), math.sin, _smooth("sin", wave=True)),
    _F(("cos",), math.cos, _smooth("cos", wave=True)),
    _F(("tan",), math.tan, _smooth("tan", wave=True, refuses=_POLES)),
    _F(("tanh",), math.tanh, _smooth("tanh")),
    _F(("sinh",), math.sinh, _smooth("sinh")),
    _F(("cosh",), math.cosh, _smooth("cosh")),
    _F(("sech",), lambda x: 1 / math.cosh(x), _smooth("sech", array=_sech)),
    _F(("exp",), math.exp, _smooth("exp")),
    _F(("atan", "arctan"), math.atan, _smooth("atan")),
    _F(("asin", "arcsin"), math.asin, _arc("asin")),
    _F(("acos", "arccos"), math.acos, _arc("acos")),
    _F(("log", "ln"), math.log, _smooth("log", refuses=_LOG), domain="> 0"),
    _F(("sqrt",), math.sqrt, lambda sp, x: sp.sqrt(x), domain="≥ 0"),
    _F(("erf",), math.erf, _smooth("erf", array=_erf)),
    _F(
        ("logistic", "sigmoid"),
        lambda x: 1 / (1 + math.exp(-x)),
        lambda sp, x: 1 / (1 + sp.exp(-x)),
    ),
    _F(("gaussian",), lambda x: math.exp(-x * x), lambda sp, x: sp.exp(-(x**2))),
    _F(("softplus",), lambda x: math.log1p(math.exp(x)), lambda sp, x: sp.log(1 + sp.exp(x))),
    _F(("relu",), lambda x: max(0.0, x), lambda sp, x: sp.Max(0, x)),
    _F(("abs",), abs, Node("Abs", "__abs__", None, None)),
    _F(("sign",), lambda x: float((x > 0) - (x < 0)), Node("sign", "sgn", None, None)),
    _F(("max",), max, Node("Max", "max", None, None), arity=2),
    _F(("min",), min, Node("Min", "min", None, None), arity=2),
)

#: By the names they go by.
FUNCTIONS: Final = {name: function for function in _ALL for name in function.names}
#: Those that SymPy keeps, by SymPy's names.
NODES: Final = {one.means.sympy: one.means for one in _ALL if isinstance(one.means, Node)}


def heads(which: Callable[[Node], bool]) -> tuple[Any, ...]:
    """The SymPy classes of some of the nodes."""
    import sympy

    return tuple(getattr(sympy, name) for name, node in NODES.items() if which(node))


def node_of(expression: Any) -> Node | None:
    """What is known of the function at the top of a SymPy expression; None if it is none."""
    return NODES.get(expression.func.__name__)


def rules(field: str, module: Mapping[str, Any]) -> dict[Any, Any]:
    """The rules of a module for a field of :class:`Node`, by SymPy class; ``_tanh`` for ``tanh``.

    Raises:
        TypeError: the module lacks a rule that is named here.
    """
    named = {name: getattr(node, field) for name, node in NODES.items()}
    for name, rule in named.items():
        if rule is not None and f"_{rule}" not in module:
            raise TypeError(f"{module['__name__']} lacks _{rule}, the {field} rule of {name}")
    classes = heads(lambda node: getattr(node, field) is not None)
    return {head: module[f"_{named[head.__name__]}"] for head in classes}
