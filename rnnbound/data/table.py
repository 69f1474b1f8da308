"""A table of named columns, whatever file it came from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rnnbound.data.source import printable
from rnnbound.network.arrays import Array
from rnnbound.setting.faults import Fault, RequestError, shown, suggestion, wrong

#: Bad cells of a column that are shown one by one.
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns that were asked for.

    Attributes:
        values: their numbers, all finite, shape (rows, columns asked for).
        groups: the label of each row's series; None if the rows are one series.
    """

    values: Array
    groups: Sequence[str] | None


class Table(ABC):
    """A table that was opened but whose cells are not yet read.

    Attributes:
        file: what messages call it.
        names: the name of each column, "" if it has none.
        header: whether the file names its columns.
    """

    file: str
    names: tuple[str, ...]
    header: bool = False

    @property
    def implied_groups(self) -> bool:
        """Whether the file itself says which rows are a series."""
        return False

    @abstractmethod
    def read(self, wanted: Sequence[int], group: int | None) -> Columns:
        """The columns at the given places, and the labels of the column `group`.

        Raises:
            RequestError: with the row and column of what is missing or no number.
        """

    @abstractmethod
    def place(self, row: int) -> str:
        """What messages call a row, counted from 0."""

    def label(self, column: int) -> str:
        """What messages call a column, counted from 0."""
        name = self.names[column]
        return f"column {column + 1} {shown(name)}" if name else f"column {column + 1}"

    def title(self, column: int) -> str:
        """What results call a column: its name or its number."""
        return self.names[column] or str(column + 1)

    def listed(self) -> str:
        """All columns, for messages."""
        parts = [f"{i + 1} {shown(n)}" if n else f"{i + 1}" for i, n in enumerate(self.names)]
        more = f" and {len(parts) - 20} more" if len(parts) > 20 else ""
        return "columns: " + ", ".join(parts[:20]) + more

    def find(self, option: str, given: str) -> int:
        """The place of a column given by name, or by number (from 1) if no name is that.

        Raises:
            RequestError: there is no such column, or several have that name.
        """
        text = printable(given)
        same = [i for i, name in enumerate(self.names) if name and name == text]
        if len(same) > 1:
            numbers = ", ".join(str(i + 1) for i in same)
            raise wrong(option, f"columns {numbers} are all called {shown(text)}; give the number")
        if same:
            return same[0]
        if text.isdecimal() and len(text) < 10:
            if 1 <= int(text) <= len(self.names):
                return int(text) - 1
            last = len(self.names)
            raise wrong(option, f"columns are numbered from 1 to {last} (given: {shown(given)})")
        named = [name for name in self.names if name]
        hint = suggestion(text, named) if named else ""
        hint = f"{hint}; " if hint.startswith("did") else ""
        raise wrong(option, f"there is no column {shown(given)}; {hint}{self.listed()}")

    def bad_cells(self, column: int, found: Sequence[tuple[int, str]]) -> list[Fault]:
        """A fault for each bad cell (row, what is wrong), the first few of many."""
        faults = [
            Fault(f"{self.file}: {self.place(row)}, {self.label(column)}", message)
            for row, message in found[:_SHOWN]
        ]
        if len(found) > _SHOWN:
            message = f"{len(found) - _SHOWN:,} more cells are missing or no numbers"
            faults.append(Fault(f"{self.file}: {self.label(column)}", message))
        return faults

    def finite(self, wanted: Sequence[int], values: Array) -> Array:
        """`values`, whose columns are `wanted`, if all are finite.

        Raises:
            RequestError: with the row and column of what is not.
        """
        faults: list[Fault] = []
        for at, column in enumerate(wanted):
            rows = np.flatnonzero(~np.isfinite(values[:, at]))
            bad = [
                (int(row), "is missing (NaN)" if np.isnan(values[row, at]) else "is infinite")
                for row in rows
            ]
            faults += self.bad_cells(column, bad)
        if faults:
            raise RequestError(faults)
        return values
