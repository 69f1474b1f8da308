"""Imports form no circle in the room, nor do those in functions and for type checkers."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import rnnbound

ROOT = Path(rnnbound.__file__).parents[1]
ROOM = "rnnbound.activations"


def imported(path: Path, known: set[str]) -> set[str]:
    """The modules of the room that a file imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(ROOM):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & known or {node.module}
    return found


def test_no_circle() -> None:
    files = (ROOT / "rnnbound" / "activations").rglob("*.py")
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in files
    }
    graph = {name: imported(path, set(modules)) for name, path in modules.items()}
    order = list(TopologicalSorter(graph).static_order())  # raises where there is a circle
    assert set(order) == set(modules)
    assert order.index(f"{ROOM}.activation") < order.index(f"{ROOM}.lookup")
