"""Outputs, risk and gradient of a whole data set, block by block, on any number of workers.

Neurons couple only through the outputs of one sample, so a block of a few samples runs forward
and backward before the next one starts, and nothing of size n·T·m is ever stored.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from multiprocessing import current_process
from types import TracebackType
from typing import Final, Self

import numpy as np

from rnnbound.activations.activation import Activation
from rnnbound.activations.lookup import array_kernel
from rnnbound.network.array_checks import Array
from rnnbound.network.block_sums import (
    BlockSums,
    Buffer,
    SharedArrays,
    block_sums_in,
    make_work,
    set_up_numpy,
)
from rnnbound.network.parameters import Network
from rnnbound.network.tiling import aligned
from rnnbound.parallel.shared_memory_team import Team

#: An evaluation of fewer states than that, about 10 ms, is not worth waking up a process.
WORTH_SHARING: Final = 2_000_000


def packed(network: Network) -> Array:
    """W and U as one array of shape (1 + d, m): row 0 is w, the others are Uᵀ."""
    theta = np.empty((1 + network.dim, network.width), network.dtype)
    theta[0], theta[1:] = network.w, network.u.T
    return theta


class Kernel:
    """Evaluates networks of one width on data of one shape.

    A context manager, which sets up NumPy for speed inside and lets go of the workers.

    Args:
        c: output signs, shape (m,).
        activation: σ, a name or a formula.
        shape: (n, T, d).
        workers: processes, this one included; small evaluations use this one alone.

    Raises:
        ValueError: the activation is unknown, unreadable or outside the theory.
    """

    def __init__(
        self, c: Array, activation: str | Activation, shape: tuple[int, ...], *, workers: int = 1
    ) -> None:
        name = activation.name if isinstance(activation, Activation) else activation
        array_kernel(name)
        self.work = make_work(name, c.dtype, shape, c.size)
        self.count = self.work.accumulators
        self.scaled: Array = c / np.sqrt(np.asarray(c.size, c.dtype))
        self.workers = min(workers, self.count)
        # A daemonic process may not have children.
        if self.work.numbers < WORTH_SHARING or current_process().daemon:
            self.workers = 1
        self.team: Team | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(set_up_numpy())
            size = SharedArrays(self.work).bytes
            memory: Buffer
            if self.workers > 1:
                self.team = stack.enter_context(
                    Team(partial(block_sums_in, self.work), size, self.workers - 1)
                )
                memory = self.team.memory
            else:
                memory = aligned((size,), np.dtype(np.uint8)).data
            self.arrays = SharedArrays(self.work, memory)
            np.copyto(self.arrays.scaled, self.scaled)
            self.block_sums = BlockSums(self.work, self.arrays)
            self.stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stack.__exit__(kind, error, trace)

    def outputs(self, theta: Array, X: Array) -> Array:
        """F, shape (n, T)."""
        np.copyto(self.arrays.theta, theta)
        np.copyto(self.arrays.X, X)
        self._share("outputs", self.block_sums.outputs)
        return self.arrays.F.copy()

    def risk(self, theta: Array, X: Array, Y: Array) -> float:
        """R."""
        E = (self.outputs(theta, X) - Y).astype(np.float64, copy=False).ravel()
        return float(np.dot(E, E)) / len(Y)

    def gradient(self, theta: Array, X: Array, Y: Array, *, out: Array) -> float:
        """R; g goes to `out`, packed like `theta`, which may have no other layout."""
        if self.count == 1:
            self.block_sums.block.load(theta)
            total = self.block_sums.block.gradient(X, Y, len(X), out, first=True)
            np.multiply(out, self.scaled, out)
            return total / len(X)
        arrays = self.arrays
        for place, array in ((arrays.theta, theta), (arrays.X, X), (arrays.Y, Y)):
            np.copyto(place, array)
        risks = self._share("gradient", lambda some: self.block_sums.gradient(some, out))
        for k in range(1, self.count):
            np.add(out, arrays.sums[k - 1], out)
        np.multiply(out, self.scaled, out)
        return sum(risks[k] for k in range(self.count)) / len(X)

    def _share(self, what: str, here: Callable[[range], dict[int, float]]) -> dict[int, float]:
        if self.team is None:
            return here(range(self.count))
        found = self.team.share(what, self.count, here)
        return {k: risk for some in found for k, risk in some.items()}
