"""Formulas on arrays: what SymPy compiles for NumPy."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from rnnbound.activations import formula_parser
from rnnbound.activations.array_kernel import ArrayKernel
from rnnbound.activations.formula_functions import NODES

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array


@lru_cache(maxsize=64)
def kernel(text: str) -> ArrayKernel:
    """σ and σ' of a formula that was accepted; its tree holds nothing unsafe.

    An intermediate result may overflow where the whole does not, as in 1/(1+exp(-z)), so NumPy's
    warnings are silenced.
    """
    both_of, value_of = _compiled(text, 0, 1), _compiled(text, 0)

    def value(z: Array) -> None:
        with np.errstate(all="ignore"):
            np.copyto(z, value_of(z)[0], casting="same_kind")

    def both(z: Array, out: Array) -> None:
        with np.errstate(all="ignore"):
            h, slope = both_of(z)
        np.copyto(out, slope, casting="same_kind")
        np.copyto(z, h, casting="same_kind")

    return ArrayKernel(value, both)


def derivatives(text: str, z: Array, order: int) -> list[Array]:
    """σ, …, σ^(order) of a formula that was accepted, each of the shape of `z`."""
    with np.errstate(all="ignore"):
        found = _compiled(text, *range(order + 1))(z)
    return [np.broadcast_to(values, z.shape) for values in found]


@lru_cache(maxsize=128)
def _compiled(text: str, *orders: int) -> Callable[[Array], list[Any]]:
    """A function from an array to the values of some of the derivatives."""
    tree = formula_parser.build(formula_parser.read(text))
    (z,) = tree.free_symbols
    ours = {name: node.array for name, node in NODES.items() if node.array is not None}
    trees = [sp.diff(tree, z, k) for k in orders]
    found: Callable[[Array], list[Any]] = sp.lambdify(z, trees, [ours, "numpy"], cse=True)
    return found
