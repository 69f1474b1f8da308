"""How wide, or how long: the least that is certified, and what to say where nothing is."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rnnbound.certificate import Problem, Request, certify, curve, reach, sizes


@pytest.fixture(scope="module")
def few() -> Request:
    rng = np.random.default_rng(0)
    return Request(Problem.of(rng.standard_normal((6, 2, 1)), rng.standard_normal((6, 2))))


def test_the_least_number_of_steps(few: Request) -> None:
    target = certify(few, 32, 40).certificate.risk_bound
    found = reach(few, target, width=32, most=10**6)
    assert found.reached
    said = found.certified.certificate
    assert said.risk_bound <= target
    assert said.iterations <= 40
    # To 3 %, or one step.
    fewer = min(int(said.iterations / 1.03), said.iterations - 1)
    assert certify(few, 32, fewer).certificate.risk_bound > target


def test_the_least_width(few: Request) -> None:
    target = certify(few, 64, 30).certificate.risk_bound
    found = reach(few, target, iterations=30, most=4096)
    assert found.reached
    assert found.certified.certificate.risk_bound <= target
    assert found.certified.certificate.width <= 64


@pytest.mark.parametrize("sizes", [{"width": 16}, {"iterations": 30}])
def test_what_cannot_be_reached_names_the_least_risk(few: Request, sizes: dict[str, int]) -> None:
    found = reach(few, 1e-9, **sizes, most=10**5)
    assert not found.reached
    assert found.shortfall is not None
    (least,) = re.findall(r"the least risk found is ([0-9.]+)", found.shortfall)
    bound = found.certified.certificate.risk_bound
    assert bound <= float(least) <= bound * 1.001
    # Nobody waits for the largest of widths to learn that.
    assert found.certified.certificate.width <= 4096


def test_a_limit_that_is_tried_is_named(few: Request) -> None:
    assert "no width up to 48 " in str(reach(few, 0.2, iterations=3, most=48).shortfall)
    assert "no number of steps up to 2 " in str(reach(few, 0.2, width=8, most=2).shortfall)


def test_a_curve_has_ten_values_a_side_at_most(few: Request) -> None:
    assert [c.certificate.iterations for c in curve(few, 4, 25)] == [10, 25]
    assert sizes(200, 10**18) <= 3 * 10
    steps = {c.certificate.iterations for c in curve(few, 2, 10**18)}
    assert max(steps) == 10**18
    assert len(steps) == sizes(2, 10**18)
