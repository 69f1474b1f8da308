"""A new unknown is one entry: then solve, its table, its help and completion know it."""

from __future__ import annotations

import pytest

from rnnbound.planning.unknowns import UNKNOWNS, Whole
from tests.walks.fresh_process import completing, run

TOY = """
from rnnbound.planning.unknowns import MOST_WHOLE, UNKNOWNS, Whole

UNKNOWNS["dim"] = Whole(
    name="dim",
    title="number of inputs",
    symbol="d",
    harder=True,
    monotone="always",
    most=MOST_WHOLE,
)
"""


def test_solve_knows_a_new_unknown() -> None:
    task = "--width 1000000000 --iterations 10000000 --horizon 2 --epsilon 0.5 --variant corrected"
    most, table, csv, none, given, described, completed, like = run(
        TOY,
        [
            f"solve dim {task} --json",
            f"solve dim {task}",
            f"solve dim {task} --format csv",
            "solve dim --width 100000 --iterations 10000 --variant sharp",
            f"solve dim {task} --dim 3",
            "solve --help",
            completing("rnnbound solve di"),
            f"solve dimm {task}",
        ],
    )
    found = most.json
    assert (found["unknown"], found["direction"], found["monotone"]) == ("dim", "largest", True)
    assert found["value"] >= 1
    assert found["next_value"] == found["value"] + 1
    assert found["settings"] == {"dim": found["value"]}
    assert f"Largest number of inputs: d = {found['value']:,} (corrected)." in table.out
    assert "settings.dim" in csv.out.splitlines()[0]
    assert "the bound does not depend on d: it holds at every value" in " ".join(none.out.split())
    assert (given.status, given.err.split(":")[1].strip()) == (2, "--dim")
    assert "nu, samples, dim" in " ".join(described.out.split())
    assert completed.out.split() == ["dim"]
    assert "did you mean 'dim'" in like.err


def test_an_entry_that_lacks_a_field_says_so() -> None:
    samples = UNKNOWNS["samples"]
    assert isinstance(samples, Whole)
    with pytest.raises(ValueError, match="unknown 'n': title is empty"):
        Whole(name="n", title="", symbol="n", harder=True, monotone="always", most=1)
    with pytest.raises(TypeError, match="monotone"):
        Whole(name="n", title="samples", symbol="n", harder=True, most=1)  # type: ignore[call-arg]
