"""Completion scripts: current, and tried in the shells they are for."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import pytest

from rnnbound.cli.commands.completion import FILES, script

from .conftest import Run

SCRIPTS = Path(__file__).parents[2] / "completions"
LINES = [
    ("rnnbound pl", "plan"),
    ("rnnbound regi", "regime"),
    ("rnnbound plan --horiz", "--horizon"),
    ("rnnbound plan --activation ar", "arctan"),
    ("rnnbound bound --method pgd-", "pgd-average"),
    ("rnnbound constants --variant corr", "corrected"),
    ("rnnbound regime --format cs", "csv"),
    ("rnnbound activations gau", "gaussian"),
    ("rnnbound completion powe", "powershell"),
]


def shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        assert not os.environ.get("CI"), f"{name} has to be there in CI"
        pytest.skip(f"{name} is not installed")
    return name


@pytest.mark.parametrize("name", FILES)
def test_the_scripts_are_current(run: Run, name: str) -> None:
    assert (SCRIPTS / FILES[name]).read_text("utf-8") == run(f"completion {name}").out
    assert run(f"completion {name}").out == script(name) + "\n"


def test_all_scripts_at_once(run: Run, tmp_path: Path) -> None:
    assert run("completion --write", str(tmp_path)).status == 0
    assert {path.name for path in tmp_path.iterdir()} == set(FILES.values())
    assert run("completion --write", str(tmp_path / "no")).status == 2
    assert run("completion pwsh").out == run("completion powershell").out


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_bash(installed: Run, line: str, expected: str) -> None:
    words = line.split()
    program = (
        f"source {shlex.quote(str(SCRIPTS / FILES['bash']))}; COMP_WORDS=({line}); "
        f"COMP_CWORD={len(words) - 1}; _rnnbound_completion rnnbound; "
        'echo "${COMPREPLY[@]}"'
    )
    ran = installed(f"{shell('bash')} --norc -c {shlex.quote(program)}")
    assert (ran.out, ran.err) == (f"{expected}\n", "")


def test_bash_completes_a_value_after_an_equals_sign(installed: Run) -> None:
    program = (
        f"source {shlex.quote(str(SCRIPTS / FILES['bash']))}; "
        "COMP_WORDS=(rnnbound plan --method = pgd-); COMP_CWORD=4; "
        '_rnnbound_completion rnnbound; echo "${COMPREPLY[@]}"'
    )
    assert installed(program).out == "pgd-average\n"


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_fish(installed: Run, line: str, expected: str, tmp_path: Path) -> None:
    program = f"source {SCRIPTS / FILES['fish']}; complete --do-complete {shlex.quote(line)}"
    ran = installed(f"{shell('fish')} -c {shlex.quote(program)}", HOME=str(tmp_path))
    assert ran.out.split("\t")[0].strip() == expected


ZSH = """
zmodload zsh/zpty
zpty z env TERM=dumb PS1= {zsh} -f -i
zpty -w z 'unsetopt zle_bracketed_paste prompt_cr prompt_sp; PS1=; PS2='
zpty -w z {setup}
zpty -w z 'show() {{ print -r -- "<<$BUFFER>>"; BUFFER=; zle accept-line }}; zle -N show'
zpty -w z 'bindkey "^X" show; print REA''DY'
zpty -r -m z line '*READY*'
for typed in {lines}; do
  zpty -w -n z "$typed"$'\\t\\x18'
  zpty -r -m z line '*<<*>>*'
  print -r -- "${{${{line##*<<}}%%>>*}}"
done
zpty -d z
"""


@pytest.mark.parametrize("how", ["sourced", "autoloaded"])
def test_zsh(installed: Run, how: str, tmp_path: Path) -> None:
    zsh = shell("zsh")
    file = SCRIPTS / FILES["zsh"]
    init = f"autoload -Uz compinit; compinit -u -d {tmp_path}/dump"
    setup = (
        f"{init}; source {file}" if how == "sourced" else f"fpath=({file.parent} $fpath); {init}"
    )
    lines = " ".join(shlex.quote(line) for line, _ in LINES)
    program = tmp_path / "try.zsh"
    program.write_text(ZSH.format(zsh=zsh, setup=shlex.quote(setup), lines=lines))
    ran = installed(f"timeout 60 {zsh} -f {program}", HOME=str(tmp_path))
    completed = [line.rsplit(maxsplit=1)[-1] for line in ran.out.splitlines()]
    assert completed == [expected for _, expected in LINES], ran


def test_zsh_script_registers_on_its_first_line() -> None:
    assert script("zsh").splitlines()[0] == "#compdef rnnbound"
