"""JSON Lines: an object per row, with numbers as in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rnnbound.presentation.output_formats import Format, Row, RowWriter
from rnnbound.presentation.writers.json import members, quoted


@dataclass(frozen=True, slots=True)
class JsonLines:
    """An object for each row; the first key is its number if it is to be resumed."""

    columns: tuple[str, ...]
    key: str = ""

    def __call__(self, rows: Sequence[Row], first: int) -> str:
        lines = members(self.columns, rows)
        if self.key:
            head = f"{quoted(self.key)}: "
            lines = [f"{head}{place}, {line}" for place, line in enumerate(lines, first + 1)]
        return "\n".join([*(f"{{{line}}}" for line in lines), ""])


FORMAT: Final = Format(
    name="jsonl",
    suffixes=(".jsonl",),
    for_people=False,
    to_file=False,
    resumable=True,
    require=None,
    rows=lambda table: RowWriter(JsonLines(table.names, table.key)),
    whole=None,
)
