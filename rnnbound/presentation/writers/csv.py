"""Results as CSV (RFC 4180): a header and a row per thing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from rnnbound.presentation.writers.json import bare, plain


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV text; numbers as in JSON, nested objects as ``outer.inner`` columns, null as nothing."""
    flat = [_flat(plain(row)) for row in rows]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue().removesuffix("\n")


def _flat(row: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            cells |= _flat(value, f"{prefix}{name}.")
        else:
            cells[prefix + name] = "" if value is None else bare(value)
    return cells
