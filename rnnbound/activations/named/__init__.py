"""The named activations: one file, one record ``ACTIVATION``; a file here is found by itself."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from rnnbound.activations.activation import NamedActivation, checked


def _load(file: str) -> NamedActivation:
    source = f"{__name__}.{file}"
    try:
        module = import_module(source)
    except TypeError as error:  # the record's class names the fields that it was not given
        raise TypeError(f"{source}: {error}") from error
    return checked(getattr(module, "ACTIVATION", None), source)


def found() -> dict[str, NamedActivation]:
    """The records of all files that are here, by name, in the order of tables.

    Raises:
        TypeError: a file has no record, or a record lacks a field; says which.
    """
    records = [_load(module.name) for module in iter_modules(__path__)]
    records.sort(key=lambda activation: (activation.place, activation.name))
    return {activation.name: activation for activation in records}


ACTIVATIONS: Final = found()
