"""No two purposes share their numbers, whatever the seed."""

from __future__ import annotations

from itertools import product
from typing import get_args

import numpy as np
import pytest

from rnnbound import Scenario
from rnnbound.verification import training_checks
from rnnbound.verification.random_streams import Drawn, seed_for, stream
from rnnbound.verification.small_tasks import Trial


def test_streams_differ_by_seed_name_and_number() -> None:
    keys = list(product((0, 1, 10**30), get_args(Drawn), ((), (0,), (1,), (0, 1))))
    drawn = [stream(seed, name, *which).integers(0, 2**63) for seed, name, which in keys]
    seeds = [seed_for(seed, name, *which) for seed, name, which in keys]
    assert len({*map(int, drawn)}) == len({*seeds}) == len(keys)
    again = [stream(seed, name, *which).integers(0, 2**63) for seed, name, which in keys]
    assert np.array_equal(drawn, again)


def test_a_training_draws_its_batches_apart_from_its_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    starts, batches = set(), set()
    start, schedule = Trial.start, Trial.schedule
    monkeypatch.setattr(Trial, "start", lambda t, seed: starts.add(seed) or start(t, seed))
    monkeypatch.setattr(Trial, "schedule", lambda t, seed=0: batches.add(seed) or schedule(t, seed))
    training_checks.check(Scenario(horizon=1, samples=2), "sgd", "sharp", ("constant",), 2, 0)
    assert len(starts) == 2
    assert len(batches) == 10
    assert not starts & batches
