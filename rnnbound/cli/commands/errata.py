"""`rnnbound errata`: the errata of the paper, with counterexamples computed on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import typer

from rnnbound.cli.frame import options
from rnnbound.cli.frame.result_paths import Entries
from rnnbound.parallel.progress import tell
from rnnbound.presentation.answer import Answer
from rnnbound.presentation.words import numerals
from rnnbound.presentation.writers.json import plain
from rnnbound.theory.counterexamples import Counterexample
from rnnbound.theory.errata import NUMBERS, SOURCE, Erratum
from rnnbound.theory.errata import errata as library

if TYPE_CHECKING:
    from rnnbound.presentation.terminal_page import Page


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
    tell("counterexamples")
    found = library(number)

    def table(page: Page) -> None:
        page.say(f"Errata of {SOURCE}", "bold")
        for erratum in found:
            _draw(page, erratum)

    return Answer("errata", {"errata": found}, lambda: map(_row, found), table)


def _draw(page: Page, erratum: Erratum) -> None:
    page.heading(f"{erratum.number}  {erratum.where}")
    _columns(page, ("printed", "repaired"), erratum.slips)
    page.say(erratum.reason, indent=2)
    case = erratum.counterexample
    if case is None:
        return
    verdict = "Counterexample" if case.refutes else "Not refuted"
    page.say(f"{verdict}: {case.setting}.", indent=2)
    page.say(f"{_capital(case.observed_name)}:", indent=2)
    numbers = (case.observed, case.printed_bound, case.repaired_bound)
    _columns(page, ("observed", "printed", "repaired"), [tuple(map(numerals.real, numbers))])
    if case.remark:
        page.say(case.remark, indent=2)


def _columns(page: Page, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns side by side; where they do not fit, labelled lines one below the other."""
    from rich.cells import cell_len

    indent = gap = 2
    widths = [max(map(cell_len, column)) + gap for column in zip(names, *rows, strict=True)]
    if indent + sum(widths) <= page.width:
        page.table(names, rows)
        return
    for row in rows:
        page.pairs(zip(names, row, strict=True))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _row(erratum: Erratum) -> dict[str, Any]:
    """A CSV row with the same columns whether or not there is a counterexample."""
    row: dict[str, Any] = plain(erratum)
    if erratum.counterexample is None:
        row["counterexample"] = {field.name: None for field in fields(Counterexample)}
    return row
