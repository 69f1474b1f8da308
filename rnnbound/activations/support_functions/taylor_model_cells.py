"""Cells on which an activation given as a formula and its derivatives are polynomials, nearly.

σ and its derivatives are divided by their suprema, so that 1 is the size of everything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import sympy as sp
from flint import arb

from rnnbound.activations.support_functions.polynomial_enclosure import Model, Vector
from rnnbound.activations.whole_line.branch_and_bound import Box, Landscape, Local
from rnnbound.activations.whole_line.taylor_coefficients import compile_jet, constant

#: Taylor coefficients that are computed.
LENGTH: Final = 14
#: Polynomials on cells are this close.
CLOSE: Final = 2.0**-44
#: Coefficients that change values by less, in all, are left out.
_IDLE: Final = 2.0**-50
#: What is smaller all over a cell is taken for a constant.
_FAINT: Final = 2.0**-48
#: Horner's rule for p, p' and p'' errs by less than this times Σ (1 + j)² |c_j| half^j.
_ROUNDING: Final = 2.0**-46
#: Errors and bounds are raised by this, for the roundings of their own computation.
ABOVE: Final = 1 + 2.0**-48


@dataclass(frozen=True, slots=True)
class Piece:
    """σ^(k) on a cell: coefficients by ascending powers, their error, and the range."""

    coefficients: tuple[float, ...]
    error: float
    low: float
    high: float

    @property
    def size(self) -> float:
        """The largest |σ^(k)|."""
        return max(-self.low, self.high)


class Region:
    """A function on some dyadic boxes: the activation itself, or the wave it tends to.

    Args:
        function: the function, in one symbol.
        scales: what σ^(k) is divided by.
        rate: σ^(k) is rate^k times the k-th derivative of the function...
        rests: ...plus something between these ends, one ≤ 0 and one ≥ 0, for each k.
    """

    def __init__(
        self,
        function: sp.Expr,
        scales: Sequence[float],
        rate: sp.Expr = sp.S.One,
        rests: Sequence[tuple[float, float]] = ((0.0, 0.0),) * 4,
    ) -> None:
        self._land = Landscape(compile_jet(function))
        self._units = [
            constant(rate) ** k * math.factorial(k) / arb(scale) for k, scale in enumerate(scales)
        ]
        self.rests = rests
        self._pieces: dict[tuple[Box, int], Piece] = {}

    def half(self, box: Box) -> float:
        """Half the width of a box."""
        return 2.0 ** -(box[1] + 1)

    def piece(self, box: Box, k: int) -> Piece:
        """σ^(k) on `box`, but for what it differs from the function."""
        if (box, k) not in self._pieces:
            self._pieces[box, k] = _piece(self._land.local(box), self.half(box), self._units[k], k)
        return self._pieces[box, k]

    def middle(self, box: Box, k: int) -> float:
        """A lower bound of |σ^(k)| in the middle of `box`."""
        value, off = _double(self._land.local(box).point[k] * self._units[k])
        return max(abs(value) / ABOVE - off, 0.0)


def _piece(local: Local, half: float, unit: arb, k: int) -> Piece:
    """The polynomial of the degree with the least error."""
    best = Piece((0.0,), ABOVE, -ABOVE, ABOVE)
    ball = local.whole[k] * unit
    middle, radius = _double(ball)
    if radius < best.error:
        best = Piece((middle,), radius, middle - radius, middle + radius)
    least, below, above = best.error, best.low, best.high
    found, size, spread = [], 0.0, 0.0
    for n in range(LENGTH - k - 1):
        c, off = _double(local.point[k + n] * math.comb(k + n, k) * unit)
        size += (1 + n) ** 2 * abs(c) * half**n
        spread += (off + abs(c) * 2.0**-52) * half**n
        found.append(c)
        m = n + 1
        rest = local.whole[k + m] * math.comb(k + m, k) * unit
        rest_middle, rest_radius = _double(rest)
        remainder = (abs(rest_middle) + rest_radius) * half**m
        error = (remainder + spread + size * _ROUNDING) * ABOVE
        if not error < math.inf:
            if not math.isfinite(size):
                break
            continue
        around = sum(abs(a) * half**j for j, a in enumerate(found) if j)
        reach = (around + error) * ABOVE
        below, above = max(below, found[0] - reach), min(above, found[0] + reach)
        if error < least:
            least, best = error, Piece(tuple(found), error, below, above)
        if remainder < _IDLE:
            break
    return Piece(best.coefficients, best.error, below, above)


def _double(x: arb) -> tuple[float, float]:
    """The middle of a ball, and how far the ball reaches from it at most."""
    if not x.is_finite():
        return 0.0, math.inf
    middle = float(x.mid())
    return middle, float((x - middle).abs_upper()) * ABOVE


@dataclass(frozen=True, slots=True)
class Cell:
    """A box of a region and the orders that are looked at."""

    region: Region
    box: Box
    orders: tuple[int, ...]

    @property
    def pieces(self) -> list[Piece]:
        """The functions, by order."""
        return [self.region.piece(self.box, k) for k in self.orders]

    @property
    def sizes(self) -> list[float]:
        """Upper bounds of all |σ^(k)|."""
        rests = [self.region.rests[k] for k in self.orders]
        return [
            max(piece.high + high, -piece.low - low) * ABOVE
            for piece, (low, high) in zip(self.pieces, rests, strict=True)
        ]

    @property
    def witness(self) -> list[float]:
        """Lower bounds of all |σ^(k)| at one point."""
        return [self.region.middle(self.box, k) for k in self.orders]

    def close(self) -> bool:
        """Whether the polynomials are as close as wanted."""
        return all(piece.error <= CLOSE for piece in self.pieces)

    def children(self) -> list[Cell]:
        """Its halves."""
        n, e = self.box
        return [Cell(self.region, (half, e + 1), self.orders) for half in (2 * n, 2 * n + 1)]

    def models(self) -> list[Model]:
        """One for every choice of signs that occurs."""
        choices: list[tuple[int, ...]] = []
        for k, piece in zip(self.orders, self.pieces, strict=True):
            low, high = self.region.rests[k]
            if piece.size <= _FAINT:
                choices.append((0,))
            elif piece.low + low >= 0:
                choices.append((1,))
            elif piece.high + high <= 0:
                choices.append((-1,))
            else:
                choices.append((1, -1))
        return [self.model(signs) for signs in product(*choices)]

    def model(self, signs: tuple[int, ...], depth: int = 0) -> Model:
        """Upper bounds of sign · σ^(k), or of |σ^(k)| where the sign is given as 0."""
        columns, errors, misses = [], [], []
        for sign, k, piece in zip(signs, self.orders, self.pieces, strict=True):
            low, high = self.region.rests[k]
            if sign:
                columns.append([sign * c for c in piece.coefficients])
                errors.append((piece.error + (high if sign > 0 else -low)) * ABOVE)
                misses.append(piece.error)
            else:
                columns.append([0.0])
                errors.append((piece.size + max(high, -low)) * ABOVE)
                misses.append(0.0)
        return Model(
            self.region.half(self.box),
            _rows(columns),
            three(errors),
            three(misses),
            self,
            signs,
            depth,
        )

    def refined(self, model: Model) -> list[Model]:
        """A model of this cell as models of its halves."""
        return [child.model(model.signs, model.depth + 1) for child in self.children()]


def three(values: Iterable[float]) -> Vector:
    """Three of up to three numbers."""
    a, b, c = (*values, 0.0)[:3]
    return a, b, c


def _rows(columns: Sequence[Sequence[float]]) -> tuple[Vector, ...]:
    degree = max(map(len, columns))
    padded = [[*column, *[0.0] * (degree - len(column))] for column in columns]
    return tuple(three(row) for row in reversed(list(zip(*padded, strict=True))))
