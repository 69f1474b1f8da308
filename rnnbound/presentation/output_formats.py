"""The formats of results: what a format is, and the table of those there are.

Every module of :mod:`rnnbound.presentation.writers` is one format, its record named ``FORMAT``.
All commands, their help, their completion and their errors ask :func:`formats`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

from rnnbound.numbers.short_decimals import NEAREST
from rnnbound.records import records

if TYPE_CHECKING:
    from rnnbound.presentation.command_result import Answer

Row = Sequence[Any]
#: The format of results where none is asked for.
DEFAULT: Final = "table"
#: The error handler for data, which are UTF-8: a byte of a file name that is not, as JSON has it.
SURROGATES: Final = "backslashreplace"


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column of rows: name, kind, rounding and width, see :mod:`rnnbound.sweeping.columns`."""

    name: str
    kind: str
    side: str = NEAREST
    cells: int = 0


@dataclass(frozen=True, slots=True)
class RowTable:
    """What is known of rows before the first of them is there.

    Attributes:
        columns: what each row tells.
        about: the keys of a JSON object that come before the rows.
        promise: what holds for all rows, in words; empty if that is in the rows.
        key: the name of a first column that numbers the rows from 1; empty if there is none.
    """

    columns: tuple[RowColumn, ...]
    about: Mapping[str, Any] = field(default_factory=dict)
    promise: str = ""
    key: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


class RowSink(Protocol):
    """A file that rows are written to as they come."""

    def write(self, piece: Any) -> None:
        """Write what :attr:`RowWriter.encode` made of some rows."""

    def close(self, complete: bool) -> str:
        """Write the end, all rows being there or not; returns what is to be said, if anything."""


@dataclass(frozen=True, slots=True)
class RowWriter:
    """How rows are written.

    Attributes:
        encode: rows, and the number of the first one, in the form of the file; picklable, as it
            works where the rows are computed.
        header: what comes before all rows.
        footer: what comes after them, given whether all are there.
        binary: makes the sink of a file that is no text; it then knows header and footer itself.
    """

    encode: Callable[[Sequence[Row], int], Any]
    header: str = ""
    footer: Callable[[bool], str] = lambda complete: ""
    binary: Callable[[BinaryIO], RowSink] | None = None

    def sink(self, file: BinaryIO, *, begun: bool = False) -> RowSink:
        """The file as one of rows; `begun` if the header is there already."""
        if self.binary is not None:
            return self.binary(file)
        return TextSink(file, "" if begun else self.header, self.footer)


class TextSink:
    """Text that is written so that each piece is seen at once.

    The header comes with the first piece: what fails before that leaves no output.
    """

    def __init__(self, file: BinaryIO, header: str, footer: Callable[[bool], str]) -> None:
        self._file, self._waiting, self._footer = file, header, footer

    def write(self, piece: str) -> None:
        """Write a piece."""
        text, self._waiting = self._waiting + piece, ""
        self._file.write(text.encode("utf-8", SURROGATES))
        self._file.flush()

    def close(self, complete: bool) -> str:
        """Write the end."""
        self.write(self._footer(complete))
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format of results.

    Attributes:
        name: what `--format` calls it.
        suffixes: ends of the names of files that mean it.
        for_people: it says all there is to say, in the encoding of the terminal; else it is data.
        to_file: it is no text, and goes to a file.
        resumable: a file of it can be cut after any line, and gone on with.
        require: sees that the libraries are there that it needs, or raises a RequestError.
        rows: writes rows one after the other.
        whole: a whole answer as text, for a file or not; None where it is the answer's rows.
    """

    name: str
    suffixes: tuple[str, ...]
    for_people: bool
    to_file: bool
    resumable: bool
    require: Callable[[], object] | None
    rows: Callable[[RowTable], RowWriter]
    whole: Callable[[Answer, bool], str] | None

    def of(self, answer: Answer, *, to_file: bool) -> tuple[str | bytes, str]:
        """A whole answer, as lines or as bytes; and what is to be said of it, if anything."""
        if self.whole is not None:
            return self.whole(answer, to_file), ""
        found = list(answer.flat_rows())
        names = dict.fromkeys(name for row in found for name in row)
        rows = [[row.get(name) for name in names] for row in found]
        columns = [
            RowColumn(name, _kind([row[place] for row in rows])) for place, name in enumerate(names)
        ]
        writer, file = self.rows(RowTable(tuple(columns))), io.BytesIO()
        sink = writer.sink(file)
        sink.write(writer.encode(rows, 0))
        said = sink.close(True)
        made = file.getvalue()
        return made if self.to_file else made.decode().removesuffix("\n"), said


def _kind(values: Sequence[Any]) -> str:
    """What a column of whole answers holds."""
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, bool) for value in there):
        return "truth"
    if there and all(isinstance(value, int) and not isinstance(value, bool) for value in there):
        return "count"
    numbers = [not isinstance(value, (bool, str, list, tuple)) for value in there]
    return "real" if there and all(numbers) else "word"


@cache
def formats() -> Mapping[str, Format]:
    """All formats by name; that of people first.

    Raises:
        TypeError: a writer has no record, or one that lacks a field.
    """
    from rnnbound.presentation import writers

    found = records(writers, "FORMAT", Format)
    return {one.name: one for one in sorted(found, key=lambda one: (one.name != DEFAULT, one.name))}
