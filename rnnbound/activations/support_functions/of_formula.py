"""The support functions of an activation that is given as a formula.

With every derivative divided by its supremum, what is sought is, for weights y ≥ 0 of sum 1,

    F(y) = sup_z Σ_k y_k|σ^(k)(z)|,        between 1/3 and 1.

It is the largest of many functions that are suprema of linear ones: the models of the cells
that cover the line.  Weights are put into buckets, ever smaller ones; a model is dropped from a
bucket if at all corners of it, hence on all of it, it is below a fixed linear function, the
value at one point of the line, which is kept if nothing above it is.  Dropping costs no more
than :data:`_SLACK` each time.  A model or two are left, whose crest is found by Newton's method.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import product
from typing import Final

from rnnbound.activations import formula_parser
from rnnbound.activations.activation import Bound
from rnnbound.activations.support_functions.interface import RAISED
from rnnbound.activations.support_functions.line_cover import Line
from rnnbound.activations.support_functions.polynomial_enclosure import Model, Vector, crest
from rnnbound.activations.support_functions.taylor_model_cells import LENGTH
from rnnbound.activations.whole_line.suprema import prepared
from rnnbound.activations.whole_line.taylor_coefficients import carrying
from rnnbound.numbers.balls import BALLS, precision

_BITS: Final = 128
#: What dropping models may cost, each time, where F is about 1.
_SLACK: Final = 2.0**-42
#: Corners are this far outside, for the rounding of the weights.
_OUTSIDE: Final = 2.0**-44
#: A bucket is not divided when it has this few models...
_FEW: Final = 3
#: ...or, after so many divisions per dimension, if that hardly helps or has been done enough.
_FIRST_DIVISIONS: Final = 5
_MOST_DIVISIONS: Final = 12
_HELPS: Final = 0.9
#: Cells are halved so often, in buckets with no more models than this.
_REFINED: Final = 4
_MOST_REFINED: Final = 8
#: A point of the line that is high is looked for in the cells with the highest middles.
_TRIED: Final = 3
#: Arguments are brought to the size of 1 if they are not between these.
_TINY: Final = 2.0**-960
_HUGE: Final = 2.0**960
#: Cells on which |σ'| is bounded, and where they end.
_WIDTH_BITS: Final = 7
_WIDTH: Final = 2.0**-_WIDTH_BITS
_FARTHEST: Final = 32.0


class _Bucket:
    """A box of weights (y1, y2), y3 = 1 − y1 − y2; an interval of y1 if there are but two.

    Attributes:
        models: what can be largest in it, smooth ones, others and constants apart, once it is
            known that the bucket is not divided.
        axis, border: else, how it is.
        slack: F is not larger than the largest of the models by more than this.
    """

    __slots__ = ("_history", "_low", "_models", "_up", "above", "axis", "below", "border",
                 "constants", "ready", "rough", "slack", "smooth")  # fmt: skip

    def __init__(
        self,
        low: tuple[float, ...],
        up: tuple[float, ...],
        models: list[Model],
        slack: float = 3 * _SLACK,
        history: tuple[int, ...] = (),
    ) -> None:
        self._low, self._up, self._models, self._history = low, up, models, history
        self.slack, self.axis, self.border, self.ready = slack, -1, 0.0, False
        self.below: _Bucket | None = None
        self.above: _Bucket | None = None
        self.smooth: list[Model] = []
        self.rough: list[Model] = []
        self.constants: list[Vector] = []

    def prepare(self) -> None:
        """Drop models; then divide the bucket or have it ready for use."""
        corners = self._corners()
        self._drop(corners)
        if not self._enough():
            self._divide()
        else:
            self._refine(corners)
            for model in self._models:
                if model.is_constant:
                    self.constants.append(model.rows[0])
                elif self._bulges(model, corners):
                    self.rough.append(model)
                else:
                    self.smooth.append(model)
            self._models = []
        self.ready = True

    def child(self, above: bool) -> _Bucket:
        """One of its two parts."""
        found = self.above if above else self.below
        if found is None:
            end = list(self._low if above else self._up)
            end[self.axis] = self.border
            low, up = (tuple(end), self._up) if above else (self._low, tuple(end))
            history = (*self._history, len(self._models))
            found = _Bucket(low, up, self._models, self.slack, history)
            if above:
                self.above = found
            else:
                self.below = found
        return found

    def _corners(self) -> list[Vector]:
        ends = [
            (low - _OUTSIDE, up + _OUTSIDE) for low, up in zip(self._low, self._up, strict=True)
        ]
        if len(ends) == 1:
            return [(y, 1 - y, 0.0) for y in ends[0]]
        return [(y1, y2, 1 - y1 - y2) for y1, y2 in product(*ends)]

    def _drop(self, corners: list[Vector]) -> None:
        """Drop every model that is below one point all over the bucket."""
        models = self._models
        points, owners = self._witnesses(corners)
        floors = [[_dot(point, x) + _SLACK for x in corners] for point in points]
        kept, used = [], set()
        for i, model in enumerate(models):
            above = range(len(points))
            for place, x in enumerate(corners):
                upper, _, _ = model.crest(x)
                highest = max(floors[j][place] for j in above)
                if upper > highest and model.bulges(x) > _SLACK:
                    upper = model.highest(x, highest)
                above = [j for j in above if upper <= floors[j][place]]  # type: ignore[assignment]
                if not above:
                    kept.append(i)
                    break
            else:
                used.add(above[0])
        self._models = [models[i] for i in kept]
        self._models += [Model.constant(points[j]) for j in used if owners[j] not in kept]
        self.slack += _SLACK

    def _witnesses(self, corners: list[Vector]) -> tuple[list[Vector], list[int]]:
        """Points of the line that are high at a corner or in the middle, and whose they are."""
        models, count = self._models, len(corners)
        a, b, c = (sum(column) / count for column in zip(*corners, strict=True))
        points, owners = [], []
        for x in (*corners, (a, b, c)):
            central = [_dot(model.rows[-1], x) for model in models]
            ranked = sorted(range(len(models)), key=central.__getitem__)[-_TRIED:]
            _, t, best = max((*models[i].crest(x)[1:], i) for i in ranked)
            points.append(models[best].surely(t))
            owners.append(best)
        return points, owners

    def _enough(self) -> bool:
        """Whether a smaller bucket would not have much fewer models."""
        size, divisions, dimension = len(self._models), len(self._history), len(self._low)
        if size <= _FEW or divisions >= _MOST_DIVISIONS * dimension:
            return True
        return (
            divisions >= _FIRST_DIVISIONS * dimension and size > _HELPS * self._history[-dimension]
        )

    def _divide(self) -> None:
        widths = [up - low for low, up in zip(self._low, self._up, strict=True)]
        self.axis = widths.index(max(widths))
        self.border = (self._low[self.axis] + self._up[self.axis]) / 2

    def _refine(self, corners: list[Vector]) -> None:
        """Halve the cells where the crest may not be the only one."""
        while len(self._models) <= _MOST_REFINED:
            models: list[Model] = []
            for model in self._models:
                if model.cell and model.depth < _REFINED and self._bulges(model, corners):
                    models += model.cell.refined(model)
                else:
                    models.append(model)
            if models == self._models:
                break
            self._models = models
            self._drop(corners)

    @staticmethod
    def _bulges(model: Model, corners: list[Vector]) -> bool:
        return any(model.bulges(x) > _SLACK for x in corners)


def _dot(x: Vector, y: Vector) -> float:
    return x[0] * y[0] + x[1] * y[1] + x[2] * y[2]


class _Sum:
    """sup_z Σ_k x_k|σ^(k)|, for two or three k."""

    def __init__(self, line: Line, orders: tuple[int, ...]) -> None:
        first, second, third = (*(line.scales[k] for k in orders), 0.0)[:3]
        self._scales = first, second, third
        dimension = len(orders) - 1
        self._root = _Bucket((0.0,) * dimension, (1.0,) * dimension, line.models(orders))

    def __call__(self, x1: float, x2: float, x3: float = 0.0) -> float:
        scale1, scale2, scale3 = self._scales
        y1, y2, y3 = x1 * scale1, x2 * scale2, x3 * scale3
        total = y1 + y2 + y3
        if not _TINY < total < _HUGE:
            return self._extreme(x1, x2, x3)
        y1, y2, y3 = y = y1 / total, y2 / total, y3 / total
        bucket = self._bucket(y)
        best = 0.0
        for a, b, c in bucket.constants:
            value = y1 * a + y2 * b + y3 * c
            best = max(best, value)
        for model in bucket.smooth:
            p = [y1 * a + y2 * b + y3 * c for a, b, c in model.rows]
            a, b, c = model.errors
            value = y1 * a + y2 * b + y3 * c
            value += crest(p, model.half)[0] if len(p) > 1 else p[0]
            best = max(best, value)
        for model in bucket.rough:
            best = max(best, model.highest(y, best))
        return total * min(best + bucket.slack, 1.0) * RAISED

    def _bucket(self, y: Vector) -> _Bucket:
        bucket = self._root
        while True:
            if not bucket.ready:
                with precision(_BITS), carrying(LENGTH):
                    bucket.prepare()
            axis = bucket.axis
            if axis < 0:
                return bucket
            above = y[axis] >= bucket.border
            bucket = (bucket.above if above else bucket.below) or bucket.child(above)

    def _extreme(self, x1: float, x2: float, x3: float) -> float:
        scale1, scale2, scale3 = self._scales
        largest = max(x1, x2, x3)
        if not largest or not largest < math.inf:
            return largest
        _, exponent = math.frexp(largest)
        if not exponent:
            # The suprema themselves are extreme; the sum of the parts is never below.
            return math.nextafter((x1 * scale1 + x2 * scale2 + x3 * scale3) * RAISED, math.inf)
        found = self(*(math.ldexp(x, -exponent) for x in (x1, x2, x3)))
        try:
            return math.nextafter(math.ldexp(found, exponent), math.inf)
        except OverflowError:
            return math.inf


class FormulaSupport:
    """The support functions of a formula in z.

    Every value is at most about 10⁻¹⁰ above the supremum, relatively, unless the formula's tails
    oscillate and cannot be enclosed so closely.

    Nothing is computed before it is asked for.

    Args:
        text: the formula, as :func:`rnnbound.activations.lookup.find` spells it.
        bounds: suprema of |σ|, |σ'|, |σ''| and, if there is one, of |σ'''|.
    """

    def __init__(self, text: str, bounds: Sequence[Bound]) -> None:
        self._text, self._bounds = text, bounds
        self.has_third = len(bounds) > 3
        self._sums: dict[tuple[int, ...], _Sum] = {}
        self._slopes: dict[int, float] = {}

    @cached_property
    def _line(self) -> Line:
        with precision(_BITS), carrying(LENGTH):
            scales = [float(sigma(BALLS).upper()) for sigma in self._bounds]
            return Line(prepared(formula_parser.build(formula_parser.read(self._text))), scales)

    def _sum(self, *orders: int) -> _Sum:
        """sup_z Σ_k x_k|σ^(k)| for these k."""
        if orders not in self._sums:
            with precision(_BITS), carrying(LENGTH):
                self._sums[orders] = _Sum(self._line, orders)
        return self._sums[orders]

    def steepest(self, low: float, high: float) -> float:
        """Also over −high ≤ z ≤ −low, which is the same where |σ'| is even."""
        sigma1 = self._line.scales[1] * RAISED
        if not max(-low, high) < _FARTHEST:
            return sigma1
        first, last = math.floor(low / _WIDTH), math.ceil(high / _WIDTH) - 1
        return sigma1 * max(map(self._steepest, range(first, max(first, last) + 1)))

    def _steepest(self, i: int) -> float:
        """The largest |σ'| on a cell of that width and its mirror image, where σ1 is 1."""
        n = max(i, -1 - i)
        if n not in self._slopes:
            with precision(_BITS), carrying(LENGTH):
                self._slopes[n] = min(self._line.steepest(n, _WIDTH_BITS), 1.0)
        return self._slopes[n]

    def slope(self, x0: float, x1: float) -> float:
        return self._sum(0, 1)(x0, x1)

    def bend(self, x1: float, x2: float) -> float:
        return self._sum(1, 2)(x1, x2)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return self._sum(1, 2, 3)(x1, x2, x3)
