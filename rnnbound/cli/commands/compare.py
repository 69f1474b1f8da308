"""`rnnbound compare`: the same task under every guarantee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from rnnbound.cli.frame import options, result_paths
from rnnbound.presentation.command_result import Answer
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import VARIANTS
from rnnbound.theory.methods import METHODS


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.comparison.results import Comparison, Contender

    del values
    variants = dict.fromkeys(VARIANTS, Contender)
    return result_paths.of(Comparison, promise=str, contenders=dict.fromkeys(METHODS, variants))


@options.command(
    result=_shape,
    data=True,
    examples=(
        "rnnbound compare --epsilon 0.05 --horizon 20",
        "rnnbound compare --no-calibration --format csv",
        "rnnbound compare --degree 20 --separation 0.01",
    ),
)
def compare(
    scenario: Scenario,
    dataset: Any,
    epsilon: str | None = options.text("--epsilon", "E", "Target risk (default 0.1)."),
    degree: str | None = options.text(
        "--degree", "N", "Degree in the growth law of Allen-Zhu, Li and Song (default 100)."
    ),
    separation: str | None = options.text(
        "--separation", "X", "Separation of the data in that law, in (0, 1]."
    ),
    no_calibration: bool = typer.Option(
        False, "--no-calibration", help="Do not measure this machine; estimate no times."
    ),
) -> Answer:
    """Compare what every variant of every method needs, promises and costs for one risk.

    Times are estimated from two seconds of training on one core.  A growth law from the literature,
    which has no constants, is compared by growth alone.
    """
    from rnnbound.comparison import compare as comparing
    from rnnbound.presentation import comparison_page
    from rnnbound.presentation.words.guarantees import only_sizes

    result = comparing.compare(
        scenario,
        **options.given(epsilon=epsilon, degree=degree, separation=separation),
        calibrate=not no_calibration,
        data=options.file_of(dataset),
    )
    said = comparison_page.promise(result, dataset)
    return Answer(
        "compare",
        result,
        lambda: comparison_page.rows(result),
        lambda page: comparison_page.draw(page, result, said),
        promise=said,
        holds=result.cheapest is not None,
        notes=() if dataset is None else (only_sizes(dataset),),
        problem="no trusted guarantee reaches the target risk",
    )
