"""Theories with a constant that is too small."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

#: A constant that is 40 % too small has this share of its value; in numbers of any system.
UP, DOWN = 3, 5
SHARE = UP / DOWN


def shrink(monkeypatch: pytest.MonkeyPatch, cls: type, name: str) -> None:
    """Make a property or a method return 40 % less."""
    original: Any = getattr(cls, name)
    if callable(original):
        monkeypatch.setattr(cls, name, lambda self, *args: original(self, *args) * UP / DOWN)
        return
    getter = getattr(original, "func", None) or original.fget
    monkeypatch.setattr(cls, name, property(lambda self: getter(self) * UP / DOWN))


def shrink_term(monkeypatch: pytest.MonkeyPatch, cls: type, term: str) -> None:
    """Make a term of a theorem's bound 40 % smaller."""
    original: Any = cls.bound  # type: ignore[attr-defined]

    def bound(self: Any, c: Any, m: Any, tau: Any) -> Any:
        found = original(self, c, m, tau)
        terms = {k: x * UP / DOWN if k == term else x for k, x in found.terms.items()}
        return replace(found, terms=terms)

    monkeypatch.setattr(cls, "bound", bound)


def shrink_entry(monkeypatch: pytest.MonkeyPatch, cls: type, method: str, index: int) -> None:
    """Make one entry of the tuple that a method returns 40 % smaller."""
    original: Any = getattr(cls, method)

    def changed(self: Any, *args: Any, **named: Any) -> Any:
        found = original(self, *args, **named)
        entries = [x * SHARE if i == index else x for i, x in enumerate(found)]
        return type(found)(*entries) if hasattr(found, "_fields") else tuple(entries)

    monkeypatch.setattr(cls, method, changed)


def scale_step(monkeypatch: pytest.MonkeyPatch, cls: type, up: int, down: int) -> None:
    """Make the step size of a theorem up/down times what it should be."""
    original: Any = cls.bound  # type: ignore[attr-defined]

    def bound(self: Any, c: Any, m: Any, tau: Any) -> Any:
        found = original(self, c, m, tau)
        return replace(found, step_size=found.step_size * up / down)

    monkeypatch.setattr(cls, "bound", bound)


def shrink_field(monkeypatch: pytest.MonkeyPatch, cls: type, method: str, field: str) -> None:
    """Make a field of the record that a method returns 40 % smaller."""
    original: Any = getattr(cls, method)

    def changed(self: Any, *args: Any) -> Any:
        found = original(self, *args)
        return replace(found, **{field: getattr(found, field) * UP / DOWN})

    monkeypatch.setattr(cls, method, changed)
