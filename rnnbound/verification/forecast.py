"""What carrying out a plan would take on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter
from typing import Final

import numpy as np

from rnnbound.network import Schedule, initialise, train
from rnnbound.network.kernel import WORTH_SHARING
from rnnbound.numbers.count import Count
from rnnbound.planning.results import Guarantee
from rnnbound.setting.scenario import Scenario
from rnnbound.verification.targets import inputs

#: Full risks that sgd evaluates on the way.
EVALUATIONS: Final = 100
#: Beyond these powers of ten no machine carries a plan out, and nothing needs to be measured.
_WIDEST_LOG10: Final = 12.0
_LONGEST_LOG10: Final = 18.0
#: Neurons · samples · time steps of the run that measures this machine, and its steps, of which
#: the fastest counts.
_SAMPLE_WORK: Final = 4_000_000
_SAMPLE_WIDTH: Final = 2048
_SAMPLE_STEPS: Final = 4
#: What every worker after the first adds to the speed, at least.
_GAIN: Final = 0.7
#: Arrays of the size of the weights that training holds: start, weights, gradient, best, update.
_COPIES: Final = 6
_WORKSPACE: Final = 64 << 20
_WORD: Final = 8
_UNITS: Final = ((86400 * 365.25, "years"), (86400, "days"), (3600, "hours"), (60, "min"))


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan may take.

    Attributes:
        seconds, memory_bytes: upper limits of the forecast.
    """

    seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a plan would take.

    Attributes:
        seconds: the time, from a short run; None if the plan is out of reach anyway.
        memory_bytes: of weights, data and workspace.
        refusal: why the plan is not carried out; None if it is.
    """

    seconds: float | None
    memory_bytes: Count
    refusal: str | None


def forecast(
    scenario: Scenario, found: Guarantee, method: str, limits: Limits, workers: int
) -> Forecast:
    """Time a few small steps and scale them up.

    Args:
        scenario: the task.
        found: its plan, feasible.
        method: how it trains.
        limits: what it may take.
        workers: processes.
    """
    assert found.width is not None
    n, T, d = scenario.samples, scenario.horizon, scenario.dim
    m = found.width
    data = _WORD * n * T * (d + 1) + _WORKSPACE
    memory = m * (_WORD * (_COPIES * (d + 1) + 2)) + data
    if (found.width_log10 or 0) > _WIDEST_LOG10 or (found.iterations_log10 or 0) > _LONGEST_LOG10:
        return Forecast(None, memory, "needs more neurons or iterations than any machine manages")
    if memory > limits.memory_bytes:
        refusal = (
            f"would take about {float(memory) / 1e9:.3g} GB, above --max-memory "
            f"{limits.memory_bytes / 1e9:.3g} GB; allow more, or ask for a larger --epsilon"
        )
        return Forecast(None, memory, refusal)
    seconds = _seconds(scenario, float(m), float(found.iterations or 0), method, workers)
    too_long = None
    if seconds > limits.seconds:
        too_long = (
            f"would take about {duration(seconds)}, above --max-seconds {limits.seconds:g}; "
            f"allow {_ceiling(seconds)}, or ask for a larger --epsilon or a smaller task"
        )
    return Forecast(seconds, memory, too_long)


def _seconds(scenario: Scenario, m: float, tau: float, method: str, workers: int) -> float:
    """The time that `tau` steps at width `m` take here."""
    n, T, d = scenario.samples, scenario.horizon, scenario.dim
    stochastic = method.endswith("sgd")
    width = max(2, int(min(m, _SAMPLE_WIDTH)) // 2 * 2)
    length = min(T, _SAMPLE_WORK // width)
    some = max(1, min(1 if stochastic else n, _SAMPLE_WORK // (width * length)))
    ticks: list[float] = []
    train(
        initialise(width, d, scenario.alpha, 0),
        scenario.activation,
        inputs(some, length, d, 0),
        np.zeros((some, length)),
        Schedule("gd", 1.0, _SAMPLE_STEPS),
        progress=lambda done: ticks.append(perf_counter()),
    )
    each = min(after - before for before, after in pairwise(ticks)) / (width * some * length)
    if not stochastic and n * T * m >= WORTH_SHARING:
        each /= 1 + _GAIN * (min(workers, os.cpu_count() or 1) - 1)
    evaluations = n * min(tau, EVALUATIONS) if stochastic else 0
    return each * m * T * ((1 if stochastic else n) * tau + evaluations)


def announcement(found: Guarantee, expected: Forecast) -> str:
    """The plan and the forecast in one line."""
    plan = f"plan: m = {found.width}, τ = {found.iterations}"
    if expected.seconds is None:
        return plan
    memory = f"{float(expected.memory_bytes) / 1e6:.3g} MB"
    return f"{plan}, about {duration(expected.seconds)} and {memory}"


def duration(seconds: float) -> str:
    """A duration for people."""
    for size, name in _UNITS:
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds:.2g} s"


def _ceiling(seconds: float) -> str:
    return f"{float(f'{1.5 * seconds:.1e}'):g}"
