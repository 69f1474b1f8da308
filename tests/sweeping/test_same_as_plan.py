"""The vectorised rows say what `rnnbound.plan` says: counts exactly, numbers within 10⁻¹²."""

from __future__ import annotations

import math
import random
from decimal import Decimal

import pytest

from rnnbound.numbers.balls import BALLS, precision
from rnnbound.planning.solvers import solver_for
from rnnbound.scenario.scenario_in_number_system import quantities
from rnnbound.sweeping.ball_rows import Exact
from rnnbound.sweeping.columns import COLUMNS
from rnnbound.sweeping.double_rows import Fast
from rnnbound.sweeping.grid import Block, Grid, scenario_of
from rnnbound.theory.methods import METHODS as RECORDS
from rnnbound.theory.tight_constants import TightConstants
from tests.scenarios import PAIRS

#: What rows in doubles may be off by, relatively; as the command's page promises.
CLOSE = 1e-12
#: The work of plans that are compared with all others.
MOST = 100
FAST = [name for name in COLUMNS if not name.startswith("enclosure")]
#: All that rows in doubles know: everything but gd.
METHODS = [pair for pair in PAIRS if pair[0] != "gd"]
METHODS += [(method.name, "tight") for method in RECORDS.values() if method.projects]


def _grid(rng, method, variant, asked):
    """A few scenarios anywhere, with all kinds of numbers."""
    nu = [round(rng.uniform(0.02, 1.0), 2) for _ in range(2)]
    task = {
        "nu_w": rng.choice([0.0, nu[0]]),
        "nu_u": nu[1],
        "rho_u": nu[1] * rng.choice([1, 1.5]),
        "samples": rng.randint(1, 5000),
        "dim": rng.randint(1, 9),
        "activation": rng.choice(["tanh", "logistic", "sin", "tanh(z)/2"]),
    }
    over = {
        "alpha": [round(rng.uniform(0.05, 1.4), 3) for _ in range(2)],
        "horizon": list({rng.randint(1, 30) for _ in range(1 if variant == "tight" else 2)}),
        "delta": [round(10 ** rng.uniform(-4, -0.3), 6)],
        **{name: list(dict.fromkeys(values(rng))) for name, values in asked.items()},
    }
    request = {"method": method, "variant": variant}
    return Grid.read([Block.of(task, "1")], over, request)


EPSILON = {"epsilon": lambda rng: [10 ** rng.uniform(-3, 0.7), 10 ** rng.uniform(-1, 0.7)]}
WIDTH = {"width": lambda rng: [2 * int(10 ** rng.uniform(0, 7)), 2]}
STEPS = {"iterations": lambda rng: [int(10 ** rng.uniform(0, 7)), 1]}
#: Targets so large that rounding decides which plan is the best.
EASY = {
    "horizon": lambda rng: [rng.randint(1, 6)],
    "epsilon": lambda rng: [10 ** rng.uniform(-0.5, 2.5) for _ in range(4)],
}
REQUESTS = {
    "plan": EPSILON,
    "small plan": EASY,
    "width": {**EPSILON, **WIDTH},
    "iterations": {**EPSILON, **STEPS},
    "check": {**EPSILON, **WIDTH, **STEPS},
    "bound": {**WIDTH, **STEPS},
}


@pytest.mark.parametrize(("method", "variant"), METHODS)
@pytest.mark.parametrize("asked", REQUESTS)
def test_rows_in_doubles_are_those_of_ball_arithmetic(method, variant, asked):
    rng = random.Random(f"{method} {variant} {asked}")
    for _ in range(5):
        if _compared(_grid(rng, method, variant, REQUESTS[asked])):
            return
    pytest.fail("doubles decide nothing, so that nothing was compared")


@pytest.mark.parametrize(("method", "variant"), METHODS)
def test_small_plans_in_doubles_are_the_least(method, variant):
    """Every even width with as many iterations as would make it better, in ball arithmetic."""
    rng = random.Random(f"small {method} {variant}")
    tried = 0
    while not tried:
        grid = _grid(rng, method, variant, EASY)
        rows = Fast(grid, ["width", "iterations"]).rows(0, grid.total)
        for number, row in enumerate(rows):
            if row is None or row[0] * row[1] > MOST:
                continue
            work, (values, request) = row[0] * row[1], grid.point(number)
            solver = solver_for(scenario_of(values), method, variant)
            for width in range(2, work, 2):
                steps = -(-work // width) - 1
                assert not steps or not solver.holds(width, steps, request.epsilon), (number, width)
            tried += 1


@pytest.mark.parametrize("variant", ["printed", "corrected", "sharp", "tight"])
def test_vacuous_is_what_does_not_beat_the_proved_risk_before_training(variant):
    """Risks on both sides of B_rms² and of B_H², which is larger."""
    task = {"alpha": 0.2, "activation": "logistic", "nu_w": 0.1, "delta": 0.5, "samples": 1}
    widths = sorted({2 * round(1.12**k) for k in range(70)})
    over = {"width": widths, "horizon": [1, 4]}
    request = {"variant": variant, "iterations": 10**14}
    grid = Grid.read([Block.of(task, "1")], over, request)
    columns = ["risk_bound", "vacuous"]
    rows, exact = Fast(grid, columns).rows(0, grid.total), Exact(grid, columns)
    between = 0
    for number, row in enumerate(rows):
        assert row is not None
        assert row[1] == exact.row(number)[1]
        with precision(100):
            q = quantities(scenario_of(grid.point(number)[0]), BALLS)
            tight = TightConstants(q, q.alpha)
            assert row[1] == (row[0] >= float(tight.B_rms**2))
            between += float(tight.B_rms**2) <= row[0] < float(tight.B_H_squared)
    assert between
    assert not rows[-1][1]


def test_rounding_does_not_hide_a_better_plan():
    task = {"horizon": 5, "alpha": 0.1, "nu_w": 0.1, "nu_u": 0.4, "delta": 0.9, "samples": 1}
    grid = Grid.read([Block.of(task, "1")], {"epsilon": [0.1178]}, {"variant": "tight"})
    assert Fast(grid, ["width", "iterations"]).rows(0, 1) == [[78, 14]]


def _compared(grid):
    """How many rows doubles decide; each is what ball arithmetic says."""
    exact = Exact(grid, FAST)
    rows = Fast(grid, FAST).rows(0, grid.total)
    for number, row in enumerate(rows):
        if row is not None:
            for name, found, expected in zip(FAST, row, exact.row(number), strict=True):
                _agree(name, found, expected, grid.point(number))
    return len(rows) - rows.count(None)


def _agree(name, found, expected, where):
    if isinstance(expected, (float, Decimal)) and not isinstance(found, (str, type(None))):
        assert math.isclose(found, float(expected), rel_tol=CLOSE), (name, where)
    else:
        assert (type(found), found) == (type(expected), expected), (name, where)
