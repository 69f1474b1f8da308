"""An output format is one file: a toy of one line a row is then known to every command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnnbound.__main__ import command_line
from rnnbound.presentation import output_formats, writers
from tests.cli.conftest import Run, _plain_environment, run  # noqa: F401
from tests.cli.test_commands import COMPUTING
from tests.walks import new_format

TOY = """
from rnnbound.presentation.output_formats import Format, RowWriter

def bars(rows, first):
    return "".join("\\t".join(map(str, row)) + "\\n" for row in rows)

FORMAT = Format(
    name="bars",
    suffixes=(".bars",),
    for_people=False,
    to_file=False,
    resumable=False,
    require=None,
    rows=lambda table: RowWriter(bars, "\\t".join(table.names) + "\\n"),
    whole=None,
)
"""


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """The file of a format beside those there are."""
    file, forget = tmp_path / "bars.py", output_formats.formats.cache_clear
    with new_format.written(file, TOY, writers, forget) as there:
        yield there


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("command", [*COMPUTING, "sweep"])
def test_every_command_writes_it(run: Run, command: str, tmp_path: Path) -> None:  # noqa: F811
    line = {**COMPUTING, "sweep": "sweep --over horizon=1:3 --variant sharp"}[command]
    ran = run(f"{line} --format bars")
    assert ran.status == 0, ran.err
    header, *rows = ran.out.splitlines()
    assert rows
    assert all(row.count("\t") == header.count("\t") for row in rows)
    file = tmp_path / "result.bars"
    assert run(f"{line} --format bars --output {file}").out == ""
    assert file.read_text("utf-8") == ran.out
    assert "bars" in run(f"{command} --help").out
    assert "did you mean 'bars'?" in run(f"{line} --format bar").err


@pytest.mark.usefixtures("written")
def test_a_sweep_knows_its_suffix(run: Run, tmp_path: Path) -> None:  # noqa: F811
    line, file = "sweep --over horizon=1:3 --variant sharp", tmp_path / "rows.bars"
    assert run(f"{line} --output {file}").out == ""
    assert file.read_text("utf-8") == run(f"{line} --format bars").out


@pytest.mark.usefixtures("written")
def test_completion_offers_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_RNNBOUND_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "rnnbound\nsweep\n--format\nba")
    monkeypatch.setenv("COMP_CWORD", "3")
    with pytest.raises(SystemExit):
        command_line([])
    assert capsys.readouterr().out.strip() == "bars"


def test_half_a_format_is_refused(written: Path) -> None:
    written.write_text(TOY.replace('    suffixes=(".bars",),\n', ""))
    with pytest.raises(TypeError, match="suffixes"):
        output_formats.formats()
    written.write_text("")
    output_formats.formats.cache_clear()
    with pytest.raises(TypeError, match="bars has no FORMAT"):
        output_formats.formats()
