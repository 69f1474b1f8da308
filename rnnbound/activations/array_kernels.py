"""σ and σ' on arrays: the six by name, and any formula of rnnbound.scenario."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from rnnbound.activations.activation import ACTIVATIONS, Activation, resolve
from rnnbound.activations.erf import erf
from rnnbound.network.array_checks import Array


@dataclass(frozen=True, slots=True)
class Nonlinearity:
    """σ(z) = κ φ(λz) on arrays, in place.

    The weights can take up λ and κ, so φ is chosen to need few passes over an array.

    Attributes:
        value: (y) replaces y = λz by φ(y).
        both: (y, out) replaces y by φ(y) and fills `out` with φ'(y).
        slope: (h, out) fills `out`, which may be h, with φ'(y) where h = φ(y); None if h does not
            determine it.
        inner: λ.
        outer: κ.
    """

    value: Callable[[Array], object]
    both: Callable[[Array, Array], object]
    slope: Callable[[Array, Array], object] | None = None
    inner: float = 1.0
    outer: float = 1.0


def _by_value(
    value: Callable[[Array], object],
    slope: Callable[[Array, Array], object],
    inner: float = 1.0,
    outer: float = 1.0,
) -> Nonlinearity:
    """A σ whose σ' is a function of σ."""

    def both(z: Array, out: Array) -> None:
        value(z)
        slope(z, out)

    return Nonlinearity(value, both, slope, inner, outer)


def _tanh(z: Array) -> None:
    np.tanh(z, z)


def _tanh_slope(h: Array, out: Array) -> None:
    np.multiply(h, h, out)
    np.subtract(1, out, out)


def _logistic(y: Array) -> None:
    """1/(1 + e^y), the logistic function of −y; e^y may overflow."""
    np.exp(y, y)
    np.add(y, 1.0, y)
    np.divide(1.0, y, y)


def _logistic_slope(h: Array, out: Array) -> None:
    """h² − h, written so that `out` may be h."""
    np.subtract(h, 0.5, out)
    np.multiply(out, out, out)
    np.subtract(out, 0.25, out)


def _half_tanh(y: Array) -> None:
    """tanh(y/2)/2 = ½ − 1/(1 + e^y), to 2·10⁻¹⁶: absolutely, not relative to a tiny value."""
    _logistic(y)
    np.subtract(0.5, y, y)


def _half_tanh_slope(h: Array, out: Array) -> None:
    np.multiply(h, h, out)
    np.subtract(0.25, out, out)


def _gaussian(z: Array) -> None:
    np.multiply(z, z, z)
    np.negative(z, z)
    np.exp(z, z)


def _gaussian_both(z: Array, out: Array) -> None:
    np.multiply(z, -2, out)
    _gaussian(z)
    np.multiply(out, z, out)


def _erf_both(z: Array, out: Array) -> None:
    np.copyto(out, z)
    _gaussian(out)
    np.copyto(z, erf(z, out))
    np.multiply(out, 2 / math.sqrt(math.pi), out)


def _sin_both(z: Array, out: Array) -> None:
    np.cos(z, out)
    np.sin(z, z)


def _arctan_both(z: Array, out: Array) -> None:
    np.multiply(z, z, out)
    np.add(out, 1, out)
    np.reciprocal(out, out)
    np.arctan(z, z)


_BUILT_IN: Final = {
    "tanh": _by_value(_tanh, _tanh_slope),
    "logistic": _by_value(_logistic, _logistic_slope, -1.0),
    "gaussian": Nonlinearity(_gaussian, _gaussian_both),
    "erf": Nonlinearity(lambda z: _erf_both(z, np.empty_like(z)), _erf_both),
    "sin": Nonlinearity(lambda z: np.sin(z, z), _sin_both),
    "arctan": Nonlinearity(lambda z: np.arctan(z, z), _arctan_both),
}


#: In float64 NumPy's exp and a division take less time than its tanh, if not fewer calls.
_LONG: Final = _BUILT_IN | {"tanh": _by_value(_half_tanh, _half_tanh_slope, 2.0, 2.0)}


def nonlinearity(activation: str | Activation, *, long: bool = False) -> Nonlinearity:
    """σ and σ' of an activation: a name, a formula in z, or what `resolve` returned.

    Args:
        activation: which.
        long: whether it is for arrays of float64 that are so long that the number of calls does
            not matter.

    Raises:
        ValueError: it is unknown, unreadable or outside the theory.
    """
    name = activation.name if isinstance(activation, Activation) else activation
    try:
        found = resolve(name)
    except ValueError as error:
        raise ValueError(f"activation {error}") from None
    if found.name in ACTIVATIONS:
        return (_LONG if long else _BUILT_IN)[found.name]
    return _from_formula(found.name)


@lru_cache(maxsize=64)
def _from_formula(text: str) -> Nonlinearity:
    """The functions behind a formula that `resolve` accepted; its tree holds nothing unsafe.

    An intermediate result may overflow where the whole does not, as in 1/(1+exp(-z)), so NumPy's
    warnings are silenced.
    """
    import sympy as sp

    from rnnbound.activations import formula_parser

    tree = formula_parser.build(formula_parser.read(text))
    z = next(iter(tree.free_symbols))
    both_of = _compiled(sp, z, [tree, sp.diff(tree, z)])
    value_of = _compiled(sp, z, [tree])

    def value(z: Array) -> None:
        with np.errstate(all="ignore"):
            np.copyto(z, value_of(z)[0], casting="same_kind")

    def both(z: Array, out: Array) -> None:
        with np.errstate(all="ignore"):
            h, slope = both_of(z)
        np.copyto(out, slope, casting="same_kind")
        np.copyto(z, h, casting="same_kind")

    return Nonlinearity(value, both)


def _compiled(sp: Any, z: Any, trees: list[Any]) -> Callable[[Array], list[Any]]:
    """A function from an array to the values of SymPy expressions in `z`."""
    names = {"erf": lambda x: erf(x, np.exp(-x * x)), "sech": lambda x: 1 / np.cosh(x)}
    found: Callable[[Array], list[Any]] = sp.lambdify(z, trees, [names, "numpy"], cse=True)
    return found
