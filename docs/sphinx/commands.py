"""A page for every command, from the command itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from examples import Example
from rnnbound.cli.frame import data_options
from rnnbound.cli.frame.app import COMMANDS
from rnnbound.cli.frame.failure_messages import NAME
from rnnbound.cli.frame.options import OUTPUT, scenario_parameters

#: Options that commands share, by the heading under which they stand.
_SHARED: Mapping[str, tuple[str, frozenset[str]]] = {
    "Data": ("data", frozenset(p.name for p in data_options.parameters())),
    "Scenario": ("scenario", frozenset(p.name for p in scenario_parameters())),
    "Output": ("output", frozenset(OUTPUT)),
}


def commands() -> dict[str, Any]:
    """Every command by its name, in the order of the help."""
    return {
        name: getattr(import_module(f"rnnbound.cli.commands.{name}"), name) for name in COMMANDS
    }


def example_lines(command: Any) -> list[str]:
    """The examples that the help of a command ends with."""
    listed = (command.epilog or "").partition("Examples:\n")[2]
    return [line.strip() for line in listed.splitlines() if line.strip()]


def page(name: str, command: Any, done: Sequence[Example], prose: str) -> str:
    """The page of a command in Markdown.

    Args:
        name: of the command.
        command: as Typer built it.
        done: its examples.
        prose: what is written about it by hand, with a title of its own; "" stands for the help.
    """
    written = prose.partition("\n")[2].strip()  # without its title, which is the page's
    parts = [
        f"# {NAME} {name}",
        written or inspect.cleandoc(command.help or COMMANDS[name]),
        "## Examples",
        *_shown(done),
        "## Options",
        f"```{{program}} {NAME} {name}\n```",
        *_options(command),
        *_result(done),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def overview() -> str:
    """A table of the commands."""
    rows = [f"| [`{NAME} {name}`]({name}.md) | {said} |" for name, said in COMMANDS.items()]
    return "\n".join(["| command | what it answers |", "|---|---|", *rows])


def _shown(done: Iterable[Example]) -> list[str]:
    return ["\n\n".join([example.console, *example.images]) for example in done]


def _options(command: Any) -> list[str]:
    shown = [p for p in command.params if not getattr(p, "hidden", False)]
    names = {p.name for p in shown}
    groups: dict[str, list[Any]] = {"": []} | {heading: [] for heading in _SHARED}
    for parameter in shown:
        homes = [
            heading
            for heading, (key, members) in _SHARED.items()
            if key in names and parameter.name in members
        ]
        groups[homes[0] if homes else ""].append(parameter)
    parts = []
    for heading, members in groups.items():
        if members:
            parts += [f"### {heading}" if heading else "", *map(_option, members)]
    return parts


def _option(parameter: Any) -> str:
    metavar = parameter.metavar or parameter.name.upper()
    said = (getattr(parameter, "help", None) or "").strip()
    if parameter.param_type_name == "argument":
        usual = "" if parameter.required else " It may be left out."
        return f"```{{option}} {metavar}\n\n{said}{usual}\n```"
    value = "" if parameter.is_flag else f" {metavar}"
    spelled = ", ".join(f"{o}{value}" for o in (*parameter.opts, *parameter.secondary_opts))
    return f"```{{option}} {spelled}\n\n{said}\n```"


def _result(done: Iterable[Example]) -> list[str]:
    found = dict.fromkeys(key for example in done for key in map(tuple, example.keys))
    if not found:
        return []
    listed = [
        f"- `{path}` ({kind})" + (f": {said.replace('``', '`')}" if said else "")
        for path, kind, said in found
        if said or kind != "object"
    ]
    said = (
        "`--json` prints one object; `--get` takes the paths below. First come `schema` and "
        "`version`; `NAME` stands for a name and `N` for a position from 0. Numbers beyond the "
        "double range are text."
    )
    return ["## JSON keys", said, "\n".join(listed)]
