"""`rnnbound errata`: the errata of the paper, with counterexamples computed on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from rnnbound.cli.frame import options
from rnnbound.cli.frame.result_paths import Entries
from rnnbound.parallel.progress_events import tell
from rnnbound.presentation.command_result import Answer
from rnnbound.theory.errata import NUMBERS, Erratum
from rnnbound.theory.errata import errata as library


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"errata": Entries(Erratum, len(NUMBERS) if values["number"] is None else 1)}


@options.command(
    result=_shape,
    scenario=False,
    examples=(
        "rnnbound errata",
        "rnnbound errata 3",
        "rnnbound errata 5 --get errata.0.counterexample.observed",
    ),
)
def errata(
    number: str | None = typer.Argument(
        None,
        help=f"Show this one alone, {NUMBERS[0]} to {NUMBERS[-1]}.",
        autocompletion=options.choices(tuple(map(str, NUMBERS))),
    ),
) -> Answer:
    """List what version 1 of the paper misprints, and what is true instead.

    Where a printed bound fails, a case in which it fails is computed on the spot.
    """
    from rnnbound.presentation import errata_page

    tell("counterexamples")
    found = library(number)

    return Answer(
        "errata",
        {"errata": found},
        lambda: map(errata_page.row, found),
        lambda page: errata_page.draw(page, found),
    )
