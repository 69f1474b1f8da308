"""The worst move of a neuron against ē, to third order: branch and bound over directions.

For a symmetric tensor T, D̄ in the set {|D_w| ≤ w, ‖D_u‖ ≤ u}, and δ = D − D̄ with D in the set,

    weight = sup ( ½ T[D̄, δ, δ] + ⅓ T[δ, δ, δ] ) / ‖δ‖².

Along δ = s e with ‖e‖ = 1 this is a(e) + s t(e), a = ½ T[D̄, e, e] and t = ⅓ T[e, e, e], which is
largest at s = 0 or as far as the set goes.  Directions are points of the faces of a cube, scaled
to length 1, and a cell is a small box on a face.

In more than three or four dimensions the part of T on its leading axes is treated like that, in
axes of U that are turned accordingly, and the rest by its norm: T[D̄/6 + D/3, δ, δ] is the sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.largest_eigenvalue_bounds import largest

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

#: By how much the answer may exceed the supremum, relatively.
_TOLERANCE: Final = 0.1
#: Cells for each neuron, on average, and halvings, after which the bound is taken as it is; and
#: cells for all neurons together, so that very wide networks, which hardly curve, take no longer.
MOST_CELLS: Final = 3000
_HALVINGS: Final = 40
_ALL_CELLS: Final = 6_000_000
#: What p halvings must lower the bounds to, for more of them.
_WORTHWHILE: Final = 0.97
#: Neurons that are looked at together.
_NEURONS: Final = 1000
#: Dimensions that are searched for any number of neurons, and for so many at most.
_DIMENSIONS: Final = ((3, None), (4, 600))
#: Cells that are looked at together.
_TOGETHER: Final = 20_000
#: More than the rounding errors here, of numbers of size 1 and of sums of a few hundred products.
_TINY: Final = 1e-14
_SLACK: Final = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Cells on the faces of the cube [−1, 1]^p, all of one size.

    Attributes:
        whose: the neuron that each belongs to, shape (c,).
        axes: the coordinate that is ±1 on its face, shape (c,).
        centres: shape (c, p).
        half: half the length of the sides, shape (p − 1,).
    """

    whose: Integers
    axes: Integers
    centres: Floats
    half: Floats

    @classmethod
    def faces(cls, k: int, p: int) -> _Cells:
        """All faces, for each of k neurons."""
        centres = np.tile(np.concatenate([np.eye(p), -np.eye(p)]), (k, 1))
        axes = np.tile(np.arange(p), 2 * k)
        return cls(np.repeat(np.arange(k), 2 * p), axes, centres, np.ones(p - 1))

    def halved(self, kept: NDArray[np.bool_]) -> _Cells:
        """Some of the cells, cut in two along their longest side."""
        side = int(np.argmax(self.half))
        half = self.half.copy()
        half[side] /= 2
        whose, axes, centres = self.whose[kept], self.axes[kept], self.centres[kept]
        # The sides of a face are the coordinates other than its own, in order.
        coordinate = side + (axes <= side)
        moved = np.zeros_like(centres)
        moved[np.arange(len(axes)), coordinate] = half[side]
        both = np.concatenate([centres - moved, centres + moved])
        return _Cells(np.tile(whose, 2), np.tile(axes, 2), both, half)

    def parts(self) -> Iterator[slice]:
        """The cells, as many at a time as fit."""
        for start in range(0, len(self.whose), _TOGETHER):
            yield slice(start, start + _TOGETHER)

    def directions(self, some: slice) -> tuple[Floats, Floats]:
        """Unit vectors, shape (c, p), and how far others of the cell are from them, shape (c,).

        Outside a ball, going to its nearest point brings two points no further apart.
        """
        x, reach = self.centres[some], float(np.sqrt((self.half**2).sum()))
        length = np.sqrt((x**2).sum(1))
        apart = reach / np.maximum(length - reach, 1.0)
        apart = np.minimum(apart * (1 + _TINY) + _TINY, 2.0)
        return x / length[:, None], np.asarray(apart)


def weights(tensors: Floats, moves: Floats, w: float, u: float, most: int = MOST_CELLS) -> Floats:
    """Upper bounds of the weights, shape (k,).

    Args:
        tensors: T, shape (k, p, p, p), symmetric.
        moves: D̄, shape (k, p), in the set.
        w: the first radius of the set.
        u: the second.
        most: cells for each neuron, on average, that may be looked at.
    """
    k = len(moves)
    cells = max(1, min(most, _ALL_CELLS // k))
    dimensions = [q for q, most in _DIMENSIONS if most is None or k <= most]
    found = np.empty(k)
    for start in range(0, k, _NEURONS):
        some = slice(start, start + _NEURONS)
        found[some] = _weights(Worst(tensors[some], moves[some], w, u, cells), dimensions)
    return found


def _weights(worst: Worst, dimensions: list[int]) -> Floats:
    """The same, for the least of some numbers of dimensions that are searched."""
    tensors, moves, w, u = worst.tensors, worst.moves, worst.w, worst.u
    k, p = moves.shape
    if p <= dimensions[0]:
        return worst.weights()
    size = np.sqrt((tensors**2).sum((1, 2, 3)))
    reach = (math.hypot(w, u) / 3 + np.sqrt((moves**2).sum(1)) / 6) * (1 + _SLACK)
    tensors, moves = _turned(tensors, moves)
    found = reach * size
    for q in dimensions:
        part, rest = tensors[:, :q, :q, :q], tensors.copy()
        rest[:, :q, :q, :q] = 0
        flat = rest.reshape(k, p, -1)
        left = np.sqrt(largest(flat @ flat.swapaxes(1, 2), size**2 * _SLACK))
        leading = replace(worst, tensors=np.ascontiguousarray(part), moves=moves[:, :q])
        found = np.minimum(found, leading.weights() + reach * left)
    return np.asarray(found + reach * size * _SLACK)


def _turned(tensors: Floats, moves: Floats) -> tuple[Floats, Floats]:
    """T and D̄ in axes of U in which the norms of T[e_1], T[e_2], … descend."""
    k, p = moves.shape
    flat = tensors[:, 1:].reshape(k, p - 1, -1)
    axes = np.zeros((k, p, p))
    axes[:, 0, 0] = 1
    axes[:, 1:, 1:] = np.linalg.eigh(flat @ flat.swapaxes(1, 2))[1][:, :, ::-1]
    for _ in range(3):
        # Turn the last index and bring it to the front.
        tensors = np.moveaxis(tensors @ axes[:, None], 3, 1)
    return tensors, (moves[:, None] @ axes)[:, 0]


@dataclass(frozen=True, eq=False)
class Worst:
    """Neurons, each with a tensor and a point of the set.

    Attributes:
        tensors: T, shape (k, p, p, p), symmetric.
        moves: D̄, shape (k, p).
        w: the first radius of the set.
        u: the second.
        cells: for each neuron, on average, that may be looked at.
    """

    tensors: Floats
    moves: Floats
    w: float
    u: float
    cells: int = MOST_CELLS

    @cached_property
    def halves(self) -> Floats:
        """½ T[D̄], shape (k, p, p)."""
        found: Floats = (self.tensors @ self.moves[:, None, :, None])[..., 0] / 2
        return found

    @cached_property
    def sizes(self) -> tuple[Floats, Floats]:
        """Frobenius norms of T and of ½ T[D̄], shape (k,) each."""
        return (
            np.sqrt((self.tensors**2).sum((1, 2, 3))),
            np.sqrt((self.halves**2).sum((1, 2))),
        )

    @cached_property
    def farthest(self) -> Floats:
        """A bound of ‖δ‖, shape (k,)."""
        in_u = np.sqrt((self.moves[:, 1:] ** 2).sum(1))
        far = np.hypot(self.w + np.abs(self.moves[:, 0]), self.u + in_u)
        return np.asarray(far * (1 + _SLACK))

    def weights(self) -> Floats:
        """Upper bounds of the weights, shape (k,)."""
        k, p = self.moves.shape
        slack = (self.sizes[1] + self.sizes[0] * self.farthest) * _SLACK
        known, cells, totals = np.zeros(k), _Cells.faces(k, p), list[float]()
        for halvings in range(_HALVINGS + 1):
            upper = np.empty(len(cells.whose))
            for some in cells.parts():
                low, upper[some] = self._bounds(cells, some)
                np.maximum.at(known, cells.whose[some], low)
            bound = known * (1 + _TOLERANCE) + slack
            above = upper > bound[cells.whose]
            np.maximum.at(bound, cells.whose, upper)
            totals.append(float(bound.sum()))
            # Halved along every side and hardly lower: what is left are edges of the set.
            stuck = len(totals) > p and not totals[-1] < _WORTHWHILE * totals[-1 - p]
            if stuck or halvings == _HALVINGS or not 0 < 2 * above.sum() <= self.cells * k:
                break
            cells = cells.halved(above)
        return np.asarray(bound + slack)

    def _bounds(self, cells: _Cells, some: slice) -> tuple[Floats, Floats]:
        """The value in the middle of each cell, and a bound in all of it.

        With h = e' − e, ‖h‖ ≤ ε: h·e = −‖h‖²/2, so that a' ≤ a + 2ε‖P Ae‖ + ε²(‖A‖ − a) and
        t' ≤ t + ε‖P T[e, e]‖ + ε²(‖T[e]‖ + 3/2 (−t)₊) + ε³‖T‖/3, P orthogonal to e.
        """
        whose, (e, apart) = cells.whose[some], cells.directions(some)
        column = e[:, :, None]
        pull = (self.halves[whose] @ column)[..., 0]
        a = (pull * e).sum(1)
        matrix = (self.tensors[whose] @ column[:, None])[..., 0]
        twice = (matrix @ column)[..., 0]
        t = (twice * e).sum(1) / 3
        across = np.sqrt(((pull - a[:, None] * e) ** 2).sum(1))
        over = a + 2 * apart * across + apart**2 * (self.sizes[1][whose] - a)
        across = np.sqrt(((twice - 3 * t[:, None] * e) ** 2).sum(1))
        bend = np.sqrt((matrix**2).sum((1, 2))) + 1.5 * np.maximum(-t, 0)
        steep = t + apart * across + apart**2 * bend + apart**3 * self.sizes[0][whose] / 3
        middle = a + self._reach(whose, e, np.zeros_like(a)) * np.maximum(t, 0)
        return middle, over + self._reach(whose, e, apart) * np.maximum(steep, 0)

    def _reach(self, whose: Integers, e: Floats, apart: Floats) -> Floats:
        """How far the set goes from D̄ in directions that are `apart` from e at most."""
        D, far = self.moves[whose], self.farthest[whose]
        slope = np.abs(e[:, 0]) - apart - _TINY
        room = self.w - np.sign(e[:, 0]) * D[:, 0]
        in_w = np.divide(room, slope, out=far.copy(), where=slope > 0)
        # ‖D_u + s e_u‖ ≤ u + s ε is s² square + 2 s towards ≤ left.
        square = (e[:, 1:] ** 2).sum(1) - apart**2 - _TINY
        towards = (D[:, 1:] * e[:, 1:]).sum(1) - self.u * (apart + _TINY)
        left = np.maximum(self.u**2 - (D[:, 1:] ** 2).sum(1), 0) + self.u**2 * _TINY
        root = np.sqrt(np.maximum(towards**2 + square * left, 0))
        ahead = towards > 0
        above = np.where(ahead, left, root - towards)
        below = np.where(ahead, towards + root, square)
        in_u = np.divide(above, below, out=far.copy(), where=square > 0)
        return np.asarray(np.minimum(np.minimum(in_w, in_u), far))
