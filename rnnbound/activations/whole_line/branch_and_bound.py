"""The largest |f^(k)| on a bounded set, between two rigorous bounds: branch and bound.

Boxes are dyadic intervals ``[n 2^-e, (n+1) 2^-e]``.  The box that could be highest is looked at
first: it is dropped if it cannot beat a value that is attained, reduced to its ends if f^(k) is
monotone on it, to a critical point by interval Newton if there is at most one, else halved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import factorial
from typing import Final

from flint import arb

from rnnbound.activations.whole_line.taylor_coefficients import (
    LENGTH,
    Program,
    coefficients,
    variable,
)

#: Boxes to look at before an honest wide enclosure is returned.
MOST_BOXES: Final = 6_000
_MOST_NEWTON_STEPS: Final = 60
#: A box of relative size 2^-60 on which f is still unbounded holds a singularity.
_SINGULAR_DEPTH: Final = 60

Box = tuple[int, int]
#: Minus the bound of |f^(k)| on a box, minus its depth, the box, the bound as a ball.
_Ranked = tuple[float, int, Box, arb | None]


class SingularError(ArithmeticError):
    """f^(k) is not bounded on any box around `place`."""

    def __init__(self, place: arb) -> None:
        super().__init__(f"unbounded near {place}")
        self.place = place


class ExhaustedError(ArithmeticError):
    """No bound of f^(k) near `place` was found among the boxes that may be looked at."""

    def __init__(self, place: arb) -> None:
        super().__init__(f"not bounded yet near {place}")
        self.place = place


@dataclass(frozen=True, slots=True)
class Local:
    """What is known of f on a box: Taylor coefficients at its middle and over all of it."""

    middle: arb
    half: arb
    point: list[arb]
    whole: list[arb]

    def forms(self, k: int) -> list[arb]:
        """Enclosures of f^(k) over the box: directly, and by Taylor's formula of growing order."""
        found = [self.whole[k] * factorial(k)]
        head, power = arb(0), arb(1)
        for j in range(LENGTH - k - 1):
            weight = factorial(k + j) // factorial(j)
            head = head + self.point[k + j] * power * weight
            power = _power_range(self.half, j + 1)
            rest = self.whole[k + j + 1] * power * (factorial(k + j + 1) // factorial(j + 1))
            if j in (0, 1, 3, LENGTH - k - 2):
                found.append(head + rest)
        return [form for form in found if form.is_finite()]


def _power_range(half: arb, j: int) -> arb:
    """Everything that x^j can be for |x| ≤ half."""
    size = half**j
    return arb(0, size.upper()) if j % 2 else arb(0).union(size.upper())


def dyadic(n: int, e: int) -> arb:
    """n 2^-e, exactly."""
    return arb((n, -e))


class Landscape:
    """One function on the real line, with memory of what was evaluated."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._boxes: dict[Box, Local] = {}
        self._points: dict[Box, list[arb]] = {}

    def at(self, x: arb) -> list[arb]:
        """Taylor coefficients over the ball `x`."""
        return coefficients(self._program(variable(x)))

    def value(self, k: int, n: int, e: int) -> arb:
        """f^(k) at n 2^-e."""
        while n % 2 == 0 and n:
            n, e = n // 2, e - 1
        if (n, e) not in self._points:
            self._points[n, e] = self.at(dyadic(n, e))
        return self._points[n, e][k] * factorial(k)

    def local(self, box: Box) -> Local:
        """What is known on `box`."""
        if box not in self._boxes:
            n, e = box
            middle, half = dyadic(2 * n + 1, e + 1), dyadic(1, e + 1)
            whole = self.at(arb(middle, half))
            self._boxes[box] = Local(middle, half, self.at(middle), whole)
        return self._boxes[box]

    def maximise(
        self, k: int, boxes: Iterable[Box], lower: arb, bits: int, most: int = MOST_BOXES
    ) -> tuple[arb, arb]:
        """Bounds on the larger of `lower` and the largest |f^(k)| over the union of `boxes`.

        Args:
            k: the order of the derivative.
            boxes: dyadic intervals.
            lower: a lower bound of what is sought, attained elsewhere.
            bits: relative accuracy at which to stop.
            most: boxes to look at before giving up accuracy.

        Raises:
            SingularError: f^(k) is not bounded on some box however small.
            ExhaustedError: `most` boxes did not suffice for any bound.
        """
        return _Search(self, k, lower, bits).run(list(boxes), most)


class _Search:
    """The state of one branch and bound."""

    def __init__(self, land: Landscape, k: int, lower: arb, bits: int) -> None:
        self.land, self.k, self.bits = land, k, bits
        self.slack = 1 + arb(2) ** -bits
        self.lower, self.final = lower, arb(0)
        self._heap: list[_Ranked] = []

    def run(self, boxes: list[Box], most: int) -> tuple[arb, arb]:
        self._heap = [self._ranked(box) for box in boxes]
        heapify(self._heap)
        while self._heap:
            _, _, box, upper = heappop(self._heap)
            if upper is not None and upper <= self.lower * self.slack:
                if not upper <= self.lower:
                    self.final = self.final.max(upper)
                continue
            most -= 1
            if most < 0:
                if upper is None:
                    raise ExhaustedError(self.land.local(box).middle)
                self.final = self.final.max(upper)
                break
            self._examine(box, upper)
        return self.lower, self.final.max(self.lower).upper()

    def _ranked(self, box: Box) -> _Ranked:
        forms = self.land.local(box).forms(self.k)
        if not forms:
            return (float("-inf"), -box[1], box, None)
        upper = min((form.abs_upper() for form in forms), key=_Key)
        return (-float(upper), -box[1], box, upper)

    def _examine(self, box: Box, upper: arb | None) -> None:
        n, e = box
        local = self.land.local(box)
        if upper is None:
            if e > _SINGULAR_DEPTH + max(0, -abs(n).bit_length() + 1) and n.bit_length() <= e + 64:
                raise SingularError(local.middle)
        else:
            self._attain(local.point[self.k] * factorial(self.k))
            if any(not form.contains(0) for form in local.forms(self.k + 1)):
                self._ends(box)
                return
            if e - n.bit_length() > 2 * self.bits + 64:
                self.final = self.final.max(upper)
                return
            if self._newton(local):
                self._ends(box)
                return
        for half in ((2 * n, e + 1), (2 * n + 1, e + 1)):
            heappush(self._heap, self._ranked(half))

    def _ends(self, box: Box) -> None:
        n, e = box
        for end in (n, n + 1):
            value = self.land.value(self.k, end, e)
            self._attain(value)
            self.final = self.final.max(value.abs_upper())

    def _attain(self, value: arb) -> None:
        if value.is_finite():
            self.lower = self.lower.max(value.abs_lower()).lower()

    def _newton(self, local: Local) -> bool:
        """Whether f^(k) has at most one critical point in the box, dealt with here."""
        k = self.k
        curvature = [form for form in local.forms(k + 2) if not form.contains(0)]
        if not curvature:
            return False
        x, slope = arb(local.middle, local.half), min(curvature, key=lambda f: _Key(f.rad()))
        middle, first = local.middle, local.point[k + 1] * factorial(k + 1)
        for _ in range(_MOST_NEWTON_STEPS):
            step = middle - first / slope
            if not step.overlaps(x):
                return True
            narrower = step.intersection(x)
            done = narrower.rad() * 2 > x.rad()
            x = narrower
            if done:
                break
            middle = x.mid()
            point = self.land.at(middle)
            first = point[k + 1] * factorial(k + 1)
            whole = self.land.at(x)
            better = whole[k + 2] * factorial(k + 2)
            slope = better if not better.contains(0) else slope
        if x.rad() * 8 > local.half:
            return False
        return self._peak(x)

    def _peak(self, x: arb) -> bool:
        """Settle the values on the tiny ball `x`, unless they are not accurate enough."""
        k, middle = self.k, x.mid()
        whole, point = self.land.at(x), self.land.at(middle)
        local = Local(middle, (x - middle).abs_upper(), point, whole)
        upper = min((form.abs_upper() for form in local.forms(k)), key=_Key)
        attained = (point[k] * factorial(k)).abs_lower()
        if not upper <= self.lower.max(attained) * self.slack:
            return False
        self._attain(point[k] * factorial(k))
        self.final = self.final.max(upper)
        return True


class _Key:
    """Sorts exact balls."""

    __slots__ = ("x",)

    def __init__(self, x: arb) -> None:
        self.x = x

    def __lt__(self, other: _Key) -> bool:
        return bool(self.x < other.x)
