"""`rnnbound verify`: streams, exit codes, formats, files and interruptions."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rnnbound import __version__
from rnnbound.theory.sharp_constants import SharpConstants

from .conftest import COMMAND, Run

QUICK = "verify --horizon 1 --checks steps --method pgd --variant sharp --jobs 1"
KEYS = """
    statement variant observed bound ratio trials failures allowed interval verdict where witness
"""


def test_json_has_the_checks_and_the_time(run: Run) -> None:
    ran = run(f"{QUICK} --json")
    assert (ran.status, ran.err) == (0, "")
    assert list(ran.json)[:5] == ["schema", "version", "passed", "checks", "elapsed_seconds"]
    assert (ran.json["schema"], ran.json["version"]) == ("rnnbound.verify/1", __version__)
    assert ran.json["passed"] is True
    assert ran.json["elapsed_seconds"] > 0
    for check in ran.json["checks"]:
        assert set(KEYS.split()) <= set(check)
        assert check["verdict"] in {"holds", "refuted", "no power"}


def test_the_table_is_a_verdict(run: Run) -> None:
    ran = run(QUICK)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Passed: ")
    assert "pgd: ‖g‖² ≤ S R" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_a_refuted_guarantee_exits_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    original = SharpConstants.S.func
    monkeypatch.setattr(SharpConstants, "S", property(lambda self: original(self) * 3 / 5))
    ran = run(f"{QUICK} --json")
    assert ran.status == 1
    assert ran.json["passed"] is False
    assert ran.err.startswith("refuted: ")
    table = run(QUICK)
    assert table.status == 1
    assert table.out.startswith("Refuted: ")


def test_printed_slips_do_not_fail_the_run(run: Run) -> None:
    ran = run("verify --horizon 1 --checks lemmas --variant printed --jobs 1 --json")
    assert ran.status == 0
    refuted = [check for check in ran.json["checks"] if check["verdict"] == "refuted"]
    assert {check["statement"].split()[0] for check in refuted} >= {"L", "γ"}
    assert all(check["witness"] for check in refuted)


def test_csv_has_even_rows(run: Run) -> None:
    rows = list(csv.reader(io.StringIO(run(f"{QUICK} --format csv").out)))
    assert len({len(row) for row in rows}) == 1
    assert "statement" in rows[0]


def test_reports_go_to_files(run: Run, tmp_path: Path) -> None:
    ran = run(f"{QUICK} --junit {tmp_path}/v.xml")
    suite = ElementTree.parse(tmp_path / "v.xml").getroot()[0]  # noqa: S314  # our own
    assert ran.status == 0
    assert suite.get("failures") == "0"
    assert int(suite.get("tests") or 0) > 0
    assert run(f"{QUICK} --plot {tmp_path}/v.pdf").status == 0
    assert (tmp_path / "v.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ("--checks lemas", "--checks"),
        ("--seeds 0", "--seeds"),
        ("--jobs many", "--jobs"),
        ("--seed -1", "--seed"),
        ("--variant loose", "--variant"),
        ("--method adam", "--method"),
        ("--plot picture.gif", "--plot"),
        ("--junit missing/v.xml", "--junit"),
        ("--epsilon 0.1", "--epsilon"),
        ("--until-reached", "--until-reached"),
        ("--run-plan --max-seconds soon", "--max-seconds"),
        ("--run-plan --max-memory -1", "--max-memory"),
        ("--run-plan --checks lemmas", "--checks"),
        ("--run-plan --method sgd --variant printed", "--variant"),
    ],
)
def test_a_wrong_request_exits_2_and_names_the_option(run: Run, options: str, place: str) -> None:
    ran = run(f"verify {options}")
    assert (ran.status, ran.out) == (2, "")
    assert place in ran.err
    assert ran.err.count("\n") == 1


def test_a_plan_is_run_and_announced(run: Run) -> None:
    line = "verify --run-plan --horizon 1 --samples 2 --delta 0.1 --epsilon 0.03 --jobs 1"
    ran = run(f"{line} --json")
    assert ran.status == 0
    assert ran.err.startswith("plan: m = ")
    plan = ran.json["plan"]
    assert plan["reached_at"] < plan["iterations"]
    assert plan["last_risk"] <= 0.03
    assert run(line).out.startswith("Reached: ")


def test_a_plan_beyond_its_limits_exits_1_with_the_way_out(run: Run) -> None:
    ran = run("verify --run-plan --max-seconds 5 --json")
    assert ran.status == 1
    assert "--max-seconds 5" in ran.err
    assert ran.json["passed"] is False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_an_interruption_exits_130_with_what_is_known() -> None:
    words = [COMMAND, "verify", "--seeds", "1000", "--jobs", "2", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while len(children.read_text().split()) < 2:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["complete"] is False
    assert b"interrupted" in err


def test_other_commands_do_without_numpy_and_scipy(installed: Run) -> None:
    code = (
        "import sys; from rnnbound.cli.frame.app import run; run(['plan', '--json']); "
        "sys.exit(len({'numpy', 'scipy', 'matplotlib'} & set(sys.modules)))"
    )
    ran = installed(f'{sys.executable} -c "{code}" > /dev/null')
    assert (ran.status, ran.err) == (0, "")


def test_a_plan_for_tied_pairs_is_the_one_of_plan(run: Run) -> None:
    task = "--horizon 2 --alpha 0.3 --delta 0.1 --samples 5 --epsilon 0.1 --method tied --json"
    ran = run(f"verify --run-plan {task} --jobs 1")
    planned = run(f"plan {task} --variant tight").json["plans"]["tight"]
    assert ran.status == 0
    done = ran.json["plan"]
    assert (done["width"], done["iterations"]) == (planned["width"], planned["iterations"])
    assert done["step_size"] == planned["step_size"]
    assert done["reached_at"] <= done["iterations"]
