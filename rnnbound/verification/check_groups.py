"""The groups of checks, where the command line finds them without importing NumPy."""

from __future__ import annotations

from typing import Final

GROUPS: Final = ("lemmas", "propositions", "steps", "training")
