"""Rooms import downwards: a room may use those before it in this list, and no other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "rnnbound"
ROOMS = (
    "numbers",
    "parallel",
    "activations",
    "scenario",
    "theory",
    "planning",
    "symbolic",
    "sweeping",
    "network",
    "data",
    "verification",
    "certificate",
    "comparison",
    "presentation",
    "cli",
)


FILES = {
    str(file.relative_to(PACKAGE).with_suffix("")).replace("/", ".").removesuffix(".__init__"): file
    for file in PACKAGE.rglob("*.py")
}


def imported(file: Path) -> Iterator[str]:
    """The files of the package that a file imports, at any depth of its code, dotted."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            first, _, rest = node.module.partition(".")
            if first == "rnnbound":
                below = [".".join(filter(None, [rest, alias.name])) for alias in node.names]
                yield from (name if name in FILES else rest for name in below)


def room_of(file: Path) -> str:
    """Its first folder; files beside the rooms are named by themselves."""
    return file.relative_to(PACKAGE).parts[0]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_those_before_it_alone(room: str) -> None:
    below = ROOMS[: ROOMS.index(room) + 1]
    upwards = {
        (str(file.relative_to(PACKAGE)), name)
        for file in (PACKAGE / room).rglob("*.py")
        for name in imported(file)
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in below
    }
    assert not upwards


def test_every_folder_is_a_room() -> None:
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(ROOMS)


def test_no_two_files_import_each_other() -> None:
    """Not even inside functions, in circles of any length within a room."""
    uses = {
        name: {found for found in imported(file) if found and found != name}
        for name, file in FILES.items()
    }
    done: set[str] = set()
    trail: list[str] = []

    def visit(name: str) -> None:
        assert name not in trail, " -> ".join([*trail[trail.index(name) :], name])
        if name in done:
            return
        trail.append(name)
        for other in sorted(uses[name]):
            visit(other)
        done.add(trail.pop())

    for name in sorted(uses):
        visit(name)
