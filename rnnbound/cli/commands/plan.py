"""`rnnbound plan`: the width and the iteration count that reach a target risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rnnbound.cli.frame import options, result_paths
from rnnbound.parallel.progress_events import tell
from rnnbound.presentation.command_result import Answer
from rnnbound.scenario.scenario import Scenario

if TYPE_CHECKING:
    from rnnbound.presentation.charts.chart import Chart
    from rnnbound.presentation.terminal_page import Page


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.planning.results import Plan

    return result_paths.of(
        Plan, promise=str, plans=result_paths.by_variant(values, result_paths.guarantee())
    )


@options.command(
    result=_shape,
    data=True,
    plot=True,
    examples=(
        "rnnbound plan --epsilon 0.05 --horizon 20",
        "rnnbound plan --width 1e6 --alpha 0.3 --json",
        "rnnbound plan --get plans.sharp.width",
        "rnnbound plan --plot plan.svg",
    ),
)
def plan(
    scenario: Scenario,
    dataset: Any,
    epsilon: str | None = options.text("--epsilon", "E", "Target risk (default 0.1)."),
    width: str | None = options.text("--width", "M", "Number of neurons, even."),
    iterations: str | None = options.text("--iterations", "N", "Number of gradient steps."),
    max_width: str | None = options.text("--max-width", "M", "Exit with 1 if more is needed."),
    max_iterations: str | None = options.text(
        "--max-iterations", "N", "Exit with 1 if more is needed."
    ),
    method: str | None = options.method(),
    variant: str | None = options.variant(),
    digits: str | None = options.digits(),
) -> Answer:
    """Find the width and the iteration count that guarantee a target risk.

    Give one of risk, width and iterations, or two, and get the others: the least width times
    iterations for a risk, the least missing one for two of them.
    """
    from rnnbound.planning import plan as planning

    given = options.given(
        epsilon=epsilon,
        width=width,
        iterations=iterations,
        max_width=max_width,
        max_iterations=max_iterations,
        method=method,
        variant=variant,
    )
    tell("planning")
    result = planning.plan(
        scenario, **given, digits=options.read_digits(digits), data=options.file_of(dataset)
    )
    from rnnbound.presentation.guarantee_page import Shown
    from rnnbound.presentation.words.guarantees import compared

    shown = Shown(scenario, result.request, result.headline, result.plans, dataset)

    def table(page: Page) -> None:
        shown.draw(page)
        if tied := planning.with_tied_pairs(result):
            page.say(compared(scenario, result.request, tied))

    def charts() -> list[Chart]:
        from rnnbound.planning.frontier import frontiers
        from rnnbound.presentation.charts.guarantee_charts import of_plan

        tell("where the guarantees begin")
        drawn = of_plan(result, frontiers(result))
        return [drawn] if drawn else []

    return Answer(
        "plan",
        result,
        shown.rows,
        table,
        holds=result.holds,
        notes=(*result.excess, *shown.notes),
        promise=shown.promise,
        problem=shown.problem,
        charts=charts,
    )
