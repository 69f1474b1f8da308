"""Curvature of single neurons on the data: S-norms of derivatives, at the start and on balls."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.balls import ROUNDINGS, norms
from rnnbound.certificate.eigenvalues import largest
from rnnbound.certificate.forward import Residual
from rnnbound.certificate.jets import factorial, indices, multiplicity
from rnnbound.certificate.passes import Pairs, sized_states
from rnnbound.certificate.rounding import Sized, gamma, up

Floats = NDArray[np.float64]
Part = TypeVar("Part")

#: Up to so many components, a tensor of derivatives is computed rather than its norm bounded, and
#: up to so many the eigenvalues of its Gram matrix, rather than their sum.
MOST_COMPONENTS: Final = 130
_MOST_EIGENVALUES: Final = 60
#: Products of coefficients, over pairs and rows, up to which derivatives of an order beyond the
#: third are computed; they matter little for larger networks.
_MOST_EFFORT: Final = {4: 1.3e10, 5: 1.3e10, 7: 2.5e9}


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


def can_compute(pairs: Pairs, order: int) -> bool:
    """Whether the tensors of that order are small enough to be computed."""
    return len(indices(pairs.parameters, order)) <= MOST_COMPONENTS


def affordable(pairs: Pairs, order: int) -> bool:
    """Whether the tensors of that order can be computed for all pairs within a minute."""
    products = math.comb(2 * pairs.parameters + order, order)
    effort = products * pairs.count * pairs.samples * pairs.horizon
    return can_compute(pairs, order) and effort <= _MOST_EFFORT[order]


def tensors(pairs: Pairs, orders: tuple[int, ...], residual: Residual) -> list[Tensors]:
    """The derivatives of some orders at the start, against ē."""
    if not can_compute(pairs, max(orders)):
        return [_by_norms(pairs, order, residual) for order in orders]
    last = max(orders)
    entries = pairs.remembered(last, lambda: sized_states(pairs, pairs.w, pairs.u, last))
    kinds = [_Kind.of(pairs, order, entries, residual) for order in orders]
    k = pairs.count
    found = [
        Tensors(np.empty(k), np.empty(k), np.empty((k, len(kind.factors))), kind.lost)
        for kind in kinds
    ]

    def work(block: slice) -> tuple[slice, list[tuple[Floats, Floats]]]:
        flat = pairs.remembered((block.start, orders), lambda: _flat(pairs, orders, block))
        return block, [k.reduced(f, residual.values) for k, f in zip(kinds, flat, strict=True)]

    for block, parts in pairs.run(work, sum(len(kind.factors) for kind in kinds)):
        for total, kind, (top, form) in zip(found, kinds, parts, strict=True):
            assert total.form is not None, "made above"
            total.spread[block] = (top + kind.entry_lost) * (1 + 2.0**-40)
            size = _form_norm(form, pairs.parameters, kind.order)
            total.against[block] = (size + kind.lost) * (1 + 2.0**-40)
            total.form[block] = form
    return found


def _flat(pairs: Pairs, orders: tuple[int, ...], block: slice) -> list[Floats]:
    """Taylor coefficients of some pairs at the start, shape (b, components, T·n) each."""
    w, u, p = pairs.w[block], pairs.u[block], pairs.parameters
    shape = (pairs.horizon, pairs.samples)
    found = [np.zeros((len(w), len(indices(p, order)), *shape)) for order in orders]
    for t, jet in enumerate(pairs.jets(w, u, max(orders))):
        for array, order in zip(found, orders, strict=True):
            for at, index in enumerate(indices(p, order)):
                array[:, at, t] = jet.get(index, 0.0)
    return [array.reshape(*array.shape[:2], -1) for array in found]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How Taylor coefficients of one order become bounds.

    Attributes:
        order: k.
        factors: of each coefficient: √multiplicity times I!, so that sums of squares are squares
            of Frobenius norms of ∂^k h.
        roots: the √multiplicity in it.
        n: samples.
        entry_lost: what the errors of all entries do to `spread`.
        lost: what rounding does to `against`.
    """

    order: int
    factors: Floats
    roots: Floats
    n: int
    entry_lost: float
    lost: float

    @classmethod
    def of(cls, pairs: Pairs, order: int, entries: list, residual: Residual) -> _Kind:  # type: ignore[type-arg]
        """For the sizes and errors of all entries in `entries`."""
        p, every = pairs.parameters, indices(pairs.parameters, order)
        sized = [
            Sized(jet[index].size * factorial(index), jet[index].error * factorial(index))
            for jet in entries
            for index in every
            if index in jet
        ]
        entry = Sized(max(x.size for x in sized), max(x.error for x in sized))
        rows = pairs.horizon * pairs.samples
        frobenius, root = math.sqrt(p**order), math.sqrt(pairs.horizon)
        # Cauchy–Schwarz over the rows: ‖1‖_S = √T, √T being the size of a constant.
        mean, doubt = residual.size + residual.doubt, residual.doubt
        lost = frobenius * root * (mean * entry.error + doubt * entry.computed)
        lost += gamma(rows + 16) * frobenius * root * mean * entry.computed
        roots = np.sqrt([float(multiplicity(index)) for index in every])
        factors = roots * [float(factorial(index)) for index in every]
        entry_lost = frobenius * root * (entry.error + 2.0**-50 * entry.computed)
        return cls(order, factors, roots, pairs.samples, up(entry_lost), up(lost))

    def reduced(self, flat: Floats, residual: Floats) -> tuple[Floats, Floats]:
        """The bound of `spread` and the form, but for the lost parts.

        Args:
            flat: coefficients, shape (b, components, rows).
            residual: ē, shape (T, n).
        """
        trace = (flat**2).sum(2) @ (self.factors**2 / self.n)
        lost = 2 * gamma(flat.shape[1] + flat.shape[2] + 16) * trace
        if len(self.factors) > _MOST_EIGENVALUES:
            top = trace + lost
        else:
            square = (flat @ flat.swapaxes(1, 2)) * (np.outer(self.factors, self.factors) / self.n)
            top = largest(square, lost)
        sums = (flat @ residual.reshape(-1)) / self.n
        return np.sqrt(top), sums * (self.factors / self.roots)


@cache
def _places(p: int, order: int) -> NDArray[np.int64]:
    """Where the entries of a symmetric tensor are among its components, shape (p^order,)."""
    places = {index: at for at, index in enumerate(indices(p, order))}
    return np.array([places[tuple(sorted(word))] for word in product(range(p), repeat=order)])


def symmetric(components: Floats, p: int, order: int) -> Floats:
    """Symmetric tensors from their components, shape (b, p, …, p)."""
    return components[:, _places(p, order)].reshape(-1, *(p,) * order)


def _form_norm(components: Floats, p: int, order: int) -> Floats:
    """Bounds of the norms of symmetric forms, given by components, shape (b, len(indices)).

    A form of order k is also a matrix of p × p^{k−1}; its spectral norm bounds that of the form.
    """
    matrix = symmetric(components, p, order).reshape(len(components), p, -1)
    square = matrix @ matrix.swapaxes(1, 2)
    trace = np.trace(square, axis1=1, axis2=2)
    return np.asarray(np.sqrt(largest(square, gamma(p**order) * trace)))


def _by_norms(pairs: Pairs, order: int, residual: Residual) -> Tensors:
    """The same from the norms of ∂^k h at every row."""
    size = np.abs(residual.values)

    def both(eta: list[list[Floats]]) -> tuple[Floats, Floats]:
        square = np.sum([(e[order] ** 2).sum(1) for e in eta], axis=0)
        return square, np.sum([e[order] @ size[t] for t, e in enumerate(eta)], axis=0)

    spread, against = np.empty(pairs.count), np.empty(pairs.count)
    for block, (square, inner) in _on_balls(pairs, 0.0, order, both):
        spread[block], against[block] = square, inner
    spread = _root_mean(spread, pairs)
    slack = 1 + gamma(pairs.horizon * (ROUNDINGS + pairs.samples) + 64)
    return Tensors(spread, against / pairs.samples * slack + residual.doubt * spread)


def on_ball(pairs: Pairs, radius: float, orders: tuple[int, ...]) -> list[Floats]:
    """S-norms of sup‖∂^k h‖ over balls around the start, shape (pairs,) for each k in `orders`."""
    found = [np.empty(pairs.count) for _ in orders]

    def squares(eta: list[list[Floats]]) -> list[Floats]:
        return [np.sum([(e[k] ** 2).sum(1) for e in eta], axis=0) for k in orders]

    for block, parts in _on_balls(pairs, radius, max(orders), squares):
        for total, part in zip(found, parts, strict=True):
            total[block] = part
    return [_root_mean(total, pairs) for total in found]


def _on_balls(
    pairs: Pairs, radius: float, order: int, reduce: Callable[[list[list[Floats]]], Part]
) -> Iterator[tuple[slice, Part]]:
    lengths = [np.sqrt((x**2).sum(0)) * (1 + gamma(x.shape[0] + 8)) for x in pairs.x]
    states = sized_states(pairs, pairs.w, pairs.u, 0)
    weight = float(np.abs(pairs.w).max())
    # z is off by no more than its state over σ1 ≥ 1/4, and its own roundings.
    blur = up(sum(jet[()].error for jet in states) * (1 + weight) * 4 + 2.0**-48)

    def work(block: slice) -> tuple[slice, Part]:
        w, drives = pairs.w[block][:, None], pairs.drives(pairs.u[block])
        eta = norms(w, drives, lengths, radius, pairs.sigma, order, blur)
        shape = drives[0].shape
        return block, reduce([[np.broadcast_to(e, shape) for e in row] for row in eta])

    yield from pairs.run(work, 1)


def _root_mean(squares: Floats, pairs: Pairs) -> Floats:
    """√(squares/n), raised by all the relative roundings on the way."""
    steps = pairs.horizon * (ROUNDINGS + pairs.samples) + 64
    return np.asarray(np.sqrt(squares / pairs.samples) * (1 + gamma(steps)))
