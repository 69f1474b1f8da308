"""`rnnbound solve`: the one quantity that is left open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import typer

from rnnbound.cli.frame import data_options, options, result_paths
from rnnbound.cli.frame.scenario_layers import OPTION
from rnnbound.errors import shown, wrong
from rnnbound.numbers import numerals
from rnnbound.parallel.progress_events import tell
from rnnbound.planning.unknowns import UNKNOWNS
from rnnbound.presentation.command_result import Answer
from rnnbound.scenario.scenario import Scenario

if TYPE_CHECKING:
    from rnnbound.planning.solution import Solution
    from rnnbound.presentation.terminal_page import Page


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.planning.solution import Solution

    del values
    quantities = dict.fromkeys((*OPTION, "epsilon", "width", "iterations"), float)
    known = {"settings": quantities, "nearest": quantities, "guarantee": result_paths.guarantee()}
    return result_paths.of(Solution, promise=str, **known)


@options.command(
    result=_shape,
    data=True,
    examples=(
        "rnnbound solve horizon --width 1e6 --iterations 1e4 --epsilon 0.05",
        "rnnbound solve alpha --width 1e5 --iterations 1e4 --method tied",
        "rnnbound solve epsilon --width 1e5 --iterations 1e3 --get value",
    ),
)
def solve(
    scenario: Scenario,
    said: Any,
    dataset: Any,
    unknown: str | None = typer.Argument(
        None,
        metavar="UNKNOWN",
        help=f"What to solve for: {', '.join(UNKNOWNS)}.",
        autocompletion=options.choices(tuple(UNKNOWNS)),
    ),
    epsilon: str | None = options.text("--epsilon", "E", "Target risk (default 0.1)."),
    width: str | None = options.text("--width", "M", "Number of neurons, even."),
    iterations: str | None = options.text("--iterations", "N", "Number of gradient steps."),
    method: str | None = options.method(),
    variant: str | None = options.variant(),
) -> Answer:
    """Find the last value of one quantity at which a risk is guaranteed, given all others.

    The largest value where more is harder, as of the horizon; the least where more is easier, as
    of the width.  That value is checked exactly, and so is the next one, which fails.
    """
    from rnnbound.planning import solve as solving

    if unknown is None:
        raise wrong("unknown", f"is missing; one of {', '.join(UNKNOWNS)}")
    if unknown in said:
        message = (
            f"is what is solved for; leave it out, or solve for something other than {unknown}"
        )
        raise wrong(OPTION[unknown], message)
    if dataset is not None and unknown in data_options.sizes(dataset):
        why = data_options.sizes(dataset)[unknown][1]
        raise wrong("--data", f"fixes what is solved for, {unknown}: {why}")
    tell(f"solving for {shown(unknown)}")
    result = solving.solve(
        unknown,
        scenario,
        **options.given(
            epsilon=epsilon, width=width, iterations=iterations, method=method, variant=variant
        ),
        data=options.file_of(dataset),
    )
    said = _promise(result, dataset)
    from rnnbound.presentation.words.guarantees import only_sizes

    return Answer(
        "solve",
        result,
        lambda: [_row(result)],
        lambda page: _draw(page, result, said),
        promise=said,
        holds=result.feasible,
        notes=() if dataset is None else (only_sizes(dataset),),
        problem=f"no solution ({result.variant}): {result.reason}",
    )


def _promise(found: Solution, dataset: Any) -> str:
    """The value, and what is guaranteed there, for whom."""
    from rnnbound.presentation.words import suggested_commands
    from rnnbound.presentation.words.guarantees import condition, promise, with_certify

    task, best, said = _scenario(found), found.guarantee, _sentence(found)
    certify = dataset and suggested_commands.certify(dataset, task, found.request, best)
    if best is not None:
        return f"{said} {promise(task, found.request, found.variant, best, certify)}"
    if found.feasible:
        said = f"{condition(task, found.request)} {said}"
    return with_certify(said, certify)


def _row(found: Solution) -> dict[str, Any]:
    """The CSV row: everything but what was asked and what a plan says."""
    from rnnbound.presentation.writers.json import plain

    dropped = {"scenario", "request", "guarantee", "next_enclosure"}
    return {name: value for name, value in plain(found).items() if name not in dropped}


def _draw(page: Page, found: Solution, promise: str) -> None:
    from rnnbound.presentation.words.guarantees import asked, grounds, meaning, training
    from rnnbound.theory.guarantee import WHY_NOT

    best = found.guarantee
    vacuous = best is not None and best.vacuous
    style = "bold red" if not found.feasible else "bold yellow" if vacuous else "bold"
    page.say(promise, style)
    if found.feasible:
        page.say(meaning(_scenario(found)), "dim")
    if found.variant in WHY_NOT:
        page.say(f"{found.variant} is not a guarantee: {WHY_NOT[found.variant]}.")
    page.heading("Scenario")
    page.pairs(asked(_scenario(found), found.request))
    if found.value is None or best is None:
        return
    page.heading("Evidence")
    page.pairs(_evidence(found))
    if not found.monotone:
        page.say(_NOT_MONOTONE, indent=2)
    page.heading("How to train")
    page.pairs(training(_scenario(found), best, found.method))
    page.heading("What it rests on")
    page.pairs(grounds(best))


_NOT_MONOTONE: Final = (
    "This bound need not move one way in every digit: a value further on may hold again."
)


def _scenario(found: Solution) -> Scenario:
    """The scenario with the value filled in, if there is one and it belongs there."""
    known = asdict(found.scenario)
    filled_in = {name: x for name, x in (found.settings or {}).items() if name in known}
    return Scenario(**{**known, **filled_in})


def _sentence(found: Solution) -> str:
    unknown = UNKNOWNS[found.unknown]
    if not found.feasible:
        return f"No solution ({found.variant}): {found.reason}."
    if found.unbounded:
        return f"No limit to the {unknown.title} ({found.variant}): {found.reason}."
    what = (
        f"{found.direction.capitalize()} {unknown.title}: {unknown.symbol} = {_shown(found.value)}"
    )
    return f"{what} ({found.variant})."


def _evidence(found: Solution) -> Iterator[tuple[str, str]]:
    symbol = UNKNOWNS[found.unknown].symbol
    epsilon = found.value if found.unknown == "epsilon" else found.request.epsilon
    yield f"{symbol} = {_shown(found.value)}", f"holds: the bound is {_exactly(found)} ≤ {epsilon}"
    if found.settings and len(found.settings) > 1:
        yield "that is", ", ".join(f"{key} = {x}" for key, x in found.settings.items())
    if found.next_value is None:
        yield "next", str(found.reason)
        return
    target = found.next_value if found.unknown == "epsilon" else epsilon
    why = f"fails: {found.next_reason}"
    if found.next_enclosure is not None:
        why = f"fails: the bound is {found.next_enclosure[0]} > {target}"
    yield f"{symbol} = {_shown(found.next_value)}", why


def _exactly(found: Solution) -> str:
    assert found.guarantee is not None
    assert found.guarantee.enclosure is not None
    return found.guarantee.enclosure[1]


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, float) else numerals.count(value)
