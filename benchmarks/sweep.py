"""Points a second of `rnnbound.sweep` against a loop over `rnnbound.plan` and `rnnbound.bound`.

Usage: python benchmarks/sweep.py [RUNS]

Both do the same points in one process, in turns; the best of all runs counts, in time of the
processor.  The loop does a share of the points.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rnnbound import Scenario, bound, plan, sweep

TASK = Scenario()
#: name: axes, what else is asked, and how many of the points the loop does.
CASES: dict[str, tuple[list[str], dict[str, Any], int]] = {
    "bound, sharp": (
        ["alpha=0.1:0.9:0.1", "width=1000:20000:10"],
        {"iterations": 1000, "variant": "sharp"},
        100,
    ),
    "bound, tight": (
        ["iterations=100:1000:100", "width=1000:20000:10"],
        {"variant": "tight"},
        100,
    ),
    "bound, corrected": (
        ["alpha=0.1:0.9:0.1", "width=1000:20000:10"],
        {"iterations": 1000, "variant": "corrected"},
        100,
    ),
    "plan, sharp": (
        ["alpha=0.1:0.9:0.1", "epsilon=0.01:1:log400"],
        {"variant": "sharp"},
        10,
    ),
    "plan, sharp, sgd": (
        ["alpha=0.1:0.9:0.1", "epsilon=0.01:1:log400"],
        {"variant": "sharp", "method": "sgd"},
        10,
    ),
    "plan, tight": (["epsilon=0.01:1:log4000"], {"variant": "tight"}, 10),
    "plan, tied": (["epsilon=0.01:1:log4000"], {"variant": "tight", "method": "tied"}, 10),
    "plan, corrected": (
        ["alpha=0.1:0.5:0.1", "epsilon=0.1:1:log200"],
        {"variant": "corrected"},
        10,
    ),
}


def loop(wanted: Any, request: dict[str, Any], share: int) -> int:
    """The same points, each by itself."""
    asked = {key: value for key, value in request.items() if key != "iterations"}
    step = max(1, len(wanted) // share)
    points = [wanted.grid.point(i) for i in range(0, len(wanted), step)]
    for values, point in points:
        task = replace(TASK, **{key: value for key, value in values.items() if value})
        if point.width is not None:
            bound(task, width=point.width, iterations=point.iterations, **asked)
        else:
            plan(task, epsilon=point.epsilon, **asked)
    return len(points)


def rate(work: Callable[[], int]) -> float:
    """Points a second."""
    begun = time.process_time()
    done = work()
    return done / (time.process_time() - begun)


def main() -> None:
    """Print the rates of both and their ratio."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    best = dict.fromkeys(CASES, (0.0, 0.0))
    for _ in range(runs):
        for name, (over, request, share) in CASES.items():
            wanted = sweep(over=over, **request)
            fast = rate(lambda wanted=wanted: sum(1 for _ in wanted))  # type: ignore[misc]
            slow = rate(lambda: loop(wanted, request, share))  # noqa: B023
            best[name] = max(best[name][0], fast), max(best[name][1], slow)
    print(f"{'case':20}{'sweep, 1/s':>14}{'loop, 1/s':>12}{'ratio':>9}")
    for name, (fast, slow) in best.items():
        print(f"{name:20}{fast:14,.0f}{slow:12,.0f}{fast / slow:9.0f}")


if __name__ == "__main__":
    main()
