"""BibTeX entries from CITATION.cff."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parents[2] / "CITATION.cff"


def bibtex() -> str:
    """The entries of the software and of the works it builds on, as a block of Markdown."""
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    works = [("rnnbound", "software", said), *((_key(w), "misc", w) for w in said["references"])]
    return "\n".join(["```bibtex", *(_entry(*work) for work in works), "```"])


def _key(work: Mapping[str, Any]) -> str:
    return f"{work['authors'][0]['family-names'].lower()}{work['year']}"


def _entry(key: str, kind: str, work: Mapping[str, Any]) -> str:
    fields = {
        "author": " and ".join(map(_author, work["authors"])),
        "title": f"{{{work['title']}}}",
        "year": work.get("year"),
        "version": work.get("version"),
        "eprint": next((i["value"].partition(":")[2] for i in work.get("identifiers", ())), None),
    }
    if fields["eprint"]:
        fields["archiveprefix"] = "arXiv"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _author(person: Mapping[str, str]) -> str:
    if "name" in person:
        return f"{{{person['name']}}}"
    return f"{person['family-names']}, {person['given-names']}"
