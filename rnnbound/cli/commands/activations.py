"""`rnnbound activations`: the table of activations and their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from rnnbound.activations.lookup import ACTIVATIONS
from rnnbound.cli.frame import options
from rnnbound.numbers import numerals
from rnnbound.numbers.limits import Real
from rnnbound.planning.results import ActivationRow
from rnnbound.presentation.command_result import Answer
from rnnbound.presentation.writers.json import plain

if TYPE_CHECKING:
    from rnnbound.presentation.terminal_page import Page


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    known = ACTIVATIONS if values["name"] is None else (values["name"],)
    # A formula or another spelling is a name that is not known before it is read.
    named = all(name in ACTIVATIONS for name in known)
    rows = dict.fromkeys(known, ActivationRow) if named else Mapping[str, ActivationRow]
    return {"activations": rows}


@options.command(
    result=_shape,
    scenario=False,
    examples=("rnnbound activations", "rnnbound activations tanh --json"),
)
def activations(
    name: str | None = typer.Argument(
        None, help="Show this one alone.", autocompletion=options.choices(tuple(ACTIVATIONS))
    ),
) -> Answer:
    """List the activations that the theory covers, with the bounds on σ, σ' and σ''."""
    from rnnbound.planning import activations as library

    found = library.activations(name)

    def table(page: Page) -> None:
        header = ("activation", "σ(z)", "sup |σ|", "sup |σ'|", "sup |σ''|", "1/σ1")
        page.table(header, map(_cells, found))

    data = {"activations": {row.name: row for row in found}}
    return Answer("activations", data, lambda: map(plain, found), table)


def _cells(row: ActivationRow) -> tuple[str, ...]:
    bounds = map(_bound, row.written, (row.sigma0, row.sigma1, row.sigma2))
    return (row.name, row.formula, *bounds, numerals.real(row.cutoff))


def _bound(written: str, value: Real) -> str:
    short = numerals.real(value)
    closed_form = not written.replace(".", "", 1).isdigit()
    return f"{written}≈{short}" if closed_form else short
