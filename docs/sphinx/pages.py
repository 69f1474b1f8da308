"""The source of every page: what is written in `docs/`, and what is generated."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import rnnbound
from citation import bibtex
from commands import commands, example_lines, overview, page
from examples import Example, run_all

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

#: Pages that the home page names itself; every other one is listed under its commands or its topics.
_LEARN = ("tour", "tutorial", "gallery")
_REFERENCE = ("theory", "api", "cite", "changelog")


def write_pages(source: Path, scratch: Path) -> None:
    """Write the pages into the new folder `source`; examples run below `scratch`.

    Raises:
        examples.Failed: an example of a command fails.
    """
    table = commands()
    done = run_all({name: example_lines(table[name]) for name in table}, scratch)
    written = {path.stem: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    topics = sorted(set(written) - set(table) - {"index", *_LEARN, *_REFERENCE})
    places = {
        "commands": overview(),
        "navigation": "\n\n".join(
            [
                _contents("Learn", _LEARN),
                _contents("Commands", table),
                *([_contents("Topics", topics)] if topics else []),
                _contents("Reference", _REFERENCE),
            ]
        ),
        "pictures": _pictures(done),
        "bibtex": bibtex(),
    }
    pages = written | {
        name: page(name, table[name], done[name], written.get(name, "")) for name in table
    }
    pages |= {
        "api": _api(),
        "changelog": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        "README": _readme(),
    }
    source.mkdir(parents=True)
    for name, text in pages.items():
        (source / f"{name}.md").write_text(_filled(text, places), encoding="utf-8")
    for picture in DOCS.glob("*.svg"):
        shutil.copy(picture, source)
    (source / "pictures").mkdir()
    for path in (path for listed in done.values() for one in listed for path in one.pictures):
        shutil.copy(path, source / "pictures")


def _filled(text: str, places: Mapping[str, str]) -> str:
    """A page with what is generated in the place of `<!-- generated: NAME -->`."""
    return re.sub(r"<!-- generated: (\w+) -->", lambda found: places[found[1]], text)


def _contents(caption: str, names: Iterable[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```"])


def _pictures(done: Mapping[str, Sequence[Example]]) -> str:
    """Every picture that an example draws, under the line that draws it."""
    return "\n\n".join(
        f"```sh\n{example.line}\n```\n\n![{example.line}](pictures/{path.name})"
        for listed in done.values()
        for example in listed
        for path in example.pictures
    )


def _api() -> str:
    """What the package exports, functions first."""
    names = [name for name in rnnbound.__all__ if not name.startswith("_")]
    values = {name: getattr(rnnbound, name) for name in names}
    listed = [f".. autoclass:: rnnbound.{n}" for n in names if isinstance(values[n], type)]
    functions = [f".. autofunction:: rnnbound.{n}" for n in names if callable(values[n])]
    functions = [line for line, n in zip(functions, names, strict=True) if not isinstance(values[n], type)]
    def block(lines: Sequence[str]) -> str:
        return "\n".join(["```{eval-rst}", *lines, "```"])
    return "\n\n".join(
        [
            "# Python API",
            "Everything that a command does is one import away: `from rnnbound import plan`.",
            "## Functions",
            block(functions),
            "## Results and requests",
            block(listed),
        ]
    )


def _readme() -> str:
    """The README with links as they are from the site, and the tour's headings as on a page of its own.

    What the site lacks is no link.
    """
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = text.replace("](docs/", "](").replace("\n### ", "\n## ")
    return re.sub(r"\[([^\]]+)\]\((?!https?:)[^)#]*(?<!\.md)(?<!\.svg)\)", r"\1", text)
