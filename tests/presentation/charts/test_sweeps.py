"""Charts of sweeps show the plans at their points."""

from __future__ import annotations

from typing import Any

import pytest

from rnnbound import plan
from rnnbound.presentation.charts.chart import Chart
from rnnbound.presentation.charts.sweep_charts import DRAWN, Picture
from rnnbound.scenario.scenario import Scenario
from rnnbound.sweeping.sweep import sweep


def _charts(over: dict[str, Any], **request: Any) -> list[Chart]:
    found = sweep(Scenario(horizon=3), over=over, columns=DRAWN, **request)
    rows = [tuple(row.values()) for row in found]
    return Picture.of(found.grid, "--plot").charts(rows)


def test_lines_are_the_plans_of_each_variant_and_method() -> None:
    over = {"method": "pgd,tied", "alpha": "0.5,0.1,1.5"}
    width, iterations = _charts(over, variant="all")
    assert [axis.log for axis in (width.x, width.y)] == [False, True]
    assert {(s.name, s.doubtful) for s in width.series} == {
        *((f"pgd, {v}", False) for v in ("corrected", "sharp", "tight")),
        ("tied, tight", False),  # the only variant that tied pairs have
        ("pgd, printed: not a guarantee", True),
    }
    for chart, field in ((width, "width_log10"), (iterations, "iterations_log10")):
        (line,) = (s for s in chart.series if s.name == "pgd, tight")
        assert line.x == (0.1, 0.5, 1.5)
        for alpha, value in zip(line.x, line.y, strict=True):
            best = plan(Scenario(horizon=3, alpha=alpha)).plans["tight"]
            assert value == pytest.approx(getattr(best, field), rel=1e-12)
        assert [rule.at for rule in chart.rules] == [1.0]
    assert _charts({"alpha": "1,2"}, method="tied", variant="sharp") == []


def test_two_axes_make_a_map_of_the_strongest_guarantee() -> None:
    over = {"epsilon": "0.001:0.1:log3", "alpha": "0.5,2"}
    (chart,) = _charts(over, variant="all", width=10**9)
    assert "tight" in chart.title
    assert chart.heat is not None
    assert chart.heat.x == (0.5, 2.0)
    assert chart.heat.y == pytest.approx((-3, -2, -1))
    assert [(rule.at, rule.upright) for rule in chart.rules] == [(1.0, True)]
    for epsilon, row in zip((0.001, 0.01, 0.1), chart.heat.values, strict=True):
        for alpha, value in zip((0.5, 2.0), row, strict=True):
            task = Scenario(horizon=3, alpha=alpha)
            best = plan(task, epsilon=epsilon, width=10**9).plans["tight"]
            assert value == pytest.approx(best.iterations_log10, rel=1e-12)


def test_a_bound_is_drawn_as_a_risk() -> None:
    (chart,) = _charts({"width": "100:1000000:log5"}, variant="sharp", iterations=1000)
    assert chart.x.log
    assert chart.y.label == "risk bound"
    (line,) = chart.series
    assert [y for y in line.y if y is not None] == sorted((y for y in line.y if y), reverse=True)
