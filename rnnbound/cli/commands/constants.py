"""`rnnbound constants`: the constants of the theorems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rnnbound.cli.frame import options, result_paths
from rnnbound.numbers import numerals
from rnnbound.parallel.progress_events import tell
from rnnbound.presentation.command_result import Answer
from rnnbound.scenario.scenario import Scenario

if TYPE_CHECKING:
    from rnnbound.presentation.terminal_page import Page


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.planning.constants import NAMES
    from rnnbound.planning.results import Constants

    asked = result_paths.by_variant(values, str)
    found = {variant: dict.fromkeys(NAMES[variant], float) for variant in asked}
    return result_paths.of(Constants, constants=found, reasons=asked)


@options.command(
    result=_shape,
    data=True,
    examples=(
        "rnnbound constants --width 1e6",
        "rnnbound constants --alpha-m 0.9 --horizon 50 --variant sharp",
        "rnnbound constants --get constants.sharp.B_H",
    ),
)
def constants(
    scenario: Scenario,
    width: str | None = options.text("--width", "M", "Number of neurons, even."),
    alpha_m: str | None = options.text("--alpha-m", "A", "The bound on |W_ii| itself."),
    variant: str | None = options.variant(),
) -> Answer:
    """Compute the constants of the theorems at the horizon of the scenario.

    They depend on the width through α_m = α + ρ_w/√m; with neither `--width` nor `--alpha-m`
    the width is infinite and α_m = α.
    """
    from rnnbound.planning import constants as library

    given = options.given(width=width, alpha_m=alpha_m, variant=variant)
    tell("constants")
    result = library.constants(scenario, **given)

    def table(page: Page) -> None:
        from rnnbound.presentation.words.guarantees import task

        where = "" if result.width is None else f"width {numerals.count(result.width)}, "
        page.say(f"Constants at {where}α_m = {numerals.real(result.alpha_m)}", "bold")
        page.pairs([("task", task(scenario))])
        for name, values in result.constants.items():
            page.heading(name)
            if name in result.reasons:
                page.say(f"none: {result.reasons[name]}", indent=2)
                continue
            page.pairs((symbol, numerals.real(value)) for symbol, value in values.items())

    return Answer(
        "constants",
        result,
        lambda: (
            {"variant": name, "name": symbol, "value": value}
            for name, values in result.constants.items()
            for symbol, value in values.items()
        ),
        table,
        notes=tuple(f"no {name} constants: {why}" for name, why in result.reasons.items()),
    )
