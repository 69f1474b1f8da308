"""Long files: time in proportion to their length, as a ratio within one run."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import numpy as np

from rnnbound import read_dataset

#: Reading takes about twice as long as NumPy's own text reader; the rest is for a busy machine.
AGAINST_NUMPY = 8.0


def test_a_long_file_is_read_as_fast_as_numpy_reads_text(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    values = np.random.default_rng(0).normal(size=(60_000, 3))
    np.savetxt(path, values, delimiter=",", header="a,b,c", comments="", fmt="%.6f")

    def best(work: object) -> float:
        times = []
        for _ in range(3):
            begun = perf_counter()
            work()  # type: ignore[operator]
            times.append(perf_counter() - begun)
        return min(times)

    ours = best(lambda: read_dataset(path, window=10, target="a", inputs="a,b"))
    theirs = best(lambda: np.loadtxt(path, delimiter=",", skiprows=1))
    assert ours <= AGAINST_NUMPY * theirs, ours / theirs
