"""Formats, single values, and files."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

from rnnbound.cli.frame.output_files import write_file
from rnnbound.cli.frame.streams import UnwrittenError
from rnnbound.numbers import numerals
from rnnbound.presentation.terminal_page import Page
from rnnbound.presentation.writers.json import number, plain

from .conftest import Run


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2**53 - 1, 2**53 - 1),
        (2**53, "9007199254740992"),
        (10**300 - 1, "9" * 300),
        (10**300, "1.0000000000000000e+300"),
        (10**300 + 1, "1.0000000000000001e+300"),
        (10**5000 + 1, "1.0000000000000001e+5000"),
        (Decimal("1.602176634e5231"), "1.6021766340000000e+5231"),
        (Decimal("2e-5000"), "2.0000000000000000e-5000"),
        (Decimal("-2e999999999999"), "-2.0000000000000000e+999999999999"),
        (Decimal("0.5"), 0.5),
        (5e-324, 5e-324),
    ],
    ids=lambda _: "",
)
def test_numbers_in_json(value: int | float | Decimal, expected: object) -> None:
    assert number(value) == expected
    assert type(number(value)) is type(expected)


def test_a_logarithm_is_always_a_number() -> None:
    assert plain({"x_log10": Decimal("1e400")}) == {"x_log10": 10**400}
    assert plain({"x_log10": 4771.5, "y_log10": None}) == {"x_log10": 4771.5, "y_log10": None}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("headline", "tight"),
        ("plans.sharp.feasible", "true"),
        ("plans.sharp.reason", "null"),
        ("plans.sharp.epsilon", "0.1"),
        ("plans.sharp.hypotheses.0.holds", "true"),
        ("scenario.activation", "tanh"),
        ("excess", "[]"),
    ],
)
def test_one_value_is_bare(run: Run, path: str, value: str) -> None:
    ran = run(f"plan --get {path}")
    assert (ran.status, ran.out, ran.err) == (0, f"{value}\n", "")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("plans.shrp.width", ["'shrp'", "'plans'", "'sharp'", "printed, corrected, sharp"]),
        ("nothing", ["schema, version, scenario"]),
        ("plans.sharp.hypotheses.9", ["'9'", "0, 1"]),
        ("headline.x", ["'x'", "'headline'"]),
        ("", ["''"]),
    ],
)
def test_an_unknown_path_lists_what_there_is(run: Run, path: str, words: list[str]) -> None:
    ran = run("plan --get", path)
    assert (ran.status, ran.out) == (2, "")
    assert all(word in ran.err for word in ["--get", *words]), ran.err


@pytest.mark.parametrize(
    "options",
    ["--format yaml", "--json --format csv", "--get headline --format table", "--format JSON"],
)
def test_formats_that_make_no_sense(run: Run, options: str) -> None:
    ran = run(f"plan {options}")
    assert ran.status == 2
    assert "--format" in ran.err


def test_rows_of_an_answer_are_the_same_in_every_format(run: Run, tmp_path: Path) -> None:
    lines = [json.loads(x) for x in run("plan --format jsonl").out.splitlines()]
    table = list(csv.DictReader(io.StringIO(run("plan --format csv").out)))
    file = tmp_path / "plan.parquet"
    assert run(f"plan --format parquet --output {file}").out == ""
    rows = parquet.read_table(file).to_pylist()
    assert [row["variant"] for row in table] == [row["variant"] for row in lines]
    for name in ("width", "risk_bound", "terms.approximation", "feasible", "regime", "promise"):
        assert [row[name] for row in rows] == [row[name] for row in lines]
    refused = run("plan --format parquet")
    assert (refused.status, refused.out) == (2, "")
    assert "--output FILE.parquet" in refused.err


def test_a_file_is_replaced_whole_and_keeps_its_mode(run: Run, tmp_path: Path) -> None:
    target, link = tmp_path / "plan.json", tmp_path / "link.json"
    ran = run("plan --json --output", str(target))
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert target.read_text("utf-8") == run("plan --json").out
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~mask
    target.chmod(0o600)
    link.symlink_to(target)
    assert run("regime -o", str(link)).status == 0
    assert link.is_symlink()
    assert target.read_text("utf-8").startswith("Memory is short")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert sorted(tmp_path.iterdir()) == [link, target]


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "old"
    target.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnwrittenError, match="No space"):
        write_file(target, "new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_devices_and_pipes_are_written_to(installed: Run) -> None:
    assert installed("rnnbound plan --output /dev/null && test -c /dev/null").status == 0
    assert installed("rnnbound plan --output /dev/full").status == 70
    assert installed("rnnbound plan --get headline -o /dev/stdout | cat").out == "tight\n"
    assert installed("rnnbound plan --get headline -o -").out == "tight\n"


def test_an_impossible_target_is_refused_before_computing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnbound.planning.plan.plan", None)
    for target in (tmp_path, tmp_path / "no" / "file", ""):
        ran = run("plan --output", str(target))
        assert ran.status == 2
        assert "--output" in ran.err


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (67852, "67,852"),
        (10**12 - 1, "999,999,999,999"),
        (10**12 + 1, "1.001e12"),
        (Decimal("6.18911e4000"), "6.19e4000"),
    ],
)
def test_counts_for_people_round_up(value: int | Decimal | None, text: str) -> None:
    assert numerals.count(value) == text


def test_reals_for_people() -> None:
    assert numerals.real(0.012345) == "0.01234"
    assert numerals.real(0.012341, up=True) == "0.01235"
    assert numerals.real(1.5e-7) == "1.5e-7"
    assert numerals.real(0.0) == "0"
    assert numerals.real(-0.25) == "-0.25"
    assert numerals.complement(0.01) == "0.99"
    assert numerals.complement(1e-300) == "1 − 1e-300"
    assert numerals.size(3_959_712) == "3.96 MB"
    assert numerals.size(10**40).endswith("e40 B")


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)

    def drawn() -> str:
        page = Page.for_stdout()
        page.say("bold", "bold red")
        return page.text

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in drawn()
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert drawn() == "bold"


def test_a_long_number_is_folded_not_cut() -> None:
    digits = "1234567890" * 9
    page = Page(40)
    page.table(("name", "value"), [("a", digits)])
    page.pairs([("name", digits)])
    joined = "".join(page.text.split())
    assert joined.count(digits) == 2
    assert "…" not in page.text
