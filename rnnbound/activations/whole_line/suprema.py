"""Rigorous suprema over the whole line of |σ|, |σ'|, |σ''| and |σ'''|.

The line is a bounded middle, searched by branch and bound in ball arithmetic, and two tails,
where expansions at infinity bound everything beyond some R.  What is periodic is searched over
one period.  What cannot be bounded is refused with the reason; nothing is guessed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from math import lcm
from typing import Final

import sympy as sp
from flint import arb

from rnnbound.activations.formula_functions import heads
from rnnbound.activations.whole_line.branch_and_bound import (
    Box,
    ExhaustedError,
    Landscape,
    SingularError,
)
from rnnbound.activations.whole_line.expansions_at_infinity import Infinity
from rnnbound.activations.whole_line.growth_scales import TooNearError, UnknownError
from rnnbound.activations.whole_line.singularities import (
    KINKED,
    OutsideError,
    branches,
    lacks_third,
    shown,
    singularity,
    smooth,
)
from rnnbound.activations.whole_line.tail_expansions import Tail, expand, tails
from rnnbound.activations.whole_line.taylor_coefficients import compile_jet, constant, variable
from rnnbound.numbers.balls import precision

#: Working precision beyond the accuracy that is asked for.
_GUARD: Final = 64
#: The tails may begin at these powers of two; oscillating ones at no later than the last of
#: _NEAR, since every wave before that is looked at.
_FAR: Final = (3, 6, 10, 15, 21, 28, 36, 45, 60)
_NEAR: Final = (3, 5, 6, 7, 8)
_STEEP: Final = (0, -4, -9, -15, -22)
TERMS: Final = 6
_ORDERS: Final = range(4)
SYMBOLS: Final = ("σ", "σ'", "σ''", "σ'''")
_WAVES: Final = heads(lambda node: node.wave)
_SIDES: Final = {1: "+∞", -1: "−∞"}


@dataclass(frozen=True, slots=True)
class Supremum:
    """sup |σ^(k)| lies between the exact numbers `lower` and `upper`."""

    lower: arb
    upper: arb

    @property
    def ball(self) -> arb:
        """The enclosure as a ball, whatever the working precision is."""
        with precision(max(self.lower.bits(), self.upper.bits()) + _GUARD):
            result: arb = self.lower.union(self.upper)
        return result


Suprema = tuple[Supremum, Supremum, Supremum, Supremum | None]


def suprema(expression: sp.Expr, bits: int) -> Suprema:
    """Enclosures of sup |σ|, sup |σ'|, sup |σ''| and, where σ''' is bounded, sup |σ'''|.

    Args:
        expression: σ, in one real symbol.
        bits: relative accuracy that is aimed at; an enclosure may be wider, but never wrong.

    Raises:
        OutsideError: σ is not C² with bounded σ, σ', σ'', or that cannot be shown.
    """
    with precision(bits + _GUARD):
        sigma = prepared(expression)
        try:
            line = _Line(sigma, bits)
            found = [line.supremum(k) for k in _ORDERS]
        except SingularError as error:
            raise OutsideError(singularity(sigma, error.place)) from None
        except ExhaustedError as error:
            place = shown(error.place)
            raise OutsideError(f"no bound could be found near {place} in reasonable time") from None
    s0, s1, s2, s3 = found
    assert s0 is not None, "only the third may be missing"
    assert s1 is not None, "only the third may be missing"
    assert s2 is not None, "only the third may be missing"
    return s0, s1, s2, s3


def prepared(expression: sp.Expr) -> sp.Expr:
    """`expression` as the rules for jets and for tails take it.

    Raises:
        OutsideError: it has a kink.
    """
    return smooth(_without_idle_switches(expression))


def _without_idle_switches(expression: sp.Expr) -> sp.Expr:
    """`expression` with |u|, sgn u, max and min resolved where they are shown never to switch."""
    for node in sorted(expression.atoms(*KINKED), key=sp.count_ops):
        u, above, below = branches(node)
        if u.has(*KINKED) or not u.free_symbols:
            continue
        with suppress(OutsideError, SingularError, ExhaustedError):
            _Line(1 / u, 16).supremum(0)
            positive = compile_jet(u)(variable(arb(0)))[0] > 0
            expression = expression.xreplace({node: above if positive else below})
    return expression


class _Line:
    """One function on the whole line."""

    def __init__(self, sigma: sp.Expr, bits: int) -> None:
        self.sigma, self.bits = sigma, bits
        (self.z,) = sigma.free_symbols
        self.land = Landscape(compile_jet(sigma))
        self.lower = [self._sampled(k) for k in _ORDERS]
        if self.lower[1] == 0:
            raise OutsideError("it is constant wherever it is defined, so σ' is 0 there")
        period = period_of(sigma, self.z)
        if period is not None:
            self.period = period_boxes(constant(period))
            return
        self.period = []
        # A pole is the plainest reason to refuse, so it is looked for first.
        with suppress(ExhaustedError):
            self.land.maximise(0, rings(1, -8, 3) + rings(-1, -8, 3), arb(0), 16, most=1000)
        mirrored = sigma.xreplace({self.z: -self.z})
        sides = (1,) if mirrored in (sigma, -sigma) else (1, -1)
        self.cuts = {side: _Tails(self, side) for side in sides}
        for k in range(3):
            for side_tails in self.cuts.values():
                side_tails.limit(k)

    def supremum(self, k: int) -> Supremum | None:
        """sup |σ^(k)|, or None if σ''' is not bounded and k = 3."""
        if k == 3 and lacks_third(self.sigma):
            return None
        try:
            if self.period:
                return Supremum(*self.land.maximise(k, self.period, self.lower[k], self.bits))
            return self._over_the_line(k)
        except (OutsideError, SingularError, ExhaustedError):
            if k == 3:
                return None
            raise

    def _over_the_line(self, k: int) -> Supremum:
        boxes: list[Box] = []
        beyond = arb(0)
        for side_tails in self.cuts.values():
            self.lower[k] = self.lower[k].max(side_tails.limit(k)).lower()
        for side, side_tails in self.cuts.items():
            start, upper = side_tails.cut(k, self.lower[k])
            boxes += rings(side, start - 10, start)
            beyond = beyond.max(upper)
        lower, upper = self.land.maximise(k, boxes, self.lower[k], self.bits)
        return Supremum(lower, upper.max(beyond).upper())

    def _sampled(self, k: int) -> arb:
        best = arb(0)
        for e in range(-20, 40):
            for n in (5, 6, 7, 8, -5, -6, -7, -8):
                value = self.land.value(k, n, e)
                if value.is_finite():
                    best = best.max(value.abs_lower())
        return best.lower()


@dataclass(frozen=True, slots=True)
class _Cut:
    """The tails beyond 2^start."""

    start: int
    tails: tuple[Tail | None, ...]


class _Tails:
    """What is known of one side of the line, from farther and farther out."""

    def __init__(self, line: _Line, side: int) -> None:
        self.line, self.side = line, side
        self._cuts: dict[int, _Cut | None] = {}
        self._why = "it cannot be expanded there"

    def _at(self, start: int) -> _Cut | None:
        if start not in self._cuts:
            self._cuts[start] = self._expand(start)
        return self._cuts[start]

    def _expand(self, start: int) -> _Cut | None:
        at = Infinity(arb(2) ** start, TERMS)
        try:
            jet = expand(self.line.sigma, self.side, at)
        except TooNearError:
            return None
        except UnknownError as error:
            self._why = str(error)
            return None
        except ValueError as error:
            where = _SIDES[self.side]
            raise OutsideError(f"it is not defined as z → {where}, where {error}") from None
        return _Cut(start, tuple(tails(jet, at, self.line.bits)))

    def _known(self, k: int, start: int) -> Tail | None:
        cut = self._at(start)
        found = cut.tails[k] if cut else None
        if found is not None and found.upper is None:
            raise OutsideError(
                f"σ{k} is infinite: {SYMBOLS[k]} is unbounded as z → {_SIDES[self.side]}"
            )
        return found

    def limit(self, k: int) -> arb:
        """A lower bound of the limit superior of |σ^(k)|."""
        for start in _FAR:
            found = self._known(k, start)
            if found is not None:
                return found.limit
        raise OutsideError(
            f"no bound of {SYMBOLS[k]} could be shown as z → {_SIDES[self.side]}: {self._why}"
        )

    def cut(self, k: int, lower: arb) -> tuple[int, arb]:
        """Where to begin the tail, as a power of two, and what bounds |σ^(k)| beyond.

        The bound is at most `lower` if some beginning makes it so, else the best there is.
        """
        limit = lower * (1 + arb(2) ** -self.line.bits)
        best: tuple[int, arb] | None = None
        oscillates = False
        for start in sorted({*_FAR, *_NEAR}):
            if start not in (_NEAR if oscillates else _FAR):
                continue
            found = self._known(k, start)
            if found is None or found.upper is None:
                continue
            oscillates = oscillates or found.oscillates
            if found.upper <= limit:
                return self._nearer(k, start, found.upper, limit)
            if best is None or found.upper < best[1]:
                best = (start, found.upper)
        assert best is not None, "limit() found one"
        return best

    def _nearer(self, k: int, start: int, upper: arb, limit: arb) -> tuple[int, arb]:
        steep = self.line.lower[1] > 50 * self.line.lower[0]
        for earlier in _STEEP if steep and start == _FAR[0] else ():
            found = self._known(k, earlier)
            if found is None or found.upper is None or not found.upper <= limit:
                break
            start, upper = earlier, found.upper
        return start, upper


def rings(side: int, inner: int, outer: int) -> list[Box]:
    """Dyadic boxes over [0, 2^outer], or its mirror image, finer towards 0."""
    n = 1 if side > 0 else -2
    return [(0 if side > 0 else -1, -inner), *((n, -j) for j in range(inner, outer))]


def period_of(expression: sp.Expr, z: sp.Symbol) -> sp.Expr | None:
    """A period of `expression`, if all it does with z is to take waves of it."""
    rates: set[sp.Expr] = set()
    if not _collect(expression, z, rates):
        return None
    first, *others = sorted(rates, key=sp.default_sort_key)
    ratios = [sp.radsimp(rate / first) for rate in others]
    if not all(ratio.is_Rational for ratio in ratios):
        return None
    return 2 * sp.pi * lcm(*(int(ratio.q) for ratio in ratios)) / sp.Abs(first)


def _collect(node: sp.Expr, z: sp.Symbol, rates: set[sp.Expr]) -> bool:
    if z not in node.free_symbols:
        return True
    if isinstance(node, _WAVES):
        rate = node.args[0].diff(z)
        if not rate.free_symbols:
            rates.add(rate)
            return True
    return bool(node.args) and all(_collect(part, z, rates) for part in node.args)


def period_boxes(period: arb) -> list[Box]:
    """Dyadic boxes over one period."""
    e = 0
    while not period * arb(2) ** e > 16:
        e += 1
    while period * arb(2) ** e > 64 and e > -40:
        e -= 1
    return [(n, e) for n in range(int(float((period * arb(2) ** e).upper())) + 1)]
