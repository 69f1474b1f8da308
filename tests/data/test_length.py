"""Long files: work in proportion to their length (benchmarks/data.py times it)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnbound import read_dataset
from tests.work import at_most

COLUMNS = 3


@pytest.mark.parametrize("rows", [1000, 16_000])
def test_a_value_takes_a_few_calls_however_many_there_are(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "long.csv"
    values = np.random.default_rng(0).normal(size=(rows, COLUMNS))
    np.savetxt(path, values, delimiter=",", fmt="%.3f")
    with at_most(calls=4 * COLUMNS * rows):
        data = read_dataset(path, window=10, target=1, inputs="1,2,3")
    assert data.X.shape == (rows - 10, 10, COLUMNS + 1)
