"""The command line as a whole: help, versions, mistakes, streams and exit codes."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from rnnbound import __version__
from rnnbound.cli.frame.app import COMMANDS
from rnnbound.cli.frame.streams import remark

from .conftest import Run


@pytest.mark.parametrize("line", ["--version", "--debug --version"])
def test_version(run: Run, line: str) -> None:
    ran = run(line)
    assert (ran.status, ran.out, ran.err) == (0, f"rnnbound {__version__}\n", "")


@pytest.mark.parametrize("line", ["", "--help", "-h"])
def test_help_lists_the_commands(run: Run, line: str) -> None:
    ran = run(line)
    assert ran.status == 0
    assert all(f"  {name} " in ran.out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_is_plain_and_has_examples(run: Run, command: str) -> None:
    ran = run(f"{command} --help")
    assert ran.status == 0
    assert "Examples:" in ran.out
    assert f"rnnbound {command}" in ran.out.partition("Examples:")[2]
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_help_has_brackets_that_completion_would_read_as_markup(command: str) -> None:
    from importlib import import_module

    made = getattr(import_module(f"rnnbound.cli.commands.{command}"), command)
    assert not any("[" in (parameter.help or "") for parameter in made.params)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("plam", ["'plam'", "did you mean 'plan'"]),
        ("xyzzy", ["'xyzzy'", "plan, bound"]),
        ("plan --horizn 3", ["--horizn", "did you mean '--horizon'"]),
        ("plan --out x.json", ["did you mean '--output'"]),
        ("compare --width 4", ["no such option --width (see"]),
        ("plan --epsilon", ["--epsilon", "requires an argument"]),
        ("plan surplus", ["surplus"]),
        ("plan --epsilon -1", ["--epsilon", "'-1'"]),
        ("plan --epsilon nan", ["--epsilon", "finite"]),
        ("plan --width 11", ["--width", "even", "'11'"]),
        ("plan --width ten", ["--width", "'ten'"]),
        ("plan --method pgdd", ["--method", "'pgdd'", "'pgd'"]),
        ("plan --variant shrp", ["--variant", "'shrp'", "'sharp'"]),
        ("plan --digits 0", ["--digits", "1 to 1000"]),
        ("plan --digits 1001", ["--digits", "1 to 1000"]),
        ("plan --max-width x", ["--max-width", "'x'"]),
        ("bound --width 10", ["--iterations", "required"]),
        ("constants --alpha-m 0", ["--alpha-m", "'0'"]),
        ("activations tahn", ["NAME", "'tahn'", "'tanh'"]),
        ("completion bsh", ["'bsh'", "'bash'"]),
        ("completion", ["bash, zsh"]),
    ],
)
def test_a_mistake_exits_2_and_names_place_value_and_remedy(
    run: Run, line: str, words: list[str]
) -> None:
    ran = run(line)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Error: ")
    assert "Traceback" not in ran.err
    assert all(word in ran.err for word in words), ran.err


def test_every_fault_is_a_line(run: Run) -> None:
    ran = run("plan --horizon 0 --alpha -1 --delta 2")
    assert ran.status == 2
    assert ran.err.splitlines()[0] == "Error: 3 things are wrong:"
    assert [line.split(":")[0].strip() for line in ran.err.splitlines()[1:]] == [
        "--horizon",
        "--alpha",
        "--delta",
    ]


def test_terminal_controls_in_a_value_are_not_obeyed(run: Run) -> None:
    for ran in (run("plan --activation", "\x1b[31m"), run("\x1b[31m"), run("plan", "\x1b[31m")):
        assert ran.status == 2
        assert "\x1b" not in ran.err


def test_data_is_not_markup(run: Run) -> None:
    assert "[/2]" in run("plan --activation [/2]").err
    assert "list[str]" in run("list[str]").err


@pytest.fixture
def _defective(monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(*_: object, **__: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("rnnbound.planning.plan.plan", plan)


@pytest.mark.usefixtures("_defective")
def test_a_defect_is_one_line_and_shown_in_full_on_request(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("plan")
    assert (ran.status, ran.out) == (70, "")
    assert len(ran.err.splitlines()) == 1
    assert "ZeroDivisionError: on purpose" in ran.err
    assert "report" in ran.err
    assert "Traceback" in run("plan --debug").err
    assert "Traceback" in run("--debug plan").err
    monkeypatch.setenv("RNNBOUND_DEBUG", "1")
    assert "Traceback" in run("plan").err


def test_an_interrupt_is_quiet_even_during_imports(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rnnbound.planning.plan.plan", interrupted)
    ran = run("plan")
    assert (ran.status, ran.out, ran.err) == (130, "", "")

    class Interrupting:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "rnnbound.cli.frame.app":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "rnnbound.cli.frame.app")
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    ran = run("plan")
    assert (ran.status, ran.out, ran.err) == (130, "", "")


@pytest.mark.parametrize("command", ["plan", "plan --json", "plan --help", "--version", "scenario"])
def test_a_full_disk_is_one_line_and_a_closed_pipe_is_none(installed: Run, command: str) -> None:
    full = installed(f"rnnbound {command} > /dev/full")
    assert full.status == 70
    assert full.err.count("\n") == 1
    assert "No space left" in full.err
    closed = installed(f"rnnbound {command} | true; exit ${{PIPESTATUS[0]}}")
    assert (closed.status, closed.err) == (0, "")


def test_a_closed_stdout(installed: Run) -> None:
    ran = installed("rnnbound plan >&-")
    assert ran.status == 70
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("nowhere", ["2>&-", "2>/dev/full"])
def test_a_stderr_that_nobody_reads(installed: Run, nowhere: str) -> None:
    assert installed(f"rnnbound plam {nowhere}").out == ""
    ran = installed(f"rnnbound plan --max-width 2 --get headline {nowhere}")
    assert (ran.status, ran.out) == (1, "tight\n")


def test_a_line_on_stderr_is_written_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[str] = []
    stream = SimpleNamespace(write=pieces.append, flush=lambda: None)
    monkeypatch.setattr(sys, "stderr", stream)
    remark("a file: 3 rows")
    assert pieces == ["a file: 3 rows\n"]


def test_an_encoding_without_our_symbols(installed: Run) -> None:
    ran = installed("rnnbound plan", PYTHONIOENCODING="ascii")
    assert ran.status == 0
    assert "risk <= 0.1" in ran.out
    assert "?" not in ran.out
    wrong = installed("rnnbound plan --nu-w 0 --nu-u 0", PYTHONIOENCODING="ascii")
    assert wrong.status == 2
    assert "nu_w" in wrong.err


@pytest.mark.parametrize("variable", ["FORCE_COLOR", "GITHUB_ACTIONS", "CLICOLOR_FORCE"])
def test_piped_output_has_no_escape_byte(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")
    for line in ("plan", "plan --json", "plan --help", "plam"):
        ran = run(line)
        assert "\x1b" not in ran.out + ran.err


def test_a_plan_imports_nothing_heavy(installed: Run) -> None:
    program = (
        "import sys; from rnnbound.__main__ import main; sys.argv[1:] = ['plan', '--json']; main();"
        "heavy = {'sympy', 'numpy', 'matplotlib', 'mpmath', 'pydantic', 'rich'} & set(sys.modules);"
        "print(sorted(heavy), file=sys.stderr)"
    )
    ran = installed(f'"{sys.executable}" -c "{program}"')
    assert ran.json["headline"] == "tight"
    assert ran.err == "[]\n"


def test_the_version_imports_no_command_line(installed: Run) -> None:
    program = (
        "import sys; from rnnbound.__main__ import main; sys.argv[1:] = ['--version']; main();"
        "print({'typer', 'flint', 'rnnbound.cli'} & set(sys.modules), file=sys.stderr)"
    )
    assert installed(f'"{sys.executable}" -c "{program}"').err == "set()\n"


def test_python_m(installed: Run) -> None:
    ran = installed(f'"{sys.executable}" -m rnnbound plan --get headline')
    assert (ran.status, ran.out) == (0, "tight\n")
