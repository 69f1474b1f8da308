"""`rnnbound bound`: the risk that a width and an iteration count guarantee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnnbound.cli.frame import options, result_paths
from rnnbound.parallel.progress_events import tell
from rnnbound.presentation.command_result import Answer
from rnnbound.scenario.scenario import Scenario


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.planning.results import Bound

    return result_paths.of(
        Bound, promise=str, bounds=result_paths.by_variant(values, result_paths.guarantee())
    )


@options.command(
    result=_shape,
    data=True,
    examples=(
        "rnnbound bound --width 100_000 --iterations 1e4",
        "rnnbound bound --width 1e6 --iterations 1e3 --method gd --json",
    ),
)
def bound(
    scenario: Scenario,
    dataset: Any,
    width: str | None = options.text("--width", "M", "Number of neurons, even (required)."),
    iterations: str | None = options.text(
        "--iterations", "N", "Number of gradient steps (required)."
    ),
    method: str | None = options.method(),
    variant: str | None = options.variant(),
    digits: str | None = options.digits(),
) -> Answer:
    """Find the risk that is guaranteed at a width and an iteration count."""
    from rnnbound.planning import bound as bounding

    tell("bounding")
    result = bounding.bound(
        scenario,
        width=width,  # type: ignore[arg-type]  # the library says what is missing
        iterations=iterations,  # type: ignore[arg-type]
        digits=options.read_digits(digits),
        data=options.file_of(dataset),
        **options.given(method=method, variant=variant),
    )
    from rnnbound.presentation.guarantee_page import Shown

    shown = Shown(scenario, result.request, result.headline, result.bounds, dataset)
    return Answer(
        "bound",
        result,
        shown.rows,
        shown.draw,
        holds=result.holds,
        notes=shown.notes,
        promise=shown.promise,
        problem=shown.problem,
    )
