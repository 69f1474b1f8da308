"""A new check of verify is one file: then verify, JUnit, the report and completion know it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnbound.verification import checks
from tests.walks.fresh_process import completing, run

#: Every variant of the toy holds, or has no power where the horizon is 1.
TOY = """
from rnnbound.verification.check import powerless, settle
from rnnbound.verification.pieces import Piece


def pieces(scenario, wanted):
    for variant in wanted.variants:
        yield Piece(check, (scenario, variant, wanted.seed))


def check(scenario, variant, seed):
    if scenario.horizon == 1:
        return [powerless("symmetry", "1 ≤ T", variant, "", "T is 1")]
    return [
        settle(
            "symmetry",
            "1 ≤ T",
            variant,
            observed=1.0,
            bound=float(scenario.horizon),
            trials=1,
            failures=0,
            where="here",
        )
    ]
"""


def test_everything_knows_a_new_check(tmp_path: Path) -> None:
    (folder := tmp_path / "checks").mkdir()
    (folder / "symmetry.py").write_text(TOY, "utf-8")
    setup = f"import rnnbound.verification.checks as c; c.__path__.append({str(folder)!r})"
    suite, nothing, saved, page = (
        tmp_path / name for name in ("suite.xml", "nothing.xml", "saved.json", "page.html")
    )
    only = "verify --checks symmetry --jobs 1"
    found = run(
        setup,
        [
            f"{only} --horizon 2 --junit {suite} --json --output {saved}",
            f"{only} --horizon 2",
            f"{only} --horizon 1 --junit {nothing}",
            f"report --horizon 2 --verification {saved} --output {page}",
            "verify --help",
            completing("rnnbound verify --checks sy"),
            "verify --checks symetry",
        ],
    )
    assert [one.status for one in found] == [0, 0, 1, 0, 0, 0, 2]
    assert "1 ≤ T" in saved.read_text("utf-8")
    assert "rnnbound.symmetry" in suite.read_text("utf-8")
    assert found[1].out.startswith("Passed: 3 trusted statements hold")
    assert "Symmetry: observed / bound" in found[1].out
    assert found[2].out.startswith("Nothing was checked: all 4 tests have no power.")
    assert 'failures="1"' in nothing.read_text("utf-8")
    assert "1 ≤ T" in page.read_text("utf-8")
    assert "lemmas, propositions, steps, symmetry" in " ".join(found[4].out.split())
    assert found[5].out.split() == ["symmetry"]
    assert "did you mean 'symmetry'" in found[6].err


def test_a_file_without_pieces_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "halves.py").write_text("", "utf-8")
    monkeypatch.setattr(checks, "__path__", [*checks.__path__, str(tmp_path)])
    assert "halves" in checks.groups()
    with pytest.raises(TypeError, match=r"check 'halves': .*halves\.py has no function pieces"):
        checks.pieces_of("halves")
