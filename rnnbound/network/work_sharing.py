"""Blocks dealt out to lanes, so that the bits do not depend on who computes them.

The blocks of a data set go to a fixed number of lanes, each of which adds up its blocks in order;
the lanes are added up in order too.  Processes change who computes a lane, never what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

#: Memory for the board.
Buffer: TypeAlias = memoryview | mmap
#: NumPy walks through operands that broadcast in chunks of so many elements. Its own 8,192 is
#: longer than the rows of most tiles, and it would copy rows together to fill a chunk.
_CHUNK: Final = 2048
#: Partial sums that are kept apart, hence the largest number of useful workers.
_LANES: Final = 8
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
    def lanes(self) -> int:
        """The number of lanes that have blocks."""
        return min(_LANES, -(-self.n // self.size))

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


class Board:
    """The arrays that all processes read and write, one after the other in one piece of memory.

    Attributes:
        scaled: s = c/√m, shape (m,).
        theta: the weights, packed, shape (1 + d, m).
        X: shape (n, T, d).
        Y: shape (n, T).
        F: outputs, shape (n, T).
        sums: the sums of all lanes but the first, shape (lanes − 1, 1 + d, m).
    """

    def __init__(self, work: Work, memory: Buffer | None = None) -> None:
        rows, m, data = 1 + work.dim, work.width, (work.n, work.horizon)
        shapes = [(m,), (rows, m), (*data, work.dim), data, data, (work.lanes - 1, rows, m)]
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


class Lanes:
    """One process's share of the work: buffers of its own, and the board."""

    def __init__(self, work: Work, board: Board) -> None:
        self.work, self.board = work, board
        self.parts = cut(work.n, work.size)
        long = work.dtype == "float64" and not work.small
        sigma = array_kernel(work.activation, long=long)
        self.block = make_block(
            work.size, work.tile, work.horizon, work.dim, board.scaled, sigma, small=work.small
        )

    def outputs(self, lanes: Iterable[int]) -> dict[int, float]:
        """Fill in F of the samples of some lanes; there is nothing to return."""
        board = self.board
        self.block.load(board.theta)
        for lane in lanes:
            for part in self.parts[lane :: self.work.lanes]:
                board.F[part] = self.block.outputs(board.X[part]).T
        return {}

    def gradient(self, lanes: Iterable[int], first: Array | None = None) -> dict[int, float]:
        """Σ e² of each of some lanes, by lane; g/s goes to the sums, or to `first` for lane 0."""
        board = self.board
        found: dict[int, float] = {}
        self.block.load(board.theta)
        for lane in lanes:
            total = board.sums[lane - 1] if lane else first
            assert total is not None, "only who adds up the lanes computes the first"
            found[lane] = 0.0
            for k, part in enumerate(self.parts[lane :: self.work.lanes]):
                found[lane] += self.block.gradient(
                    board.X[part], board.Y[part], self.work.n, total, first=k == 0
                )
        return found


@contextmanager
def lanes_in(work: Work, memory: Buffer) -> Iterator[Lanes]:
    """A worker's lanes, with NumPy set up for them."""
    with set_up_numpy():
        yield Lanes(work, Board(work, memory))
