"""Polynomials in one variable with proved errors: the largest value of their combinations.

On a small cell of the line an activation's derivatives are polynomials in the distance t from
its middle, up to an error that is bounded.  What is sought is the largest value, over the cell,
of a combination of them; the following holds for every t in it, whatever r is chosen:

    P(t) ≤ P(r) + P'(r)(t − r) + max P''·(t − r)²/2

so that near a crest r, where P' is nearly 0 and P'' ≤ 0, P(r) is nearly the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

Vector = tuple[float, float, float]

_NONE: Final = (0.0, 0.0, 0.0)
_STEPS: Final = 40
#: A slope is as good as 0 if it changes values, which are about 1, by no more than this.
_LEVEL: Final = 2.0**-49
#: A polynomial that is not concave is searched until no more than this is left open.
_OPEN: Final = 2.0**-47
_MOST_PARTS: Final = 4000


class Divisible(Protocol):
    """A cell that models can be refined on."""

    def refined(self, model: Model) -> list[Model]:
        """A model of this cell as models of its halves."""


@dataclass(slots=True, eq=False)
class Model:
    """Upper bounds of up to three functions of t, |t| ≤ `half`.

    Attributes:
        half: half the width of the cell.
        rows: coefficients of t^j, for the three functions, by descending j.
        errors: how far the functions may exceed the polynomials, roundings included.
        misses: how far they may fall short of them where they are highest.
        cell: where it is from, if it can be refined.
        signs: of the functions whose sizes these are, on the cell.
        depth: how often it was refined.
    """

    half: float
    rows: tuple[Vector, ...]
    errors: Vector
    misses: Vector
    cell: Divisible | None = None
    signs: tuple[int, ...] = ()
    depth: int = 0

    @classmethod
    def constant(cls, values: Vector) -> Model:
        """Three numbers."""
        return cls(0.0, (values,), _NONE, _NONE)

    @property
    def is_constant(self) -> bool:
        """Whether it is but three numbers."""
        return len(self.rows) == 1 and self.errors == _NONE

    def combined(self, x: Vector) -> list[float]:
        """The coefficients of Σ_k x_k f_k, by descending powers."""
        x1, x2, x3 = x
        return [x1 * a + x2 * b + x3 * c for a, b, c in self.rows]

    def error(self, x: Vector) -> float:
        """How far the combination may exceed its polynomial; parts of x may be negative."""
        return sum(abs(a) * b for a, b in zip(x, self.errors, strict=True))

    def surely(self, t: float) -> Vector:
        """What the three functions reach at least at `t`."""
        a = b = c = 0.0
        for a_j, b_j, c_j in self.rows:
            a, b, c = a * t + a_j, b * t + b_j, c * t + c_j
        d, e, f = self.misses
        return a - d, b - e, c - f

    def crest(self, x: Vector) -> tuple[float, float, float]:
        """An upper bound of the combination, a value of its polynomial, and where that is."""
        p = self.combined(x)
        if len(p) == 1:
            return p[0] + self.error(x), p[0], 0.0
        upper, value, t = crest(p, self.half)
        reach = self.half + abs(t)
        return upper + self.error(x) + max(bend(p, self.half), 0) * reach**2 / 2, value, t

    def highest(self, x: Vector, floor: float) -> float:
        """An upper bound of the combination, or `floor` if that is larger; slow but close."""
        error = self.error(x)
        return highest(self.combined(x), self.half, floor - error) + error

    def bulges(self, x: Vector) -> float:
        """How far the combination may rise above its tangents."""
        return max(bend(self.combined(x), self.half), 0) * 2 * self.half**2


def crest(p: list[float], half: float) -> tuple[float, float, float]:
    """A bound of the polynomial `p` on |t| ≤ `half` if it is concave, a value, and its place."""
    left, right = -half, half
    left_open = right_open = True
    p1, p2 = p[-2], p[-3] if len(p) > 2 else 0.0
    t = -p1 / (2 * p2) if p2 < 0 else (half if p1 > 0 else -half)
    t = min(max(t, left), right)
    for _ in range(_STEPS):
        value = slope = curve = 0.0
        for c in p:
            curve = curve * t + slope
            slope = slope * t + value
            value = value * t + c
        rise = (half - t) * slope if slope > 0 else (-half - t) * slope
        if rise <= _LEVEL:
            break
        if slope > 0:
            left, left_open = t, False
        else:
            right, right_open = t, False
        t = t - slope / (2 * curve) if curve < 0 else (left + right) / 2
        if t >= right:
            t = right if right_open else (left + right) / 2
        elif t <= left:
            t = left if left_open else (left + right) / 2
    return value + rise, value, t


def bend(p: list[float], half: float) -> float:
    """An upper bound of p'' on |t| ≤ `half`."""
    degree = len(p) - 1
    if degree < 2:
        return 0.0
    total, power = 2 * p[-3], half
    for j in range(3, degree + 1):
        total += j * (j - 1) * abs(p[-1 - j]) * power
        power *= half
    return total


def highest(p: list[float], half: float, floor: float) -> float:
    """An upper bound of the polynomial `p` on |t| ≤ `half`, or `floor` if that is larger.

    By parts on each of which it is a parabola up to its third derivative.
    """
    third, power = 0.0, 1.0
    for j in range(3, len(p)):
        third += j * (j - 1) * (j - 2) / 6 * abs(p[-1 - j]) * power
        power *= half
    least = final = floor
    parts = [(0.0, half)]
    for _ in range(_MOST_PARTS):
        if not parts:
            break
        middle, w = parts.pop()
        top = _parabola(p, middle, w)
        off = third * w**3
        least = max(least, top - off)
        if top + off <= least + _OPEN or w < half * 2.0**-30 or off <= _OPEN / 4:
            final = max(final, top + off)
        else:
            parts += [(middle - w / 2, w / 2), (middle + w / 2, w / 2)]
    for middle, w in parts:
        final = max(final, _parabola(p, middle, w) + third * w**3)
    return final


def _parabola(p: list[float], middle: float, w: float) -> float:
    """The largest value, for |t − middle| ≤ w, of the parabola that touches `p` in the middle."""
    value = slope = curve = 0.0
    for c in p:
        curve = curve * middle + slope
        slope = slope * middle + value
        value = value * middle + c
    if curve < 0 and abs(slope) < -2 * curve * w:
        return value - slope * slope / (4 * curve)
    return value + abs(slope) * w + curve * w * w
