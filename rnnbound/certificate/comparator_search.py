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

from rnnbound.certificate.bound_parts import Radii, Sample, Start, Way
from rnnbound.certificate.jacobian_at_start import norm
from rnnbound.certificate.mirrored_network_outputs import residual
from rnnbound.certificate.neuron_pair_passes import Pairs
from rnnbound.certificate.ridge_comparator import SEARCHED, Dual, Ridge, clipped

Floats = NDArray[np.float64]

#: Pairs whose curvature is looked at during the search: at least so many, and so many rows; but
#: not more than so many pairs, since each takes time however few its rows.
MOST_LOOKED_AT: Final = 48
_SAMPLE: Final = (12, 8_000, MOST_LOOKED_AT)
#: Pairs times rows that the search works with at most, and pairs.
_WORK: Final = 5_000_000
_MOST_PAIRS: Final = 100_000
#: Derivatives at the start, of first order, that are kept rather than computed again.
REMEMBERED: Final = 10_000_000
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


def most_pairs(rows: int) -> int:
    """How many pairs the search looks at, for so many rows of data."""
    return min(max(512, _WORK // rows), _MOST_PAIRS)


def sampled(pairs: Pairs) -> tuple[Pairs, float]:
    """The pairs that the search looks at, and how many each of them stands for."""
    most = most_pairs(pairs.samples * pairs.horizon)
    if pairs.count <= most:
        return _remembering(pairs), 1.0
    few = np.sort(np.random.default_rng(0).choice(pairs.count, most, replace=False))
    return _remembering(pairs.some(few)), pairs.count / most


def _remembering(pairs: Pairs) -> Pairs:
    """The same; derivatives of first order are kept if they are few."""
    size = pairs.count * pairs.parameters * pairs.samples * pairs.horizon
    return replace(pairs, memory={}) if size <= REMEMBERED else pairs


def norm_of(pairs: Pairs) -> float:
    """A bound of ‖J_0‖."""
    basis = Ridge(*sampled(pairs)).basis()
    with np.errstate(over="raise", invalid="raise"):  # nothing that overflows proves anything
        return norm(pairs, basis)


class Search:
    """The search for one network, number of steps and way.

    Args:
        pairs: data and neurons.
        way: tied or plain.
        initial: R(0).
        steps: τ.
        note: told how many candidates were seen.
    """

    def __init__(
        self,
        pairs: Pairs,
        way: Way,
        initial: float,
        steps: int,
        note: Callable[[int], None] | None = None,
    ) -> None:
        rng = np.random.default_rng(0)
        self.given = pairs
        self.pairs, self.copies = sampled(pairs)
        enough = max(_SAMPLE[0], _SAMPLE[1] // (pairs.samples * pairs.horizon))
        enough = min(enough, _SAMPLE[2])
        chosen = rng.choice(self.pairs.count, min(enough, self.pairs.count), replace=False)
        self.way, self.initial, self.steps, self.note = way, initial, steps, note
        self.seen = 0
        self.whole = Ridge(self.pairs, self.copies)
        self.ridge = self.whole
        if self.whole.rows is not None:
            # Caps and penalty are found on some of the samples, the comparator on all of them.
            part = np.sort(
                rng.choice(pairs.samples, max(1, SEARCHED // pairs.horizon), replace=False)
            )
            self.pairs = _remembering(self.pairs.part(part))
            self.ridge = Ridge(self.pairs, self.copies)
        self.sample = Sample.of(self.pairs, np.sort(chosen))
        self.norm = 1.0

    def scan(self, norm: float) -> Choice:
        """Plain ridge, clipped at some quantiles of what it moves; `norm` bounds ‖J_0‖."""
        self.norm = norm
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

    def refined(self, best: Choice) -> Choice:
        """The best choice found near one."""
        for factor in _FACTORS:
            best = self._refine(best, factor)
        if self.ridge is self.whole:
            return best
        for _ in range(2):
            self.whole.tighten(best.penalty, best.radii.w, best.radii.u)
        return replace(best, dual=self.whole.dual(best.penalty))

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
            self.pairs, radii, moves, self.initial, self.norm, found, self.sample, self.given,
            self.steps,
        )  # fmt: skip
        try:
            bound = self.way.parts(start).best(self.steps)[1]
        except (ArithmeticError, np.linalg.LinAlgError):  # beyond doubles
            bound = math.inf
        self.seen += 1
        if self.note is not None:
            self.note(self.seen)
        return Choice(dual, radii, bound if math.isfinite(bound) else math.inf, penalty)


def _level(sizes: Floats, quantile: float) -> float:
    return max(float(np.quantile(sizes, quantile)), 1e-12)
