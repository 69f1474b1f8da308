"""`rnnbound scenario`: the resolved scenario, ready to be saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from rnnbound.cli.frame import options
from rnnbound.errors import wrong
from rnnbound.presentation.command_result import Answer
from rnnbound.presentation.writers.json import dumps
from rnnbound.scenario.scenario import FIELDS, Scenario

if TYPE_CHECKING:
    from rnnbound.presentation.terminal_page import Page


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    if values["show_schema"]:
        raise wrong("--get", "has no meaning with --show-schema, which prints no result")
    return {"scenario": Scenario}


@options.command(
    result=_shape,
    examples=(
        "rnnbound scenario --horizon 20 --output task.toml",
        "rnnbound scenario --scenario task.toml --alpha 0.3",
        "rnnbound scenario --show-schema",
    ),
)
def scenario(
    scenario: Scenario,
    show_schema: bool = typer.Option(
        False, "--show-schema", help="Print the JSON Schema of a scenario file instead."
    ),
) -> Answer | str:
    """Print the scenario that the options, the environment and the file add up to, as TOML."""
    if show_schema:
        from rnnbound.scenario.scenario_file import schema

        return dumps(schema())

    return Answer(
        "scenario",
        {"scenario": scenario},
        lambda: [asdict(scenario)],
        lambda page: _toml(page, scenario),
    )


def _toml(page: Page, scenario: Scenario) -> None:
    lines = [
        f"{field.name} = {_value(getattr(scenario, field.name))}  # {field.symbol}, {field.meaning}"
        for field in FIELDS
    ]
    page.verbatim("\n".join(lines))


def _value(value: float | str) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)
