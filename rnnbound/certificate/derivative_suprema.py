"""Suprema of the derivatives of a neuron's states over a ball of its weights.

For ‖θ' − θ‖ ≤ r let a = |w| + r, and let k! g_k, k! η_k bound the norms of ∂^k z and ∂^k h as
symmetric multilinear forms over the ball.  The recursions of `jets`, in norms:

    g_1 ≤ a η_1 + √(|h|² + ‖x‖²),      g_k ≤ a η_k + η_{k−1}     (η at t − 1)
    Σ η_k y^k ≤ Σ_j s_j/j! (Σ g_k y^k)^j      coefficient by coefficient

where s_k bounds |σ^(k)| where z can be.  As z moves by at most y = r g_1,

    s_k = min( sup|σ^(k)|, |σ^(k)(z)| + y s_{k+1} ).

Everything is nonnegative, so that rounding is a relative error, which the caller adds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnbound.activations.activation import COMPUTED, NamedActivation
from rnnbound.certificate.weight_derivatives import Index, composed

Floats = NDArray[np.float64]

#: Roundings, each relative, on the longest way through one time step.
ROUNDINGS = 128


def norms(
    w: Floats,
    drives: Sequence[Floats],
    lengths: Sequence[Floats],
    radius: float,
    sigma: NamedActivation,
    order: int,
    blur: float,
) -> Iterator[list[Floats]]:
    """[|h|, sup‖∂h‖, …, sup‖∂^order h‖] for t = 1, 2, …, each of the shape of `drives[t]`.

    Args:
        w: the recurrent weights, broadcast against the drives.
        drives: uᵀx_{t−1}.
        lengths: ‖x_{t−1}‖.
        radius: r.
        sigma: the activation.
        order: at most 7.
        blur: a bound of the error of z, which is computed here.
    """
    a = np.abs(w) + radius
    centre: Floats | None = None
    eta: dict[Index, Floats] = {}
    for drive, length in zip(drives, lengths, strict=True):
        z = drive if centre is None else w * centre + drive
        values = sigma.derivatives(z, min(order, COMPUTED))
        centre = values[0]
        g = _inner(a, eta, length, order)
        s = _local(values, radius * g[0,] + blur, sigma, order)
        reach = np.minimum(np.abs(centre) + sigma.errors[0] + s[0], sigma.suprema[0])
        eta = {(): reach} | composed(s, g, order)
        zero = np.zeros(())
        yield [eta.get((0,) * k, zero) * math.factorial(k) for k in range(order + 1)]


def _local(values: list[Floats], y: Floats, sigma: NamedActivation, order: int) -> list[Floats]:
    """s_1, …, s_order; at 0, how far σ moves."""
    top = len(values) - 1
    found = [np.full((), sigma.suprema[k]) for k in range(top + 1, order + 1)]
    above: Floats | float = sigma.suprema[top + 1]
    for k in range(top, 0, -1):
        here = np.abs(values[k]) + (sigma.errors[k] + y * above)
        above = np.minimum(here, sigma.suprema[k])
        found.insert(0, above)
    return [y * above, *found]


def _inner(a: Floats, eta: dict[Index, Floats], length: Floats, order: int) -> dict[Index, Floats]:
    """g_1, …, g_order, where they are not zero."""
    if not eta:
        return {(0,): length}
    g: dict[Index, Floats] = {(0,): a * eta[0,] + np.sqrt(eta[()] ** 2 + length**2)}
    for k in range(2, order + 1):
        g[(0,) * k] = a * eta[(0,) * k] + eta[(0,) * (k - 1)]
    return g
