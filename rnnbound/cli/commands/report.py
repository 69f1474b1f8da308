"""`rnnbound report`: one page that says what a task needs, and why."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from rnnbound.cli.frame import options
from rnnbound.cli.frame.scenario_layers import OPTION
from rnnbound.presentation.command_result import Answer
from rnnbound.presentation.guarantee_page import Shown
from rnnbound.presentation.words.guarantees import problem
from rnnbound.presentation.words.suggested_commands import data_options
from rnnbound.scenario.scenario import FIELDS, Scenario
from rnnbound.theory.guarantee import VARIANTS
from rnnbound.theory.methods import METHODS

if TYPE_CHECKING:
    from rnnbound.comparison.report_contents import Report
    from rnnbound.data.dataset import DataSummary
    from rnnbound.presentation.terminal_page import Page


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.cli.frame import result_paths
    from rnnbound.comparison.report_contents import Report
    from rnnbound.planning.results import Plan
    from rnnbound.verification.saved_verification import SavedVerification

    data: Any = None
    if values["data"] is not None:
        from rnnbound.data.dataset import DataSummary

        data = DataSummary
    saved = None if values["verification"] is None else SavedVerification
    plan = result_paths.of(Plan, plans=dict.fromkeys(VARIANTS, result_paths.guarantee()))
    others = result_paths.Entries(plan, len(METHODS) - 1)
    return result_paths.of(
        Report, promise=str, data=data, verification=saved, plan=plan, other_plans=others
    )


@options.command(
    result=_shape,
    data=True,
    examples=(
        "rnnbound report --output report.html",
        "rnnbound report --scenario task.toml --epsilon 0.05 --output report.html",
        "rnnbound report --data series.csv --window 4 --output report.html",
        "rnnbound report --verification checks.json --output report.html",
    ),
)
def report(
    scenario: Scenario,
    dataset: Any,
    epsilon: str | None = options.text("--epsilon", "E", "Target risk (default 0.1)."),
    method: str | None = options.method(),
    verification: str | None = options.text(
        "--verification", "FILE", "Include checks saved by rnnbound verify --json."
    ),
) -> Answer:
    """Write one web page that loads nothing: assumptions, regime, plans, formulas, plots, checks.

    It needs the extra report. The page itself is what --format table means here.
    """
    from rnnbound.comparison.report_contents import report as compute
    from rnnbound.presentation.report.html_report import page, promise, require
    from rnnbound.verification.saved_verification import read_verification

    require("report")
    saved = None
    if verification is not None:
        saved = read_verification("--verification", verification)
    given = options.given(epsilon=epsilon, method=method)
    data: DataSummary | None = dataset and dataset.summary()
    more = {**given, **({"verification": verification} if verification is not None else {})}
    found = compute(
        scenario,
        **given,
        data=data,
        verification=saved,
        command=shlex.join(_command(scenario, data, more)),
    )

    def draw(to: Page) -> None:
        to.verbatim(page(found))

    return Answer(
        "report",
        _plain(found),
        lambda: _rows(found),
        draw,
        promise=promise(found),
        holds=found.plan.holds,
        problem=problem(found.plan.headline, found.best),
    )


def _plain(found: Report) -> dict[str, Any]:
    """The report as JSON has it."""
    data = {field.name: getattr(found, field.name) for field in fields(found)}
    saved = found.verification
    return {**data, "verification": saved and saved.model_dump(mode="json", by_alias=True)}


def _rows(found: Report) -> Iterator[dict[str, Any]]:
    for plan in found.plans:
        shown = Shown(found.scenario, plan.request, plan.headline, plan.plans, found.data)
        for row in shown.rows():
            yield {"method": plan.request.method, **row}


def _command(scenario: Scenario, data: DataSummary | None, more: dict[str, str]) -> Iterator[str]:
    """The words of a command line that asks for the same whatever file or environment says."""
    yield from ("rnnbound", "report")
    sizes = set() if data is None else {"horizon", "samples", "dim"}
    for field in FIELDS:
        if field.name not in sizes:
            yield from (OPTION[field.name], str(getattr(scenario, field.name)))
    if data is not None:
        yield from data_options(data, every=True)
    for name, value in more.items():
        yield from (f"--{name}", value)
    yield from ("--output", "report.html")
