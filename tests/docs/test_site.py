"""What building the site does not check by itself: that the pages say all there is, and truly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from math_core import LatexError

import commands
import rnnbound
from citation import FILE, bibtex
from examples import Example, ExampleError, run
from keys import keys
from mathml import mathml
from offline import loaded_from_elsewhere
from rnnbound.presentation.writers.json import plain


@pytest.mark.parametrize("name", list(commands.commands()))
def test_a_page_has_every_option_and_example(name: str) -> None:
    command = commands.commands()[name]
    lines = commands.example_lines(command)
    text = commands.page(name, command, [Example(line, "done", (), {}) for line in lines], "")
    assert lines
    assert all(f"$ {line}\ndone" in text for line in lines)
    for parameter in command.params:
        if not getattr(parameter, "hidden", False):
            heading = next(line for line in text.splitlines() if _names(line, parameter))
            assert heading.startswith("```{option}")
            assert parameter.help in text


def _names(line: str, parameter: Any) -> bool:
    names = parameter.opts if parameter.param_type_name == "option" else [parameter.metavar]
    return line.startswith("```{option}") and any(
        name in line.replace(",", " ").split() for name in (*names, parameter.name.upper())
    )


def test_prose_stands_for_the_help_and_brings_no_second_title() -> None:
    text = commands.page("plan", commands.commands()["plan"], [], "# rnnbound plan\n\nBy hand.\n")
    assert text.startswith("# rnnbound plan\n\nBy hand.\n")
    assert text.count("\n# ") == 0


def test_keys_are_those_of_the_json() -> None:
    result = rnnbound.plan(epsilon=0.5)
    listed = [path for path, _, _ in keys(result)]
    assert len(set(listed)) == len(listed)
    assert set(listed) == set(_paths(plain(result), ""))
    said = {path: (kind, meaning) for path, kind, meaning in keys(result)}
    assert said["plans.NAME.width"] == ("integer or null", "m, even.")
    assert said["plans.NAME.hypotheses.N.holds"] == ("true or false", "whether it does.")


def _paths(value: Any, path: str) -> list[str]:
    found = []
    if isinstance(value, dict):
        for name, item in value.items():
            below = f"{path}.NAME" if path == "plans" else f"{path}.{name}".lstrip(".")
            found += [*([] if path == "plans" else [below]), *_paths(item, below)]
    elif isinstance(value, list):
        for item in value:
            found += _paths(item, f"{path}.N")
    return found


def test_meanings_come_without_markup_of_docstrings() -> None:
    @dataclass
    class Result:
        """A result.

        Attributes:
            one: see :mod:`rnnbound.theory`, and
                more.
        """

        one: int | None = None

    assert keys(Result()) == [("one", "integer or null", "see `rnnbound.theory`, and more.")]


def test_an_example_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExampleError, match="exits with 2"):
        run("rnnbound data nowhere.csv --window 4", tmp_path)


def test_an_example_is_run_without_what_other_shells_do_with_it(tmp_path: Path) -> None:
    done = run("rnnbound plan --epsilon 0.5 --get headline | Out-String > nowhere/x", tmp_path)
    assert done.output == "tight\n"
    assert ("headline", "text") in [key[:2] for key in map(tuple, done.keys)]
    quoted = 'source <(rnnbound plan --activation "tanh(z)" --epsilon 0.5 --get headline)'
    assert run(quoted, tmp_path).output == "tight\n"
    assert run("rnnbound sweep --dask tcp://host:8786", tmp_path).output is None


def test_formulas() -> None:
    block = mathml(r"\lVert x\rVert\le\begin{cases}1&a\cr2&b\end{cases} \tag{1.2}", block=True)
    assert '<span class="tag">(1.2)</span>' in block
    assert "<mtable" in block
    assert "display" not in mathml("x_i", block=False)
    with pytest.raises(LatexError):
        mathml(r"\nosuchthing{x}", block=False)


def test_what_a_page_loads_is_found(tmp_path: Path) -> None:
    sheet = tmp_path / "a.css"
    sheet.write_text('@font-face { src: url("//fonts.example/a.woff") } p { src: url(near.woff) }')
    assert loaded_from_elsewhere(sheet) == ["//fonts.example/a.woff"]
    page = tmp_path / "a.html"
    page.write_text(
        '<a href="https://reader.example">x</a><script src="https://cdn.example/a.js"></script>'
        '<link href="http://style.example/a.css"><img src="near.png">'
    )
    assert loaded_from_elsewhere(page) == [
        "https://cdn.example/a.js",
        "http://style.example/a.css",
    ]


def test_the_citation_names_this_version_and_the_paper() -> None:
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert said["version"] == rnnbound.__version__
    assert "eprint = {2402.12241}" in bibtex()
    assert "author = {Cayci, Semih and Eryilmaz, Atilla}" in bibtex()
    assert said["title"] in bibtex()
