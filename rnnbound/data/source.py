"""The bytes of a data file, and which kind of file they are."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Final

from rnnbound.setting.faults import wrong

LARGEST: Final = 2**30
_KINDS: Final = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "csv",
    ".npy": "npy",
    ".npz": "npz",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".feather": "feather",
    ".arrow": "feather",
}
_SHEETS: Final = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers"}
_PACKED: Final = {".gz", ".bz2", ".xz", ".zst", ".zip"}
_MAGIC: Final = {
    b"\x93NUMPY": "npy",
    b"PAR1": "parquet",
    b"ARROW1": "feather",
    b"FEA1": "feather",
    b"\xd0\xcf\x11\xe0": "excel",
    b"\x1f\x8b": "packed",
}
_READABLE: Final = "CSV, TSV, NPY, NPZ, Parquet and Feather files are read"


def title(path: str) -> str:
    """What messages call the file."""
    return "standard input" if path == "-" else printable(path)


def printable(text: str) -> str:
    """`text` on one line, without anything that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def load(path: str) -> tuple[str, bytes]:
    """The kind of a file (csv, tsv, npy, npz, parquet or feather) and its bytes; ``-`` is CSV.

    Raises:
        RequestError: it cannot be read, is too large, or is of a kind that is not read.
    """
    suffix = Path(path).suffix.lower() if path != "-" else ".csv"
    try:
        data = _bytes(path)
    except OSError as error:
        raise wrong(title(path), f"cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise wrong(title(path), str(error)) from None
    if not data.strip():
        raise wrong(title(path), "is empty; it must hold at least one column of numbers")
    if suffix in _SHEETS:
        raise wrong(title(path), _sheet())
    found = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    if data.startswith(b"PK\x03\x04"):
        found = "excel" if b"[Content_Types].xml" in data or b"mimetype" in data[:64] else "npz"
    if found == "excel":
        raise wrong(title(path), _sheet())
    if found == "packed" or suffix in _PACKED:
        raise wrong(title(path), "is compressed; unpack it first (such as with gunzip or unzip)")
    kind = found or _KINDS.get(suffix)
    if kind is None:
        raise wrong(title(path), f"has an unknown suffix {suffix or 'none'!r}; {_READABLE}")
    if found is None and kind not in {"csv", "tsv"}:
        raise wrong(title(path), f"is not a {suffix} file, whatever its name says; {_READABLE}")
    return kind, data


def _sheet() -> str:
    return "is a spreadsheet; save the sheet as CSV and give that file (numbers with a point)"


def _bytes(path: str) -> bytes:
    if path == "-":
        if sys.stdin is None:
            raise OSError("standard input is closed")
        return _limited(sys.stdin.buffer.read(LARGEST + 1))
    with open(path, "rb") as file:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_size > LARGEST:
            raise ValueError(_too_large())
        return _limited(file.read(LARGEST + 1))


def _limited(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise ValueError(_too_large())
    return data


def _too_large() -> str:
    return f"is larger than a data file may be ({LARGEST:,} bytes); give a part of it"
