"""The formats of data files: what a format is, and the table of those there are.

Every module of :mod:`rnnbound.data.formats` is one format, its record named ``FORMAT``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from rnnbound.errors import wrong
from rnnbound.records import records

if TYPE_CHECKING:
    from rnnbound.data.array_table import Prepared
    from rnnbound.data.named_columns import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFormat:
    """A format of data files.

    Attributes:
        name: what a result calls it.
        title: what people call it.
        suffixes: ends of the names of its files.
        marks: how its content begins, one of these; none for text, which only its name tells.
        library: what reads it: its module, its name, and the extra of rnnbound that brings it;
            None where nothing but rnnbound is needed.
        read: the table, or the windows, in the bytes of a file, given what messages call that.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    marks: tuple[bytes, ...]
    library: tuple[str, str, str] | None
    read: Callable[[str, bytes], Table | Prepared]

    def open(self, file: str, data: bytes) -> Table | Prepared:
        """The table, or the windows, in the bytes of a file.

        Raises:
            RequestError: the library is missing, or the file is damaged.
        """
        if self.library is not None:
            module, title, extra = self.library
            try:
                import_module(module)
            except ImportError:
                hint = f"pip install 'rnnbound[{extra}]'"
                raise wrong(file, f"needs {title} to be read as {self.name}: {hint}") from None
        return self.read(file, data)


@cache
def formats() -> Mapping[str, DataFormat]:
    """All formats by name.

    Raises:
        TypeError: a module has no record, or one that lacks a field.
    """
    from rnnbound.data import formats as package

    return {one.name: one for one in records(package, "FORMAT", DataFormat)}


def of_content(data: bytes) -> DataFormat | None:
    """The format whose mark the content begins with."""
    return next((one for one in formats().values() if data.startswith(one.marks)), None)


def of_suffix(suffix: str) -> DataFormat | None:
    """The format of files whose names end so."""
    return next((one for one in formats().values() if suffix in one.suffixes), None)


def titles(last: str) -> str:
    """All formats in words, with `last` before the last of them."""
    *others, end = (one.title for one in formats().values())
    return f"{', '.join(others)} {last} {end}"
