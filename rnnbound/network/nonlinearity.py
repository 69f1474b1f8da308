"""σ and σ' on arrays: the six by name, and any formula of rnnbound.setting."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from rnnbound.network.arrays import Array
from rnnbound.network.erf import erf
from rnnbound.setting.activation import ACTIVATIONS, Activation, resolve


@dataclass(frozen=True, slots=True)
class Nonlinearity:
    """σ on arrays, in place.

    Attributes:
        value: (z) replaces z by σ(z).
        both: (z, out) replaces z by σ(z) and fills `out` with σ'(z).
        slope: (h, out) fills `out`, which may be h, with σ'(z) where h = σ(z); None if h does not
            determine it.
    """

    value: Callable[[Array], object]
    both: Callable[[Array, Array], object]
    slope: Callable[[Array, Array], object] | None = None


def _by_value(
    value: Callable[[Array], object], slope: Callable[[Array, Array], object]
) -> Nonlinearity:
    """A σ whose σ' is a function of σ."""

    def both(z: Array, out: Array) -> None:
        value(z)
        slope(z, out)

    return Nonlinearity(value, both, slope)


def _tanh(z: Array) -> None:
    np.tanh(z, z)


def _tanh_slope(h: Array, out: Array) -> None:
    np.multiply(h, h, out)
    np.subtract(1, out, out)


def _logistic(z: Array) -> None:
    np.multiply(z, 0.5, z)
    np.tanh(z, z)
    np.add(z, 1, z)
    np.multiply(z, 0.5, z)


def _logistic_slope(h: Array, out: Array) -> None:
    """h(1 − h), written so that `out` may be h."""
    np.subtract(h, 0.5, out)
    np.multiply(out, out, out)
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
    "logistic": _by_value(_logistic, _logistic_slope),
    "gaussian": Nonlinearity(_gaussian, _gaussian_both),
    "erf": Nonlinearity(lambda z: _erf_both(z, np.empty_like(z)), _erf_both),
    "sin": Nonlinearity(lambda z: np.sin(z, z), _sin_both),
    "arctan": Nonlinearity(lambda z: np.arctan(z, z), _arctan_both),
}


def nonlinearity(activation: str | Activation) -> Nonlinearity:
    """σ and σ' of an activation: a name, a formula in z, or what `resolve` returned.

    Raises:
        ValueError: it is unknown, unreadable or outside the theory.
    """
    name = activation.name if isinstance(activation, Activation) else activation
    try:
        found = resolve(name)
    except ValueError as error:
        raise ValueError(f"activation {error}") from None
    if found.name in ACTIVATIONS:
        return _BUILT_IN[found.name]
    return _from_formula(found.name)


@lru_cache(maxsize=64)
def _from_formula(text: str) -> Nonlinearity:
    """The functions behind a formula that `resolve` accepted; its tree holds nothing unsafe.

    An intermediate result may overflow where the whole does not, as in 1/(1+exp(-z)), so NumPy's
    warnings are silenced.
    """
    import sympy as sp

    from rnnbound.setting import expression

    tree = expression.build(expression.read(text))
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
