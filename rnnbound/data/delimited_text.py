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

from rnnbound.data.cell_errors import fault, is_missing, looks_numeric
from rnnbound.data.file_limits import require_numbers, told
from rnnbound.data.named_columns import BadCells, Columns, Groups, Table, require_columns
from rnnbound.errors import Fault, RequestError, wrong
from rnnbound.scenario.input_file import decode, printable

#: Characters of a row at most, and cells of the rows that are looked at together.
_LONGEST: Final = 1 << 20
#: Rows that are looked at together, and that are counted together: so many of the longest fit.
_CHUNK: Final = 1 << 15
_PART: Final = 32
_QUOTED: Final = re.compile(r'"[^"]*"')
_BLANK: Final = b" \t\r\n,;"


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
        try:
            decode(data)
        except ValueError as error:
            raise wrong(file, str(error)) from None
        self._data = _without_blank_end(data)
        #: Whether rows may span lines.
        self._quoted = b'"' in self._data
        self._require_lines()
        self._lines = array("q")
        first = _QUOTED.sub("", next((line for line in self._text() if line.strip("\r\n")), ""))
        self.delimiter = "\t" if tabs else next((c for c in "\t;" if c in first), ",")
        self._numbered = (line for line, _ in self._rows())
        rows = [row for _, row in islice(self._rows(), 2)]
        if not rows:
            raise wrong(file, "is empty; it must hold at least one column of numbers")
        require_columns(file, len(rows[0]))
        self.header = _is_header(rows[0], rows[1] if len(rows) > 1 else None)
        self.names = tuple(printable(c) if self.header else "" for c in rows[0])

    def place(self, row: int) -> str:
        """Both numbers of a row: among the data, and its line in the file."""
        at = row + self.header
        # Counted when something is wrong, as far as is needed: a cell may span lines.
        self._lines.extend(islice(self._numbered, max(at + 1 - len(self._lines), 0)))
        return f"row {row + 1} (line {self._lines[at]})"

    def read(self, wanted: Sequence[int], group: int | None) -> Columns:
        found = [array("d") for _ in wanted]
        bad = {column: BadCells() for column in (*wanted, *([] if group is None else [group]))}
        codes, labels = array("i"), dict[str, int]()
        done = 0
        if not self._quoted:  # then a line is a row, and a file that is too long is refused at once
            with told(self.file):
                ends = max(self._data.count(b"\n"), self._data.count(b"\r"))
                require_numbers((ends + 1 - self.header) * len(wanted))
        for chunk in self._chunks():
            self._check_lengths(chunk, done)
            for at, column in enumerate(wanted):
                cells = [row[column] for row in chunk]
                found[at].extend(_numbers(cells, done, bad[column]))
            if group is not None:
                chosen = [row[group].strip() for row in chunk]
                empty = [done + i for i, label in enumerate(chosen) if not label]
                bad[group].add(empty, "is empty")
                codes.extend(labels.setdefault(label, len(labels)) for label in chosen)
                self.require_series(len(labels), group)
            done += len(chunk)
            with told(self.file):
                require_numbers(done * len(wanted))
        if not done:
            raise wrong(self.file, "has a header and no rows")
        faults = [f for column, cells in bad.items() for f in self.bad_cells(column, cells)]
        if faults:
            raise RequestError(faults)
        values = np.array(found, dtype=np.float64).T
        if group is None:
            return Columns(values, None)
        return Columns(values, Groups.of(np.frombuffer(codes, np.int32), [*labels]))

    def _text(self) -> Iterator[str]:
        """The lines with their ends, decoded as they are read."""
        return io.TextIOWrapper(io.BytesIO(self._data), encoding="utf-8-sig", newline="")

    def _chunks(self) -> Iterator[list[list[str]]]:
        """The rows below the header, some at a time."""
        rows = islice(self._rows(), int(self.header), None)
        chunk: list[list[str]] = []
        cells = 0
        while part := [row for _, row in islice(rows, _PART)]:
            chunk += part
            cells += sum(map(len, part))
            if len(chunk) >= _CHUNK or cells > _LONGEST:
                yield chunk
                chunk, cells = [], 0
        if chunk:
            yield chunk

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the number of the line it begins on; blank lines at the ends are left out.

        Raises:
            RequestError: a quote is wrong or not closed, or a row has no end.
        """
        size, line, begun = 0, 1, False

        def bounded() -> Iterator[str]:
            """The lines, if those of a row are not too long together."""
            nonlocal size
            for text in self._text():
                size += len(text)
                if size > 2 * _LONGEST:
                    raise self._endless(line)
                yield text

        lines = bounded() if self._quoted else self._text()
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            for row in reader:
                if row or begun:
                    begun = True
                    yield line, row
                line, size = reader.line_num + 1, 0
        except csv.Error as error:
            message = "has a quote that is not closed or is followed by more text"
            if "limit" in str(error):
                message = f"has a cell of more than {csv.field_size_limit():,} characters"
            raise wrong(f"{self.file}: line {line}", message) from None

    def _require_lines(self) -> None:
        """See that no line is much longer than it may be, before it is taken as a whole.

        Raises:
            RequestError: one is.
        """
        data = self._data
        for start in range(0, len(data) - _LONGEST, _LONGEST):
            end = start + _LONGEST
            if data.find(b"\n", start, end) < 0 and data.find(b"\r", start, end) < 0:
                raise self._endless(data.count(b"\n", 0, start) + 1)

    def _endless(self, line: int) -> RequestError:
        message = f"begins a row of more than {_LONGEST:,} characters"
        return wrong(f"{self.file}: line {line}", message)

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


def _numbers(cells: list[str], first: int, bad: BadCells) -> list[float]:
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
            bad.add([first + i], message)
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


def _without_blank_end(data: bytes) -> bytes:
    """`data` without the lines of empty cells that spreadsheets leave at the end."""
    kept = len(data.rstrip(_BLANK))
    ends = [end for end in (data.find(b"\n", kept), data.find(b"\r", kept)) if end >= 0]
    return data[: min(ends)] if ends else data
