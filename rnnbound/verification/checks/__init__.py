"""The groups of checks that verify makes: each file here is one, under the file's name.

A file has a function ``pieces(scenario, wanted)`` that yields :class:`Piece` after piece; what it
computes with is imported there, so that a command line can list the groups without NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnbound.scenario.scenario import Scenario
    from rnnbound.verification.pieces import Piece, Wanted


def groups() -> tuple[str, ...]:
    """The names of all groups."""
    return tuple(sorted(found.name for found in iter_modules(__path__)))


def pieces_of(group: str) -> Callable[[Scenario, Wanted], Iterator[Piece]]:
    """What makes the pieces of a group.

    Raises:
        TypeError: the file has no such function.
    """
    module = import_module(f"{__name__}.{group}")
    made: Callable[[Scenario, Wanted], Iterator[Piece]] | None = getattr(module, "pieces", None)
    if made is None:
        raise TypeError(f"check {group!r}: {module.__file__} has no function pieces")
    return made
