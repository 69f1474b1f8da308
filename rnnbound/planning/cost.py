"""What a training run costs: float64 memory and the operation count of a dense implementation."""

from __future__ import annotations

from math import prod
from typing import Final

from flint import arb

from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.count import Count, at_least, bits
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.methods import METHODS

#: Bytes of a double.
_WORD: Final = 8


def memory_bytes(scenario: Scenario, m: Count) -> Count:
    """Bytes for the weights, their start, their gradient, the signs and the data.

    3m(d + 1) + m doubles for the network and nT(d + 1) for inputs and targets; the states of
    the few samples in flight are not counted.
    """
    wide = scenario.dim + 1
    data = _WORD * scenario.samples * scenario.horizon * wide
    return product(m, _WORD * (3 * wide + 1), plus=data)


def flops(scenario: Scenario, method: str, m: Count, tau: Count) -> Count:
    """Floating-point operations of τ steps; sgd visits one sample a step.

    Per neuron, sample and time step: 2d + 3 forward (Uᵀx, the recurrence, σ counted as one),
    2d + 8 backward (σ', the backward recurrence and two gradients), 2 for output and error.
    """
    samples = 1 if METHODS[method].stochastic else scenario.samples
    return product(m, tau, samples * scenario.horizon * (4 * scenario.dim + 13))


def product(*factors: Count, plus: int = 0) -> Count:
    """The product, plus `plus`; rounded up where it is too large to be exact."""
    with precision(sum(map(bits, factors)) + bits(plus)):
        return at_least(prod(map(BALLS.number, factors), start=arb(1)) + plus)
