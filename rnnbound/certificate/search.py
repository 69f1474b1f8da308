"""The smallest certified bound over Θ̄, ρ and η: a search on estimates.

What the search estimates from a sample of the neurons is proved afterwards for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.comparator import SEARCHED, Dual, Ridge, clipped
from rnnbound.certificate.forward import residual
from rnnbound.certificate.parts import Radii, Sample, Start, Way
from rnnbound.certificate.passes import Pairs

Floats = NDArray[np.float64]

#: Pairs whose curvature is looked at during the search: at least so many, and so many rows; but
#: not more than so many pairs, since each takes time however few its rows.
_SAMPLE: Final = (12, 8_000, 48)
#: Pairs times rows that the search works with at most.
_WORK: Final = 5_000_000
#: Steps of the refinement, and where it starts.
_FACTORS: Final = (1.5, 1.4, 1.25, 1.15)
_PENALTIES: Final = np.geomspace(3e-6, 1.0, 11)


@dataclass(frozen=True, slots=True)
class Choice:
    """A comparator in dual form with the set that it is clipped to.

    Attributes:
        dual: before clipping.
        radii: of the projection.
        bound: the estimated bound.
        penalty: the ridge it came from.
    """

    dual: Dual
    radii: Radii
    bound: float
    penalty: float


class Search:
    """The search for one network, number of steps and way.

    Args:
        pairs: data and neurons.
        way: tied or plain.
        initial: R(0).
        steps: τ.
        note: told about each candidate.
    """

    def __init__(
        self,
        pairs: Pairs,
        way: Way,
        initial: float,
        steps: int,
        note: Callable[[], None] | None = None,
    ) -> None:
        rng = np.random.default_rng(0)
        most = max(512, _WORK // (pairs.samples * pairs.horizon))
        few = np.sort(rng.choice(pairs.count, min(most, pairs.count), replace=False))
        self.given = pairs
        self.pairs = pairs if len(few) == pairs.count else pairs.some(few)
        self.copies = pairs.count / self.pairs.count
        enough = max(_SAMPLE[0], _SAMPLE[1] // (pairs.samples * pairs.horizon))
        enough = min(enough, _SAMPLE[2])
        chosen = rng.choice(self.pairs.count, min(enough, self.pairs.count), replace=False)
        self.way, self.initial, self.steps, self.note = way, initial, steps, note
        self.whole = Ridge(self.pairs, self.copies)
        self.ridge = self.whole
        if self.whole.rows is not None:
            # Caps and penalty are found on some of the samples, the comparator on all of them.
            part = np.sort(
                rng.choice(pairs.samples, max(1, SEARCHED // pairs.horizon), replace=False)
            )
            self.pairs = self.pairs.part(part)
            self.ridge = Ridge(self.pairs, self.copies)
        self.sample = Sample.of(self.pairs, np.sort(chosen))
        self.norm = 1.0

    def run(self, norm: float) -> Choice:
        """The best choice found; `norm` bounds ‖J_0‖."""
        self.norm = norm
        best = self._scan()
        for factor in _FACTORS:
            best = self._refine(best, factor)
        if self.ridge is self.whole:
            return best
        for _ in range(2):
            self.whole.tighten(best.penalty, best.radii.w, best.radii.u)
        return replace(best, dual=self.whole.dual(best.penalty))

    def _scan(self) -> Choice:
        """Plain ridge, clipped at some quantiles of what it moves."""
        best: Choice | None = None
        for penalty in _PENALTIES[::-1]:
            dual = self.ridge.dual(float(penalty))
            moves = dual.moves(self.pairs)
            w, u = np.abs(moves[:, 0]), np.sqrt((moves[:, 1:] ** 2).sum(1))
            found = [
                self._judge(dual, moves, Radii(_level(w, q), _level(u, q)), float(penalty))
                for q in (0.6, 0.85)
            ]
            least = min(found, key=lambda choice: choice.bound)
            if best is None or least.bound < best.bound:
                best = least
            elif not least.bound < 1.5 * best.bound:
                break
        assert best is not None, "there are penalties"
        return best

    def _refine(self, best: Choice, factor: float) -> Choice:
        """Each cap and the penalty, in turn, moved up or else down by `factor`."""
        for index in range(3):
            for move in (factor, 1 / factor):
                w, u, ridge = (move if at == index else 1.0 for at in range(3))
                radii = Radii(best.radii.w * w, best.radii.u * u)
                penalty = best.penalty * ridge**2
                self.ridge.tighten(penalty, radii.w, radii.u)
                dual = self.ridge.dual(penalty)
                found = self._judge(dual, dual.moves(self.pairs), radii, penalty)
                if found.bound < best.bound:
                    best = found
                    break
        return best

    def _judge(self, dual: Dual, moves: Floats, radii: Radii, penalty: float) -> Choice:
        moves = clipped(moves, radii.w, radii.u)
        found = residual(self.pairs, moves, self.copies)
        start = Start(
            self.pairs, radii, moves, self.initial, self.norm, found, self.sample, self.given
        )
        try:
            bound = self.way.parts(start).best(self.steps)[1]
        except (OverflowError, ZeroDivisionError):  # beyond doubles
            bound = math.inf
        if self.note is not None:
            self.note()
        return Choice(dual, radii, bound if math.isfinite(bound) else math.inf, penalty)


def _level(sizes: Floats, quantile: float) -> float:
    return max(float(np.quantile(sizes, quantile)), 1e-12)
