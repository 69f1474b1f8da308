"""Training curves against the bounds, and the ratios of all checks, as charts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from rnnbound.network import train
from rnnbound.presentation.charts.chart import Axis, Chart, Mark, Rule, Series
from rnnbound.theory.guarantee import TRUSTED
from rnnbound.theory.methods import METHODS
from rnnbound.verification.check import Check
from rnnbound.verification.random_streams import seed_for
from rnnbound.verification.small_tasks import Trial, trials
from rnnbound.verification.verify import Verification
from rnnbound.verification.whole_plan import PlanRun

_KIND: Final = "constant"


def of_verification(found: Verification) -> list[Chart]:
    """The run of the plan, or networks in training beside all trusted checks."""
    if found.plan is not None:
        return [_plan(found.plan)]
    return [_curves(found), _ratios(found.checks)]


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


def _curves(found: Verification) -> Chart:
    """One run for each method, last and best iterate, in the best trusted variant."""
    series: list[Series] = []
    marks: list[Mark] = []
    for method, record in METHODS.items():
        variant = next(v for v in reversed(record.variants) if TRUSTED[v])
        drawn = set()
        for trial in trials(method, variant, found.scenario, _KIND, found.seed):
            if isinstance(trial, Trial) and not trial.powerless and trial.form not in drawn:
                drawn.add(trial.form)
                line, mark = _curve(trial, len(series), found.seed)
                series.append(line)
                marks.append(mark)
    return Chart(
        title="Networks in training",
        note="Marked: the risk that is guaranteed at the last step.",
        x=Axis("step", whole=True),
        y=Axis("risk / R(0)", log=True),
        series=tuple(series),
        marks=tuple(marks),
    )


def _curve(trial: Trial, look: int, seed: int) -> tuple[Series, Mark]:
    task = trial.task
    ran = train(
        trial.start(seed_for(seed, "starts", 0)),
        task.scenario.activation,
        task.X,
        task.goal.Y,
        trial.schedule(),
    )
    form = f", {trial.form}" if trial.form else ""
    name = f"{trial.method}{form}: T = {task.scenario.horizon}, m = {trial.width}"
    steps, risks = map(float, ran.steps), (risk / task.goal.risk for risk in ran.risks)
    line = Series(name, tuple(steps), _log(risks), look)
    return line, Mark(float(trial.iterations), math.log10(trial.bound / task.goal.risk), "", look)


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
