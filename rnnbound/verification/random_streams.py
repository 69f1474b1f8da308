"""The random streams of verify, each under its name, so that no two share their numbers.

NumPy derives a stream from a seed and a key (:class:`numpy.random.SeedSequence`); streams of
different keys are independent, of equal seeds too.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

#: What is drawn.  A key is the place here, so that a new one goes to the end.
Drawn = Literal[
    "inputs",
    "directions of targets",
    "waves of targets",
    "quadrature",
    "tasks",
    "starts",
    "mini-batches",
    "lemmas",
    "parts of directions",
    "lemmas along directions",
    "points of attraction",
    "neurons at the start",
]


def stream(seed: int, drawn: Drawn, *which: int) -> np.random.Generator:
    """The numbers for one purpose.

    Args:
        seed: of everything random.
        drawn: the purpose.
        which: of several of its kind; integers from 0 to 2³² − 1.
    """
    return np.random.default_rng(_sequence(seed, drawn, *which))


def seed_for(seed: int, drawn: Drawn, *which: int) -> int:
    """The same for functions that take a seed of their own: an integer below 2⁶⁴."""
    return int(_sequence(seed, drawn, *which).generate_state(1, np.uint64)[0])


def _sequence(seed: int, drawn: Drawn, *which: int) -> np.random.SeedSequence:
    return np.random.SeedSequence(seed, spawn_key=(get_args(Drawn).index(drawn), *which))
