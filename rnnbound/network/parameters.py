"""The weights, and the symmetric initialisation (section 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnbound.network.array_checks import Array, checked, checked_dtype, real, whole


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A diagonal recurrent network; every array is read-only for whoever holds it.

    Attributes:
        w: the diagonal of W, shape (m,).
        u: the rows U_i, shape (m, d), in any memory order.
        c: the output signs, shape (m,); never trained.
    """

    w: Array
    u: Array
    c: Array

    @property
    def width(self) -> int:
        """The number of neurons, m."""
        return len(self.w)

    @property
    def dim(self) -> int:
        """The input dimension, d."""
        return int(self.u.shape[1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64 or float32, the dtype of all three arrays."""
        return self.w.dtype


def initialise(width: int, dim: int, alpha: float, seed: int, *, dtype: Any = float) -> Network:
    """The symmetric initialisation: F_t(Θ(0)) = 0 for every input.

    For i < m/2 independently c_i ~ Unif{±1}, W_ii ~ Unif{±α}, U_i ~ N(0, I_d); neuron i + m/2
    copies W_ii and U_i and flips c_i.  The float32 network is the float64 one, rounded.

    Args:
        width: m, an even integer ≥ 2.
        dim: d ≥ 1.
        alpha: α > 0.
        seed: an integer ≥ 0; the same seed gives the same network.
        dtype: float64 or float32.

    Raises:
        ValueError: an argument is out of range; the message names it.
    """
    m, d = whole("width", width, 2), whole("dim", dim, 1)
    if m % 2:
        raise ValueError(f"width must be even: neurons come in pairs (given: {width})")
    size, precision = real("alpha", alpha, zero=False), checked_dtype(dtype)
    rng = np.random.default_rng(whole("seed", seed, 0))
    c = 2.0 * rng.integers(0, 2, m // 2) - 1.0
    w = size * (2.0 * rng.integers(0, 2, m // 2) - 1.0)
    u = rng.standard_normal((m // 2, d))
    return Network(
        np.concatenate([w, w]).astype(precision),
        np.concatenate([u, u]).astype(precision),
        np.concatenate([c, -c]).astype(precision),
    )


def checked_network(network: Network) -> Network:
    """`network`, with contiguous arrays of one dtype.

    Raises:
        ValueError: shapes or dtypes do not fit together.
    """
    dtype = checked_dtype(network.w.dtype)
    w = checked("network.w", network.w, "(m,)", 1, dtype)
    m = w.shape[0]
    u = checked("network.u", network.u, f"({m}, d)", 2, dtype)
    c = checked("network.c", network.c, f"({m},)", 1, dtype)
    if u.shape[0] != m:
        raise ValueError(f"network.u has shape {u.shape}; it must have shape ({m}, d)")
    if c.shape[0] != m:
        raise ValueError(f"network.c has shape {c.shape}; it must have shape ({m},)")
    return Network(w, u, c)
