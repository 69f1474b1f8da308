"""A data file on a page: its columns, its units, its scaling, its first window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from rnnbound.numbers import numerals

if TYPE_CHECKING:
    from rnnbound.data.dataset import Dataset, DataSummary, Range
    from rnnbound.presentation.terminal_page import Page

#: Steps of a window and input columns that the table shows.
_STEPS: Final = 10
_COLUMNS: Final = 8


def rows(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """A row for each step of each window, scaled."""
    for j in range(dataset.samples):
        for t in range(dataset.horizon):
            inputs = {f"X{c + 1}": float(x) for c, x in enumerate(dataset.X[j, t])}
            yield {"sample": j + 1, "step": t + 1, **inputs, "Y": float(dataset.Y[j, t])}


def draw(page: Page, found: DataSummary) -> None:
    """Put what is understood of a file on a page."""
    origin = found.origin
    sizes = ((found.samples, "sample"), (found.horizon, "step"), (found.dim, "channel"))
    n, T, d = (f"{numerals.count(size)} {what}{'s' * (size > 1)}" for size, what in sizes)
    head = f"n = {found.samples}, T = {found.horizon}, d = {found.dim}"
    page.say(f"{n} of {T} with {d}: {head}.", "bold")
    page.heading("The file")
    page.pairs(_file(found))
    page.heading("In the data's units")
    named = zip(origin.inputs[:_COLUMNS], found.input_ranges, strict=False)
    ranges = [(f"input {name}", *_cells(values)) for name, values in named]
    ranges.append((f"target {origin.target}", *_cells(found.target_range)))
    page.table(("", "least", "mean", "largest"), ranges)
    if len(origin.inputs) > _COLUMNS:
        page.say(f"and {len(origin.inputs) - _COLUMNS} more inputs (all in --json)", indent=2)
    page.heading("Scaled")
    page.pairs(_scaling(found))
    page.heading("First window")
    page.table(*_first(found))
    if found.horizon > _STEPS:
        page.say(f"and {numerals.count(found.horizon - _STEPS)} more steps", indent=2)


def _cells(values: Range) -> tuple[str, ...]:
    return tuple(map(numerals.real, (values.least, values.mean, values.largest)))


def _file(found: DataSummary) -> Iterator[tuple[str, str]]:
    origin = found.origin
    shown = ", ".join(origin.columns[:20]) + (", …" if len(origin.columns) > 20 else "")
    yield "file", f"{origin.file} ({origin.format})"
    if origin.rows is None:
        yield "windows", "as they are in X and Y"
        return
    header = "named in the header" if origin.header else "by number, there is no header"
    yield "rows", numerals.count(origin.rows)
    yield "columns", f"{shown} ({header})"
    if origin.series is not None and origin.series > 1:
        by = f", told apart by {origin.group}" if origin.group else ""
        yield "series", f"{numerals.count(origin.series)}{by}"
    later = {0: "in the same row", 1: "one row later"}.get(origin.lead or 0)
    yield "target", f"{origin.target}, {later or f'{origin.lead} rows later'} (lead {origin.lead})"
    inputs = ", ".join(origin.inputs[:20]) + (", …" if len(origin.inputs) > 20 else "")
    yield "inputs", inputs
    yield "stride", numerals.count(origin.stride)


def _scaling(found: DataSummary) -> Iterator[tuple[str, str]]:
    scaling = found.scaling
    for name, offset, scale in list(
        zip(found.origin.inputs, scaling.input_offset, scaling.input_scale, strict=True)
    )[:_COLUMNS]:
        yield f"input {name}", _map(offset, scale)
    if scaling.bias is not None:
        yield "constant", numerals.real(scaling.bias)
    yield "target", _map(scaling.target_offset, scaling.target_scale)
    yield "max ‖X_t‖", numerals.real(found.largest_norm)
    units = numerals.real(found.initial_risk_in_units)
    yield (
        "R(0)",
        f"{numerals.real(found.initial_risk)}, which is {units} in the target's units squared",
    )
    yield "error at R(0)", f"{numerals.real(found.initial_error)} a step (root mean square)"


def _map(offset: float, scale: float) -> str:
    sign = "−" if offset >= 0 else "+"
    return f"(value {sign} {numerals.real(abs(offset))}) / {numerals.real(scale)}"


def _first(found: DataSummary) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A row for each step: inputs and target in the data's units, and the scaled target."""
    window = found.first[0]
    names = found.origin.inputs[:_COLUMNS]
    header = ("step", *(f"input {name}" for name in names), "target", "Y")
    steps = zip(window.inputs, window.targets, window.Y, strict=True)
    rows = [
        (
            str(t + 1),
            *map(numerals.real, inputs[:_COLUMNS]),
            numerals.real(target),
            numerals.real(Y),
        )
        for t, (inputs, target, Y) in enumerate(steps)
    ]
    return header, rows[:_STEPS]
