"""Parquet and Feather files as columns in batches, whose sizes are known before they are unpacked.

PyArrow unpacks what a file says, be it a terabyte, and trusts what it finds.  Here what a file says
is added up first, and what was read is validated before anybody looks at it.  Of damaged
bytes the errors are PyArrow's.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Final

import pyarrow
from pyarrow import ipc, parquet, types

from rnnbound.data.file_limits import UnreadableError, require_bytes

#: Rows of a Parquet file that are unpacked together.
_BATCH: Final = 1 << 16
#: At both ends of a Feather file; a stream of messages lies between them.
_MAGIC: Final = b"ARROW1"
_STREAM: Final = 8


class ArrowFile(ABC):
    """An open file.

    Attributes:
        schema: the names and types of its columns.
        rows: how many rows it says it has.
    """

    schema: Any
    rows: int

    def column(self, index: int) -> Iterator[Any]:
        """The values of a column, an array for each batch."""
        for array in self._arrays(index):
            extended = isinstance(array.type, pyarrow.BaseExtensionType)
            plain = array.storage if extended else array
            plain.validate(full=True)
            yield plain

    @abstractmethod
    def _arrays(self, index: int) -> Iterator[Any]:
        """The same, as the file has them."""


def opened(data: bytes, kind: str) -> ArrowFile:
    """The file of the kind "parquet" or "feather".

    Raises:
        UnreadableError: it unpacks to too much, or is cut off.
        pyarrow.ArrowException: it is damaged.
    """
    buffer = pyarrow.py_buffer(data)
    return _Parquet(buffer) if kind == "parquet" else _Messages(buffer)


class _Parquet(ArrowFile):
    """A Parquet file, whose last bytes say how large it is.

    They are asked for groups of rows alone: what PyArrow finds wrong with the metadata of a column
    ends the process.
    """

    def __init__(self, buffer: Any) -> None:
        self._buffer = buffer
        file = parquet.ParquetFile(pyarrow.BufferReader(buffer))
        self.schema = file.schema_arrow
        groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
        require_bytes(sum(group.total_byte_size for group in groups))
        self.rows = max(file.metadata.num_rows, sum(group.num_rows for group in groups))

    def _arrays(self, index: int) -> Iterator[Any]:
        name = self.schema.names[index]
        # Texts that are stored once are kept once, however many rows have them.
        texts = [name] if _is_text(self.schema.types[index]) else []
        file = parquet.ParquetFile(pyarrow.BufferReader(self._buffer), read_dictionary=texts)
        same = self.schema.names[:index].count(name)
        for batch in file.iter_batches(_BATCH, columns=[name], use_threads=False):
            names = batch.schema.names
            yield batch.column([i for i, found in enumerate(names) if found == name][same])


def _is_text(kind: Any) -> bool:
    return any(same(kind) for same in (types.is_string, types.is_binary, types.is_large_string))


class _Messages(ArrowFile):
    """A Feather file, read as the stream of messages that it holds."""

    def __init__(self, buffer: Any) -> None:
        if buffer.slice(max(buffer.size - len(_MAGIC), 0)).to_pybytes() != _MAGIC:
            raise UnreadableError("is cut off")
        self._stream = buffer.slice(_STREAM)
        self.schema = ipc.open_file(buffer).schema
        self.rows = batches = total = 0
        for message in ipc.MessageReader.open_stream(self._stream):
            if message.type == "schema":
                continue
            rows, size = _measured(message)
            total += size
            require_bytes(total)
            if message.type == "record batch":
                self.rows += rows
                batches += 1
        if batches != ipc.open_file(buffer).num_record_batches:
            raise UnreadableError("is cut off")

    def _arrays(self, index: int) -> Iterator[Any]:
        options = ipc.IpcReadOptions(included_fields=[index], use_threads=False)
        for batch in ipc.open_stream(self._stream, options=options):
            yield batch.column(0)


def _measured(message: Any) -> tuple[int, int]:
    """The rows of a batch or dictionary, and the bytes that it takes when it is unpacked.

    The metadata of a message are a FlatBuffer (Message.fbs of the Arrow format), which PyArrow has
    verified; before each packed buffer of the body stands its size.
    """
    metadata, body = memoryview(message.metadata), memoryview(message.body)
    root = _Fields(metadata, _unsigned(metadata, 0))
    batch = root.table(2)
    if message.type == "dictionary":
        batch = batch.table(1)
    rows = batch.signed(0)
    packed = batch.at(3) is not None
    total = 0
    for offset, length in batch.pairs(2):
        inside = 0 <= offset <= offset + length <= len(body)
        size = length
        if packed and length >= 8 and inside:
            size = struct.unpack_from("<q", body, offset)[0]
        total += max(size, length)
    return rows, total


class _Fields:
    """A table of a FlatBuffer: fields by number, each with a default."""

    def __init__(self, data: memoryview, start: int) -> None:
        self._data, self._start = data, start
        self._entries = start - struct.unpack_from("<i", data, start)[0]

    def at(self, number: int) -> int | None:
        """Where a field is; None if it has its default."""
        place = 4 + 2 * number
        if place >= struct.unpack_from("<H", self._data, self._entries)[0]:
            return None
        offset = struct.unpack_from("<H", self._data, self._entries + place)[0]
        return self._start + offset if offset else None

    def table(self, number: int) -> _Fields:
        """A field that is a table."""
        at = self.at(number)
        if at is None:
            raise ValueError("lacks a part of a message")
        return _Fields(self._data, at + _unsigned(self._data, at))

    def signed(self, number: int) -> int:
        """A field that is an integer of 64 bits."""
        at = self.at(number)
        return 0 if at is None else int(struct.unpack_from("<q", self._data, at)[0])

    def pairs(self, number: int) -> Iterator[tuple[int, int]]:
        """A field that is a vector of pairs of integers of 64 bits."""
        at = self.at(number)
        if at is None:
            return
        vector = at + _unsigned(self._data, at)
        count = _unsigned(self._data, vector)
        for i in range(count):
            yield struct.unpack_from("<qq", self._data, vector + 4 + 16 * i)


def _unsigned(data: memoryview, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])
