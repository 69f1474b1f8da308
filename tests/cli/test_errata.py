"""`rnnbound errata`: what people see, what scripts read, and the exit code."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from rnnbound import __version__, errata

from .conftest import Run

KEYS = ["number", "where", "printed", "repaired", "reason", "counterexample"]


def test_json_is_the_library_s_answer(run: Run) -> None:
    ran = run("errata --json")
    assert (ran.status, ran.err) == (0, "")
    assert list(ran.json) == ["schema", "version", "errata"]
    assert (ran.json["schema"], ran.json["version"]) == ("rnnbound.errata/1", __version__)
    assert run("errata --format json").out == ran.out
    for shown, found in zip(ran.json["errata"], errata(), strict=True):
        assert list(shown) == KEYS
        assert {key: shown[key] for key in KEYS[:-1]} == {
            key: getattr(found, key) for key in KEYS[:-1]
        }
        if found.counterexample is None:
            assert shown["counterexample"] is None
        else:
            assert shown["counterexample"]["observed"] == found.counterexample.observed
            assert shown["counterexample"]["refutes"] is True


def test_one_erratum(run: Run) -> None:
    assert [item["number"] for item in run("errata 3 --json").json["errata"]] == [3]
    assert "\n3  Lemma 2" in run("errata 3").out
    assert "\n4  " not in run("errata 3").out
    assert run("errata 5 --get errata.0.counterexample.printed_bound").out == "0.9\n"
    assert run("errata --get errata.1.counterexample").out == "null\n"


@pytest.mark.parametrize("number", ["0", "12", "two", "1.5"])
def test_an_unknown_number_exits_2_with_the_allowed_ones(run: Run, number: str) -> None:
    ran = run(f"errata {number}")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert "NUMBER" in ran.err
    assert repr(number) in ran.err
    assert "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11" in ran.err


@pytest.mark.parametrize("columns", [200, 80, 40, 20, 7])
def test_the_page_fits(run: Run, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    ran = run("errata")
    assert ran.status == 0
    assert max(map(len, ran.out.splitlines())) <= max(columns, 20)
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("columns", ["80", "40"])
def test_the_numbers_of_a_counterexample_stand_side_by_side(
    run: Run, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = [line.split() for line in run("errata 3").out.splitlines()]
    at = lines.index(["observed", "printed", "repaired"])
    assert lines[at + 1] == ["0.3536", "0.2416", "0.7328"]


def test_the_formulas_stand_side_by_side_where_they_fit(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in ("80", "40"):
        monkeypatch.setenv("COLUMNS", columns)
        lines = run("errata 3").out.splitlines()
        assert any("√2(L + α_mβ)" in line and "2L + α_mβ" in line for line in lines)
    wide = [line for line in run("errata 9").out.splitlines() if "λ = L‖ν‖²/√ε" in line]
    assert wide[0].split() == ["printed", "λ", "=", "L‖ν‖²/√ε"]


def test_csv_has_the_same_columns_in_every_row(run: Run) -> None:
    rows = list(csv.reader(io.StringIO(run("errata --format csv").out)))
    assert len(rows) == 1 + len(errata())
    assert len({len(row) for row in rows}) == 1
    assert "counterexample.observed" in rows[0]
    assert "counterexample" not in rows[0]
    assert run("errata 2 --format csv").out.splitlines()[0] == ",".join(rows[0])


def test_the_result_can_go_to_a_file(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "errata.json"
    assert run(f"errata --json --output {target}").out == ""
    assert len(json.loads(target.read_text())["errata"]) == len(errata())


def test_it_needs_neither_numpy_nor_sympy(installed: Run) -> None:
    code = (
        "import sys; from rnnbound.cli.frame.app import run; run(['errata', '--json']); "
        "sys.exit(len({'numpy', 'sympy', 'pydantic'} & set(sys.modules)))"
    )
    ran = installed(f'{sys.executable} -c "{code}" > /dev/null')
    assert (ran.status, ran.err) == (0, "")
