"""`rnnbound formula`: a statement of the theory as a formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import typer

from rnnbound.cli.frame import options, result_paths, scenario_layers
from rnnbound.cli.frame.result_paths import Entries
from rnnbound.errors import shown, suggestion, wrong
from rnnbound.presentation.command_result import Answer
from rnnbound.scenario.scenario import FIELDS, Scenario
from rnnbound.symbolic.statements import STATEMENTS

if TYPE_CHECKING:
    from rnnbound.presentation.terminal_page import Page

_LATE: Final = "not everything could be simplified in time; the rest is shown as it was"
FORMS: Final = ("text", "latex", "sympy", "python", "mathml")


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.symbolic.formula import Formula
    from rnnbound.symbolic.growth import GrowthRow

    if values["growth"]:
        return {"growth": Entries(GrowthRow)}
    if values["statement"] is None:
        row = {"statement": str, "title": str, "variants": Entries(str)}
        return {"statements": Entries(row, len(STATEMENTS))}
    return result_paths.of(Formula)


@options.command(
    result=_shape,
    scenario=False,
    examples=(
        "rnnbound formula",
        "rnnbound formula theorem1 --variant corrected",
        "rnnbound formula requirement-m --as latex --expand",
        "rnnbound formula sharp-S --alpha 0.9 --horizon 50 --evaluate",
        "rnnbound formula --growth",
    ),
)
@options.with_scenario_values
def formula(
    *,
    statement: str | None = typer.Argument(
        None, help="Which one, such as theorem1.", autocompletion=options.choices(tuple(STATEMENTS))
    ),
    variant: str | None = options.variant(),
    form: str | None = options.text(
        "--as", "NAME", f"{', '.join(FORMS)} (default text).", names=FORMS
    ),
    width: str | None = options.text("--width", "M", "Number of neurons m, even."),
    iterations: str | None = options.text("--iterations", "N", "Number of gradient steps τ."),
    epsilon: str | None = options.text("--epsilon", "E", "Target risk ε."),
    alpha_m: str | None = options.text("--alpha-m", "A", "The bound on |W_ii| itself."),
    theta: str | None = options.text("--theta", "X", "Share of the target left to the width."),
    expand: bool = typer.Option(False, "--expand", help="Only primitive symbols, no names."),
    simplify: bool = typer.Option(False, "--simplify", help="Simplify, for a few seconds."),
    evaluate: bool = typer.Option(
        False, "--evaluate", help="Compute the number; what is not given has its default."
    ),
    growth: bool = typer.Option(
        False, "--growth", help="How the required m and τ grow, derived and fitted."
    ),
    digits: str | None = options.text(
        "--digits", "N", "Digits of the value, 1 to 1000 (default 17)."
    ),
    **values: Any,
) -> Answer:
    """Show a statement as a formula, with what is given substituted.

    Without a statement: what there is.  The formula is what the code computes: the same lines,
    run on symbols.
    """
    if form is not None and form not in FORMS:
        raise wrong("form", f"{shown(form)} is unknown; {suggestion(form, FORMS)}")
    if growth:
        return _growth(variant)
    if statement is None:
        return _list()
    from rnnbound.presentation import formula_page
    from rnnbound.symbolic import formula as library

    scenario, known = _scenario(values)
    result = library.formula(
        statement,
        variant=variant,
        scenario=scenario,
        given=known,
        **options.given(
            width=width, iterations=iterations, epsilon=epsilon, alpha_m=alpha_m, theta=theta
        ),
        expanded=expand,
        simplify=simplify,
        evaluate=evaluate,
        mathml=form == "mathml",
        digits=options.read_digits(digits),
    )
    return Answer(
        "formula",
        result,
        lambda: formula_page.rows(result),
        lambda page: formula_page.draw(page, result, form or "text"),
        holds=result.reason is None,
        notes=(_LATE,) if result.simplified is False else (),
        problem=f"no value: {result.reason}",
    )


def _scenario(values: dict[str, Any]) -> tuple[Scenario, list[str]]:
    """The scenario, and the fields of it that were given."""
    source = values.pop("file")
    scenario, places = scenario_layers.resolve(values, source)
    known = [
        f.name
        for f in FIELDS
        if values[f.name] is not None or places[f.name] != scenario_layers.OPTION[f.name]
    ]
    return scenario, known


def _list() -> Answer:
    rows = [
        {"statement": s.id, "title": s.title, "variants": list(s.lines)}
        for s in STATEMENTS.values()
    ]

    def table(page: Page) -> None:
        page.pairs((s.id, f"{s.title} · {', '.join(s.lines)}") for s in STATEMENTS.values())

    return Answer(
        "formula",
        {"statements": rows},
        lambda: ({**row, "variants": " ".join(row["variants"])} for row in rows),
        table,
    )


def _growth(variant: str | None) -> Answer:
    from rnnbound.presentation import formula_page
    from rnnbound.symbolic import growth as library

    rows = library.growth(**options.given(variant=variant))

    return Answer(
        "formula",
        {"growth": rows},
        lambda: map(asdict, rows),
        lambda page: formula_page.draw_growth(page, rows),
    )
