"""Options that commands share, each declared once, and the frame that every command runs in.

Typer sees the parameters of a command and the shared ones as one signature; the command itself
gets a :class:`Scenario` and what it declares.  Every value stays text: the library parses it, so
that a number means the same on the command line, in a file and in Python.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from inspect import Parameter
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperCommand
from typer.main import get_command as build

from rnnbound.activations.lookup import ACTIVATIONS
from rnnbound.cli.frame import data_options
from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.output import Output
from rnnbound.cli.frame.progress_line import working
from rnnbound.cli.frame.scenario_layers import OPTION, VARIABLE, resolve
from rnnbound.cli.frame.streams import require_stdout
from rnnbound.cli.frame.text_parameters import TextParameters, about
from rnnbound.errors import Fault, RequestError
from rnnbound.presentation.charts.render import FORMATS as PICTURES
from rnnbound.presentation.command_result import Answer
from rnnbound.presentation.output_formats import DEFAULT, formats
from rnnbound.scenario import value_reader as kinds
from rnnbound.scenario.scenario import DEFAULTS, FIELDS
from rnnbound.scenario.value_reader import read_value
from rnnbound.theory.guarantee import VARIANTS
from rnnbound.theory.methods import METHODS

if TYPE_CHECKING:
    from rnnbound.data.dataset import Dataset

_SHORT: Final = {"horizon": ["-T"], "samples": ["-n"], "dim": ["-d"]}
_METAVARS: Final = {int: "N", str: "NAME"}
#: The options that say where a result goes, and in which form.
OUTPUT: Final = ("format", "json", "get", "output")
#: Parameters of a function that are not options of its command.
_TAKEN: Final = frozenset({"scenario", "dataset", "said", "plotted", "output"})


def choices(names: Sequence[str]) -> Callable[[str], list[str]]:
    """Completes a value from `names`."""

    def complete(incomplete: str) -> list[str]:
        return [name for name in names if name.startswith(incomplete)]

    return complete


def text(name: str, metavar: str, help: str, *more: str, names: Sequence[str] = ()) -> Any:
    """An option that takes text, None if not given."""
    complete = choices(names) if names else None
    return typer.Option(None, name, *more, metavar=metavar, help=help, autocompletion=complete)


def several(name: str, metavar: str, help: str) -> Any:
    """An option that may be given again and again."""
    return typer.Option([], name, metavar=metavar, help=help)


def method() -> Any:
    """`--method`."""
    help = f"Training method: {', '.join(METHODS)} (default pgd)."
    return text("--method", "NAME", help, names=tuple(METHODS))


def variant() -> Any:
    """`--variant`."""
    names = (*VARIANTS, "all")
    help = f"Form of the theorems: {', '.join(names)} (default all)."
    return text("--variant", "NAME", help, names=names)


def digits() -> Any:
    """`--digits`; read it with :func:`read_digits`."""
    return text("--digits", "N", "Digits of the enclosure of the bound, 1 to 1000 (default 17).")


def read_digits(value: str | None) -> int:
    """The number of digits that was asked for.

    Raises:
        RequestError: it is not an integer from 1 to 1000.
    """
    return 17 if value is None else read_value("digits", value, kinds.digits)


def given(**options: str | None) -> dict[str, str]:
    """The options that were given; the library knows the defaults of the others."""
    return {name: value for name, value in options.items() if value is not None}


def file_of(dataset: Dataset | None) -> str | None:
    """The name of the file that a data set came from."""
    return None if dataset is None else dataset.origin.file


def scenario_parameters() -> list[Parameter]:
    """The options of a scenario, for a command that has to know which of them were given."""
    listed = [
        _parameter(
            "scenario",
            text(
                "--scenario",
                "FILE",
                "Read the scenario from a TOML or JSON file (- is JSON on stdin).",
            ),
        )
    ]
    for field in FIELDS:
        default = DEFAULTS[field.name]
        usual = "" if default is None else f"default {default}, "
        option = text(
            OPTION[field.name],
            _METAVARS.get(type(default), "X"),
            f"{field.symbol}, {field.meaning} ({usual}env {VARIABLE[field.name]}).".replace(
                ") (", ", "
            ),
            *_SHORT.get(field.name, ()),
            names=tuple(ACTIVATIONS) if field.name == "activation" else (),
        )
        listed.append(_parameter(field.name, option))
    return listed


def with_scenario_values(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the scenario's options to a command that must know which of them were given.

    It gets their texts as `values`, and the name of the scenario file as ``values["file"]``.
    """
    signature = inspect.signature(function, eval_str=True)
    own = [p for p in signature.parameters.values() if p.name != "values"]
    shared = [p.replace(name="file") if p.name == "scenario" else p for p in scenario_parameters()]
    vars(function)["__signature__"] = signature.replace(parameters=[*own, *shared])
    return function


def _output_parameters(plot: bool, rows: bool) -> list[Parameter]:
    names = tuple(formats())
    help = f"{', '.join(names)} (default {DEFAULT})."
    value = "rows.0.width" if rows else "headline"
    listed = [
        _parameter("format", text("--format", "NAME", help, names=names)),
        _parameter("json", typer.Option(False, "--json", help="Short for --format json."), bool),
        _parameter(
            "get", text("--get", "PATH", f"Print one value of the JSON result, such as {value}.")
        ),
        _parameter(
            "output", text("--output", "FILE", "Write the result to a file, atomically.", "-o")
        ),
    ]
    if plot:
        suffixes = ", ".join(f".{name}" for name in PICTURES)
        help = f"Also draw it: {suffixes} (extra plot), or - for the terminal."
        listed.append(_parameter("plot", text("--plot", "FILE", help)))
    if rows:
        suffixes = ", ".join(x for one in formats().values() if one.resumable for x in one.suffixes)
        help = f"Append rows to FILE ({suffixes}), after those already there."
        listed.append(_parameter("resume", text("--resume", "FILE", help)))
    return listed


def _parameter(name: str, option: Any, annotation: Any = str | None) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=option, annotation=annotation)


class _Command(TextParameters, TyperCommand):  # type: ignore[misc]
    """A command whose parameters are text and flags."""


def command(
    *,
    examples: Sequence[str],
    scenario: bool = True,
    output: bool = True,
    data: bool = False,
    plot: bool = False,
    rows: bool = False,
    result: Callable[[Mapping[str, Any]], Any] | None = None,
) -> Callable[[Callable[..., Answer | str | ExitCode]], Any]:
    """Make a command of a function that returns an answer, or text to be printed as it is.

    Args:
        examples: command lines for the help.
        scenario: the command takes a scenario; the function gets it as `scenario`.
        output: the command takes the output options.
        data: the command takes a data set, which fixes n, T and d of the scenario; a function that
            declares `dataset: Any` gets the :class:`~rnnbound.data.dataset.Dataset`, or None.
        plot: the command takes `--plot`, and its answers have charts; a function that declares
            `plotted: bool` is told whether it was given.
        rows: the command writes rows as they come, also after those of a file (`--resume`); the
            function gets the checked :class:`Output` as `output` and writes its result itself.
        result: the shape of the JSON result (see :mod:`rnnbound.cli.frame.result_paths`), given the
            values of the options; where there is one, a path that it cannot have is refused before
            any work.

    A function that declares `said: Any` gets the names of the scenario's fields whose options were
    given.
    """

    def decorate(function: Callable[..., Answer | str | ExitCode]) -> Any:
        own = [
            parameter.replace(kind=Parameter.KEYWORD_ONLY)
            for name, parameter in inspect.signature(function, eval_str=True).parameters.items()
            if name not in _TAKEN
        ]
        shared = data_options.parameters() if data else []
        shared += scenario_parameters() if scenario else []
        shared += _output_parameters(plot, rows) if output else []
        debug = typer.Option(False, "--debug", help="Show the traceback of a defect.", hidden=True)
        places = {p.name: (p.default.param_decls or [p.name.upper()])[0] for p in own}

        def invoke(**values: Any) -> int:
            values.pop("debug")
            wanted = OUTPUT + ("plot",) * plot + ("resume",) * rows
            asked: dict[str, Any] = {n: values.pop(n) if output else None for n in wanted}
            there = Output.asked(**asked, rows=rows)
            if output and there.file is None:
                require_stdout()
            if asked["get"] is not None and result is not None:
                from rnnbound.cli.frame.result_paths import check

                check({"schema": str, "version": str, **result(values)}, asked["get"])
            with working(f"rnnbound {function.__name__}"):
                if rows:
                    values["output"] = there
                return _invoke(function, values, places, there, (scenario, data))

        vars(invoke)["__signature__"] = inspect.Signature(
            [*own, *shared, _parameter("debug", debug, bool)]
        )
        invoke.__annotations__ = {}
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(
            function.__name__,
            cls=_Command,
            help=about(function),
            epilog="\b\nExamples:\n" + "\n".join(f"  {line}" for line in examples),
            context_settings={"help_option_names": ["-h", "--help"]},
        )(invoke)
        return build(app)

    return decorate


def _invoke(
    function: Callable[..., Answer | str | ExitCode],
    values: dict[str, Any],
    places: Mapping[str, str],
    output: Output,
    takes: tuple[bool, bool],
) -> int:
    where = dict(places)
    takes_scenario, takes_data = takes
    dataset = data_options.take(values) if takes_data else None
    uses_values = "dataset" in inspect.signature(function).parameters
    if uses_values:
        values["dataset"] = dataset
    if "plotted" in inspect.signature(function).parameters:
        values["plotted"] = output.plot is not None
    if takes_scenario:
        source = values.pop("scenario")
        options = {field.name: values.pop(field.name) for field in FIELDS}
        if "said" in inspect.signature(function).parameters:
            values["said"] = frozenset(name for name, value in options.items() if value is not None)
        values["scenario"], fields = resolve(options, source, data_options.sizes(dataset))
        where = fields | where
    try:
        answer = function(**values)
    except RequestError as error:
        raise RequestError(
            Fault(where.get(fault.where, fault.where), fault.message) for fault in error.faults
        ) from error
    if isinstance(answer, ExitCode):  # it has written its result itself
        return answer
    if isinstance(answer, Answer):
        if dataset is not None and not uses_values:
            from rnnbound.presentation.words.guarantees import only_sizes

            answer = replace(answer, notes=(*answer.notes, only_sizes(dataset)))
        return output.deliver(answer)
    output.write(answer)
    return 0
