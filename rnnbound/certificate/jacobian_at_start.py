"""The network's linearisation at the start: its Gram matrix, its adjoint, and ‖J_0‖ from above.

Of a pair (i, i') only the difference matters: ∂F at the start is c_i ∂h_i in neuron i and −c_i ∂h_i
in its partner, so J_0J_0ᵀ = (2/(mn)) Σ_{i≤k} ∂h_i ∂h_iᵀ over rows (t, j), for plain and for tied
gradient descent.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.largest_eigenvalue_bounds import deflated
from rnnbound.certificate.neuron_pair_passes import Pairs, sized_states
from rnnbound.certificate.rounding_error_bounds import gamma, up

Floats = NDArray[np.float64]


def first_order(pairs: Pairs, block: slice) -> Floats:
    """∂h of some pairs at the start, shape (b, p, T·n); not to be written to."""
    return pairs.remembered((block.start, block.stop), lambda: _first_order(pairs, block))


def _first_order(pairs: Pairs, block: slice) -> Floats:
    w, u = pairs.w[block], pairs.u[block]
    p = pairs.parameters
    found = np.zeros((len(w), p, pairs.horizon, pairs.samples))
    for t, jet in enumerate(pairs.jets(w, u, 1)):
        for a in range(p):
            found[:, a, t] = jet.get((a,), 0.0)
    return found.reshape(len(w), p, -1)


def gram(pairs: Pairs, weights: Floats) -> Floats:
    """About Σ_i Σ_a weights_ia ∂_a h_i ∂_a h_iᵀ, shape (N, N); for finding Θ̄ only.

    Args:
        pairs: data and neurons.
        weights: ≥ 0, shape (k, p).
    """
    size = pairs.horizon * pairs.samples
    total = np.zeros((size, size))
    for part in pairs.long(partial(_gram, np.sqrt(weights)), 2 * pairs.parameters):
        total += part
    return total


def _gram(root: Floats, pairs: Pairs, block: slice) -> NDArray[np.float32]:
    # Single precision: nothing that is proved rests on this matrix.
    found = first_order(pairs, block) * root[block, :, None]
    half = found.reshape(-1, pairs.horizon * pairs.samples).astype(np.float32)
    return half.T @ half


def adjoint(pairs: Pairs, a: Floats, rows: NDArray[np.int64] | None) -> Floats:
    """Σ_row ∂_b h_i(row) a(row, q) for the columns q of `a`, shape (k, p, q)."""
    return np.concatenate(pairs.run(partial(_adjoint, a, rows), pairs.parameters))


def _adjoint(a: Floats, rows: NDArray[np.int64] | None, pairs: Pairs, block: slice) -> Floats:
    jacobian = first_order(pairs, block)
    return (jacobian if rows is None else jacobian[:, :, rows]) @ a


def norm(pairs: Pairs, basis: Floats) -> float:
    """An upper bound of ‖J_0‖ in the S-norm.

    Args:
        pairs: data and neurons.
        basis: V, about the leading left singular vectors of J_0, orthonormal, shape (N, q).
    """
    size = len(basis)
    image, inner, trace = pairs.added(partial(_images, basis), pairs.parameters)
    columns = pairs.count * pairs.parameters
    trace = up(trace, columns * size + 64)
    length = up(float((basis**2).sum()), basis.size)
    # Each of the three products of a block errs by γ times Frobenius norms, whose squares add up
    # to the trace.
    rounding = 4 * gamma(size + 2 * columns + 64) * trace * max(length, 1.0)
    largest = deflated(basis, image, (inner + inner.T) / 2, trace, rounding)
    entry = max(
        part.error for jet in sized_states(pairs, pairs.w, pairs.u, 1) for part in jet.values()
    )
    total = math.sqrt(largest) + entry * math.sqrt(columns * size)
    return up(total * math.sqrt(2 / (pairs.width * pairs.samples)))


def _images(basis: Floats, pairs: Pairs, block: slice) -> tuple[Floats, Floats, float]:
    """JᵀJV, VᵀJᵀJV and ‖J‖² for the part J of the Jacobian."""
    jacobian = first_order(pairs, block).reshape(-1, len(basis))
    through = jacobian @ basis
    return jacobian.T @ through, through.T @ through, float(np.vdot(jacobian, jacobian))
