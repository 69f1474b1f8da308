"""Every command of the README and of the pages in docs/ is run; the output shown is what comes out.

``python -m tests.test_readme`` writes the true outputs into them; with names of files, into these.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
#: Seconds for a command on a busy machine: it ends what hangs, and says nothing about speed.
PATIENCE = 600
_CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
_PYTHON = re.compile(r"```python\n(.*?)```\n\n```output\n(.*?)```", re.DOTALL)
_BLOCK = re.compile(f"{_CONSOLE.pattern}|{_PYTHON.pattern}", re.DOTALL)
_WRITES = re.compile(r"(?:--output|--save|>) (\S+)")


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("RNNBOUND_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "COLUMNS": "80", "LINES": "26", "PYTHONUTF8": "1"}


def _session(block: str, folder: Path) -> str:
    """The block as it would look if it were typed now."""
    shown = []
    for line in block.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                ["bash", "-c", line[2:]],
                cwd=folder,
                env=_environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=PATIENCE,
            )
            shown.append(f"{line}\n{done.stdout}")
    return "".join(shown)


def _script(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return done.stdout


def rewritten(text: str, folder: Path) -> str:
    """The page with every shown output made true; its commands run in `folder`."""
    text = _CONSOLE.sub(lambda m: f"```console\n{_session(m[1], folder)}```", text)
    return _PYTHON.sub(
        lambda m: f"```python\n{m[1]}```\n\n```output\n{_script(m[1], folder)}```", text
    )


@dataclass
class Part:
    """Blocks of a page that need each other, and commands that show nothing and go before."""

    page: Path
    blocks: str = ""
    before: list[str] = field(default_factory=list)


def _parts(page: Path) -> Iterator[Part]:
    """A block alone, unless it reads what one before it wrote: all of a page take a minute."""
    part, quiet = Part(page), list[str]()
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        loud = [line for line in part.blocks.splitlines() if line not in quiet]
        if not any(name in block[0] for line in loud for name in _WRITES.findall(line)):
            yield part
            part = Part(page)
        part.blocks += block[0] + "\n"
        part.before += [c for c in quiet if any(n in block[0] for n in _WRITES.findall(c))]
        quiet += re.findall(r"^(\$ .*)\n(?=\$ |```)", block[0], re.MULTILINE)
    yield part


PARTS = [part for page in PAGES for part in _parts(page) if part.blocks]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.page.name)
def test_pages_show_what_comes_out(part: Part, tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    _session("\n".join(part.before), tmp_path)
    assert rewritten(part.blocks, tmp_path) == part.blocks


def test_no_command_of_a_page_is_left_out() -> None:
    shown = "".join(part.blocks for part in PARTS)
    for sign in ("\n$ ", "\n```output\n"):
        pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
        assert shown.count(sign) == pages.count(sign) > 0


@pytest.mark.parametrize("marker", ["rnnbound plan", "-m pytest -n auto"])
def test_readme_has_its_two_commands(marker: str) -> None:
    blocks = re.findall(r"```sh\n(python3 -m venv .*?)\n```", README.read_text(encoding="utf-8"))
    assert any(block.endswith(marker) for block in blocks)


def test_picture_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "picture.py")],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stdout == (ROOT / "docs" / "plan.svg").read_text(encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    for page in [Path(name) for name in sys.argv[1:]] or PAGES:
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "docs").symlink_to(ROOT / "docs")
            true = rewritten(page.read_text(encoding="utf-8"), Path(scratch))
        page.write_text(true, encoding="utf-8")
