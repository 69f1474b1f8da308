"""What carrying out a plan would take on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import isfinite
from time import perf_counter
from typing import Final

import numpy as np

from rnnbound.network import Schedule, initialise, train
from rnnbound.network.dataset_passes import WORTH_SHARING
from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import SIGNIFICANT, Real, context
from rnnbound.planning.results import Guarantee
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.methods import METHODS
from rnnbound.verification.class_targets import inputs

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
    seconds = _seconds(scenario, m, found.iterations or 0, method, workers)
    too_long = None
    if seconds > limits.seconds:
        too_long = (
            f"would take about {duration(seconds)}, above --max-seconds {limits.seconds:g}; "
            f"allow {_ceiling(seconds)}, or ask for a larger --epsilon or a smaller task"
        )
    return Forecast(seconds, memory, too_long)


def _seconds(scenario: Scenario, m: Count, tau: Count, method: str, workers: int) -> float:
    """The time that `tau` steps at width `m` take here."""
    each = pace(scenario, sample_width(m), method) / gain(scenario, m, method, workers)
    return each * float(visits(scenario, m, tau, method))


def sample_width(m: Count) -> int:
    """The width that is run to see how long a step at width `m` takes."""
    return int(min(m, _SAMPLE_WIDTH))


def visits(scenario: Scenario, m: Count, tau: Count, method: str) -> Count:
    """Neurons times samples times time steps that `tau` steps at width `m` visit.

    sgd visits one sample a step, and all of them when the full risk is evaluated.
    """
    n, T = scenario.samples, scenario.horizon
    stochastic = METHODS[method].stochastic
    evaluations = n * min(tau, EVALUATIONS) if stochastic else 0
    wide = context(SIGNIFICANT)
    samples = wide.add(
        wide.multiply(Decimal(1 if stochastic else n), Decimal(tau)), Decimal(evaluations)
    )
    return wide.multiply(wide.multiply(Decimal(m), Decimal(T)), samples)


def gain(scenario: Scenario, m: Count, method: str, workers: int) -> float:
    """How many times faster a step at width `m` is with so many workers here."""
    if METHODS[method].stochastic or m * scenario.samples * scenario.horizon < WORTH_SHARING:
        return 1.0
    return 1 + _GAIN * (min(workers, os.cpu_count() or 1) - 1)


def pace(scenario: Scenario, width: int, method: str) -> float:
    """Seconds for each neuron, sample and time step of a training step here, from a short run.

    Args:
        scenario: the task; of a large one a part is run.
        width: even.
        method: how it trains.
    """
    n, T, d = scenario.samples, scenario.horizon, scenario.dim
    length = min(T, _SAMPLE_WORK // width)
    some = max(1, min(1 if METHODS[method].stochastic else n, _SAMPLE_WORK // (width * length)))
    ticks: list[float] = []
    train(
        initialise(width, d, scenario.alpha, 0),
        scenario.activation,
        inputs(some, length, d, 0),
        np.zeros((some, length)),
        Schedule("gd", 1.0, _SAMPLE_STEPS),
        progress=lambda done: ticks.append(perf_counter()),
    )
    return min(after - before for before, after in pairwise(ticks)) / (width * some * length)


def announcement(found: Guarantee, expected: Forecast) -> str:
    """The plan and the forecast in one line."""
    plan = f"plan: m = {found.width}, τ = {found.iterations}"
    if expected.seconds is None:
        return plan
    memory = f"{float(expected.memory_bytes) / 1e6:.3g} MB"
    return f"{plan}, about {duration(expected.seconds)} and {memory}"


def duration(seconds: Real) -> str:
    """A duration for people, of any magnitude."""
    for size, name in _UNITS:
        if seconds >= 2 * size:
            amount = context(SIGNIFICANT).divide(Decimal(seconds), Decimal(size))
            near = float(amount)
            return f"{near if isfinite(near) else amount:.3g} {name}"
    return f"{seconds:.2g} s"


def _ceiling(seconds: float) -> str:
    return f"{float(f'{1.5 * seconds:.1e}'):g}"
