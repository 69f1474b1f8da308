"""What verify is asked, and the pieces of work that answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnnbound.verification.check import Check


@dataclass(frozen=True, slots=True)
class Wanted:
    """A validated request.

    Attributes:
        groups, methods, variants: what to check.
        seeds, seed, jobs: see :func:`rnnbound.verification.verify.verify`.
    """

    groups: tuple[str, ...]
    methods: tuple[str, ...]
    variants: tuple[str, ...]
    seeds: int
    seed: int
    jobs: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A share of the work that one process does.

    Attributes:
        make: makes the checks; a function of a module, so that another process finds it.
        arguments: of `make`.
    """

    make: Callable[..., list[Check]]
    arguments: tuple[Any, ...]

    def run(self) -> list[Check]:
        """Make the checks."""
        return self.make(*self.arguments)
