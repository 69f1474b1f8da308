"""What a training run costs."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given

from rnnbound import Scenario
from rnnbound.planning.cost import flops, memory_bytes
from tests.scenarios import scenarios, steps, widths


@given(scenarios(), widths, steps)
def test_the_documented_counts(scenario, m, tau):
    doubles = 3 * m * (scenario.dim + 1) + m
    doubles += scenario.samples * scenario.horizon * (scenario.dim + 1)
    assert memory_bytes(scenario, m) == 8 * doubles
    once = m * tau * scenario.horizon * ((2 * scenario.dim + 3) + (2 * scenario.dim + 8) + 2)
    assert flops(scenario, "sgd", m, tau) == once
    for method in ("pgd", "pgd-average", "gd"):
        assert flops(scenario, method, m, tau) == once * scenario.samples


def test_astronomical_counts_are_rounded_up():
    width = Decimal("1e5000")
    assert memory_bytes(Scenario(), width) > 56 * width
    assert flops(Scenario(), "pgd", width, width).is_finite()
