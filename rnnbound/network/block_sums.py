"""Blocks dealt out to accumulators, so that the bits do not depend on who computes them.

The blocks of a data set go to a fixed number of accumulators, each of which adds up its blocks in
order; they are added up in order too.  Processes change who computes one, never what.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import prod
from mmap import mmap
from typing import Any, Final, TypeAlias

import numpy as np

from rnnbound.activations.lookup import array_kernel
from rnnbound.network.array_checks import Array
from rnnbound.network.sample_block import make_block
from rnnbound.network.tiling import cut, is_small, layout
from rnnbound.parallel.threads import one_blas_thread

#: Memory for the shared arrays.
Buffer: TypeAlias = memoryview | mmap
#: NumPy walks through operands that broadcast in chunks of so many elements. Its own 8,192 is
#: longer than the rows of most tiles, and it would copy rows together to fill a chunk.
_CHUNK: Final = 2048
#: Partial sums that are kept apart, hence the largest number of useful workers.
_ACCUMULATORS: Final = 8
#: Alignment of the shared arrays in bytes.
_ALIGNMENT: Final = 64


def set_up_numpy() -> ExitStack:
    """Set up NumPy in this thread for speed, until what is returned is closed."""
    with ExitStack() as stack:
        stack.callback(np.setbufsize, np.setbufsize(_CHUNK))
        stack.enter_context(one_blas_thread())
        # e^y may be infinite where the activation is not.
        stack.enter_context(np.errstate(over="ignore"))
        return stack.pop_all()


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to compute, and how it is cut up; every process computes from the same.

    Attributes:
        activation: the name or formula of σ.
        dtype: float64 or float32, by name.
        n: samples.
        horizon: T.
        dim: d.
        width: m.
        size: the most samples of a block.
        tile: neurons of a tile.
        small: whether blocks are handled as a whole.
    """

    activation: str
    dtype: str
    n: int
    horizon: int
    dim: int
    width: int
    size: int
    tile: int
    small: bool

    @property
    def accumulators(self) -> int:
        """The number of accumulators that have blocks."""
        return min(_ACCUMULATORS, -(-self.n // self.size))

    @property
    def numbers(self) -> int:
        """n·T·m, the number of states of an evaluation."""
        return self.n * self.horizon * self.width


def make_work(activation: str, dtype: np.dtype[Any], shape: tuple[int, ...], m: int) -> Work:
    """The work for inputs of shape (n, T, d) and m neurons."""
    n, horizon, dim = shape
    size, tile = layout(n, horizon, m)
    small = is_small(size, horizon, m)
    return Work(activation, dtype.name, n, horizon, dim, m, size, tile, small)


class SharedArrays:
    """The arrays that all processes read and write, one after the other in one piece of memory.

    Attributes:
        scaled: s = c/√m, shape (m,).
        theta: the weights, packed, shape (1 + d, m).
        X: shape (n, T, d).
        Y: shape (n, T).
        F: outputs, shape (n, T).
        sums: the sums of all accumulators but the first, shape (accumulators − 1, 1 + d, m).
    """

    def __init__(self, work: Work, memory: Buffer | None = None) -> None:
        rows, m, data = 1 + work.dim, work.width, (work.n, work.horizon)
        shapes = [(m,), (rows, m), (*data, work.dim), data, data, (work.accumulators - 1, rows, m)]
        dtype = np.dtype(work.dtype)
        starts, self.bytes = [], 0
        for shape in shapes:
            starts.append(self.bytes)
            self.bytes += -(-prod(shape) * dtype.itemsize // _ALIGNMENT) * _ALIGNMENT
        if memory is None:
            return
        arrays: list[Array] = [
            np.frombuffer(memory, dtype, prod(shape), start).reshape(shape)
            for shape, start in zip(shapes, starts, strict=True)
        ]
        self.scaled, self.theta, self.X, self.Y, self.F, self.sums = arrays


class BlockSums:
    """One process's share of the work: buffers of its own, and the shared arrays."""

    def __init__(self, work: Work, arrays: SharedArrays) -> None:
        self.work, self.arrays = work, arrays
        self.parts = cut(work.n, work.size)
        long = work.dtype == "float64" and not work.small
        sigma = array_kernel(work.activation, long=long)
        self.block = make_block(
            work.size, work.tile, work.horizon, work.dim, arrays.scaled, sigma, small=work.small
        )

    def outputs(self, accumulators: range) -> dict[int, float]:
        """Fill in F of the samples of some accumulators; there is nothing to return."""
        arrays = self.arrays
        self.block.load(arrays.theta)
        for k in accumulators:
            for part in self.parts[k :: self.work.accumulators]:
                arrays.F[part] = self.block.outputs(arrays.X[part]).T
        return {}

    def gradient(self, accumulators: range, first: Array | None = None) -> dict[int, float]:
        """Σ e² of some accumulators, by number; g/s goes to `sums`, of number 0 to `first`."""
        arrays = self.arrays
        found: dict[int, float] = {}
        self.block.load(arrays.theta)
        for k in accumulators:
            total = arrays.sums[k - 1] if k else first
            assert total is not None, "only who adds up the accumulators computes the first"
            found[k] = 0.0
            for place, part in enumerate(self.parts[k :: self.work.accumulators]):
                found[k] += self.block.gradient(
                    arrays.X[part], arrays.Y[part], self.work.n, total, first=place == 0
                )
        return found


@contextmanager
def block_sums_in(work: Work, memory: Buffer) -> Iterator[BlockSums]:
    """A worker's share, with NumPy set up for them."""
    with set_up_numpy():
        yield BlockSums(work, SharedArrays(work, memory))
