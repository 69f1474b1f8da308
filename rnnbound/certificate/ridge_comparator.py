"""Where Θ̄ comes from: constrained ridge on the linearised network.  Any Θ̄ is valid.

With x = √2 D in mirrored coordinates, J the Jacobian at the start and caps on the parts of x_i,

    minimise ‖Y − J x‖² + λ‖x‖²   over |x_ia| ≤ cap_a.

Its solution is x = P Jᵀ a with (J P Jᵀ + λ) a = Y and diagonal 0 < P ≤ 1: P_i = 1 where the cap
does not bind, and cap/|J_iᵀa| where it does.  P is found by a few rounds of that very rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.jacobian_at_start import adjoint, first_order, gram
from rnnbound.certificate.neuron_pair_passes import Pairs
from rnnbound.parallel import threads

Floats = NDArray[np.float64]
Part = TypeVar("Part")

#: More rows than that are represented by so many of them.
MOST_ROWS: Final = 1500
LANDMARKS: Final = 1000
#: Rows that the search looks at then.
SEARCHED: Final = 1200
#: Derivatives that are held at a time then.
_HELD: Final = 4_000_000
#: Rows of the matrix that are multiplied at a time.
_ROWS: Final = 8192


@dataclass(frozen=True, slots=True)
class Dual:
    """A comparator in dual form: D̄ = clip(scale · c_i J_iᵀ a).

    Attributes:
        a: coefficients, scaled so that no other factor is needed, shape (rows,).
        rows: which rows of the data they belong to; None for all.
    """

    a: Floats
    rows: NDArray[np.int64] | None

    def moves(self, pairs: Pairs) -> Floats:
        """D̄ before clipping, shape (k, p)."""
        return adjoint(pairs, self.a[:, None], self.rows)[:, :, 0] * pairs.c[:, None]


class Ridge:
    """Ridge comparators of a network.

    Args:
        pairs: data and neurons, or a sample of them.
        copies: how many pairs of the network each of them stands for.
        seed: of the rows that represent the others, if there are too many.

    Raises:
        OverflowError: the derivatives at the start are too large.
    """

    def __init__(self, pairs: Pairs, copies: float = 1.0, seed: int = 0) -> None:
        self.pairs = pairs
        size = pairs.horizon * pairs.samples
        self.rows: NDArray[np.int64] | None = None
        if size > MOST_ROWS:
            rng = np.random.default_rng(seed)
            self.rows = np.sort(rng.choice(size, LANDMARKS, replace=False))
        m, n = pairs.width * copies, pairs.samples
        self.unit = 2 * copies / (m * n)
        self.back = 1 / math.sqrt(m * n)
        self.target = pairs.y.reshape(-1) / math.sqrt(n)
        self.weights = np.ones((pairs.count, pairs.parameters))
        self.start = self._gram()
        if not np.isfinite(self.start).all():
            raise OverflowError("the derivatives at the start are beyond doubles")
        self.matrix = self.start

    def _gram(self) -> Floats:
        if self.rows is None:
            return gram(self.pairs, self.weights) * self.unit
        return self._landmarks(self.rows) * self.unit

    def _landmarks(self, rows: NDArray[np.int64]) -> Floats:
        """All rows against some, a part of the samples at a time, shape (N, len(rows))."""
        pairs, weights = self.pairs, self.weights.reshape(-1, 1)
        times, samples = np.divmod(rows, pairs.samples)
        chosen = np.empty((len(weights), len(rows)))
        few, places = np.unique(samples, return_inverse=True)

        def choose(part: slice) -> None:
            here = np.flatnonzero((places >= part.start) & (places < part.stop))
            jacobian = self._jacobian(pairs.part(few[part]))
            chosen[:, here] = jacobian[:, times[here], places[here] - part.start]

        self._each(choose, self._parts(len(few)))
        chosen *= weights
        found = np.empty((pairs.horizon, pairs.samples, len(rows)))

        def fill(part: slice) -> None:
            jacobian = self._jacobian(pairs.part(np.arange(part.start, part.stop)))
            for t in range(pairs.horizon):
                found[t, part] = jacobian[:, t].T @ chosen

        self._each(fill, self._parts(pairs.samples))
        return found.reshape(-1, len(rows))

    def _parts(self, samples: int) -> list[slice]:
        """So many samples in parts whose derivatives are held at a time."""
        size = max(1, _HELD // (self.weights.size * self.pairs.horizon))
        return [slice(s, min(s + size, samples)) for s in range(0, samples, size)]

    def _each(self, work: Callable[[slice], Part], parts: list[slice]) -> list[Part]:
        """`work` of all parts, on threads: products of matrices."""
        return list(threads.in_order((partial(work, part) for part in parts), self.pairs.jobs))

    @staticmethod
    def _jacobian(pairs: Pairs) -> Floats:
        parts = [first_order(pairs, block) for block in pairs.blocks(pairs.parameters)]
        return np.concatenate(parts).reshape(-1, pairs.horizon, pairs.samples)

    def _back(self, matrix: Floats, right: Floats) -> Floats:
        """matrixᵀ right, by parts that do not depend on who multiplies them."""
        first, *more = self._each(lambda part: matrix[part].T @ right[part], _parts_of(matrix))
        for other in more:
            first += other
        return first

    def _forth(self, matrix: Floats, right: Floats) -> Floats:
        """matrix · right."""
        return np.concatenate(self._each(lambda part: matrix[part] @ right, _parts_of(matrix)))

    def basis(self, size: int = 24) -> Floats:
        """About the leading left singular vectors of J_0, orthonormal, shape (N, size)."""
        size = min(size, *self.start.shape)
        rng = np.random.default_rng(0)
        basis = np.linalg.qr(
            self._forth(self.start, rng.standard_normal((self.start.shape[1], size)))
        )[0]
        for _ in range(8):
            basis = np.linalg.qr(self._forth(self.start, self._back(self.start, basis)))[0]
        return basis

    def _top(self) -> float:
        """About λ_max of the matrix, and never 0."""
        x, size = np.random.default_rng(0).standard_normal(len(self.matrix)), 0.0
        for _ in range(12):
            x = self.matrix @ x
            size = float(np.linalg.norm(x))
            if not size > 0:
                break
            x /= size
        return max(size, 1e-300)

    def tighten(self, penalty: float, cap_w: float, cap_u: float) -> None:
        """One round of the rule for P at these caps on ‖D̄_w‖ and ‖D̄_u‖."""
        found = self.dual(penalty).moves(self.pairs)
        w = np.abs(found[:, :1])
        u = np.sqrt((found[:, 1:] ** 2).sum(1, keepdims=True))
        shrunk = [np.minimum(1, cap / np.maximum(x, 1e-300)) for x, cap in ((w, cap_w), (u, cap_u))]
        self.weights = np.concatenate([shrunk[0]] + [shrunk[1]] * (found.shape[1] - 1), axis=1)
        self.matrix = self._gram()

    def dual(self, penalty: float) -> Dual:
        """The comparator for λ = penalty · λ_max, before clipping."""
        if self.rows is None:
            shift = max(penalty, 1e-6) * self._top() * np.eye(len(self.matrix))
            # Not SciPy's Cholesky: SciPy brings a BLAS of its own, whose threads nobody tames.
            solved = np.asarray(np.linalg.solve(self.matrix + shift, self.target), np.float64)
            return Dual(solved * self.back, None)
        square, inner = self._back(self.matrix, self.matrix), self.matrix[self.rows]
        inner = (inner + inner.T) / 2
        top = float(np.linalg.eigvalsh(square)[-1])
        # λ_max of K from its columns: those of N rows, as the chosen ones, weigh N/L as much.
        lead = math.sqrt(top * len(self.matrix) / len(self.rows))
        tiny = max(1e-13 * top, 1e-300) * np.eye(len(inner))
        right = self._back(self.matrix, self.target)
        a = np.linalg.solve(square + penalty * lead * inner + tiny, right).astype(np.float64)
        return Dual(a * self.back, self.rows)


def _parts_of(matrix: Floats) -> list[slice]:
    size = len(matrix)
    return [slice(s, min(s + _ROWS, size)) for s in range(0, size, _ROWS)]


def clipped(moves: Floats, cap_w: float, cap_u: float) -> Floats:
    """D̄ moved into |D̄_w| ≤ cap_w, ‖D̄_u‖ ≤ cap_u, shape (k, p)."""
    # A little inside, so that rounding does not lead out again.
    cap_w, cap_u = cap_w * (1 - 2.0**-40), cap_u * (1 - 2.0**-40)
    found = moves.copy()
    found[:, 0] = np.clip(found[:, 0], -cap_w, cap_w)
    length = np.sqrt((found[:, 1:] ** 2).sum(1))
    found[:, 1:] *= np.minimum(1, cap_u / np.maximum(length, 1e-300))[:, None]
    return found
