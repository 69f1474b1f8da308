"""NPZ files: zip archives of NPY files, of which only what is asked for is unpacked.

A zip may say anything of its members.  Nothing of a member is unpacked before its size was checked,
and never more than it says; only what NumPy writes is read, members that are stored or deflated.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from rnnbound.data import npy_files
from rnnbound.data.file_limits import UnreadableError, reason, require_bytes
from rnnbound.errors import shown

#: Members that an archive may have: one takes about 600 bytes of memory to be listed.
MOST_MEMBERS: Final = 1_000
_SUFFIX: Final = ".npy"
_BLOCK: Final = 1 << 20
_ENCRYPTED: Final = 1
#: How the entry of a member begins.
_ENTRY: Final = b"PK\x01\x02"
#: What the reader of zip files and zlib stumble over in damaged bytes.
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    RuntimeError,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
)


class Archive:
    """An NPZ file that is being read.

    Attributes:
        names: of its arrays, in their order.

    Args:
        data: the file.

    Raises:
        UnreadableError: it is damaged.
    """

    def __init__(self, data: bytes) -> None:
        self._unpacked = 0
        # Each has an entry that begins so; to look for them costs less than to list them.
        members = data.count(_ENTRY)
        if members > MOST_MEMBERS:
            raise UnreadableError(f"holds {members:,} arrays, more than {MOST_MEMBERS:,}")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED as error:
            raise UnreadableError(f"is a damaged NPZ file: {reason(error)}") from None
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._zip.infolist():
            name = member.filename.removesuffix(_SUFFIX)
            if name in self._members:
                raise UnreadableError(f"holds two arrays {shown(name)}")
            self._members[name] = member
        self.names = tuple(self._members)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def array(self, name: str) -> NDArray[Any]:
        """One of its arrays.

        Raises:
            UnreadableError: it is damaged, packed in another way than NumPy's, or too large.
        """
        member = self._members[name]
        if member.flag_bits & _ENCRYPTED:
            raise UnreadableError("is encrypted; save the arrays without a password")
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise UnreadableError("is packed as NumPy packs nothing; use numpy.savez_compressed")
        self._unpacked += member.file_size
        require_bytes(self._unpacked)
        try:
            data = self._content(member)
        except _DAMAGED as error:
            raise UnreadableError(f"is damaged: {reason(error)}") from None
        return npy_files.array(data)

    def _content(self, member: zipfile.ZipInfo) -> NDArray[np.uint8]:
        """The bytes of a member, exactly as many as it says."""
        data, done = np.empty(member.file_size, np.uint8), 0
        with self._zip.open(member) as file:
            while done < len(data):
                block = file.read(min(len(data) - done, _BLOCK))
                if not block:
                    raise EOFError("it is cut off")
                data[done : done + len(block)] = np.frombuffer(block, np.uint8)
                done += len(block)
            file.read(1)  # the check sum is looked at beyond the last byte
        return data
