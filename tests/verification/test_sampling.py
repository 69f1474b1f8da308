"""The inequalities of the noise hold for sums whose tails are known, and are nearly attained."""

from __future__ import annotations

from math import comb
from typing import Any

import pytest

from rnnbound.theory import concentration
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.verification import sampling_tail_checks

from .broken import DOWN, SHARE, UP


@pytest.mark.parametrize(("variant", "count"), [("corrected", 1), ("sharp", 2), ("tight", 4)])
def test_every_inequality_holds_and_is_nearly_attained(variant: str, count: int) -> None:
    found = sampling_tail_checks.check(variant)
    assert len(found) == count
    for check in found:
        assert check.verdict == "holds"
        assert SHARE < (check.ratio or 0) <= 1


@pytest.mark.parametrize("name", ["bernstein", "cantelli", "moment"])
def test_no_tail_can_shrink(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    right: Any = getattr(concentration, name)
    monkeypatch.setattr(concentration, name, lambda *args: right(*args) * UP / DOWN)
    assert any(check.failed for check in sampling_tail_checks.check("tight"))


@pytest.mark.parametrize(("one", "tail"), [(UP / DOWN, 1), (1, UP / DOWN)])
def test_no_part_of_the_noise_can_shrink(
    monkeypatch: pytest.MonkeyPatch, one: float, tail: float
) -> None:
    def noise(self: SharpConstants, m: Any) -> Any:
        ns = self.q.ns
        rest = ns.sqrt(2 * ns.log(1 / self.q.delta))
        return ns.sqrt(ns.number(2)) * self.B_H * (ns.number(one) + ns.number(tail) * rest)

    monkeypatch.setattr(SharpConstants, "noise", noise)
    assert any(check.failed for check in sampling_tail_checks.check("sharp")) is (one != tail)


@pytest.mark.parametrize(("pairs", "delta"), [(1, 0.5), (5, 0.3), (8, 0.01), (12, 0.9)])
def test_quantiles_of_coins_are_those_of_counting(pairs: int, delta: float) -> None:
    """|mean| of N signs exceeds it at most as often as allowed, and any smaller value too often."""
    x = sampling_tail_checks.Sum(pairs, 0.5).quantile(delta)
    sizes = {k: abs(2 * k - pairs) / pairs for k in range(pairs + 1)}

    def beyond(limit: float) -> float:
        return sum(comb(pairs, k) for k, size in sizes.items() if size > limit) / 2**pairs

    assert beyond(x + 1e-9) <= delta
    assert beyond(x - 1e-9) > delta
