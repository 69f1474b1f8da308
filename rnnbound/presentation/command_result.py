"""What a command found, before anybody chose how to show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnnbound.presentation.charts.chart import Chart
    from rnnbound.presentation.terminal_page import Page


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found, in every form that can be asked for.

    Attributes:
        command: its name, for the JSON schema.
        data: the result; its fields are the JSON keys.
        rows: the rows of formats that have rows.
        table: draws the table for people.
        promise: what is guaranteed, for whom and under which assumption, in words; a key of the
            JSON object, and a column of rows that have none of their own.
        holds: whether the answer is yes.
        notes: lines for stderr in every format.
        problem: why the answer is no; for stderr unless the table says it.
        status: the exit code, where `holds` does not say it.
        charts: what `--plot` draws; none if there is nothing to draw.
    """

    command: str
    data: object
    rows: Callable[[], Iterable[Mapping[str, Any]]]
    table: Callable[[Page], None]
    promise: str | None = None
    holds: bool = True
    notes: tuple[str, ...] = ()
    problem: str | None = None
    status: int | None = None
    charts: Callable[[], Sequence[Chart]] | None = None

    def flat_rows(self) -> Iterator[dict[str, Any]]:
        """The rows with nested objects as ``outer.inner``, and the promise in each of them."""
        for row in self.rows():
            found = dict(_flat(row, ""))
            if self.promise is not None:
                found.setdefault("promise", self.promise)
            yield found


def _flat(row: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    if is_dataclass(row):
        row = {field.name: getattr(row, field.name) for field in fields(row)}
    for name, value in row.items():
        if isinstance(value, Mapping) or is_dataclass(value):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
