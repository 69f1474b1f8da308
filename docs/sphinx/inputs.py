"""The files that the examples of the help read."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np

from rnnbound import read_dataset

_TASKS = """\
[[scenarios]]
name = "short"
horizon = 4

[[scenarios]]
name = "long"
horizon = 50
alpha = 0.3
"""
DOCS = Path(__file__).resolve().parents[1]


def write_inputs(folder: Path) -> None:
    """Write them into `folder`, with `docs` as it is in the repository."""
    (folder / "docs").symlink_to(DOCS)
    sunspots = DOCS / "data" / "sunspots.csv"
    series = np.loadtxt(sunspots, delimiter=",", skiprows=1)[:, 1]
    np.savetxt(folder / "series.csv", series[-60:], fmt="%g", header="sunspots", comments="")
    data = read_dataset(str(sunspots), target="sunspots", window=4, stride=12, bias=False)
    for name in ("series", "windows"):
        np.savez(folder / f"{name}.npz", X=data.X, Y=data.Y)
    _write_plant(folder / "plant.csv")
    (folder / "task.toml").write_text("horizon = 8\nalpha = 0.3\n", "utf-8")
    (folder / "tasks.toml").write_text(_TASKS, "utf-8")
    (folder / "checks.json").write_text(_checks(), "utf-8")


@cache
def _checks() -> str:
    """What `rnnbound verify --json` saves, of the checks that take least."""
    command = [sys.executable, "-m", "rnnbound", "verify", "--checks", "propositions", "--json"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _write_plant(path: Path) -> None:
    """Input-output data of a plant of first order, a row per time step."""
    steps = np.arange(400)
    u = np.stack([np.sin(steps / 7), np.where(steps // 25 % 2, 1.0, -1.0)], axis=1)
    y = np.zeros(len(steps))
    for t in range(1, len(steps)):
        y[t] = 0.8 * y[t - 1] + u[t - 1] @ (0.3, 0.1)
    np.savetxt(
        path, np.column_stack([u, y]), fmt="%.6f", delimiter=",", header="u1,u2,y", comments=""
    )
