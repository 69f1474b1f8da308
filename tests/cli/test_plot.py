"""`--plot`: pictures beside the result, in files and in the terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .conftest import Run


@pytest.mark.parametrize("command", ["plan --variant sharp", "regime"])
@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_the_picture_goes_to_a_file_and_the_result_to_stdout(
    run: Run, tmp_path: Path, command: str, suffix: str
) -> None:
    file = tmp_path / f"picture.{suffix}"
    ran = run(f"{command} --json --plot {file}")
    assert (ran.status, ran.err) == (0, "")
    assert ran.json == run(f"{command} --json").json
    assert b"<svg" in file.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_the_terminal_chart_follows_the_table(run: Run) -> None:
    plain, drawn = run("regime").out, run("regime --plot -")
    assert (drawn.status, drawn.err) == (0, "")
    assert drawn.out.startswith(plain)
    chart = drawn.out.removeprefix(plain)
    assert "cut-off 1/σ1 = 1" in chart
    assert "\x1b" not in chart
    assert max(map(len, chart.splitlines())) <= 80


def test_the_terminal_chart_needs_no_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert run("plan --variant tight --plot -").status == 0
    ran = run("plan --plot plan.svg")
    assert (ran.status, ran.out) == (2, "")
    assert "pip install 'rnnbound[plot]'" in ran.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("plan --plot x.jpg", ".svg, .png, .pdf, .html"),
        ("plan --plot plan", ".svg, .png, .pdf, .html"),
        ("plan --plot missing/x.svg", "no directory"),
        ("plan --plot - --json", "--output"),
        ("plan --plot ./x.svg --output x.svg", "another file"),
        ("regime --plot - --get regime", "--output"),
        ("certify --plot x.svg", "--curve"),
        ("sweep --over method=pgd,gd --plot x.svg", "one axis of numbers"),
        ("sweep --over horizon=1:9 --over dim=1:9 --over samples=1:9 --plot -", "this sweep has 3"),
        ("sweep --over horizon=1:1000001 --variant sharp --plot -", "1,000,000"),
        ("sweep --over horizon=1:9 --json --plot -", "--output"),
    ],
)
def test_a_wrong_request_exits_2(run: Run, line: str, said: str) -> None:
    ran = run(line)
    assert (ran.status, ran.out) == (2, "")
    assert "--plot" in ran.err
    assert said in ran.err


def test_a_terminal_chart_may_follow_a_result_that_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    ran = run(f"regime --json --output {tmp_path}/r.json --plot -")
    assert ran.status == 0
    assert ran.out.lstrip().startswith("Growth")


def test_what_has_no_plan_is_said(run: Run, tmp_path: Path) -> None:
    ran = run(f"plan --width 1000 --epsilon 0.1 --variant tight --plot {tmp_path}/p.svg")
    assert ran.status == 1  # the target is out of reach at this width, and the picture shows why
    assert (tmp_path / "p.svg").exists()
    none = run(f"plan --method tied --variant sharp --plot {tmp_path}/q.svg")
    assert none.status == 1
    assert "nothing to draw" in none.err
    assert not (tmp_path / "q.svg").exists()


@pytest.mark.parametrize("encoding", ["ascii", "latin1", "utf-8"])
def test_every_encoding_gets_lines_that_fit(installed: Run, encoding: str) -> None:
    line = f"rnnbound regime --output /dev/null --plot - | iconv -f {encoding} -t utf-8"
    ran = installed(line, PYTHONIOENCODING=f"{encoding}:")
    assert (ran.status, ran.err) == (0, "")
    assert "\x1b" not in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80
    assert ("⡠" in ran.out) == (encoding == "utf-8")


def test_certificates_are_drawn_by_width(run: Run) -> None:
    data = "--data docs/data/sunspots.csv --target sunspots --window 4 --stride 2"
    ran = run(f"certify {data} --width 128 --iterations 10 --curve --plot -")
    assert ran.status == 0
    assert "a m = 64   b m = 128" in ran.out


def test_a_sweep_is_drawn_beside_a_single_value(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.svg"
    line = "sweep --over horizon=1:3 --variant sharp --get rows.1.width"
    ran = run(f"{line} --plot {file}")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == run(line).out
    assert b"<svg" in file.read_bytes()


def test_a_sweep_is_drawn_with_the_rows_it_has(run: Run, tmp_path: Path) -> None:
    file, picture = tmp_path / "rows.csv", tmp_path / "p.html"
    line = "sweep --over alpha=0.4:1.2:0.4 --variant sharp --columns alpha,width"
    plain = run(f"{line} --format csv").out
    ran = run(f"{line} --format csv --output {file} --plot -")
    assert (ran.status, ran.err) == (0, "")
    assert file.read_text() == plain
    assert "width m against alpha α" in ran.out
    assert "iterations τ against alpha α" in ran.out
    assert "cut-off 1/σ1 = 1" in ran.out
    kept = tmp_path / "kept.csv"
    assert run(f"{line} --resume {kept} --plot {picture}").status == 0
    first = picture.read_bytes()
    kept.write_text("".join(kept.read_text().splitlines(keepends=True)[:-1]))
    again = run(f"{line} --resume {kept} --plot {picture} --jobs 2")
    assert again.status == 0
    assert picture.read_bytes() == first
