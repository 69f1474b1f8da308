"""The named activations: one file, one record ``ACTIVATION``; a file here is found by itself."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from rnnbound.activations.activation import NamedActivation, checked


def _load(file: str) -> NamedActivation:
    source = f"{__name__}.{file}"
    return checked(getattr(import_module(source), "ACTIVATION", None), source)


#: The records by name, in the order of tables.
ACTIVATIONS: Final[dict[str, NamedActivation]] = {
    activation.name: activation
    for activation in sorted(
        (_load(module.name) for module in iter_modules(__path__)),
        key=lambda activation: (activation.place, activation.name),
    )
}
