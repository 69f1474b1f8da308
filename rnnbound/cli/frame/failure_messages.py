"""What is said of a command that failed, and the exit code that goes with it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

import typer

from rnnbound import __version__
from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.streams import UnwrittenError, abandon_stdout, remark
from rnnbound.errors import RequestError
from rnnbound.parallel import address_space, interruption
from rnnbound.parallel.lost_work import WorkerLostError

NAME: Final = "rnnbound"
#: Faults that are listed, characters of a line, and of a word of it: nobody reads more.
_MOST_FAULTS: Final = 50
_LONGEST_LINE: Final = 2000
_LONG_WORD: Final = re.compile(r"\S{121,}")
_USAGE: Final = 300


def explain(error: Exception, arguments: Sequence[str]) -> int:
    """Say what went wrong, and return the exit code."""
    if isinstance(error, RequestError):
        return _wrong_request([str(fault) for fault in error.faults])
    if isinstance(error, typer.TyperException):
        return _wrong_request([_usage(error)])
    if isinstance(error, UnwrittenError):
        abandon_stdout()
        return ExitCode.DONE if error.gone else _failed(str(error))
    if interruption.status() is not None:  # an import that is interrupted may fail in any way
        return ExitCode.INTERRUPTED
    _show(error, arguments)
    if isinstance(error, WorkerLostError):
        return _failed(str(error))
    if address_space.exhausted(error):
        return _failed(address_space.too_little(error))
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        return _failed(f"the system refused: {error.strerror or error}{where}")
    text = " ".join(str(error).split())[:200]
    return _failed(
        f"a defect of rnnbound {__version__} ({type(error).__name__}: {text}); "
        "please report it with the output of the same command and --debug"
    )


def _failed(reason: str) -> int:
    _say([f"Error: {reason}"])
    return ExitCode.DEFECT


def _show(error: Exception, arguments: Sequence[str]) -> None:
    if "--debug" in arguments or os.environ.get("RNNBOUND_DEBUG", "0") not in {"", "0"}:
        import traceback

        traceback.print_exception(error)


def _wrong_request(faults: Sequence[str]) -> int:
    if len(faults) == 1:
        _say([f"Error: {faults[0]}"])
    else:
        listed = [f"  {fault}" for fault in faults[:_MOST_FAULTS]]
        beyond = len(faults) - _MOST_FAULTS
        more = [f"  and {beyond} more"] if beyond > 0 else []
        _say([f"Error: {len(faults)} things are wrong:", *listed, *more])
    return ExitCode.WRONG_REQUEST


def _usage(error: typer.TyperException) -> str:
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
    return f"{_cut(_LONG_WORD.sub(_shortened, message), _USAGE)} (see '{path} --help')"


def _shortened(word: re.Match[str]) -> str:
    return _cut(word[0], 40)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def _say(lines: Iterable[str]) -> None:
    """Print to stderr, with nothing in it that a terminal would obey, and nothing endless."""
    for line in lines:
        plain = "".join(c if c.isprintable() else "?" for c in line)
        remark(_cut(_LONG_WORD.sub(_shortened, plain), _LONGEST_LINE))
