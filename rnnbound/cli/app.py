"""The command line as a whole: finding the command, running it, and saying what went wrong.

A command is imported when it is asked for, from the module that bears its name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command as build

from rnnbound import __version__
from rnnbound.cli.exit_codes import ExitCode
from rnnbound.cli.parameters import TextParameters
from rnnbound.cli.streams import abandon_stdout, degrade_gracefully, remark
from rnnbound.setting.faults import RequestError, shown, wrong

NAME: Final = "rnnbound"
COMPLETION_VARIABLE: Final = "_RNNBOUND_COMPLETE"

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
        command: TyperCommand = getattr(import_module(f"rnnbound.cli.{cmd_name}"), cmd_name)
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
        print(f"{NAME} {__version__}")  # noqa: T201
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())  # noqa: T201
        raise typer.Exit


def _group() -> Any:
    # Without Rich, help is plain and shows brackets as they are, and it starts faster.
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    epilog = f"Start with: {NAME} plan    More: {NAME} COMMAND --help"
    settings = {"help_option_names": ["-h", "--help"]}
    options = {"cls": _Commands, "invoke_without_command": True, "epilog": epilog}
    app.callback(context_settings=settings, **options)(_everything)  # type: ignore[arg-type]
    return build(app)


def run(arguments: Sequence[str]) -> int:
    """Run the command line `arguments` and return the exit code."""
    try:
        degrade_gracefully()
        status = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:
        return _explain(error, arguments)


def _run(arguments: Sequence[str]) -> int:
    group = _group()
    if COMPLETION_VARIABLE in os.environ:
        from typer import completion

        _rejoin_value()
        completion.completion_init()  # type: ignore[attr-defined]  # a public name, not re-exported
        group.main([], prog_name=NAME)
    try:
        # Not through main(), which would turn a closed pipe into a failure.
        with group.make_context(NAME, list(arguments)) as context:
            return int(group.invoke(context))
    except typer.Exit as done:
        return int(done.exit_code)


def _rejoin_value() -> None:
    """Bash splits `--method=pg` into three words, which Typer takes for two values."""
    words = os.environ.get("COMP_WORDS", "").split("\n")
    at = os.environ.get("COMP_CWORD", "")
    if at.isdecimal() and 2 <= int(at) < len(words) and words[int(at) - 1] == "=":
        del words[int(at) - 1]
        os.environ |= {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(int(at) - 1)}


def _explain(error: Exception, arguments: Sequence[str]) -> int:
    if isinstance(error, RequestError):
        return _wrong_request([str(fault) for fault in error.faults])
    if isinstance(error, typer.TyperException):
        return _wrong_request(_usage(error))
    if isinstance(error, OSError):
        return unwritten(error)
    return _defect(error, arguments)


def unwritten(error: OSError) -> int:
    """Say that the result could not be written; a reader who left early needs no words."""
    abandon_stdout()
    if isinstance(error, BrokenPipeError):
        return ExitCode.DONE
    where = f" to {error.filename}" if error.filename else ""
    _say([f"Error: the result could not be written{where}: {error.strerror or error}"])
    return ExitCode.DEFECT


def _wrong_request(faults: Sequence[str]) -> int:
    if len(faults) == 1:
        _say([f"Error: {faults[0]}"])
    else:
        listed = [f"  {fault}" for fault in faults[:50]]
        more = [f"  and {len(faults) - 50} more"] if len(faults) > 50 else []
        _say([f"Error: {len(faults)} things are wrong:", *listed, *more])
    return ExitCode.WRONG_REQUEST


def _usage(error: typer.TyperException) -> list[str]:
    possible = getattr(error, "possibilities", None) or ()
    context = getattr(error, "ctx", None)
    path = context.command_path if context else NAME
    option = getattr(error, "option_name", None)
    if option is not None and "No such" in str(error):
        message = f"no such option {option}"
        # Without the dashes, which make any two short options look alike.
        names = {name.lstrip("-"): name for name in possible}
        near = get_close_matches(option.lstrip("-"), names, n=1)
        message += f"; did you mean {names[near[0]]!r}?" if near else ""
    else:
        format_message = getattr(error, "format_message", error.__str__)
        message = " ".join(format_message().split()).rstrip(".")
    return [f"{message} (see '{path} --help')"]


def _defect(error: Exception, arguments: Sequence[str]) -> int:
    if "--debug" in arguments or os.environ.get("RNNBOUND_DEBUG", "0") not in {"", "0"}:
        import traceback

        traceback.print_exception(error)
    text = " ".join(str(error).split())[:200]
    _say(
        [
            f"Error: a defect of rnnbound {__version__} ({type(error).__name__}: {text}); "
            "please report it with the output of the same command and --debug"
        ]
    )
    return ExitCode.DEFECT


def _say(lines: Iterable[str]) -> None:
    """Print to stderr, with nothing in it that a terminal would obey."""
    for line in lines:
        remark("".join(c if c.isprintable() else "?" for c in line))
