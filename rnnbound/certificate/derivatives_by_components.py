"""Derivatives of single neurons at the start as tensors, summed over the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.largest_eigenvalue_bounds import largest
from rnnbound.certificate.mirrored_network_outputs import Residual
from rnnbound.certificate.neuron_pair_passes import Pairs, sized_states
from rnnbound.certificate.rounding_error_bounds import Sized, gamma, up
from rnnbound.certificate.symmetric_tensors import symmetric
from rnnbound.certificate.weight_derivatives import Series, factorial, indices, multiplicity

Floats = NDArray[np.float64]

#: Up to so many components the eigenvalues of their Gram matrix are taken, else their sum.
_MOST_EIGENVALUES: Final = 60


@dataclass(frozen=True, slots=True)
class Tensors:
    """∂^k h of each pair at the start, summed over the data.

    Attributes:
        spread: λ_max^{1/2} of (1/n) Σ vec(∂^k h) vec(∂^k h)ᵀ from above, shape (k,): a bound of
            ‖⟨∂^k h, A⟩‖_S for every tensor A of Frobenius norm 1.
        against: a bound of ‖(1/n) Σ ē ∂^k h‖ as a symmetric form, shape (k,).
        form: that form as computed, by components, shape (k, len(indices)); None if only norms are
            known.
        lost: a bound of the norm of the error of each `form`.
    """

    spread: Floats
    against: Floats
    form: Floats | None = None
    lost: float = 0.0


class Reduction(Protocol):
    """How the tensors of all rows become bounds."""

    @property
    def along_inputs(self) -> bool:
        """Whether they are in the directions of W and of uᵀx_0, …, not of W and of U."""

    @property
    def directions(self) -> int:
        """How many directions those are, q."""

    def held(self, orders: Sequence[int]) -> int:
        """Numbers for each pair and row that are held at a time."""

    def unit(self, order: int) -> float:
        """A bound of the Frobenius norm of a tensor in W and U whose entries here are ≤ 1."""

    def squares(self, flat: Floats, order: int) -> tuple[Floats, Any]:
        """Bounds of `spread`², shape (b,), and what else is worth keeping for `forms`.

        Args:
            flat: Taylor coefficients, shape (b, components, rows).
            order: k.
        """

    def forms(
        self, flat: Floats, order: int, residual: Floats, kept: Any
    ) -> tuple[Floats, Floats | None]:
        """Bounds of `against`, shape (b,), and `form`.

        Args:
            flat: Taylor coefficients, shape (b, components, rows).
            order: k.
            residual: ē, shape (T, n).
            kept: what `squares` found worth keeping.
        """


@dataclass(frozen=True, slots=True)
class ByComponents:
    """Tensors in the directions of the weights, added up component by component.

    Attributes:
        directions: p.
        samples: n.
    """

    directions: int
    samples: int
    along_inputs: bool = False

    @classmethod
    def of(cls, pairs: Pairs) -> ByComponents:
        """For some data."""
        return cls(pairs.parameters, pairs.samples)

    def held(self, orders: Sequence[int]) -> int:
        return sum(len(indices(self.directions, order)) for order in orders)

    def unit(self, order: int) -> float:
        return up(math.sqrt(self.directions**order))

    def squares(self, flat: Floats, order: int) -> tuple[Floats, None]:
        # √multiplicity makes sums of squares those of Frobenius norms.
        every = indices(self.directions, order)
        factors = factorials(self.directions, order) * np.sqrt([multiplicity(i) for i in every])
        trace = (flat**2).sum(2) @ (factors**2 / self.samples)
        lost = 2 * gamma(flat.shape[1] + flat.shape[2] + 16) * trace
        if len(factors) > _MOST_EIGENVALUES:
            return np.asarray(trace + lost), None
        square = (flat @ flat.swapaxes(1, 2)) * (np.outer(factors, factors) / self.samples)
        return largest(square, lost), None

    def forms(
        self, flat: Floats, order: int, residual: Floats, kept: None
    ) -> tuple[Floats, Floats | None]:
        form = (flat @ residual.reshape(-1)) / self.samples * factorials(self.directions, order)
        # A form of order k is also a matrix of p × p^{k−1}; its spectral norm bounds that of the
        # form.
        p = self.directions
        matrix = symmetric(form, p, order).reshape(len(form), p, -1)
        square = matrix @ matrix.swapaxes(1, 2)
        trace = np.trace(square, axis1=1, axis2=2)
        return np.sqrt(largest(square, gamma(p**order) * trace)), form


def factorials(p: int, order: int) -> Floats:
    """I! of every component: a derivative is its Taylor coefficient times this."""
    return np.array([float(factorial(index)) for index in indices(p, order)])


def reduced(
    pairs: Pairs, orders: tuple[int, ...], residual: Residual, way: Reduction
) -> list[Tensors]:
    """The derivatives of some orders at the start, against ē."""
    entries = pairs.remembered(("sizes", max(orders)), lambda: _sizes(pairs, max(orders), way))
    lost = [_lost(pairs, order, entries, residual, way) for order in orders]
    work = partial(_of_block, orders, residual.values, way)
    # Inner products are few long calls on what would take long to send.
    run = pairs.long if way.along_inputs else pairs.run
    parts = list(run(work, way.held(orders)))
    found = []
    for (more, mean), of_order in zip(lost, zip(*parts, strict=True), strict=True):
        squares, sizes, forms = zip(*of_order, strict=True)
        spread = (np.sqrt(np.concatenate(squares)) + more) * (1 + 2.0**-40)
        against = (np.concatenate(sizes) + mean) * (1 + 2.0**-40)
        found.append(Tensors(spread, against, _joined(forms), mean))
    return found


#: Of a block and an order: bounds of `spread`² and of `against`, and `form`.
OfBlock: TypeAlias = "tuple[Floats, Floats, Floats | None]"


def _of_block(
    orders: tuple[int, ...], residual: Floats, way: Reduction, pairs: Pairs, block: slice
) -> list[OfBlock]:
    flat = pairs.remembered((block.start, orders), lambda: _flat(pairs, orders, block, way))

    def of(order: int, one: Floats) -> OfBlock:
        square, kept = pairs.remembered((block.start, order), lambda: way.squares(one, order))
        return square, *way.forms(one, order, residual, kept)

    return [of(order, one) for order, one in zip(orders, flat, strict=True)]


def _joined(forms: Sequence[Floats | None]) -> Floats | None:
    known = [form for form in forms if form is not None]
    return np.concatenate(known) if len(known) == len(forms) else None


def _flat(pairs: Pairs, orders: tuple[int, ...], block: slice, way: Reduction) -> list[Floats]:
    """Taylor coefficients of some pairs at the start, shape (b, components, T·n) each."""
    w, u, q = pairs.w[block], pairs.u[block], way.directions
    shape = (pairs.horizon, pairs.samples)
    found = [np.zeros((len(w), len(indices(q, order)), *shape)) for order in orders]
    jets = pairs.jets(w, u, max(orders), along_inputs=way.along_inputs)
    for t, jet in enumerate(jets):
        for array, order in zip(found, orders, strict=True):
            for at, index in enumerate(indices(q, order)):
                if index in jet:
                    array[:, at, t] = jet[index]
    return [array.reshape(*array.shape[:2], -1) for array in found]


def _sizes(pairs: Pairs, order: int, way: Reduction) -> list[Series]:
    return sized_states(pairs, pairs.w, pairs.u, order, along_inputs=way.along_inputs)


def _lost(
    pairs: Pairs, order: int, entries: list[Any], residual: Residual, way: Reduction
) -> tuple[float, float]:
    """What the errors of all entries do to `spread`, and what rounding does to `against`."""
    sized = [
        Sized(jet[index].size * factorial(index), jet[index].error * factorial(index))
        for jet in entries
        for index in indices(way.directions, order)
        if index in jet
    ]
    size = max((x.size for x in sized), default=0.0)
    entry = Sized(size, max((x.error for x in sized), default=0.0))
    rows, root = pairs.horizon * pairs.samples, math.sqrt(pairs.horizon)
    # Cauchy–Schwarz over the rows: ‖1‖_S = √T, √T being the size of a constant.
    mean, doubt = residual.size + residual.doubt, residual.doubt
    unit = way.unit(order) * root
    against = unit * (mean * entry.error + doubt * entry.computed)
    against += gamma(rows + 16) * unit * mean * entry.computed
    return up(unit * (entry.error + 2.0**-50 * entry.computed)), up(against)
