"""Text tables: CSV, TSV and the like, with a header or without."""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np

from rnnbound.data.cells import fault, is_missing, looks_numeric
from rnnbound.data.source import printable
from rnnbound.data.table import Columns, Table
from rnnbound.setting.faults import Fault, RequestError, wrong

_CHUNK: Final = 1 << 15
_QUOTED: Final = re.compile(r'"[^"]*"')
_BLANK: Final = " \t\r\n,;"


class TextTable(Table):
    """A delimited text file; its cells are read once, when the wanted columns are known.

    Args:
        file: what messages call it.
        data: its bytes, UTF-8 with or without a byte order mark.
        tabs: whether it is separated by tabs; otherwise by tabs, semicolons or commas, whichever
            of them comes first in this list and occurs in the first line.

    Raises:
        RequestError: it is not text, or holds no rows.
    """

    def __init__(self, file: str, data: bytes, *, tabs: bool) -> None:
        self.file = file
        self._text = _decode(file, data)
        self._lines = array("q")
        first = _QUOTED.sub("", self._text.lstrip("\r\n").split("\n", 1)[0])
        self.delimiter = "\t" if tabs else next((c for c in "\t;" if c in first), ",")
        rows = [row for _, row in islice(self._rows(), 2)]
        if not rows:
            raise wrong(file, "is empty; it must hold at least one column of numbers")
        self.header = _is_header(rows[0], rows[1] if len(rows) > 1 else None)
        self.names = tuple(printable(c) if self.header else "" for c in rows[0])

    def place(self, row: int) -> str:
        """Both numbers of a row: among the data, and its line in the file."""
        if not self._lines:  # counted when something is wrong: a cell may span lines
            self._lines.extend(line for line, _ in self._rows())
        return f"row {row + 1} (line {self._lines[row + self.header]})"

    def read(self, wanted: Sequence[int], group: int | None) -> Columns:
        found = [array("d") for _ in wanted]
        bad: list[list[tuple[int, str]]] = [[] for _ in wanted]
        labels: list[str] = []
        unlabelled: list[tuple[int, str]] = []
        done = 0
        rows = islice(self._rows(), int(self.header), None)
        while chunk := [row for _, row in islice(rows, _CHUNK)]:
            self._check_lengths(chunk, done)
            for at, column in enumerate(wanted):
                cells = [row[column] for row in chunk]
                found[at].extend(_numbers(cells, done, bad[at]))
            if group is not None:
                chosen = [row[group].strip() for row in chunk]
                unlabelled += [(done + i, "is empty") for i, c in enumerate(chosen) if not c]
                labels += chosen
            done += len(chunk)
        if not done:
            raise wrong(self.file, "has a header and no rows")
        faults = [f for i, c in enumerate(wanted) for f in self.bad_cells(c, bad[i])]
        if group is not None:
            faults += self.bad_cells(group, unlabelled)
        if faults:
            raise RequestError(faults)
        values = np.array(found, dtype=np.float64).T if wanted else np.empty((done, 0))
        return Columns(values, labels if group is not None else None)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the number of the line it begins on; blank lines at the ends are left out.

        Raises:
            RequestError: a quote is wrong or not closed.
        """
        lines = io.StringIO(self._text, newline="")
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        line, begun = 1, False
        try:
            for row in reader:
                if row or begun:
                    begun = True
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            message = "has a quote that is not closed or is followed by more text"
            if "limit" in str(error):
                message = f"has a cell of more than {csv.field_size_limit():,} characters"
            raise wrong(f"{self.file}: line {line}", message) from None

    def _check_lengths(self, chunk: Sequence[Sequence[str]], done: int) -> None:
        usual = len(self.names)
        if {len(row) for row in chunk} == {usual}:
            return
        faults = []
        for i, row in enumerate(chunk):
            if len(row) == usual:
                continue
            message = f"has {_cells(len(row))}, the first row has {_cells(usual)}"
            if not row:
                message = "is empty: a gap; fill it, or make the parts series of their own (group)"
            elif len(row) > usual and self.delimiter == "," and any(map(looks_numeric, row)):
                message += "; a comma inside a number must go (3.14, not 3,14; 1000, not 1,000)"
            faults.append(Fault(f"{self.file}: {self.place(done + i)}", message))
            if len(faults) == 3:
                break
        raise RequestError(faults)


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _numbers(cells: list[str], first: int, bad: list[tuple[int, str]]) -> list[float]:
    """The numbers of `cells`; what is wrong is put into `bad` with its row, and counts as 0."""
    try:
        values = list(map(float, cells))
        plain = np.isfinite(values).all() and not any("_" in cell for cell in cells)
    except ValueError:
        plain = False
    if plain:
        return values
    values = []
    for i, cell in enumerate(cells):
        message = fault(cell)
        if message is not None:
            bad.append((first + i, message))
        values.append(0.0 if message is not None else float(cell))
    return values


def _is_header(first: Sequence[str], second: Sequence[str] | None) -> bool:
    """Whether the first row names the columns.

    It does if nothing in it looks like a number, or if a number stands below one of its texts.
    """
    if not any(map(looks_numeric, first)):
        return True
    if second is None or len(second) != len(first):
        return False
    pairs = zip(first, second, strict=True)
    return any(
        not looks_numeric(above) and not is_missing(above) and looks_numeric(below)
        for above, below in pairs
    )


def _decode(file: str, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise wrong(file, "is UTF-16 text; save it as UTF-8 (in a spreadsheet: CSV UTF-8)")
    if b"\0" in data:
        raise wrong(file, "is binary, not text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 text (byte 0x{data[error.start]:02x}); save the file as UTF-8"
        raise wrong(f"{file}: line {line}", message) from None
    return _without_blank_end(text if "\n" in text else text.replace("\r", "\n"))


def _without_blank_end(text: str) -> str:
    """`text` without the lines of empty cells that spreadsheets leave at the end."""
    kept = len(text.rstrip(_BLANK))
    end = text.find("\n", kept)
    return text if end < 0 else text[:end]
