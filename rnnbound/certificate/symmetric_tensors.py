"""Symmetric tensors, by their components."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.weight_derivatives import indices

Floats = NDArray[np.float64]


@cache
def _places(p: int, order: int) -> NDArray[np.int64]:
    """Where the entries of a symmetric tensor are among its components, shape (p^order,)."""
    places = {index: at for at, index in enumerate(indices(p, order))}
    return np.array([places[tuple(sorted(word))] for word in product(range(p), repeat=order)])


def symmetric(components: Floats, p: int, order: int) -> Floats:
    """Tensors of shape (…, p, …, p) from their components, shape (…, len(indices))."""
    shape = (*components.shape[:-1], *(p,) * order)
    return components[..., _places(p, order)].reshape(shape)
