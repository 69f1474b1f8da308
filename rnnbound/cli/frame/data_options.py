"""The options that say which file holds the data and how to read it, each declared once."""

from __future__ import annotations

from inspect import Parameter
from typing import TYPE_CHECKING, Any, Final

import typer

from rnnbound.errors import Fault, RequestError, wrong
from rnnbound.parallel.progress_events import tell

if TYPE_CHECKING:
    from rnnbound.data.dataset import Dataset

_TEXTS: Final = {
    "window": ("T", "Time steps in a window of the data."),
    "stride": ("N", "Rows from one window to the next (default 1)."),
    "target": ("COL", "Column to predict, by name or number from 1."),
    "inputs": ("COLS", "Columns to predict it from, with commas (default: the target)."),
    "lead": ("K", "Rows from an input to its target (default 1; 0: the same row)."),
    "group": ("COL", "Column that tells several series apart."),
}
#: What is said of the data, apart from where they are.
NAMES: Final = (*_TEXTS, "bias")
_PLACES: Final = {name: f"--{name}" for name in NAMES}


def option(name: str) -> Any:
    """One of :data:`NAMES` as an option of a command, None if not given."""
    if name == "bias":
        help = "Add a constant to the inputs (default yes)."
        return typer.Option(None, "--bias/--no-bias", help=help)
    metavar, help = _TEXTS[name]
    return typer.Option(None, f"--{name}", metavar=metavar, help=help)


def parameters() -> list[Parameter]:
    """`--data` and all options that go with it."""
    help = "Take n, T and d from a data file (see rnnbound data; - is CSV on stdin)."
    data = typer.Option(None, "--data", metavar="FILE", help=help)
    listed: list[tuple[str, Any, Any]] = [("data", data, str | None)]
    listed += [
        (name, option(name), bool | None if name == "bias" else str | None) for name in NAMES
    ]
    kind = Parameter.KEYWORD_ONLY
    return [Parameter(n, kind, default=o, annotation=a) for n, o, a in listed]


def take(values: dict[str, Any]) -> Dataset | None:
    """Remove the data options from `values` and read what they name, if anything.

    Raises:
        RequestError: they go without data, or the data are wrong.
    """
    path = values.pop("data")
    said = {name: values.pop(name) for name in NAMES}
    if path is None:
        given = [name for name, value in said.items() if value is not None]
        if given:
            raise RequestError(
                Fault(_PLACES[name], "has a meaning only with --data FILE") for name in given
            )
        return None
    if path == "-" and values.get("scenario") == "-":
        raise wrong("--data", "cannot be -, since --scenario reads standard input already")
    return read(path, said)


def read(path: str, said: dict[str, Any]) -> Dataset:
    """The data set, with faults at the place of the option."""
    from rnnbound.data.read import read_dataset

    tell("reading the data")
    try:
        return read_dataset(path, **said)
    except RequestError as error:
        raise RequestError(
            Fault(_PLACES.get(fault.where, fault.where), fault.message) for fault in error.faults
        ) from error


def sizes(dataset: Dataset | None) -> dict[str, tuple[int, str]]:
    """The fields of the scenario that the data fix: value, and where it comes from in words."""
    if dataset is None:
        return {}
    d = dataset.dim
    inputs = f"{d} channel{'s' * (d > 1)}"
    if dataset.scaling.bias is not None:
        inputs += " with the constant one"
    return {
        "horizon": (dataset.horizon, f"a sample has {dataset.horizon} steps"),
        "samples": (dataset.samples, f"there are {dataset.samples} samples"),
        "dim": (d, f"the inputs have {inputs}"),
    }
