"""Outputs, risk and exact gradient of a network on data (section 1)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rnnbound.activations.activation import Activation
from rnnbound.network.array_checks import Array, checked, whole
from rnnbound.network.dataset_passes import Kernel, packed
from rnnbound.network.parameters import Network, checked_network


class Gradient(NamedTuple):
    """The risk and its half gradient.

    Attributes:
        risk: R(Θ) = (1/n) Σ_j Σ_t e_{j,t}².
        w: ½ ∂R/∂W_ii, shape (m,).
        u: ½ ∂R/∂U_i, shape (m, d).
    """

    risk: float
    w: Array
    u: Array


def outputs(network: Network, activation: str | Activation, X: ArrayLike) -> Array:
    """F_t(X_j) = m^{-1/2} Σ_i c_i H_t^i, shape (n, T), in the network's dtype.

    Args:
        network: the weights.
        activation: σ, a name or a formula such as ``"tanh"``.
        X: inputs, shape (n, T, d).

    Raises:
        ValueError: an argument does not fit; the message names it.
    """
    net = checked_network(network)
    inputs = checked_inputs(net, X)
    with Kernel(net.c, activation, inputs.shape) as kernel:
        return kernel.outputs(packed(net), inputs)


def risk(network: Network, activation: str | Activation, X: ArrayLike, Y: ArrayLike) -> float:
    """R(Θ) = (1/n) Σ_j Σ_t (F_t(X_j) − Y_{j,t})²: a sum over time, a mean over samples.

    Args:
        network: the weights.
        activation: σ, a name or a formula.
        X: inputs, shape (n, T, d).
        Y: targets, shape (n, T).

    Raises:
        ValueError: an argument does not fit; the message names it.
    """
    net = checked_network(network)
    inputs, targets = checked_data(net, X, Y)
    with Kernel(net.c, activation, inputs.shape) as kernel:
        return kernel.risk(packed(net), inputs, targets)


def gradient(
    network: Network,
    activation: str | Activation,
    X: ArrayLike,
    Y: ArrayLike,
    *,
    workers: int = 1,
) -> Gradient:
    """The risk and g(Θ) = (1/n) Σ_j Σ_t e_{j,t} ∂F_t = ½ ∇R(Θ), which every theorem moves along.

    Args:
        network: the weights.
        activation: σ, a name or a formula.
        X: inputs, shape (n, T, d).
        Y: targets, shape (n, T).
        workers: processes, this one included; the result is the same to the last bit for any
            number, and a small evaluation uses one.

    Raises:
        ValueError: an argument does not fit; the message names it.
    """
    net = checked_network(network)
    inputs, targets = checked_data(net, X, Y)
    count = whole("workers", workers, 1)
    with Kernel(net.c, activation, inputs.shape, workers=count) as kernel:
        g = np.empty((1 + net.dim, net.width), net.dtype)
        value = kernel.gradient(packed(net), inputs, targets, out=g)
    return Gradient(value, g[0], np.ascontiguousarray(g[1:].T))


def checked_inputs(network: Network, X: ArrayLike) -> Array:
    """X as a contiguous array of shape (n, T, d) in the network's dtype.

    Raises:
        ValueError: it does not fit the network.
    """
    shape = f"(n, T, {network.dim})"
    inputs = checked("X", X, shape, 3, network.dtype)
    if inputs.shape[2] != network.dim:
        raise ValueError(f"X has shape {inputs.shape}; it must have shape {shape}")
    return inputs


def checked_data(network: Network, X: ArrayLike, Y: ArrayLike) -> tuple[Array, Array]:
    """X and Y, shapes (n, T, d) and (n, T), in the network's dtype.

    Raises:
        ValueError: they do not fit the network or each other.
    """
    inputs = checked_inputs(network, X)
    shape = inputs.shape[:2]
    targets = checked("Y", Y, f"{shape} as X has shape {inputs.shape}", 2, network.dtype)
    if targets.shape != shape:
        raise ValueError(
            f"Y has shape {targets.shape}; it must have shape {shape} as X has {inputs.shape}"
        )
    return inputs, targets
