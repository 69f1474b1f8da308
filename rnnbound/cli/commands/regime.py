"""`rnnbound regime`: how far the network remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from rnnbound.cli.frame import options, result_paths
from rnnbound.numbers import numerals
from rnnbound.presentation.command_result import Answer
from rnnbound.scenario.scenario import Scenario

if TYPE_CHECKING:
    from rnnbound.presentation.charts.chart import Chart
    from rnnbound.presentation.terminal_page import Page


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.planning.results import Regime

    del values
    return result_paths.of(Regime)


@options.command(
    result=_shape,
    plot=True,
    examples=(
        "rnnbound regime --alpha 0.9",
        "rnnbound regime --width 1000 --get regime",
        "rnnbound regime --plot -",
    ),
)
def regime(
    scenario: Scenario,
    width: str | None = options.text("--width", "M", "Number of neurons, even."),
) -> Answer:
    """Say whether memory is short, critical or long, and which width changes it.

    Without `--width` the width is infinite.
    """
    from rnnbound.planning import regime as library

    result = library.regime(scenario, **options.given(width=width))

    def table(page: Page) -> None:
        from rnnbound.presentation.words.guarantees import memory, task

        page.say(f"Memory is {memory(result.regime, result.contraction)}.", "bold")
        least = numerals.real(result.critical_width, up=True)
        short = f"for every width above {least}" if result.critical_width is not None else "never"
        page.pairs(
            [
                ("task", task(scenario)),
                ("width m", numerals.count(result.width) if result.width else "infinite"),
                ("α_m", numerals.real(result.alpha_m)),
                ("cutoff 1/σ1", numerals.real(result.cutoff)),
                ("short memory", short),
                ("growth per step", f"{numerals.real(result.growth_per_step)} (log r)"),
            ]
        )

    def charts() -> list[Chart]:
        from rnnbound.planning.constants_by_alpha import profile
        from rnnbound.presentation.charts.guarantee_charts import of_regime

        return [of_regime(profile(result))]

    row = {f.name: getattr(result, f.name) for f in fields(result) if f.name != "scenario"}
    return Answer("regime", result, lambda: [row], table, charts=charts)
