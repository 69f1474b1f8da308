"""Packages of which every module is one record, found by itself."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def records(package: ModuleType, name: str, kind: type[T]) -> Iterator[T]:
    """What the modules of a package, in the order of their names, hold under `name`.

    Raises:
        TypeError: a module has no such record, or one that lacks a field.
    """
    for module in iter_modules(package.__path__):
        source = f"{package.__name__}.{module.name}"
        record = getattr(import_module(source), name, None)
        if not isinstance(record, kind):
            raise TypeError(f"{source} has no {name}, a record of the class {kind.__name__}")
        yield record
