"""`rnnbound sweep`: forms of output, scenario files, resuming after a kill, interruptions."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyarrow import parquet

from rnnbound.parallel import cluster
from rnnbound.sweeping.columns import COLUMNS

from .conftest import Run

SMALL = "sweep --over alpha=0.1:0.3:0.1 --variant sharp"


def test_every_form_tells_the_same(run: Run, tmp_path: Path) -> None:
    rows = run(f"{SMALL} --json").json["rows"]
    assert [row["alpha"] for row in rows] == [0.1, 0.2, 0.3]
    lines = run(f"{SMALL} --format jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == rows
    table = list(csv.DictReader(io.StringIO(run(f"{SMALL} --format csv").out)))
    assert [float(row["risk_bound"]) for row in table] == [row["risk_bound"] for row in rows]
    assert run(f"{SMALL} --output {tmp_path / 'rows.parquet'}").out == ""
    assert parquet.read_table(tmp_path / "rows.parquet").to_pylist() == rows
    assert run(f"{SMALL} --get rows.2.width").out == f"{rows[2]['width']}\n"
    assert f"{rows[0]['width']:,}" in run(SMALL).out


def test_json_describes_the_axes(run: Run) -> None:
    found = run("sweep --over epsilon=0.1:1:log3 --over horizon=1,2 --variant sharp --json").json
    assert list(found)[:2] == ["schema", "version"]
    assert found["schema"] == "rnnbound.sweep/1"
    assert [(axis["name"], axis["size"], axis["logarithmic"]) for axis in found["axes"]] == [
        ("epsilon", 3, True),
        ("horizon", 2, False),
    ]
    assert (found["total"], found["complete"], len(found["rows"])) == (6, True, 6)


def test_large_numbers_are_written_as_json_has_them(run: Run, tmp_path: Path) -> None:
    line = "sweep --over alpha=3 --horizon 1000 --variant sharp --columns width,width_log10"
    row = run(f"{line} --json").json["rows"][0]
    assert "e+19" in row["width"]
    assert 1900 < row["width_log10"] < 1920
    ran = run(f"{line} --output {tmp_path / 'x.parquet'}")
    assert "null" in ran.err
    assert parquet.read_table(tmp_path / "x.parquet").to_pylist()[0]["width"] is None


def test_every_column_has_a_place_in_parquet(run: Run, tmp_path: Path) -> None:
    names = ",".join(COLUMNS)
    line = f"sweep --over horizon=2,3 --variant sharp --columns {names}"
    rows = run(f"{line} --json").json["rows"]
    assert run(f"{line} --output {tmp_path / 'x.parquet'}").status == 0
    assert parquet.read_table(tmp_path / "x.parquet").to_pylist() == rows


def test_a_file_may_hold_several_scenarios(run: Run, tmp_path: Path) -> None:
    toml = tmp_path / "tasks.toml"
    toml.write_text(
        'delta = 0.1\n[[scenarios]]\nname = "a"\nhorizon = 2\n[[scenarios]]\nhorizon = 3\n'
    )
    rows = run(f"sweep --over epsilon=1,2 --scenario {toml} --variant sharp --json").json["rows"]
    assert [(row["scenario"], row["horizon"]) for row in rows] == [
        ("a", 2),
        ("a", 2),
        ("2", 3),
        ("2", 3),
    ]
    listed = tmp_path / "tasks.json"
    listed.write_text('[{"name": "a", "horizon": 2, "delta": 0.1}, {"horizon": 3, "delta": 0.1}]')
    again = run(f"sweep --over epsilon=1,2 --scenario {listed} --variant sharp --json")
    assert again.json["rows"] == rows


def test_several_scenarios_need_no_axis(run: Run, tmp_path: Path) -> None:
    toml = tmp_path / "tasks.toml"
    toml.write_text('[[scenarios]]\nname = "a"\nhorizon = 2\n[[scenarios]]\nhorizon = 3\n')
    rows = run(f"sweep --scenario {toml} --variant sharp --json").json["rows"]
    assert [(row["scenario"], row["horizon"]) for row in rows] == [("a", 2), ("2", 3)]
    for row in rows:
        width = run(f"plan -T {row['horizon']} --variant sharp --get plans.sharp.width").out
        assert row["width"] == int(width)
    assert "only rnnbound sweep" in run(f"plan --scenario {toml}").err


def test_all_faults_of_a_file_are_told_at_once(run: Run, tmp_path: Path) -> None:
    toml = tmp_path / "tasks.toml"
    toml.write_text("[[scenarios]]\nhorizn = 2\n[[scenarios]]\nalpha = -1\ndelta = 3\n")
    ran = run(f"sweep --over epsilon=1,2 --scenario {toml}")
    assert ran.status == 2
    for place in ("scenarios.1.horizn", "scenarios.2.alpha", "scenarios.2.delta"):
        assert place in ran.err
    assert "did you mean 'horizon'" in ran.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sweep", "--over: is required"),
        ("sweep --over alpha=1 --alpha 2", "--alpha: is swept"),
        ("sweep --over rho-w=1 --rho-w 2", "--rho-w: is swept"),
        ("sweep --over epsilon=1 --epsilon 2", "--epsilon: is swept"),
        ("sweep --over alpha=1 --columns widht", "did you mean 'width'"),
        ("sweep --over alpha=1 --format cvs", "did you mean 'csv'"),
        ("sweep --over alpha=1 --format parquet", "--output"),
        ("sweep --over alpha=1 --resume x.txt", ".csv or .jsonl"),
        ("sweep --over alpha=1 --resume x.csv --format jsonl", "contradicts"),
        ("sweep --over alpha=1 --resume x.csv --output y.csv", "goes without"),
        ("sweep --over alpha=1 --jobs 0", "--jobs"),
        ("sweep --over alpha=1 --scenario nowhere.toml", "cannot be read"),
    ],
)
def test_wrong_requests_are_refused(run: Run, line: str, said: str) -> None:
    ran = run(line)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert not Path("x.csv").exists()


def test_no_scheduler_is_a_wrong_request(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    ran = run("sweep --over alpha=1 --variant sharp --dask tcp://127.0.0.1:9")
    assert (ran.status, ran.out) == (2, "")
    assert "--dask: no scheduler" in ran.err


@pytest.mark.parametrize("address", ["nonsense", "tcp://host:port", "gopher://host:1"])
def test_what_is_no_address_is_told_at_once_and_once(installed: Run, address: str) -> None:
    ran = installed(f"timeout 15 rnnbound sweep --over alpha=1 --variant sharp --dask {address}")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Error: --dask: no scheduler")
    assert ran.err.count("\n") == 1


def test_a_missing_extra_is_not_a_missing_scheduler(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    ran = run("sweep --over alpha=1 --dask tcp://127.0.0.1:9")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Error: --dask: needs distributed")


def test_a_reader_who_leaves_early_ends_it(installed: Run) -> None:
    line = "rnnbound sweep --over iterations=1:1000000 --over width=2:2000 --variant sharp"
    ran = installed(f"{line} --format csv | head -2; exit ${{PIPESTATUS[0]}}")
    assert ran.out.splitlines()[1].startswith("1,2,sharp,true,")
    assert (ran.status, ran.err) == (0, "")


LARGE = ["sweep", "--over", "iterations=100:130", "--over", "width=100:3000:2"]
LARGE += ["--variant", "sharp"]


def _start(*words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "rnnbound", *LARGE, *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def _finished(*words: str) -> tuple[int, str]:
    started = _start(*words)
    said = started.communicate()[1].decode()
    return started.returncode, said


def _wait(path: Path, size: int) -> None:
    until = time.monotonic() + 60
    while not path.exists() or path.stat().st_size < size:
        assert time.monotonic() < until, "no rows come"
        time.sleep(0.005)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_killed_sweep_goes_on_where_it_was(tmp_path: Path, suffix: str) -> None:
    whole, kept = tmp_path / f"whole.{suffix}", tmp_path / f"kept.{suffix}"
    assert _finished("--resume", str(whole))[0] == 0
    expected = whole.read_bytes()
    size = 0
    for jobs in ("1", "2"):
        killed = _start("--resume", str(kept), "--jobs", jobs)
        _wait(kept, size + 1000)
        killed.kill()
        killed.communicate()
        size = kept.stat().st_size
        assert size < len(expected), "it was over before it could be killed"
        assert expected.startswith(kept.read_bytes())
    os.truncate(kept, size - 5)  # a torn line, as a full disk or a crash leaves it
    status, said = _finished("--resume", str(kept))
    assert status == 0
    assert kept.read_bytes() == expected
    there = expected[: size - 5].count(b"\n") - (suffix == "csv")
    assert f"of which {there:,} were there" in said


def test_nothing_is_computed_again_when_all_is_there(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    assert run(f"{SMALL} --resume {kept}").status == 0
    before = kept.read_bytes()
    ran = run(f"{SMALL} --resume {kept} --jobs 2")
    assert (ran.status, ran.out) == (0, "")
    assert "3 rows, of which 3 were there" in ran.err
    assert kept.read_bytes() == before


def test_the_file_of_another_sweep_is_refused(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    run(f"{SMALL} --resume {kept}")
    before = kept.read_bytes()
    for other in ("--epsilon 0.2", "--columns alpha,width", "--over horizon=1,2", "--delta 0.2"):
        ran = run(f"{SMALL} {other} --resume {kept}")
        assert ran.status == 2
        assert "another sweep" in ran.err
    for content in (b"a,b\n1,2\n", before.replace(b"\n3,", b"\n4,"), before + b"4,x\n"):
        kept.write_bytes(content)
        assert run(f"{SMALL} --resume {kept}").status == 2
        assert kept.read_bytes() == content
    kept.write_bytes(before[:9])  # the first line is torn
    assert run(f"{SMALL} --resume {kept}").status == 0
    assert kept.read_bytes() == before


def test_an_interruption_keeps_the_rows(tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    started = _start("--resume", str(kept))
    _wait(kept, 1000)
    started.send_signal(signal.SIGINT)
    said = started.communicate()[1].decode()
    assert started.returncode == 130
    assert "interrupted" in said
    assert kept.read_bytes().endswith(b"\n")


@pytest.mark.parametrize(("number", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_result_file_stays_as_it_was_until_all_rows_are_there(
    tmp_path: Path, number: str, status: int
) -> None:
    result = tmp_path / "rows.json"
    result.write_text("whole")
    started = _start("--output", str(result))
    until = time.monotonic() + 60
    while not any(p.stat().st_size > 1000 for p in tmp_path.iterdir()):
        assert time.monotonic() < until
        time.sleep(0.005)
    started.send_signal(getattr(signal, number))
    said = started.communicate()[1].decode()
    assert started.returncode == status
    assert "is as it was" in said
    assert [p.read_text() for p in tmp_path.iterdir()] == ["whole"]
