"""Derivatives of functions with σ^(k) = weight · P_k, P_k a polynomial: their P_k, and Horner."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from rnnbound.activations.activation import COMPUTED

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array

#: Coefficients by ascending powers.
Polynomial = tuple[float, ...]


def chain(first: Polynomial, a: Polynomial, b: Polynomial) -> tuple[Polynomial, ...]:
    """P_1 = `first` and P_{k+1} = a P_k' + b P_k, up to P_7; exact, the coefficients are whole."""
    found = [first]
    while len(found) < COMPUTED:
        p = found[-1]
        slope = tuple(k * c for k, c in enumerate(p))[1:]
        terms = zip_longest(_product(a, slope), _product(b, p), fillvalue=0.0)
        found.append(_trimmed([x + y for x, y in terms]))
    return tuple(found)


def _product(p: Polynomial, q: Polynomial) -> list[float]:
    total = [0.0] * (len(p) + len(q) - 1) if p and q else []
    for i, c in enumerate(p):
        for j, d in enumerate(q):
            total[i + j] += c * d
    return total


def _trimmed(p: list[float]) -> Polynomial:
    while len(p) > 1 and not p[-1]:
        p.pop()
    return tuple(p)


def horner(p: Polynomial, x: Array) -> Array | float:
    """p(x); skips the coefficients that vanish for reasons of symmetry."""
    start = 1 if all(c == 0 for c in p[::2]) else 0
    if any(p[1 - start :: 2]):
        return _evaluated(p, x)
    value = _evaluated(p[start::2], x * x) if len(p) > 2 else p[start]
    return value * x if start else value


def _evaluated(p: Polynomial, x: Array) -> Array | float:
    value: Array | float = p[-1]
    for c in p[-2::-1]:
        value = value * x + c
    return value
