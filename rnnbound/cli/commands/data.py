"""`rnnbound data`: what is understood of a data file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from rnnbound.cli.frame import data_options, options, result_paths
from rnnbound.data.data_formats import titles
from rnnbound.presentation.command_result import Answer


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.data.dataset import DataSummary

    del values
    return result_paths.of(DataSummary)


@options.command(
    result=_shape,
    scenario=False,
    examples=(
        "rnnbound data docs/data/sunspots.csv --target sunspots --window 4 --stride 2",
        "rnnbound data plant.csv --inputs u1,u2 --target y --lead 0 --window 50",
        "rnnbound data - --window 12 --get initial_error < series.csv",
        "rnnbound data windows.npz --format csv --output scaled.csv",
    ),
)
def data(
    file: str = typer.Argument(..., metavar="FILE", help=f"{titles('or')}; - is CSV on stdin."),
    window: str | None = data_options.option("window"),
    stride: str | None = data_options.option("stride"),
    target: str | None = data_options.option("target"),
    inputs: str | None = data_options.option("inputs"),
    lead: str | None = data_options.option("lead"),
    group: str | None = data_options.option("group"),
    bias: bool | None = data_options.option("bias"),
) -> Answer:
    """Show how a data file is read: columns, windows, scaling, and the risk before training.

    Inputs are scaled so that ‖X_t‖ ≤ 1, targets so that R(0) = 1. As CSV it prints every window.
    """
    from rnnbound.presentation import data_page

    said = (window, stride, target, inputs, lead, group, bias)
    dataset = data_options.read(file, dict(zip(data_options.NAMES, said, strict=True)))
    summary = dataset.summary()
    return Answer(
        "data", summary, lambda: data_page.rows(dataset), lambda page: data_page.draw(page, summary)
    )
