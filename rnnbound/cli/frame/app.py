"""The command line as a whole: finding the command, running it, and saying what went wrong.

A command is imported when it is asked for, from the module that bears its name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command as build

from rnnbound import __version__
from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.failure_messages import NAME, explain
from rnnbound.cli.frame.streams import degrade_gracefully, say, settle, writing
from rnnbound.cli.frame.text_parameters import TextParameters, about
from rnnbound.errors import shown, wrong

COMPLETION_VARIABLE: Final = "_RNNBOUND_COMPLETE"
#: What completion can be asked for.
SHELLS: Final = ("bash", "zsh", "fish", "powershell", "pwsh")

#: Every command in the order of the help, so that the help imports none of them.
COMMANDS: Final = {
    "plan": "Width, iterations and step size that reach a target risk.",
    "bound": "The risk guaranteed at a width and an iteration count.",
    "solve": "The last value of any one quantity at which the guarantee holds.",
    "sweep": "Plans or bounds at every point of a grid.",
    "compare": "The same task under every guarantee: needs, promises, cost.",
    "constants": "The constants of the theorems.",
    "regime": "Short, critical or long memory, and the width that changes it.",
    "activations": "The activation functions and the bounds on their derivatives.",
    "formula": "A statement as a formula, and how the requirements grow.",
    "errata": "What the paper misprints, with counterexamples computed on the spot.",
    "verify": "Try to refute every statement: searches, many initialisations, training.",
    "data": "What is understood of a data file: windows, ranges, scaling, R(0).",
    "certify": "What training a given network on given data is sure to reach.",
    "report": "One web page: assumptions, regime, plans, formulas, plots, checks.",
    "scenario": "The resolved scenario as TOML, or its JSON Schema.",
    "completion": "Shell completion scripts.",
}


class _Commands(TextParameters, TyperGroup):  # type: ignore[misc]
    """The table of commands; a command's module is imported when it is needed."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> TyperCommand | None:  # type: ignore[override]
        if cmd_name not in COMMANDS:
            return None
        command: TyperCommand = getattr(
            import_module(f"rnnbound.cli.commands.{cmd_name}"), cmd_name
        )
        return command

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "there are: " + ", ".join(COMMANDS)
            raise wrong("", f"no such command {shown(args[0])}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _everything(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version."),
    debug: bool = typer.Option(
        False, "--debug", help="Show the traceback of a defect (or set RNNBOUND_DEBUG=1)."
    ),
) -> None:
    """How wide a diagonal recurrent network must be, and how long it must train.

    Answers come from theorems: a target risk is reached with a stated probability.
    """
    if version:
        say(f"{NAME} {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        say(ctx.get_help())
        raise typer.Exit


def _group() -> Any:
    # Without Rich, help is plain and shows brackets as they are, and it starts faster.
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    epilog = f"Start with: {NAME} plan    More: {NAME} COMMAND --help"
    settings = {"help_option_names": ["-h", "--help"]}
    options = {"cls": _Commands, "invoke_without_command": True, "epilog": epilog}
    options["help"] = about(_everything)
    app.callback(context_settings=settings, **options)(_everything)  # type: ignore[arg-type]
    return build(app)


def run(arguments: Sequence[str]) -> int:
    """Run the command line `arguments` and return the exit code."""
    try:
        settle()
        degrade_gracefully()
        status = _run(arguments)
        with writing():
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:
        return explain(error, arguments)


def _run(arguments: Sequence[str]) -> int:
    group = _group()
    if os.environ.get(COMPLETION_VARIABLE):
        _complete(group)
    try:
        # Not through main(), which would turn a closed pipe into a failure.
        with group.make_context(NAME, list(arguments)) as context:
            return int(group.invoke(context))
    except typer.Exit as done:
        return int(done.exit_code)


def _complete(group: Any) -> NoReturn:
    """Answer a shell that completes a line, and exit.

    Raises:
        RequestError: it was no shell that asked.
    """
    from typer import completion

    asked = os.environ[COMPLETION_VARIABLE]
    verb, _, shell = asked.partition("_")
    if verb not in {"complete", "source"} or shell not in SHELLS:
        raise wrong(COMPLETION_VARIABLE, f"{shown(asked)} is nothing that a shell asks; unset it")
    _rejoin_value()
    completion.completion_init()  # type: ignore[attr-defined]  # a public name, not re-exported
    try:
        with writing():
            group.main([], prog_name=NAME)
    except (KeyError, ValueError):
        message = "is set, but not what a shell sets with it; unset it"
        raise wrong(COMPLETION_VARIABLE, message) from None
    raise typer.Exit


def _rejoin_value() -> None:
    """Bash splits `--method=pg` into three words, which Typer takes for two values."""
    words = os.environ.get("COMP_WORDS", "").split("\n")
    at = os.environ.get("COMP_CWORD", "")
    if at.isdecimal() and 2 <= int(at) < len(words) and words[int(at) - 1] == "=":
        del words[int(at) - 1]
        os.environ |= {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(int(at) - 1)}
