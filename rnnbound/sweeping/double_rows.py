"""Rows in doubles, many at a time; what doubles do not decide is left to ball arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Final

import numpy as np

from rnnbound.activations.lookup import resolve
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.error_bounded_arrays import ARRAYS, Approximate, Mask
from rnnbound.scenario.scenario import DEFAULTS
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.sweeping.grid import Grid
from rnnbound.sweeping.guarantee_columns import Answers
from rnnbound.sweeping.infeasible_rows import Lost, Missed
from rnnbound.sweeping.least_counts import LARGEST, least_iterations, least_widths
from rnnbound.sweeping.least_work_plans import Best
from rnnbound.sweeping.scenario_arrays import Doubles, Indices, Problem
from rnnbound.theory.methods import METHODS

_SYMBOLS: Final = (
    *("horizon", "samples", "dim", "alpha"),
    *("nu_w", "nu_u", "rho_w", "rho_u", "delta"),
)
_NUMBERS: Final = (*_SYMBOLS, "epsilon", "width", "iterations")
#: Numbers of the scenario that no product of them takes out of range.
_LEAST, _MOST = 1e-30, 1e30
_EXACT: Final = 2.0**53
#: Recursions over more steps lose too much.
_LONGEST: Final = 256
_FIRST_WIDTH: Final = 1024.0
#: What a row can only have from ball arithmetic.
_IN_BALLS: Final = ("enclosure_low", "enclosure_high")


class Fast:
    """Computes rows of a grid in doubles."""

    def __init__(self, grid: Grid, columns: Sequence[str]) -> None:
        self._grid, self._columns = grid, tuple(columns)
        self._useful = not set(columns) & set(_IN_BALLS)

    def rows(self, start: int, stop: int) -> list[list[Any] | None]:
        """The rows from `start` to `stop`; None for each that is left in doubt."""
        found: list[list[Any] | None] = [None] * (stop - start)
        if self._useful:
            with np.errstate(all="ignore"):
                points = _Points(self._grid, start, stop)
                for part in points.parts():
                    self._answer(part, found)
        return found

    def _answer(self, part: _Part, found: list[list[Any] | None]) -> None:
        if not len(part.index):
            return
        columns, doubt = part.columns(self._columns)
        rows = zip(part.index.tolist(), doubt.tolist(), zip(*columns, strict=True), strict=True)
        for place, unsure, row in rows:
            if not unsure:
                found[place] = list(row)


class _Points:
    """The rows of a stretch of the grid, as arrays."""

    def __init__(self, grid: Grid, start: int, stop: int) -> None:
        self._grid, self.size = grid, stop - start
        places = grid.places(np.arange(start, stop, dtype=np.int64))
        self._block, self._variant = places[0], places[-1]
        names = [axis.name for axis in grid.axes]
        self._places = dict(zip(names, places[1:-1], strict=True))

    def parts(self) -> Iterator[_Part]:
        """The rows of one block, method, variant, activation and magnitude of the horizon."""
        keys = [self._block, self._variant]
        words = [name for name in ("method", "variant", "activation") if name in self._places]
        keys += [self._places[name] for name in words]
        if "horizon" in self._places:
            tight = np.array([name == "tight" for name in self._grid.variants])
            tight = tight[self._places.get("variant", self._variant)]
            horizons = self._values("horizon")
            keys.append(np.where(tight, horizons, np.frexp(horizons)[1]))
        order = np.lexsort(keys[::-1])
        stacked = np.stack(keys)[:, order]
        cuts = np.flatnonzero(np.any(stacked[:, 1:] != stacked[:, :-1], axis=0)) + 1
        for index in np.split(order, cuts):
            index.sort()
            yield self._part(index)

    def _part(self, index: Indices) -> _Part:
        grid, first = self._grid, index[0]
        block = grid.blocks[self._block[first]]
        word = {
            name: grid.swept[name].values[self._places[name][first]]
            for name in ("method", "variant", "activation")
            if name in self._places
        }
        values: dict[str, Any] = {}
        for name in _NUMBERS:
            if name in self._places:
                values[name] = self._values(name)[index]
            elif name in {"epsilon", "width", "iterations"}:
                values[name] = getattr(grid.request, name)
            else:
                values[name] = block.values.get(name, DEFAULTS[name])
        for letter in "wu":
            if values[f"rho_{letter}"] is None:
                values[f"rho_{letter}"] = values[f"nu_{letter}"]
        return _Part(
            index,
            values,
            {"scenario": block.name},
            word.get("activation", block.values.get("activation", DEFAULTS["activation"])),
            word.get("method", grid.request.method),
            word.get("variant", grid.variants[self._variant[first]]),
        )

    def _values(self, name: str) -> Doubles:
        """The values of an axis at every row."""
        used, back = np.unique(self._places[name], return_inverse=True)
        values = self._grid.swept[name].values
        return np.array([_double(values[i]) for i in used.tolist()])[back]


class _Part:
    """Rows that one problem answers."""

    def __init__(
        self,
        index: Indices,
        values: Mapping[str, Any],
        labels: Mapping[str, Any],
        activation: str,
        method: str,
        variant: str,
    ) -> None:
        self._values, self._activation = values, activation
        self._labels = {
            **labels,
            "activation": activation,
            "method": method,
            "variant": variant,
        }
        self.method, self.variant = method, variant
        usable = self._usable(len(index))
        self._inside = np.flatnonzero(usable)
        self.index = index[self._inside]

    def _usable(self, size: int) -> Mask:
        """Where every number is one that doubles can work with."""
        whole = np.full(size, self.variant in METHODS[self.method].variants)
        for name, value in self._values.items():
            if value is None:
                continue
            x = np.abs(_double(value) if not isinstance(value, np.ndarray) else value)
            if name in {"samples", "dim"}:
                whole &= x <= _EXACT
            elif name == "horizon":
                whole &= x <= _LONGEST
            elif name in {"width", "iterations"}:
                whole &= x <= LARGEST
            else:
                small = (x == 0) if name[:2] in {"nu", "rh"} else False
                whole &= ((x >= _LEAST) | small) & (x <= _MOST)
        return whole

    def _array(self, name: str) -> Doubles | None:
        value = self._values[name]
        if value is None:
            return None
        if isinstance(value, np.ndarray):
            return value[self._inside]
        return np.full(len(self.index), float(value))

    def _approximate(self, name: str) -> Approximate:
        value = self._array(name)
        assert value is not None
        exact = name in {"horizon", "samples", "dim"}
        return ARRAYS.counts(value) if exact else ARRAYS.array(value)

    @cached_property
    def _problem(self) -> Problem | None:
        numbers = [self._approximate(name) for name in _SYMBOLS]
        symbols: list[Any] = [*numbers, *_bounds(self._activation), self._activation]
        q = Quantities(ARRAYS, *symbols)
        epsilon = None if self._values["epsilon"] is None else self._approximate("epsilon")
        return Problem.of(self.method, self.variant, q, epsilon)

    def columns(self, names: Sequence[str]) -> tuple[list[list[Any]], Mask]:
        """The columns, and where a row of them is in doubt."""
        size, problem = len(self.index), self._problem
        if problem is None:
            return [[None] * size for _ in names], np.ones(size, dtype=bool)
        m, tau, unsure = self._counts(problem)
        lost = ~unsure & ~(np.isfinite(m) & np.isfinite(tau))
        m, tau = (np.where(unsure | lost, 2.0, x) for x in (m, tau))
        answers = Answers(problem, self.method, self.variant, m, tau)
        found = {name: self._column(name, answers) for name in names}
        if problem.epsilon is not None:
            met = answers.risk <= problem.epsilon
            answers.doubt |= ~met.certain
            missed = np.broadcast_to(~np.asarray(met.holds), (size,)) & ~lost
            if missed.any():
                self._patch(found, np.flatnonzero(missed), Missed(problem, answers))
        doubt = unsure | (answers.doubt & ~lost)
        if lost.any():
            absent = Lost(problem, self._array("width"), self._array("iterations"), self.variant)
            where = np.flatnonzero(lost)
            self._patch(found, where, absent)
            doubt[where] |= absent.doubt[where]
        return list(found.values()), doubt

    def _column(self, name: str, answers: Answers) -> list[Any]:
        if name in self._labels:
            return [self._labels[name]] * len(self.index)
        if name in _NUMBERS[:-2]:
            value = self._array(name)
            if value is None:
                return [None] * len(self.index)
            whole = name in {"horizon", "samples", "dim"}
            return list((value.astype(np.int64) if whole else value).tolist())
        if name == "feasible":
            return [True] * len(self.index)
        if name in {"reason", "smallest_epsilon", "smallest_epsilon_log10"}:
            return [None] * len(self.index)
        return answers.column(name)

    def _patch(self, found: dict[str, list[Any]], where: Indices, absent: Missed | Lost) -> None:
        """Say of some rows that there is no guarantee as asked."""
        for name, column in found.items():
            if name not in self._labels and name not in _NUMBERS[:-2]:
                values = absent.column(name)
                if values is not None:
                    for i in where.tolist():
                        column[i] = values[i]

    def _counts(self, problem: Problem) -> tuple[Doubles, Doubles, Mask]:
        size = len(self.index)
        m, tau = self._array("width"), self._array("iterations")
        sure: Mask = np.zeros(size, dtype=bool)
        if m is not None and tau is not None:
            return m, tau, sure
        if m is not None:
            steps = least_iterations(problem, m)
            return m, steps.value, steps.doubt
        if tau is not None:
            widths = least_widths(problem, tau, np.full(size, _FIRST_WIDTH))
            return widths.value, tau, widths.doubt
        best = Best(problem)
        return best.m, best.tau, best.doubt


def _double(value: Any) -> float:
    """A number as a double; infinite where none is large enough."""
    try:
        return float(value)
    except OverflowError:
        return np.inf


@cache
def _bounds(activation: str) -> tuple[Approximate, ...]:
    """σ0, σ1 and σ2."""
    found = resolve(activation)
    with precision(80):
        return tuple(
            ARRAYS.ball(bound(BALLS)) for bound in (found.sigma0, found.sigma1, found.sigma2)
        )
