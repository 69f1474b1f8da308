"""A formula on a page, in any of its written forms; and how requirements grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rnnbound.numbers import numerals

if TYPE_CHECKING:
    from rnnbound.presentation.terminal_page import Page
    from rnnbound.symbolic.formula import Formula
    from rnnbound.symbolic.growth import GrowthRow


def rows(result: Formula) -> list[dict[str, Any]]:
    """A row for the formula, and one for each name in it."""
    whole = {"name": result.statement, "variant": result.variant, "text": result.text}
    names = [
        {"name": d.name, "variant": result.variant, "text": d.text, "latex": d.latex}
        for d in result.definitions
    ]
    return [{**whole, "latex": result.latex, "value": result.value}, *names]


def draw(page: Page, result: Formula, form: str) -> None:
    """Put a formula on a page, in one of its written forms."""
    if form == "text":
        trust = "" if result.trusted else ", not a guarantee"
        page.say(f"{result.title} ({result.variant}{trust})", "bold")
        from rnnbound.symbolic.printers import about

        page.pairs([(about(result.shows), result.text)])
        if result.definitions:
            page.heading("where")
            page.pairs((d.name, d.text) for d in result.definitions)
        if result.enclosure:
            _draw_value(page, result)
        elif result.reason:
            page.say(f"No value: {result.reason}.", "bold red")
        return
    page.verbatim(_written(result, form))
    if result.enclosure:
        comment = {"latex": "%", "mathml": "<!--"}.get(form, "#")
        end = " -->" if form == "mathml" else ""
        page.verbatim(f"{comment} {result.enclosure[0]}{end}")


def _draw_value(page: Page, result: Formula) -> None:
    assert result.enclosure
    assert result.point
    page.heading("value")
    low, high = result.enclosure
    page.pairs([("between", low), ("and", high)] if low != high else [("exactly", low)])
    at = ", ".join(f"{name} {value}" for name, value in result.point.items())
    page.say(f"at {at}", "dim", indent=2)


def _written(result: Formula, form: str) -> str:
    if form == "latex":
        from rnnbound.symbolic.printers import latex_about, latex_name

        left, _, relation = latex_about(result.shows).rpartition(" ")
        first = f"{left} &{relation} {result.latex}"
        others = (f"{latex_name(d.name)} &= {d.latex}" for d in result.definitions)
        body = " \\\\\n".join([first, *others])
        return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"
    if form == "sympy":
        return "\n".join([result.sympy, *(f"# {d.name} = {d.sympy}" for d in result.definitions)])
    return str(result.mathml if form == "mathml" else result.python)


def draw_growth(page: Page, rows: Sequence[GrowthRow]) -> None:
    """Put the table of growth on a page."""
    from rnnbound.symbolic.growth import EXPLAINED

    page.say("How the width m and the iterations τ that a risk ε requires grow", "bold")
    header = ("needed", "method", "variant", "in", "memory", "grows as", "derived", "fitted")
    page.table(header, map(_growth_cells, rows))
    page.say(EXPLAINED, "dim", indent=2)


def _growth_cells(row: GrowthRow) -> tuple[str, ...]:
    return (
        row.quantity,
        row.method,
        row.variant,
        row.parameter,
        row.regime,
        row.law,
        numerals.real(float(row.derived)),
        numerals.MISSING if row.fitted is None else f"{row.fitted:.3f}",
    )
