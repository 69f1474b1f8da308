"""NumPy's archive of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rnnbound.data.data_formats import DataFormat

if TYPE_CHECKING:
    from rnnbound.data.array_table import ArrayTable, Prepared


def _read(file: str, data: bytes) -> ArrayTable | Prepared:
    from rnnbound.data.array_table import read_npz

    return read_npz(file, data)


FORMAT: Final = DataFormat(
    name="npz",
    title="NPZ",
    suffixes=(".npz",),
    marks=(b"PK\x03\x04",),
    library=None,
    read=_read,
)
