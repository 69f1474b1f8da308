"""Forward and backward passes."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import numpy as np

from rnnbound.network.arrays import Array
from rnnbound.network.nonlinearity import Nonlinearity
from rnnbound.network.parameters import Network


def packed(network: Network) -> Array:
    """W and U as one array of shape (1 + d, m): row 0 is w, the others are Uᵀ."""
    theta = np.empty((1 + network.dim, network.width), network.dtype)
    theta[0], theta[1:] = network.w, network.u.T
    return theta


class Kernel:
    """Evaluates one network size on one data size.

    Args:
        c: output signs, shape (m,).
        sigma: the activation.
        shape: (n, T, d), the largest that will be asked for.
        workers: threads.
    """

    def __init__(
        self, c: Array, sigma: Nonlinearity, shape: tuple[int, ...], *, workers: int = 1
    ) -> None:
        self.sigma = sigma
        self.scaled = c / np.sqrt(np.asarray(c.size, c.dtype))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the threads."""

    def _forward(self, theta: Array, X: Array) -> tuple[Array, Array]:
        n, horizon, _ = X.shape
        H = np.empty((horizon, n, theta.shape[1]), theta.dtype)
        D = np.empty_like(H)
        for t in range(horizon):
            H[t] = X[:, t] @ theta[1:]
            if t:
                H[t] += theta[0] * H[t - 1]
            self.sigma.both(H[t], D[t])
        return H, D

    def outputs(self, theta: Array, X: Array) -> Array:
        """F, shape (n, T)."""
        F: Array = (self._forward(theta, X)[0] @ self.scaled).T
        return F

    def risk(self, theta: Array, X: Array, Y: Array) -> float:
        """R."""
        E = (self.outputs(theta, X) - Y).astype(np.float64)
        return float((E * E).sum()) / len(Y)

    def gradient(self, theta: Array, X: Array, Y: Array, *, out: Array) -> float:
        """R; g goes to `out`, packed like theta."""
        n, horizon, _ = X.shape
        H, D = self._forward(theta, X)
        E = (H @ self.scaled) - Y.T
        out[...] = 0
        A = np.zeros_like(H[0])
        for t in reversed(range(horizon)):
            A = D[t] * (E[t][:, None] / n + theta[0] * A)
            if t:
                out[0] += (A * H[t - 1]).sum(axis=0)
            out[1:] += X[:, t].T @ A
        out *= self.scaled
        return float((E.astype(np.float64) ** 2).sum()) / len(Y)
