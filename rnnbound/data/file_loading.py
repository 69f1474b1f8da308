"""The bytes of a data file, and which kind of file they are."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from rnnbound.data import file_limits
from rnnbound.data.data_formats import DataFormat, of_content, of_suffix, titles
from rnnbound.errors import wrong
from rnnbound.scenario.input_file import read_bytes, title

_SHEET: Final = "is a spreadsheet; save the sheet as CSV and give that file (numbers with a point)"
_PACKED: Final = "is compressed; unpack it first (such as with gunzip or unzip)"
#: What is told from others in order to be refused: why, by suffix and by how the content begins.
_REFUSED_SUFFIXES: Final = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers"), _SHEET),
    **dict.fromkeys((".gz", ".bz2", ".xz", ".zst", ".zip"), _PACKED),
}
_REFUSED: Final = {
    # Its reader trusts every byte of it.
    b"FEA1": "is a Feather file of version 1; write it again as version 2",
    b"\xd0\xcf\x11\xe0": _SHEET,
    b"\x1f\x8b": _PACKED,
}
_ZIP: Final = b"PK\x03\x04"


def load(path: str) -> tuple[DataFormat, bytes]:
    """The format of a file and its bytes; ``-`` is CSV.

    Raises:
        RequestError: it cannot be read, is too large, or is of a format that is not read.
    """
    suffix = PurePath(path).suffix.lower() if path != "-" else ".csv"
    try:
        data = read_bytes(path, file_limits.LARGEST, "a data file", stdin=True)
    except ValueError as error:
        raise wrong(title(path), str(error)) from None
    if not data or data.isspace():
        raise wrong(title(path), "is empty; it must hold at least one column of numbers")
    refused = _refused(suffix, data)
    if refused is not None:
        raise wrong(title(path), refused)
    found = of_content(data)
    meant = found or of_suffix(suffix)
    if meant is None:
        message = f"has an unknown suffix {suffix or 'none'!r}; {titles('and')} files are read"
        raise wrong(title(path), message)
    if found is None and meant.marks:
        message = f"is not a {suffix} file, whatever its name says; {titles('and')} files are read"
        raise wrong(title(path), message)
    return meant, data


def _refused(suffix: str, data: bytes) -> str | None:
    """Why a file is of no format that is read, if it is known to be of another."""
    if data.startswith(_ZIP) and (b"[Content_Types].xml" in data or b"mimetype" in data[:64]):
        return _SHEET
    begun = next((why for mark, why in _REFUSED.items() if data.startswith(mark)), None)
    named = _REFUSED_SUFFIXES.get(suffix)
    return _SHEET if _SHEET in {named, begun} else begun or named
