"""NumPy's file of one array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rnnbound.data.data_formats import DataFormat

if TYPE_CHECKING:
    from rnnbound.data.array_table import ArrayTable


def _read(file: str, data: bytes) -> ArrayTable:
    from rnnbound.data.array_table import read_npy

    return read_npy(file, data)


FORMAT: Final = DataFormat(
    name="npy",
    title="NPY",
    suffixes=(".npy",),
    marks=(b"\x93NUMPY",),
    library=None,
    read=_read,
)
