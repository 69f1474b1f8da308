"""NPY files, read without a Python parser: nothing in them is evaluated, and nothing is trusted.

The format is that of numpy.lib.format: a magic string, the length of a header, the header (a Python
dictionary of type, order and shape, written out), and the values.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.data.file_limits import UnreadableError
from rnnbound.errors import shown

MAGIC: Final = b"\x93NUMPY"
#: Bytes that a header may have; those of columns without names have about a hundred.
LONGEST_HEADER: Final = 10_000
#: Bytes at the beginning of a file that :func:`header` wants to see.
BEGIN: Final = 12 + LONGEST_HEADER
_MOST_DIMENSIONS: Final = 64
_ITEM: Final = re.compile(
    r"\s*(['\"])(?P<key>descr|fortran_order|shape)\1\s*:\s*"
    r"(?P<value>'[^']*+'|\"[^\"]*+\"|True|False|\([0-9L,\s]*+\)|\[.*+)\s*,?",
    re.DOTALL,
)
_SHAPE: Final = re.compile(r"\((?:\s*\d{1,18}L?\s*,)*\s*(?:\d{1,18}L?\s*)?\)")
_TYPE: Final = re.compile(r"[<>|=]?(?:[?bBhHiIlLqQefdg]|[iufbUS][1-9]\d{0,8})")
#: What else arrays hold, by the letter of the type.
_OTHERS: Final = {
    "O": "Python objects, which could run code",
    "c": "complex numbers",
    "F": "complex numbers",
    "D": "complex numbers",
    "G": "complex numbers",
    "M": "dates",
    "m": "durations",
    "V": "raw bytes, not numbers",
    "a": "text",
}


@dataclass(frozen=True, slots=True)
class Header:
    """What an NPY file says of its values.

    Attributes:
        type: a type of numbers or of text.
        fortran: whether the first index runs fastest.
        shape: its dimensions.
        start: where the values begin.
    """

    type: np.dtype[Any]
    fortran: bool
    shape: tuple[int, ...]
    start: int

    @property
    def count(self) -> int:
        """How many values there are."""
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.start + self.count * self.type.itemsize


def header(begin: bytes) -> Header:
    """The header of an NPY file.

    Args:
        begin: its first bytes, :data:`BEGIN` of them if there are so many.

    Raises:
        UnreadableError: it is damaged, or holds neither numbers nor text.
    """
    if not begin.startswith(MAGIC) or len(begin) < 12:
        raise UnreadableError("is damaged or no NumPy array")
    wide = begin[6] >= 2
    start = 12 if wide else 10
    length = int.from_bytes(begin[8:start], "little")
    if length > LONGEST_HEADER:
        message = f"is damaged: its header has {length:,} bytes (at most {LONGEST_HEADER:,})"
        raise UnreadableError(message)
    if begin[6] not in {1, 2, 3} or len(begin) < start + length:
        raise UnreadableError("is damaged: its header is cut off or of an unknown version")
    said = _items(begin[start : start + length].decode("latin-1"))
    if said["descr"].startswith("["):
        raise UnreadableError("has named fields; save the columns as one array of numbers")
    shape = _SHAPE.fullmatch(said["shape"])
    if shape is None or said["fortran_order"] not in {"True", "False"}:
        raise UnreadableError(f"is damaged: its shape is {shown(said['shape'])}")
    dimensions = tuple(map(int, re.findall(r"\d+", said["shape"])))
    if len(dimensions) > _MOST_DIMENSIONS:
        raise UnreadableError(f"has {len(dimensions):,} dimensions, more than any array")
    return Header(_type(said["descr"]), said["fortran_order"] == "True", dimensions, start + length)


def array(data: NDArray[np.uint8]) -> NDArray[Any]:
    """The array of an NPY file, not copied if its values lie where they may.

    Raises:
        UnreadableError: it is damaged, or holds neither numbers nor text.
    """
    return _values(header(data[:BEGIN].tobytes()), data)


def _values(found: Header, data: NDArray[np.uint8]) -> NDArray[Any]:
    """The values of an NPY file.

    Raises:
        UnreadableError: it does not have as many as its header says; completes "X ...".
    """
    if not found.count:
        raise UnreadableError(f"has shape {found.shape}, which holds nothing")
    if found.size != len(data):
        raise UnreadableError(
            f"is damaged: shape {shown(found.shape)} of {found.type} takes "
            f"{found.size - found.start:,} bytes, there are {len(data) - found.start:,}"
        )
    flat = np.frombuffer(data, found.type, found.count, found.start)
    # A header may be of any length, and not everybody can use values at odd places.
    return np.require(flat, requirements="A").reshape(
        found.shape, order="F" if found.fortran else "C"
    )


def _items(text: str) -> dict[str, str]:
    """The entries of the dictionary that a header is; of named fields (a list) the first at least.

    Raises:
        UnreadableError: it is something else.
    """
    text = text.strip()
    said: dict[str, str] = {}
    at = 1
    while found := _ITEM.match(text, at):
        said[found["key"]] = found["value"]
        at = found.end()
    fields = said.get("descr", "").startswith("[")
    if text[:1] != "{" or not (fields or (len(said) == 3 and text[at:].strip() == "}")):
        raise UnreadableError("is damaged: its header does not say what it holds")
    return said


def _type(text: str) -> np.dtype[Any]:
    name = text[1:-1]
    if _TYPE.fullmatch(name):
        try:
            return np.dtype(name)
        except TypeError:
            pass
    letter = name.lstrip("<>|=")[:1]
    raise UnreadableError(
        f"must hold real numbers; it holds {_OTHERS.get(letter, f'type {shown(name)}')}; "
        "save it as float64"
    )
