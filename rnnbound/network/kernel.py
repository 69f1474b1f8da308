"""Outputs, risk and gradient of a whole data set, block by block, on any number of threads.

Neurons couple only through the outputs of one sample, so a block of a few samples runs forward
and backward before the next one starts, and nothing of size n·T·m is ever stored.

Blocks are dealt out to a fixed number of lanes, each of which adds up its blocks in order, and
the lanes are added up in order: threads change who computes, never what.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Final, Self

import numpy as np

from rnnbound.network.arrays import Array
from rnnbound.network.blas import one_blas_thread
from rnnbound.network.block import Block, make_block
from rnnbound.network.nonlinearity import Nonlinearity
from rnnbound.network.parameters import Network
from rnnbound.network.tiling import cut, layout

#: NumPy walks through operands that broadcast in chunks of so many elements. Its own 8,192 is
#: longer than the rows of most tiles, and it would copy rows together to fill a chunk.
_CHUNK: Final = 2048
#: Partial sums that are kept apart, hence the largest number of useful workers.
_LANES: Final = 8


def packed(network: Network) -> Array:
    """W and U as one array of shape (1 + d, m): row 0 is w, the others are Uᵀ."""
    theta = np.empty((1 + network.dim, network.width), network.dtype)
    theta[0], theta[1:] = network.w, network.u.T
    return theta


class Kernel:
    """Evaluates networks of one width on data of one T and d.

    A context manager, which sets up NumPy for speed inside and ends the threads.

    Args:
        c: output signs, shape (m,).
        sigma: the activation.
        shape: (n, T, d).
        workers: threads.
    """

    def __init__(
        self, c: Array, sigma: Nonlinearity, shape: tuple[int, ...], *, workers: int = 1
    ) -> None:
        n, horizon, dim = shape
        self.dtype = c.dtype
        self.scaled: Array = c / np.sqrt(np.asarray(c.size, c.dtype))
        self.size, tile = layout(n, horizon, c.size)
        lanes = self._lanes(n)
        self.spaces = [
            make_block(self.size, tile, horizon, dim, self.scaled, sigma)
            for _ in range(min(workers, lanes))
        ]
        self.sums = np.empty((lanes - 1, 1 + dim, c.size), c.dtype)
        self.pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(np.setbufsize, np.setbufsize(_CHUNK))
            stack.enter_context(one_blas_thread())
            if len(self.spaces) > 1:
                pool = ThreadPoolExecutor(
                    len(self.spaces) - 1, initializer=np.setbufsize, initargs=(_CHUNK,)
                )
                self.pool = stack.enter_context(pool)
            self.stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.pool = None
        self.stack.close()

    def outputs(self, theta: Array, X: Array) -> Array:
        """F, shape (n, T)."""
        F = np.empty(X.shape[:2], self.dtype)
        parts = cut(len(X), self.size)
        lanes = self._lanes(len(X))

        def lane(space: Block, index: int) -> None:
            for part in parts[index::lanes]:
                F[part] = space.outputs(X[part]).T

        self._run(lane, theta, lanes)
        return F

    def risk(self, theta: Array, X: Array, Y: Array) -> float:
        """R."""
        E = (self.outputs(theta, X) - Y).astype(np.float64, copy=False).ravel()
        return float(np.dot(E, E)) / len(Y)

    def gradient(self, theta: Array, X: Array, Y: Array, *, out: Array) -> float:
        """R; g goes to `out`, packed like `theta`, which may have no other layout."""
        n = len(X)
        if n <= self.size:
            self.spaces[0].load(theta)
            value = self.spaces[0].gradient(X, Y, n, out, first=True)
            np.multiply(out, self.scaled, out)
            return value / n
        parts = cut(n, self.size)
        lanes = self._lanes(n)
        risks = [0.0] * lanes

        def lane(space: Block, index: int) -> None:
            total = self.sums[index - 1] if index else out
            first = True
            for part in parts[index::lanes]:
                risks[index] += space.gradient(X[part], Y[part], n, total, first=first)
                first = False

        self._run(lane, theta, lanes)
        for index in range(1, lanes):
            np.add(out, self.sums[index - 1], out)
        np.multiply(out, self.scaled, out)
        return sum(risks) / n

    def _lanes(self, n: int) -> int:
        return min(_LANES, -(-n // self.size))

    def _run(self, lane: Callable[[Block, int], None], theta: Array, lanes: int) -> None:
        """Call `lane` for every lane; the calling thread is one of the workers."""

        def work(worker: int) -> None:
            space = self.spaces[worker]
            space.load(theta)
            for index in range(worker, lanes, len(self.spaces)):
                lane(space, index)

        if self.pool is None:
            for space_index in range(len(self.spaces)):
                work(space_index)
            return
        others = [self.pool.submit(work, k) for k in range(1, len(self.spaces))]
        work(0)
        for other in others:
            other.result()
