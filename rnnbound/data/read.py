"""Reading a data set from a file."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rnnbound.data import windows
from rnnbound.data.array_table import Prepared
from rnnbound.data.dataset import Dataset, Origin, scaled
from rnnbound.data.file_loading import load
from rnnbound.data.named_columns import Table, picked
from rnnbound.data.read_request import Request
from rnnbound.data.read_request import read as read_request
from rnnbound.errors import Fault, RequestError, wrong
from rnnbound.scenario.input_file import title


def read_dataset(
    path: str | os.PathLike[str],
    *,
    window: int | str | None = None,
    stride: int | str | None = None,
    target: int | str | None = None,
    inputs: str | Sequence[int | str] | None = None,
    lead: int | str | None = None,
    group: int | str | None = None,
    bias: bool | None = None,
) -> Dataset:
    """Read time series, cut them into windows and scale them.

    A table in one of the formats of :mod:`rnnbound.data.formats`, such as CSV or Parquet, or an
    array of one or two dimensions in an NPY or NPZ file, holds a row for each time step.  An array
    of three dimensions holds (series, steps, columns).
    An NPZ file with X of shape (n, T, d) and Y of shape (n, T) holds the windows themselves: only
    `bias` applies.  Columns are given by name, or by number from 1 if none has that name.

    Args:
        path: the file; ``-`` is CSV on standard input.
        window: T, steps in a window.  Needed, unless there are several series: then the default is
            each series as a whole, and they must be equally long.
        stride: rows from the start of a window to the start of the next (default 1).
        target: the column to predict (default: the only one).
        inputs: the columns to predict it from, a sequence or a text with commas (default: the
            target itself).
        lead: how many rows after its input a target lies (default 1, the next value; 0: the same
            row, for input-output data).
        group: the column whose values name the series that a row belongs to.
        bias: whether the network also sees a constant (default yes).

    Raises:
        RequestError: with what is wrong, by argument, or by row and column of the file.
    """
    request = read_request(
        window=window,
        stride=stride,
        target=target,
        inputs=inputs,
        lead=lead,
        group=group,
        bias=bias,
    )
    name = os.fsdecode(path)
    form, data = load(name)
    opened = form.open(title(name), data)
    if isinstance(opened, Prepared):
        return _from_prepared(opened, title(name), form.name, request)
    return _from_table(opened, form.name, request)


def _from_prepared(found: Prepared, file: str, form: str, request: Request) -> Dataset:
    faults = [
        Fault(name, f"has no meaning for {file}, whose X and Y are windows already")
        for name in request.given()
    ]
    if faults:
        raise RequestError(faults)
    X, Y = found.X, found.Y
    names = tuple(str(c + 1) for c in range(X.shape[2]))
    origin = Origin(file, form, None, False, names, "Y", names)
    columns = [(f"X[:, :, {c}]", X[:, :, c]) for c in range(X.shape[2])]
    return scaled(X, Y, origin, columns=columns, target=("Y", Y), bias=request.bias)


def _from_table(table: Table, form: str, request: Request) -> Dataset:
    target, inputs, group = _choose(table, request)
    lead = 1 if request.lead is None else request.lead
    stride = request.stride or 1
    if lead == 0 and target in inputs:
        message = "must not hold the target if lead is 0: it would be predicted from itself"
        raise wrong("inputs", message)
    wanted = list(dict.fromkeys([*inputs, target]))
    read = table.read(wanted, group)
    series = windows.split(len(read.values), read.groups)
    window = request.window
    if window is None:
        window = windows.whole(series, lead, table.file, table.place)
    seen = picked(read.values, [wanted.index(c) for c in inputs])
    predicted = read.values[:, wanted.index(target)]
    X, Y = windows.cut(
        seen,
        predicted,
        series,
        window=window,
        stride=stride,
        lead=lead,
        file=table.file,
        place=table.place,
    )
    origin = Origin(
        file=table.file,
        format=form,
        rows=len(read.values),
        header=table.header,
        columns=tuple(map(table.title, range(len(table.names)))),
        target=table.title(target),
        inputs=tuple(map(table.title, inputs)),
        group=None if group is None else table.title(group),
        series=len(series),
        stride=stride,
        lead=lead,
    )
    columns = [(table.label(c), seen[:, i]) for i, c in enumerate(inputs)]
    named = (table.label(target), predicted)
    return scaled(X, Y, origin, columns=columns, target=named, bias=request.bias)


def _choose(table: Table, request: Request) -> tuple[int, list[int], int | None]:
    """The places of the target, the inputs and the group among the columns.

    Raises:
        RequestError: with everything that is missing or names no column.
    """
    faults: list[Fault] = []

    def find(option: str, given: str) -> int:
        try:
            return table.find(option, given)
        except RequestError as error:
            faults.extend(error.faults)
            return -1

    group = None if request.group is None else find("group", request.group)
    if group is not None and table.implied_groups:
        message = f"has no meaning for {table.file}, whose first dimension counts series"
        faults.append(Fault("group", message))
    if request.window is None and group is None and not table.implied_groups:
        faults.append(Fault("window", "is needed: how many time steps a sample has, such as 10"))
    target = -1
    others = [c for c in range(len(table.names)) if c != group]
    if request.target is not None:
        target = find("target", request.target)
    elif len(others) == 1:
        target = others[0]
    else:
        faults.append(Fault("target", f"is needed: the column to predict; {table.listed()}"))
    inputs = [target]
    if request.inputs is not None:
        inputs = [find("inputs", one) for one in _listed(table, request.inputs)]
    if faults:
        raise RequestError(faults)
    for option, chosen in (("target", [target]), ("inputs", inputs)):
        if group in chosen:
            faults.append(Fault(option, f"must not be the group ({table.label(group)})"))
        twice = next((c for c in chosen if chosen.count(c) > 1), None)
        if twice is not None:
            faults.append(Fault(option, f"names {table.label(twice)} twice"))
    if faults:
        raise RequestError(faults)
    return target, inputs, group


def _listed(table: Table, given: str | tuple[str, ...]) -> tuple[str, ...]:
    """The columns of one text, separated by commas, unless it is the name of one."""
    if isinstance(given, tuple) or given.strip() in table.names:
        return (given,) if isinstance(given, str) else given
    return tuple(given.split(","))
