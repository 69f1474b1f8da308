"""What rows say where there is no guarantee as asked."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnbound.numbers.error_bounded_arrays import ARRAYS, Approximate, Mask
from rnnbound.numbers.short_decimals import DOWN, UP, short
from rnnbound.planning.plan import SHOWN, missed, unreachable
from rnnbound.sweeping.guarantee_columns import Answers, listed
from rnnbound.sweeping.scenario_arrays import Doubles, Problem
from rnnbound.theory.guarantee import TRUSTED


class Missed:
    """What is said where given counts miss the target; all else stays as it is."""

    def __init__(self, problem: Problem, answers: Answers) -> None:
        assert problem.epsilon is not None
        self._problem, self._answers = problem, answers

    def column(self, name: str) -> list[Any] | None:
        """The values of a column; None if it is as elsewhere."""
        answers = self._answers
        if name == "feasible":
            return [False] * len(answers.m)
        if name.startswith("smallest_epsilon"):
            return answers.column(name.replace("smallest_epsilon", "risk_bound"))
        if name != "reason":
            return None
        epsilon = self._problem.epsilon
        assert epsilon is not None
        return [
            missed(m, tau, risk, target)
            for m, tau, risk, target in zip(
                answers.column("width"),
                answers.column("iterations"),
                _printable(answers.risk, answers.doubt, UP),
                np.broadcast_to(epsilon.v, answers.m.shape).tolist(),
                strict=True,
            )
        ]


class Lost:
    """What is said where one count is given and no value of the other one is enough.

    Attributes:
        doubt: where ball arithmetic must say it.
    """

    def __init__(
        self, problem: Problem, width: Doubles | None, steps: Doubles | None, variant: str
    ) -> None:
        self._problem, self._width, self._steps = problem, width, steps
        self._variant = variant
        if width is not None:
            self._limit = problem.narrowest(ARRAYS.counts(width))
        else:
            self._limit = problem.reachable(ARRAYS.counts(steps))[2]
        self._size = len(np.broadcast_to(self._limit.v, _given(width, steps).shape))
        # The limit of tight constants is taken on another chord than the search's.
        self.doubt: Mask = np.full(self._size, problem.tight and width is None)

    def column(self, name: str) -> list[Any]:
        """The values of a column."""
        if name in {"width", "iterations"}:
            given = self._width if name == "width" else self._steps
            return [None] * self._size if given is None else given.astype(np.int64).tolist()
        if name in {"feasible", "certified"}:
            return [False] * self._size
        if name == "trusted":
            return [TRUSTED[self._variant]] * self._size
        if name == "smallest_epsilon":
            return listed(self._limit, self.doubt)
        if name == "smallest_epsilon_log10":
            return listed(ARRAYS.log(self._limit) / ARRAYS.log(ARRAYS.number(10)), self.doubt)
        return self._reasons() if name == "reason" else [None] * self._size

    def _reasons(self) -> list[str]:
        epsilon, name = self._problem.epsilon, "width" if self._steps is None else "iterations"
        assert epsilon is not None
        given = _given(self._width, self._steps)
        return [
            unreachable(f"{name} {count}", limit, target)
            for count, limit, target in zip(
                given.astype(np.int64).tolist(),
                _printable(self._limit, self.doubt, DOWN),
                np.broadcast_to(epsilon.v, given.shape).tolist(),
                strict=True,
            )
        ]


def _given(width: Doubles | None, steps: Doubles | None) -> Doubles:
    found = width if steps is None else steps
    assert found is not None
    return found


def _printable(x: Approximate, doubt: Mask, rounding: str) -> list[float]:
    """Values of which some digits are shown; in doubt where doubles do not tell these."""
    values = listed(x, doubt)
    for i, value in enumerate(values):
        near = (short(value * (1 + sign * 2e-12), SHOWN, rounding) for sign in (-1, 1))
        doubt[i] |= len(set(near)) > 1
    return values
