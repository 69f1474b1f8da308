"""Activations and the bounds on their derivatives (section 3): six by name, others by formula.

The theory needs ``sup|σ| ≤ σ0``, ``sup|σ'| ≤ σ1``, ``sup|σ''| ≤ σ2``, all finite, σ ∈ C².
A formula such as ``tanh(z)/2`` is :mod:`rnnbound.activations.formula_activation`'s, which is
imported, and SymPy with it, when a formula is met and not before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rnnbound.numbers.system import Number, NumberSystem
from rnnbound.scenario.errors import shown, suggestion

Bound = Callable[[NumberSystem], Number]

#: Characters that a formula may have.
LONGEST_FORMULA: Final = 500


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation and its bounds, each a function of the number system.

    Attributes:
        name: what `--activation` takes.
        formula: σ as people write it.
        sigma0: sup |σ|.
        sigma1: sup |σ'|.
        sigma2: sup |σ''|.
        sigma3: sup |σ'''|; None if σ''' does not exist everywhere or is not bounded.
        written: the first three bounds as people write them.
    """

    name: str
    formula: str
    sigma0: Bound
    sigma1: Bound
    sigma2: Bound
    sigma3: Bound | None
    written: tuple[str, str, str]


def _integer(value: int) -> Bound:
    return lambda ns: ns.number(value)


def _gaussian_third(ns: NumberSystem) -> Number:
    """sup |12z − 8z³| e^{−z²}, attained at z² = (3 − √6)/2, where its derivative is 0."""
    root = ns.sqrt(ns.number(6))
    square = (3 - root) / 2
    return 4 * root * ns.sqrt(square) * ns.exp(-square)


_ALL: Final = (
    Activation(
        "tanh",
        "tanh z",
        _integer(1),
        _integer(1),
        lambda ns: 4 * ns.sqrt(ns.number(3)) / 9,
        _integer(2),
        ("1", "1", "4√3/9"),
    ),
    Activation(
        "logistic",
        "1/(1+e^−z)",
        _integer(1),
        lambda ns: ns.number(1) / 4,
        lambda ns: ns.sqrt(ns.number(3)) / 18,
        lambda ns: ns.number(1) / 8,
        ("1", "1/4", "√3/18"),
    ),
    Activation(
        "gaussian",
        "e^(−z²)",
        _integer(1),
        lambda ns: ns.sqrt(2 / ns.exp(ns.number(1))),
        _integer(2),
        _gaussian_third,
        ("1", "√(2/e)", "2"),
    ),
    Activation(
        "erf",
        "erf z",
        _integer(1),
        lambda ns: 2 / ns.sqrt(ns.pi),
        lambda ns: 2 * ns.sqrt(2 / (ns.pi * ns.exp(ns.number(1)))),
        lambda ns: 4 / ns.sqrt(ns.pi),
        ("1", "2/√π", "2√2/√(πe)"),
    ),
    Activation(
        "sin",
        "sin z",
        _integer(1),
        _integer(1),
        _integer(1),
        _integer(1),
        ("1", "1", "1"),
    ),
    Activation(
        "arctan",
        "arctan z",
        lambda ns: ns.pi / 2,
        _integer(1),
        lambda ns: 3 * ns.sqrt(ns.number(3)) / 8,
        _integer(2),
        ("π/2", "1", "3√3/8"),
    ),
)

ACTIVATIONS: Final = {activation.name: activation for activation in _ALL}

#: Well-known functions outside the theory, with the assumption that each one breaks.
_OUTSIDE: Final = {
    "relu": "σ0 is infinite (unbounded above) and σ' jumps at 0, so σ is not C²",
    "leaky-relu": "σ0 is infinite (unbounded) and σ' jumps at 0, so σ is not C²",
    "elu": "σ0 is infinite (unbounded above) and σ'' jumps at 0, so σ is not C²",
    "selu": "σ0 is infinite (unbounded above) and σ' jumps at 0, so σ is not C²",
    "softplus": "σ0 is infinite (unbounded above)",
    "gelu": "σ0 is infinite (unbounded above)",
    "silu": "σ0 is infinite (unbounded above)",
    "swish": "σ0 is infinite (unbounded above)",
    "mish": "σ0 is infinite (unbounded above)",
    "identity": "σ0 is infinite (unbounded)",
    "linear": "σ0 is infinite (unbounded)",
    "softsign": "σ'' jumps at 0 from 2 to −2, so σ is not C² (σ2 does not exist)",
    "hard-tanh": "σ' jumps at ±1, so σ is not C² (σ2 does not exist)",
    "hard-sigmoid": "σ' jumps, so σ is not C² (σ2 does not exist)",
}
_SYNONYMS: Final = {"sigmoid": "logistic", "atan": "arctan", "gauss": "gaussian", "sine": "sin"}


OUTSIDE_THEORY: Final = "it must be twice continuously differentiable with bounded σ, σ' and σ''"


def find_activation(name: object) -> str:
    """The registered name that `name` means, or the formula in z that it spells, without blanks.

    Raises:
        ValueError: it is unknown, unreadable or outside the theory; the text completes
            "activation ...".
    """
    if not isinstance(name, str):
        raise ValueError(f"must be a name such as 'tanh', not {shown(name)}")
    key = name.strip().lower().replace("_", "-").replace(" ", "-")
    if key in ACTIVATIONS:
        return key
    outside = key if key in _OUTSIDE else key.replace("-", "")
    outside = (
        outside
        if outside in _OUTSIDE
        else {"leakyrelu": "leaky-relu", "hardtanh": "hard-tanh"}.get(outside, "")
    )
    if outside:
        raise ValueError(f"is outside the theory: {_OUTSIDE[outside]}; {OUTSIDE_THEORY}")
    from rnnbound.activations.formula_activation import spelled

    if text := spelled(name):
        return text
    known = [*ACTIVATIONS, *_SYNONYMS]
    hint = f"did you mean {_SYNONYMS[key]!r}?" if key in _SYNONYMS else suggestion(key, known[:6])
    raise ValueError(f"is unknown; {hint}")


@lru_cache(maxsize=256)
def resolve(name: str) -> Activation:
    """The activation behind what :func:`find_activation` returned.

    Raises:
        ValueError: `name` is unknown, unreadable or outside the theory.
    """
    text = find_activation(name)
    if text in ACTIVATIONS:
        return ACTIVATIONS[text]
    from rnnbound.activations.formula_activation import from_formula

    return from_formula(text)
