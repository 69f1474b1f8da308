"""Whatever surrounds the process: streams, terminals, encodings, memory, somebody's settings."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rnnbound.cli.frame.app import COMMANDS
from rnnbound.parallel import address_space
from rnnbound.presentation.charts import matplotlib_library

from .conftest import Run


def test_a_closed_stdout_is_told_by_every_command_that_prints(installed: Run) -> None:
    lines = ["--version", "--help", "plan --help", "plan", "scenario", "completion bash"]
    lines += ["sweep --over alpha=1", "sweep --over alpha=1 --get total"]
    ran = installed("; ".join(f"rnnbound {line} >&-; echo $? >&2" for line in lines))
    said = ["Error: the result could not be written: standard output is closed", "70"]
    assert ran.err.splitlines() == said * len(lines)
    both = installed("rnnbound plan --help >&- 2>&-; echo $?")
    assert (both.out, both.err) == ("70\n", "")


def test_a_result_that_goes_to_a_file_needs_no_streams(installed: Run, tmp_path: Path) -> None:
    target, rows = tmp_path / "plan.json", tmp_path / "rows.csv"
    ran = installed(
        f"rnnbound plan --variant tight --json -o {target} <&- >&- 2>&-; echo $?; "
        f"rnnbound sweep --over alpha=0.1,0.2 --variant sharp -o {rows} <&- >&- 2>&-; echo $?"
    )
    assert ran.out == "0\n0\n"
    assert target.read_text().startswith("{")
    assert rows.read_text().count("\n") == 3


@pytest.mark.parametrize("columns", ["1000000000", "0", "-5", "abc", "²"])
def test_any_size_of_terminal(run: Run, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("LINES", columns)
    ran = run("plan --variant tight --plot -")
    assert (ran.status, ran.err) == (0, "")
    assert max(map(len, ran.out.splitlines())) <= 1000
    assert run("--help").status == 0


def test_help_does_not_need_docstrings(run: Run) -> None:
    # In one process, since Python takes a while to start.
    program = (
        "import sys; from rnnbound.cli.frame.app import run\n"
        "for name in sys.argv[1:]: run([*name.split(), '--help'])"
    )
    ran = subprocess.run(
        [sys.executable, "-OO", "-c", program, "", *COMMANDS],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "".join(run(f"{name} --help").out for name in ["", *COMMANDS])


def test_pictures_do_not_know_whose_settings_surround_them(
    run: Run, installed: Run, tmp_path: Path
) -> None:
    mine, theirs = tmp_path / "mine.svg", tmp_path / "theirs.svg"
    assert run(f"regime --plot {mine}").status == 0
    (tmp_path / "matplotlibrc").write_bytes(b"backend: nonsense\nfont.size: 99\nfigure.dpi: \xff\n")
    ran = installed(
        f"cd {tmp_path} && rnnbound regime --plot theirs.svg",
        MPLBACKEND="module://matplotlib_inline.backend_inline",
        PYTHONWARNINGS="error",
    )
    assert (ran.status, ran.err) == (0, "")
    assert theirs.read_bytes() == mine.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["matplotlibrc", "mine.svg", "theirs.svg"]


@pytest.mark.parametrize("name", ["HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"])
def test_no_directory_is_made_wherever_we_happen_to_be(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for place in matplotlib_library.PLACES:
        monkeypatch.setenv(place, "/somewhere")
    with matplotlib_library.surroundings():
        assert os.environ["MPLCONFIGDIR"] == "/somewhere"
    monkeypatch.setenv(name, "")
    with matplotlib_library.surroundings():
        assert os.environ["MPLCONFIGDIR"] == os.devnull
    assert os.environ[name] == ""


def test_drawing_leaves_process_and_variables_as_they_were(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    monkeypatch.chdir(tmp_path)
    matplotlib_library.load()
    assert os.environ["MPLBACKEND"] == "nonsense"
    assert Path.cwd() == tmp_path


def test_a_working_directory_that_is_gone(installed: Run) -> None:
    gone = "d=$(mktemp -d); cd $d; rmdir $d; "
    ran = installed(gone + "rnnbound plan --get headline; rnnbound plan --output x.json")
    assert (ran.status, ran.out) == (2, "tight\n")
    assert ran.err.startswith("Error: --output: 'x.json' cannot be written")
    jobs = installed(gone + "rnnbound sweep --over alpha=0.1,0.2,0.3 --variant sharp --jobs 2")
    assert (jobs.status, jobs.err) == (0, "")


def test_little_memory_is_told_in_a_line(installed: Run) -> None:
    ran = installed("ulimit -v 150000; rnnbound sweep --over alpha=0.1 --variant sharp")
    assert (ran.status, ran.out) == (70, "")
    assert ran.err.startswith("Error: there is too little memory (the limit is 153 MB: ulimit -v)")
    assert ran.err.count("\n") == 1
    enough = installed("ulimit -v 150000; rnnbound plan --get headline")
    assert (enough.status, enough.out) == (0, "tight\n")


def test_what_comes_of_little_memory_is_known_by_its_cause() -> None:
    lost = ImportError("libopenblas.so: failed to map segment from shared object")
    wrapped = ImportError("Unable to import required dependencies")
    wrapped.__cause__ = lost
    for error in (MemoryError(), OSError(errno.ENOMEM, "x"), lost, wrapped):
        assert address_space.exhausted(error)
    for other in (OSError(errno.ENOENT, "x"), ImportError("no module"), ValueError()):
        assert not address_space.exhausted(other)


@pytest.mark.parametrize(
    "variables",
    [
        {"_RNNBOUND_COMPLETE": "nonsense"},
        {"_RNNBOUND_COMPLETE": "complete_fishes"},
        {"_RNNBOUND_COMPLETE": "complete_bash"},
        {"_RNNBOUND_COMPLETE": "complete_bash", "COMP_WORDS": "rnnbound", "COMP_CWORD": "x"},
    ],
)
def test_completion_that_no_shell_asks_for(
    run: Run, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ran = run("plan")
    assert (ran.status, ran.out) == (2, "")
    assert "_RNNBOUND_COMPLETE" in ran.err
    assert "unset it" in ran.err


LONG = "x" * 100_000


@pytest.mark.parametrize(
    "words",
    [
        [LONG],
        ["--" + LONG],
        ["plan", "--" + LONG],
        ["plan", LONG],
        ["plan", *["word"] * 5000],
        ["plan", "--output", LONG],
        ["plan", "--plot", LONG + ".svg"],
        ["plan", "--get", LONG],
        ["plan", "--get", "a." * 5000],
        ["plan", "--format", LONG],
        ["sweep", "--over", "alpha=1", "--resume", LONG + ".csv"],
        ["sweep", "--over", "alpha=1", "--dask", LONG],
        ["verify", "--junit", LONG],
        ["completion", "--write", LONG],
    ],
)
def test_long_words_are_not_echoed_whole(run: Run, words: list[str]) -> None:
    ran = run("", *words)
    assert (ran.status, ran.out) == (2, "")
    assert len(ran.err) < 700
