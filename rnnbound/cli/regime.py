"""`rnnbound regime`: how far the network remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from rnnbound.cli import options, paths
from rnnbound.cli.output import Answer
from rnnbound.setting.scenario import Scenario
from rnnbound.wording import people

if TYPE_CHECKING:
    from rnnbound.charts.chart import Chart
    from rnnbound.cli.page import Page


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.planning.results import Regime

    del values
    return paths.of(Regime)


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
        from rnnbound.wording.guarantees import memory, task

        page.say(f"Memory is {memory(result.regime, result.contraction)}.", "bold")
        least = people.real(result.critical_width, up=True)
        short = f"for every width above {least}" if result.critical_width is not None else "never"
        page.pairs(
            [
                ("task", task(scenario)),
                ("width m", people.count(result.width) if result.width else "infinite"),
                ("α_m", people.real(result.alpha_m)),
                ("cutoff 1/σ1", people.real(result.cutoff)),
                ("short memory", short),
                ("growth per step", f"{people.real(result.growth_per_step)} (log r)"),
            ]
        )

    def charts() -> list[Chart]:
        from rnnbound.charts.pictures import of_regime
        from rnnbound.planning.profile import profile

        return [of_regime(profile(result))]

    row = {f.name: getattr(result, f.name) for f in fields(result) if f.name != "scenario"}
    return Answer("regime", result, lambda: [row], table, charts=charts)
