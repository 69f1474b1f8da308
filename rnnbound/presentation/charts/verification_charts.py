"""Training curves against the bounds, and the ratios of all checks, as charts."""

from __future__ import annotations

import math
from collections.abc import Iterable

from rnnbound.presentation.charts.chart import Axis, Chart, Mark, Rule, Series
from rnnbound.theory.methods import METHODS
from rnnbound.verification.check import Check
from rnnbound.verification.training_curves import TrainingCurve
from rnnbound.verification.whole_plan import PlanRun


def of_plan(ran: PlanRun) -> list[Chart]:
    """The run of a plan."""
    return [_plan(ran)]


def of_checks(checks: Iterable[Check], curves: Iterable[TrainingCurve]) -> list[Chart]:
    """Networks in training beside all trusted checks."""
    return [_curves(curves), _ratios(checks)]


def _log(values: Iterable[float]) -> tuple[float | None, ...]:
    return tuple(math.log10(value) if value > 0 else None for value in values)


def _plan(ran: PlanRun) -> Chart:
    series: tuple[Series, ...] = ()
    rules = [Rule(math.log10(ran.epsilon), f"target ε = {ran.epsilon:g}", upright=False)]
    if ran.curve_steps:
        steps = tuple(map(float, ran.curve_steps))
        series = (Series("risk of the trained network", steps, _log(ran.curve_risks)),)
        if ran.iterations is not None:
            rules.append(Rule(float(ran.iterations), f"planned τ = {ran.iterations:,}"))
    return Chart(
        title=f"{METHODS[ran.method].title}, {ran.variant}, m = {ran.width}",
        x=Axis("step", whole=True),
        y=Axis("risk", log=True),
        series=series,
        rules=tuple(rules),
    )


def _curves(curves: Iterable[TrainingCurve]) -> Chart:
    series: list[Series] = []
    marks: list[Mark] = []
    for look, curve in enumerate(curves):
        form = f", {curve.form}" if curve.form else ""
        name = f"{curve.method}{form}: T = {curve.horizon}, m = {curve.width}"
        series.append(Series(name, tuple(map(float, curve.steps)), _log(curve.risks), look))
        marks.append(Mark(float(curve.iterations), math.log10(curve.bound), "", look))
    return Chart(
        title="Networks in training",
        note="Marked: the risk that is guaranteed at the last step.",
        x=Axis("step", whole=True),
        y=Axis("risk / R(0)", log=True),
        series=tuple(series),
        marks=tuple(marks),
    )


def _ratios(checks: Iterable[Check]) -> Chart:
    listed = [check for check in checks if check.trusted and check.ratio]
    kinds = (
        ("holds", [c.verdict == "holds" for c in listed], False),
        ("no power", [c.verdict == "no power" for c in listed], True),
        ("refuted", [c.failed for c in listed], False),
    )
    series = tuple(
        Series(
            name,
            tuple(math.log10(c.ratio or 1) for c, one in zip(listed, chosen, strict=True) if one),
            tuple(float(place) for place, one in enumerate(chosen) if one),
            look,
            line=False,
            doubtful=hollow,
        )
        for look, (name, chosen, hollow) in enumerate(kinds)
        if any(chosen)
    )
    return Chart(
        title="Trusted statements, attacked",
        x=Axis("observed / bound", log=True),
        y=Axis("", names=tuple(f"{check.statement} ({check.variant})" for check in listed)),
        series=series,
        rules=(Rule(0.0, "the bound"),),
    )
