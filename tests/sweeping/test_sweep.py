"""Sweeps from Python: their rows, their order, and that it does not matter how they are cut."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from rnnbound import RequestError, Scenario, bound, plan, sweep
from rnnbound.sweeping.double_rows import Fast
from rnnbound.sweeping.grid import Block, Grid
from rnnbound.sweeping.mixed_precision_rows import Engine


def test_the_first_axis_varies_slowest_and_the_variant_fastest() -> None:
    rows = list(sweep(over=["alpha=0.1,0.2", "horizon=1:3"], epsilon=1, method="sgd"))
    seen = [(row["alpha"], row["horizon"], row["variant"]) for row in rows]
    variants = ("printed", "corrected", "sharp", "tight")
    assert seen == list(itertools.product([0.1, 0.2], [1, 2, 3], variants))
    assert [row["feasible"] for row in rows[:4]] == [False, True, True, True]


def test_rows_are_the_plans_of_their_points() -> None:
    for row in sweep(Scenario(alpha=0.3, samples=20), over=["epsilon=1,0.1", "horizon=1,7"]):
        task = Scenario(alpha=0.3, samples=20, horizon=row["horizon"])
        found = plan(task, epsilon=row["epsilon"], variant=row["variant"]).plans[row["variant"]]
        assert (row["width"], row["iterations"]) == (found.width, found.iterations)
        assert row["risk_bound"] == pytest.approx(found.risk_bound, rel=1e-12)
        assert row["risk_bound"] <= row["epsilon"]


def test_numbers_that_no_double_holds_are_exact() -> None:
    rows = list(sweep({"horizon": 900}, over="alpha=0.5,3", variant="sharp"))
    assert isinstance(rows[1]["width"], (int, Decimal))
    expected = plan(Scenario(alpha=3, horizon=900), variant="sharp").plans["sharp"]
    assert (rows[1]["width"], rows[1]["risk_bound"]) == (expected.width, expected.risk_bound)


def test_a_bound_where_width_and_iterations_are_given() -> None:
    rows = sweep(over={"width": [2, 1000], "variant": ["sharp"]}, iterations=50)
    for row in rows:
        expected = bound(width=row["width"], iterations=50, variant="sharp").bounds["sharp"]
        assert row["risk_bound"] == pytest.approx(expected.risk_bound, rel=1e-12)
        assert "epsilon" not in row


def test_how_the_rows_are_cut_makes_no_difference() -> None:
    over = ["horizon=1:23", "alpha=0.1:0.9:0.1", "epsilon=0.01:1:log9"]
    grid = Grid.read([Block.of({}, "1")], over, {"variant": "sharp"})
    columns = ("risk_bound", "step_size", "width", "iterations", "contraction", "vacuous")
    whole = Engine(grid, columns).rows(0, grid.total)
    cuts = [0, 1, 2, 9, 100, 777, grid.total]
    pieces = [Engine(grid, columns).rows(a, b) for a, b in itertools.pairwise(cuts)]
    assert [row for piece in pieces for row in piece] == whole
    assert list(sweep(over=over, variant="sharp", jobs=2)) == list(
        sweep(over=over, variant="sharp")
    )


def test_most_rows_need_no_ball_arithmetic() -> None:
    over = ["horizon=1:20", "alpha=0.1:0.9:0.1", "epsilon=0.01:1:log9"]
    grid = Grid.read([Block.of({}, "1")], over, {"variant": "sharp"})
    left = Fast(grid, ("width", "iterations", "risk_bound")).rows(0, grid.total).count(None)
    assert left <= grid.total // 100


def test_the_digest_tells_sweeps_apart() -> None:
    base = {"over": ["alpha=0.1:0.5:0.1"], "variant": "sharp"}
    same = [sweep(**base), sweep(**base, jobs=2), sweep(Scenario(), **base)]
    others = [
        sweep(over=["alpha=0.1:0.5:0.2"], variant="sharp"),
        sweep(over=["alpha=0.1,0.2"], variant="sharp"),
        sweep(**base, epsilon=0.2),
        sweep(**base, columns="alpha,width"),
        sweep({"delta": 0.2}, **base),
    ]
    assert len({found.digest for found in same[:2]}) == 1
    assert len({found.digest for found in [*same[:1], *others]}) == 6


def test_a_radius_of_projection_follows_its_target() -> None:
    rows = list(sweep(Scenario(), over="nu_w=0.1,2", variant="sharp", columns="nu_w,rho_w,rho_u"))
    assert [(row["nu_w"], row["rho_w"], row["rho_u"]) for row in rows] == [
        (0.1, 0.1, 0.5),
        (2.0, 2.0, 0.5),
    ]


@pytest.mark.parametrize(
    ("wanted", "where", "said"),
    [
        ({"over": []}, "over", "required"),
        ({"over": "alpha=1", "columns": "widht"}, "columns", "did you mean 'width'"),
        ({"over": "alpha=1", "columns": "width,width"}, "columns", "twice"),
        ({"over": "epsilon=1", "epsilon": 0.1}, "epsilon", "one of the two"),
        ({"over": "variant=sharp", "variant": "tight"}, "variant", "one of the two"),
        ({"over": "alpha=1", "jobs": 0}, "jobs", "≥ 1"),
        ({"over": "nu_w=0,1", "scenario": {"nu_u": 0}}, "nu_u", "must not both be 0"),
        ({"over": "nu_w=0.5:2:0.5", "scenario": {"rho_w": 1}}, "rho_w", "at least"),
        ({"over": "rho_w=0.1:1:0.1"}, "over", "rho_w must be at least"),
        ({"over": "alpha=1", "scenario": {"alpa": 1}}, "alpa", "did you mean 'alpha'"),
        ({"over": "alpha=1", "scenario": {"delta": 2}}, "delta", "(0, 1)"),
    ],
)
def test_wrong_requests_are_refused(wanted: dict[str, object], where: str, said: str) -> None:
    with pytest.raises(RequestError) as raised:
        sweep(**{"scenario": None, **wanted})  # type: ignore[arg-type]
    assert [fault.where for fault in raised.value.faults] == [where]
    assert said in str(raised.value)


def test_several_scenarios_are_blocks() -> None:
    tasks = [{"name": "small", "horizon": 2}, {"horizon": 5, "delta": 0.1}]
    rows = list(sweep(tasks, over="epsilon=1,2", variant="sharp"))
    seen = [(row["scenario"], row["horizon"], row["delta"], row["epsilon"]) for row in rows]
    assert seen == [
        ("small", 2, 0.01, 1.0),
        ("small", 2, 0.01, 2.0),
        ("2", 5, 0.1, 1.0),
        ("2", 5, 0.1, 2.0),
    ]


def test_the_limit_of_tight_constants_is_that_of_plan() -> None:
    # At a dyadic α the limit lies on a chord that spans two pieces of the search's.
    task = Scenario(alpha=0.625, horizon=13, nu_w=0.6, nu_u=0.21)
    asked = {"method": "tied-average", "variant": "tight"}
    columns = "feasible,smallest_epsilon,reason"
    (row,) = sweep(task, over="iterations=1", epsilon=0.05, columns=columns, **asked)
    expected = plan(task, epsilon=0.05, iterations=1, **asked).plans["tight"]
    assert (row["feasible"], row["reason"]) == (False, expected.reason)
    assert row["smallest_epsilon"] == pytest.approx(expected.smallest_epsilon, rel=1e-12)
