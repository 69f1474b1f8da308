"""Errata on a page: what is printed, what is true, and the case that tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from rnnbound.numbers import numerals
from rnnbound.presentation.writers.json import plain
from rnnbound.theory.counterexamples import Counterexample
from rnnbound.theory.errata import SOURCE, Erratum

if TYPE_CHECKING:
    from rnnbound.presentation.terminal_page import Page


def draw(page: Page, found: Sequence[Erratum]) -> None:
    """Put errata on a page."""
    page.say(f"Errata of {SOURCE}", "bold")
    for erratum in found:
        _erratum(page, erratum)


def _erratum(page: Page, erratum: Erratum) -> None:
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


def row(erratum: Erratum) -> dict[str, Any]:
    """A CSV row with the same columns whether or not there is a counterexample."""
    found: dict[str, Any] = plain(erratum)
    if erratum.counterexample is None:
        found["counterexample"] = {field.name: None for field in fields(Counterexample)}
    return found
