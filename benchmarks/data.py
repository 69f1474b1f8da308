"""Reading a long CSV file into windows, as a ratio against NumPy's own text reader in one run.

Usage: python benchmarks/data.py [RUNS]

Peer: ``numpy.loadtxt``, which splits and converts the same text but names no columns, makes no
windows and tells no faults.  Both take turns in one process; the best time of the processor counts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rnnbound import read_dataset

ROWS = (10_000, 60_000, 300_000)


def seconds(work: Callable[[], object]) -> float:
    """Time of the processor."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    """Print both times and their ratio for files of several lengths."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{'rows':>8}{'read_dataset, ms':>18}{'loadtxt, ms':>13}{'ratio':>7}")
    for rows in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "long.csv"
            values = np.random.default_rng(0).normal(size=(rows, 3))
            np.savetxt(path, values, delimiter=",", header="a,b,c", comments="", fmt="%.6f")
            ours, theirs = (
                lambda path=path: read_dataset(path, window=10, target="a", inputs="a,b"),
                lambda path=path: np.loadtxt(path, delimiter=",", skiprows=1),
            )
            taken = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
        mine, peer = (min(times) for times in zip(*taken, strict=True))
        print(f"{rows:8,}{1e3 * mine:18.1f}{1e3 * peer:13.1f}{mine / peer:7.1f}")


if __name__ == "__main__":
    main()
