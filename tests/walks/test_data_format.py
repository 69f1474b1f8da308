"""A data format is one file: a toy of one number a line is then read by every command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnnbound.data import data_formats, formats
from tests.cli.conftest import Run, _plain_environment, run  # noqa: F401
from tests.walks import new_format

TOY = """
from rnnbound.data.data_formats import DataFormat

def read(file, data):
    import numpy as np
    from rnnbound.data.array_table import ArrayTable

    return ArrayTable(file, np.array([float.fromhex(x) for x in data.decode().split()[1:]]))

FORMAT = DataFormat(
    name="toy", title="Toy", suffixes=(".toy",), marks=(b"TOY1",), library=None, read=read
)
"""
#: Every command that takes a data file.
LINES = [
    "data {} --window 3",
    "plan --data {} --window 3",
    "bound --width 1000 --iterations 10 --data {} --window 3",
    "solve alpha --width 10000 --iterations 10 --variant sharp --data {} --window 3",
    "compare --no-calibration --data {} --window 3",
    "constants --data {} --window 3",
    "certify --width 8 --iterations 2 --data {} --window 3",
]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """The file of a format beside those there are."""
    file, forget = tmp_path / "toy.py", data_formats.formats.cache_clear
    with new_format.written(file, TOY, formats, forget) as there:
        yield there


@pytest.fixture
def series(tmp_path: Path) -> tuple[Path, Path]:
    """The same numbers as a toy file and as CSV."""
    numbers = [(-1) ** i * (i % 7) / 8 for i in range(40)]
    toy, csv = tmp_path / "series.toy", tmp_path / "series.csv"
    toy.write_text("\n".join(["TOY1", *map(float.hex, numbers)]))
    csv.write_text("\n".join(map(repr, numbers)))
    return toy, csv


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("line", LINES)
def test_every_command_reads_it(run: Run, series: tuple[Path, Path], line: str) -> None:  # noqa: F811
    toy, csv = (run(f"{line.format(file)} --json") for file in series)
    assert toy.status == csv.status, toy.err
    assert toy.status in {0, 1}
    assert toy.out.replace("series.toy", "series.csv").replace('"toy"', '"csv"') == csv.out


@pytest.mark.usefixtures("written")
def test_it_is_known_by_its_content_and_told_of(run: Run, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "series.csv").write_text("TOY1\n0x1p0\n0x1p1\n0x1p0\n0x1p2\n")
    found = run(f"data {tmp_path / 'series.csv'} --window 2 --json").json
    assert found["origin"]["format"] == "toy"
    assert "Toy" in run("data --help").out
    (tmp_path / "x.xyz").write_text("1\n2\n")
    (tmp_path / "x.toy").write_text("1\n2\n")
    assert "Toy" in run(f"plan --data {tmp_path / 'x.xyz'} --window 2").err
    assert "is not a .toy file" in run(f"plan --data {tmp_path / 'x.toy'} --window 2").err


def test_half_a_format_is_refused(written: Path) -> None:
    written.write_text(TOY.replace("library=None, ", ""))
    with pytest.raises(TypeError, match="library"):
        data_formats.formats()
    written.write_text("")
    data_formats.formats.cache_clear()
    with pytest.raises(TypeError, match="toy has no FORMAT"):
        data_formats.formats()
