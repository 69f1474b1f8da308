"""The bytes of a data file, and which kind of file they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Final

from rnnbound.scenario.errors import wrong
from rnnbound.scenario.input_file import printable, read_bytes, title

#: Bytes that a data file may have, as it is and when what is read from it is unpacked.
LARGEST: Final = 2**28
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
    b"FEA1": "old feather",
    b"\xd0\xcf\x11\xe0": "excel",
    b"\x1f\x8b": "packed",
}
_READABLE: Final = "CSV, TSV, NPY, NPZ, Parquet and Feather files are read"


class UnreadableError(ValueError):
    """Why a file, or a part of it, is not read; completes "the file ..."."""


def reason(error: BaseException) -> str:
    """What a library says of damaged bytes, on one line and not too long."""
    return printable(str(error))[:100] or type(error).__name__


def load(path: str) -> tuple[str, bytes]:
    """The kind of a file (csv, tsv, npy, npz, parquet or feather) and its bytes; ``-`` is CSV.

    Raises:
        RequestError: it cannot be read, is too large, or is of a kind that is not read.
    """
    suffix = PurePath(path).suffix.lower() if path != "-" else ".csv"
    try:
        data = read_bytes(path, LARGEST, "a data file", stdin=True)
    except ValueError as error:
        raise wrong(title(path), str(error)) from None
    if not data or data.isspace():
        raise wrong(title(path), "is empty; it must hold at least one column of numbers")
    if suffix in _SHEETS:
        raise wrong(title(path), _sheet())
    found = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    if data.startswith(b"PK\x03\x04"):
        found = "excel" if b"[Content_Types].xml" in data or b"mimetype" in data[:64] else "npz"
    if found == "excel":
        raise wrong(title(path), _sheet())
    if found == "old feather":  # whose reader trusts every byte of them
        raise wrong(title(path), "is a Feather file of version 1; write it again as version 2")
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


def require_numbers(count: int) -> None:
    """See that there are not too many numbers.

    Raises:
        UnreadableError: there are.
    """
    most = LARGEST // 8
    if count > most:
        raise UnreadableError(f"has {count:,} numbers; at most {most:,} are read, so give a part")


def require_bytes(count: int) -> None:
    """See that what is read is not too large when it is unpacked.

    Raises:
        UnreadableError: it is.
    """
    if count > LARGEST:
        raise UnreadableError(f"is larger than {LARGEST:,} bytes when unpacked; give a part of it")


@contextmanager
def told(where: str, what: str = "") -> Iterator[None]:
    """Say of what file, or part of a file, it is that it cannot be read.

    Args:
        where: its place, or the option that names it.
        what: how the sentence begins.

    Raises:
        RequestError: it cannot.
    """
    try:
        yield
    except UnreadableError as error:
        raise wrong(where, f"{what} {error}".strip()) from None
