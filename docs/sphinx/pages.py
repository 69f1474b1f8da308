"""The source of every page: what is written in `docs/`, and what is generated."""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import rnnbound.certificate
import rnnbound.network
from citation import bibtex
from commands import commands, example_lines, overview, page
from examples import Example, ExampleError, illustrated, run_all

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

#: The pages that are no command; every other one is listed under "Topics".
_LEARN = ("tour", "tutorial", "gallery")
_REFERENCE = ("theory", "api", "cite", "changelog")

#: In a page, a command whose picture is to be shown.
_PICTURE = re.compile(r"```picture\n(.*)\n```")


def write_pages(source: Path, scratch: Path) -> None:
    """Write the pages into the new folder `source`; examples run below `scratch`.

    Raises:
        examples.ExampleError: an example of a command fails.
    """
    table = commands()
    written = {path.stem: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    lines = {name: example_lines(table[name]) for name in table}
    asked = {f"page {name}": _PICTURE.findall(text) for name, text in written.items()}
    done = run_all(lines | {name: listed for name, listed in asked.items() if listed}, scratch)
    drawn = {one.line: one for name, listed in done.items() if name in asked for one in listed}
    topics = sorted(set(written) - set(table) - {"index", *_LEARN, *_REFERENCE})
    contents = {"Learn": _LEARN, "Commands": table, "Topics": topics, "Reference": _REFERENCE}
    places = {
        "commands": overview(),
        "navigation": "\n\n".join(_contents(*part) for part in contents.items() if part[1]),
        "pictures": _pictures({name: done[name] for name in table}),
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
        (source / f"{name}.md").write_text(_filled(text, places, drawn), encoding="utf-8")
    for picture in DOCS.glob("*.svg"):
        shutil.copy(picture, source)
    for example in (example for listed in done.values() for example in listed):
        for name, path in example.pictures.items():
            shutil.copy(path, source / name)


def _filled(text: str, places: Mapping[str, str], drawn: Mapping[str, Example]) -> str:
    """A page with what belongs in the place of `<!-- generated: NAME -->`, and its pictures."""
    text = re.sub(r"<!-- generated: (\w+) -->", lambda found: places[found[1]], text)
    return _PICTURE.sub(lambda found: _picture(drawn[found[1]]), text)


def _picture(example: Example) -> str:
    if not example.pictures:
        raise ExampleError(f"{example.line!r} draws no picture")
    return illustrated(example)


def _pictures(done: Mapping[str, Sequence[Example]]) -> str:
    """Every picture that an example of the help draws, by command."""
    parts = []
    for name, listed in done.items():
        shown = [illustrated(example) for example in listed if example.pictures]
        parts += [f"## [rnnbound {name}]({name}.md)", *shown] if shown else []
    return "\n\n".join(parts)


def _contents(caption: str, names: Iterable[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```"])


def _api() -> str:
    """What the package exports, and below it the packages that export something themselves."""
    parts = [
        "# Python API",
        "Everything that a command does is one import away: `from rnnbound import plan`.",
    ]
    told: set[int] = set()
    for module in (rnnbound, rnnbound.network, rnnbound.certificate):
        functions, classes = [], []
        for name in module.__all__:
            value = getattr(module, name)
            if id(value) in told:
                continue
            told.add(id(value))
            if inspect.isclass(value):
                classes.append(f".. autoclass:: {module.__name__}.{name}")
            elif callable(value):
                functions.append(f".. autofunction:: {module.__name__}.{name}")
        said = [] if module is rnnbound else [f".. automodule:: {module.__name__}\n   :no-members:"]
        parts.append(f"## {module.__name__}")
        parts.append("\n".join(["```{eval-rst}", *said, "", *functions, *classes, "```"]))
    return "\n\n".join(parts)


def _readme() -> str:
    """The README with the links of the site, and the tour's headings those of a page of its own.

    A link to what the site lacks becomes plain text.
    """
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = text.replace("](docs/", "](").replace("\n### ", "\n## ")
    return re.sub(r"\[([^\]]+)\]\((?!https?:)[^)#]*(?<!\.md)(?<!\.svg)\)", r"\1", text)
