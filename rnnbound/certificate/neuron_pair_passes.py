"""Passes over the pairs of neurons: everything that is summed over data or neurons.

A pass takes a block of pairs and a part of the samples at a time, so that nothing of size n·T·m
is ever stored.  Blocks are dealt out to a fixed number of shares, which are added up in order:
processes change who computes, never what.

Arrays of a block have the shape (b, …, n) with b pairs and n samples; X is kept as (T, d, n).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnbound.activations.activation import NamedActivation
from rnnbound.activations.lookup import proved_activation
from rnnbound.certificate.rounding_error_bounds import UNIT, Sized, gamma, up
from rnnbound.certificate.weight_derivatives import Series, states
from rnnbound.parallel import processes, threads

Floats = NDArray[np.float64]
Part = TypeVar("Part")
Whole = TypeVar("Whole")
Terms = TypeVar("Terms", bound="tuple[float | Floats, ...]")
#: A function of a module, or a part of one, of all pairs and of the block that it is about.
Work: TypeAlias = "Callable[[Pairs, slice], Part]"

#: Numbers in one elementwise operation, and in the largest array of a block.
_CALL: Final = 24_000
LARGEST_BLOCK: Final = 3_000_000
#: Partial sums that are kept apart, and so many shares of the work there are for processes.
_SHARES: Final = 16
#: States, n·T·k, from which on it pays to send a pass to other processes.
_WORTH_SHARING: Final = 500_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """The data and one neuron of every pair, as the passes want them.

    Attributes:
        w: recurrent weights of the k = m/2 pairs, shape (k,).
        u: input weights, shape (k, d).
        c: signs, shape (k,).
        x: inputs, shape (T, d, n), contiguous.
        y: targets, shape (T, n), contiguous.
        activation: the name of σ, which other processes find by themselves.
        jobs: processes, or threads where the calls of NumPy are long.
        memory: what is kept of passes that come again, if the pairs are few; None: nothing.
    """

    w: Floats
    u: Floats
    c: Floats
    x: Floats
    y: Floats
    activation: str
    jobs: int = 1
    memory: dict[Hashable, Any] | None = field(default=None, compare=False)

    @property
    def sigma(self) -> NamedActivation:
        """σ."""
        return proved_activation(self.activation)

    @property
    def count(self) -> int:
        """k = m/2."""
        return len(self.w)

    @property
    def width(self) -> int:
        """m."""
        return 2 * len(self.w)

    @property
    def parameters(self) -> int:
        """p = 1 + d, of one neuron."""
        return 1 + int(self.u.shape[1])

    @property
    def horizon(self) -> int:
        """T."""
        return len(self.x)

    @property
    def samples(self) -> int:
        """n."""
        return len(self.y[0])

    def some(self, chosen: NDArray[np.int64]) -> Pairs:
        """The same data with some of the pairs."""
        w, u, c = self.w[chosen], self.u[chosen], self.c[chosen]
        return Pairs(w, u, c, self.x, self.y, self.activation, self.jobs)

    def part(self, samples: NDArray[np.int64]) -> Pairs:
        """The same pairs with some of the samples."""
        x, y = np.ascontiguousarray(self.x[:, :, samples]), self.y[:, samples]
        return Pairs(self.w, self.u, self.c, x, y, self.activation, self.jobs)

    def remembered(self, key: Hashable, make: Callable[[], Part]) -> Part:
        """What `make` makes, made once if there is a memory."""
        if self.memory is None:
            return make()
        if key not in self.memory:
            self.memory[key] = make()
        found: Part = self.memory[key]
        return found

    def blocks(self, components: int) -> list[slice]:
        """The pairs in blocks, if arrays of so many components per pair and row are held."""
        rows = self.horizon * self.samples * components
        size = max(1, min(LARGEST_BLOCK // max(rows, 1), max(1, _CALL // self.samples)))
        return [slice(s, min(s + size, self.count)) for s in range(0, self.count, size)]

    def run(self, work: Work[Part], components: int) -> list[Part]:
        """`work` of every block, in order; what it returns must be small."""
        shares = list(self._shares(work, components, list))
        # Share l has blocks l, l + 16, ….
        rounds = range(max(map(len, shares), default=0))
        return [share[k] for k in rounds for share in shares if k < len(share)]

    def added(self, work: Work[Terms], components: int) -> Terms:
        """What `work` finds of every block, arrays of its own and numbers, added up."""
        return _added(self._shares(work, components, _added))

    def long(self, work: Work[Part], components: int) -> Iterator[Part]:
        """`work` of every block, in order, where most of it are long calls of NumPy."""
        tasks = (partial(work, self, block) for block in self.blocks(components))
        return threads.in_order(tasks, self.jobs)

    def _shares(
        self, work: Work[Part], components: int, reduce: Callable[[Iterable[Part]], Whole]
    ) -> Iterator[Whole]:
        """What `reduce` makes of the blocks of every share, in order."""
        blocks = self.blocks(components)
        # What is remembered is remembered here.
        alone = self.memory is not None or self.count * self.y.size < _WORTH_SHARING
        shares = [
            _Share(self, work, blocks[share::_SHARES], reduce, np.geterr())
            for share in range(min(_SHARES, len(blocks)))
        ]
        return processes.together(shares, 1 if alone else self.jobs)

    def drives(self, u: Floats) -> list[Floats]:
        """Uᵀx_{t−1}, shape (b, n), for t = 1, …, T."""
        return [u @ self.x[t] for t in range(self.horizon)]

    def jets(
        self, w: Floats, u: Floats, order: int, *, along_inputs: bool = False
    ) -> Iterator[Series]:
        """The states of neurons (w, u) with their derivatives, for t = 1, …, T.

        Args:
            w: recurrent weights, shape (b,).
            u: input weights, shape (b, d).
            order: of the derivatives.
            along_inputs: in the directions of W and of uᵀx_0, …, uᵀx_{T−1}, not of W and of U.
        """
        inputs: list[dict[int, Any]] = [dict(enumerate(self.x[t], 1)) for t in range(self.horizon)]
        if along_inputs:
            inputs = [{t: np.ones(self.samples)} for t in range(1, self.horizon + 1)]
        return states(w[:, None], self.drives(u), inputs, self.sigma.derivatives, order)


@dataclass(frozen=True, slots=True)
class _Share(Generic[Part, Whole]):
    """A share of a pass, for whoever computes it.

    Attributes:
        pairs: data and neurons.
        work: the pass.
        blocks: its blocks.
        reduce: what is made of them.
        errors: what happens to what overflows, as with the one who wants it.
    """

    pairs: Pairs
    work: Work[Part]
    blocks: list[slice]
    reduce: Callable[[Iterable[Part]], Whole]
    errors: Mapping[str, Any]

    def __call__(self) -> Whole:
        with np.errstate(**self.errors):
            return self.reduce(self.work(self.pairs, block) for block in self.blocks)


def _added(parts: Iterable[Terms]) -> Terms:
    every = iter(parts)
    total = list(next(every))
    for part in every:
        for k, more in enumerate(part):
            total[k] += more
    return tuple(total)  # type: ignore[return-value]


def sized_states(
    pairs: Pairs,
    w: Floats,
    u: Floats,
    order: int,
    blur: float = 0.0,
    *,
    along_inputs: bool = False,
) -> list[Series]:
    """Bounds of every state and derivative and of its error, for t = 1, …, T.

    Args:
        pairs: data.
        w: recurrent weights, shape (b,).
        u: input weights, shape (b, d).
        order: of the derivatives.
        blur: a bound of the relative error of the weights themselves.
        along_inputs: in which directions, as in :meth:`Pairs.jets`.
    """
    weight, length = float(np.abs(w).max()), float(np.sqrt((u**2).sum(1)).max())
    x = [Sized(up(float(np.abs(row).max()))) for row in pairs.x.swapaxes(0, 1)]
    reach = up(float(np.sqrt((pairs.x**2).sum(1)).max()) * length * (1 + gamma(2 * len(x) + 8)))
    drive = Sized(reach, up((gamma(len(x)) + blur) * np.sqrt(len(x)) * reach))
    top, errors = pairs.sigma.suprema, pairs.sigma.errors

    def sigma(z: Sized, order: int) -> list[Sized]:
        return [Sized(top[k], up(errors[k] + top[k + 1] * z.error)) for k in range(order + 1)]

    horizon = range(pairs.horizon)
    recurrent = Sized(up(weight), up(blur * weight))
    if along_inputs:  # each direction at every time is more than each at its own
        x = [Sized(1.0) for _ in horizon]
    every, inputs = [drive for _ in horizon], [dict(enumerate(x, 1)) for _ in horizon]
    found: list[Series] = []
    for jet in states(recurrent, every, inputs, sigma, order, lambda q: Sized(q, UNIT * q)):
        found.append(jet)
        if len(found) > 1 and jet == found[-2]:
            # Every step does the same to what it gets, so nothing will change any more.
            break
    return found + found[-1:] * (pairs.horizon - len(found))
