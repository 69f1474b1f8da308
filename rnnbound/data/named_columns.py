"""A table of named columns, whatever file it came from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.errors import Fault, RequestError, shown, suggestion, wrong
from rnnbound.network.array_checks import Array
from rnnbound.scenario.input_file import printable

#: Columns that a table may have, and series.
MOST_COLUMNS: Final = 2**16
MOST_SERIES: Final = 2**20
#: Bad cells of a column that are shown one by one, and columns of a table.
_SHOWN: Final = 5
_LISTED: Final = 20


def require_columns(file: str, number: int) -> None:
    """See that a table is not too wide.

    Raises:
        RequestError: it is.
    """
    if number > MOST_COLUMNS:
        raise wrong(file, f"has {number:,} columns; at most {MOST_COLUMNS:,} are read")


def picked(values: Array, columns: Sequence[int]) -> Array:
    """Some columns of a table, not copied if they stand beside each other in that order."""
    first = columns[0]
    if list(columns) == list(range(first, first + len(columns))):
        return values[:, first : first + len(columns)]
    return values[:, list(columns)]


class BadCells:
    """What is wrong in a column: the first few cells, and how many there are."""

    def __init__(self) -> None:
        self.first: list[tuple[int, str]] = []
        self.count = 0

    def add(self, rows: Sequence[int] | NDArray[np.intp], message: str) -> None:
        """Cells of which the same is wrong."""
        self.first += [(int(row), message) for row in rows[: max(_SHOWN - len(self.first), 0)]]
        self.count += len(rows)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Which series each row belongs to.

    Attributes:
        codes: the number of its series, shape (rows,); series count from 0 in the order in which
            they begin.
        labels: what each series is called.
    """

    codes: NDArray[np.int32]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, codes: NDArray[Any], labels: Sequence[str]) -> Groups:
        """Groups whose codes are in any order.

        Args:
            codes: the place of each row's label in `labels`, shape (rows,).
            labels: what the series are called; the same may come twice, and some not at all.
        """
        numbers: dict[str, int] = {}
        merged = np.array([numbers.setdefault(label, len(numbers)) for label in labels], np.int32)
        coded = merged[codes]
        first = np.full(len(numbers), -1)
        first[coded[::-1]] = np.arange(len(coded), dtype=np.int32)[::-1]  # the last is kept
        used = np.flatnonzero(first >= 0)
        order = used[np.argsort(first[used])]
        place = np.zeros(len(numbers), np.int32)
        place[order] = np.arange(len(order))
        names = list(numbers)
        return cls(place[coded], tuple(names[i] for i in order))


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns that were asked for.

    Attributes:
        values: their numbers, all finite, shape (rows, columns asked for).
        groups: the series of the rows; None if they are one.
    """

    values: Array
    groups: Groups | None


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
        first = enumerate(self.names[:_LISTED], 1)
        parts = [f"{number} {shown(name)}" if name else f"{number}" for number, name in first]
        beyond = len(self.names) - _LISTED
        return "columns: " + ", ".join(parts) + (f" and {beyond:,} more" if beyond > 0 else "")

    def find(self, option: str, given: str) -> int:
        """The place of a column given by name, or by number (from 1) if no name is that.

        Raises:
            RequestError: there is no such column, or several have that name.
        """
        text = printable(given)
        same = [i for i, name in enumerate(self.names) if name and name == text]
        if len(same) > 1:
            numbers = ", ".join(str(i + 1) for i in same[:_LISTED]) + ", …" * (len(same) > _LISTED)
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

    def require_series(self, number: int, group: int | None = None) -> None:
        """See that there are not too many series, which are lists of rows each.

        Args:
            number: how many there are, perhaps not yet all.
            group: the column that names them; None if the table itself does.

        Raises:
            RequestError: there are too many.
        """
        if number > MOST_SERIES:
            where = self.file if group is None else f"{self.file}: {self.label(group)}"
            raise wrong(where, f"names {number:,} series or more; at most {MOST_SERIES:,} are read")

    def bad_cells(self, column: int, found: BadCells) -> list[Fault]:
        """A fault for each bad cell of a column, the first few of many."""
        faults = [
            Fault(f"{self.file}: {self.place(row)}, {self.label(column)}", message)
            for row, message in found.first
        ]
        beyond = found.count - len(found.first)
        if beyond:
            message = f"{beyond:,} more cells are missing or no numbers"
            faults.append(Fault(f"{self.file}: {self.label(column)}", message))
        return faults

    def finite(self, wanted: Sequence[int], values: Array) -> Array:
        """`values`, whose columns are `wanted`, if all are finite.

        Raises:
            RequestError: with the row and column of what is not.
        """
        faults: list[Fault] = []
        for at, column in enumerate(wanted):
            bad = BadCells()
            bad.add(np.flatnonzero(np.isnan(values[:, at])), "is missing (NaN)")
            bad.add(np.flatnonzero(np.isinf(values[:, at])), "is infinite")
            faults += self.bad_cells(column, bad)
        if faults:
            raise RequestError(faults)
        return values
