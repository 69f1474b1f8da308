"""σ and σ' on arrays: six by name, any formula through SymPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from rnnbound.network.arrays import Array
from rnnbound.setting.activation import Activation, resolve


@dataclass(frozen=True, slots=True)
class Nonlinearity:
    """σ on arrays.

    Attributes:
        both: (z, out) replaces z by σ(z) and fills `out` with σ'(z).
    """

    both: Callable[[Array, Array], None]


def _tanh(z: Array, out: Array) -> None:
    np.tanh(z, out=z)
    out[...] = 1 - z * z


def _logistic(z: Array, out: Array) -> None:
    z[...] = (1 + np.tanh(z / 2)) / 2
    out[...] = z * (1 - z)


def _gaussian(z: Array, out: Array) -> None:
    h = np.exp(-z * z)
    out[...] = -2 * z * h
    z[...] = h


def _erf(z: Array, out: Array) -> None:
    out[...] = 2 / math.sqrt(math.pi) * np.exp(-z * z)
    z[...] = np.vectorize(math.erf, [z.dtype])(z)


def _sin(z: Array, out: Array) -> None:
    np.cos(z, out=out)
    np.sin(z, out=z)


def _arctan(z: Array, out: Array) -> None:
    out[...] = 1 / (1 + z * z)
    np.arctan(z, out=z)


_BUILT_IN: Final = {
    "tanh": _tanh,
    "logistic": _logistic,
    "gaussian": _gaussian,
    "erf": _erf,
    "sin": _sin,
    "arctan": _arctan,
}


def nonlinearity(activation: str | Activation) -> Nonlinearity:
    """The functions behind an activation.

    Raises:
        ValueError: it is unknown, unreadable or outside the theory.
    """
    name = activation.name if isinstance(activation, Activation) else activation
    try:
        found = resolve(name).name
    except ValueError as error:
        raise ValueError(f"activation {error}") from None
    if found in _BUILT_IN:
        return Nonlinearity(_BUILT_IN[found])
    raise ValueError(f"activation {name} cannot be trained")
