"""Taylor series of one neuron's states in its weights: exact recursions, to any order.

With θ = (w, u), z_t = w h_{t−1} + uᵀx_{t−1}, h_t = σ(z_t), h_0 = 0, and everything a series in a
step y = (y_w, y_u) away from θ, multi-indices I being sorted words in the 1 + d directions:

    z_I = w h_I + h_{I without one 0} + (x_a if I = (a), a ≥ 1)          (h at t − 1)
    h   = s_0 + P (s_1 + P (s_2/2! + P (s_3/3! + …))),   P = z − z_0, s_k = σ^(k)(z_0)

The lines below run on arrays, on :class:`Sized` to know how far the arrays are off, and, in a
single direction, on norms (`balls`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations_with_replacement
from typing import Any

Index = tuple[int, ...]
#: Coefficients by sorted multi-index; () is the value; what is missing is zero.
Series = Mapping[Index, Any]


@cache
def indices(p: int, order: int) -> tuple[Index, ...]:
    """The sorted multi-indices of that order, which stand for symmetric tensors."""
    return tuple(combinations_with_replacement(range(p), order))


@cache
def factorial(index: Index) -> int:
    """I!: a derivative is its Taylor coefficient times this."""
    return math.prod(math.factorial(index.count(a)) for a in set(index))


@cache
def multiplicity(index: Index) -> int:
    """How many entries of a symmetric tensor a sorted multi-index stands for."""
    return math.factorial(len(index)) // factorial(index)


@cache
def _steps(given: tuple[Index, ...], order: int) -> tuple[tuple[Any, ...], ...]:
    """Horner's rule for a series with the indices `given`: what is multiplied, and where it goes.

    For each factor, from the innermost out: the indices of P that are kept, and (index of P, index
    of the total so far, index of the product), to the degree that the remaining factors leave over.
    """
    found, total = [], set[Index]()
    for k in range(order, 0, -1):
        most = order - k + 1
        kept = tuple(one for one in given if len(one) <= most)
        products = tuple(
            (one, two, tuple(sorted(one + two)))
            for one in kept
            for two in sorted(total)
            if len(one) + len(two) <= most
        )
        total = {*kept, *(key for _, _, key in products)}
        found.append((k, kept, products))
    return tuple(found)


def composed(
    s: Sequence[Any], inner: Series, order: int, constant: Callable[[float], Any] = float
) -> dict[Index, Any]:
    """σ(z) as a series, without its value, by Horner's rule.

    Args:
        s: σ^(k)(z_0), k = 0, …, order.
        inner: z without its value.
        order: where the series end.
        constant: makes a number to multiply by.
    """
    total: dict[Index, Any] = {}
    for k, kept, products in _steps(tuple(inner), order):
        # total := (s_k/k! + total) · P
        lead = s[k] if k == 1 else s[k] * constant(1 / math.factorial(k))
        product = {one: lead * inner[one] for one in kept}
        for one, two, key in products:
            term = inner[one] * total[two]
            product[key] = product[key] + term if key in product else term
        total = product
    return total


def states(
    w: Any,
    drives: Sequence[Any],
    inputs: Sequence[Mapping[int, Any]],
    sigma: Callable[[Any, int], Sequence[Any]],
    order: int,
    constant: Callable[[float], Any] = float,
) -> Iterator[Series]:
    """h_t as a series, for t = 1, 2, ….

    Args:
        w: the recurrent weight.
        drives: uᵀx_{t−1} for t = 1, 2, ….
        inputs: x_{t−1} by direction, from 1; a direction that is not there has no part in it.
        sigma: (z, k) → [σ(z), …, σ^(k)(z)].
        order: of the series.
        constant: makes a number to multiply by.
    """
    h: dict[Index, Any] = {}
    for drive, x in zip(drives, inputs, strict=True):
        z = w * h[()] + drive if h else drive
        s = sigma(z, order)
        inner: dict[Index, Any] = {(a,): entry for a, entry in x.items()} if order else {}
        for index, coefficient in h.items():
            if index:
                _accumulate(inner, index, w * coefficient)
            if len(index) < order:
                _accumulate(inner, (0, *index), coefficient)
        h = {(): s[0]} | composed(s, inner, order, constant)
        yield h


def _accumulate(series: dict[Index, Any], index: Index, term: Any) -> None:
    series[index] = series[index] + term if index in series else term
