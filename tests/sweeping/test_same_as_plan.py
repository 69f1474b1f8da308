"""The vectorised rows say what `rnnbound.plan` says: counts exactly, numbers within 10⁻¹²."""

from __future__ import annotations

import math
import random
from decimal import Decimal

import pytest

from rnnbound.sweeping.columns import COLUMNS
from rnnbound.sweeping.exact import Exact
from rnnbound.sweeping.fast import Fast
from rnnbound.sweeping.grid import Block, Grid
from rnnbound.theory.guarantee import TIED
from tests.scenarios import PAIRS

#: What rows in doubles may be off by, relatively; as the command's page promises.
CLOSE = 1e-12
FAST = [name for name in COLUMNS if not name.startswith("enclosure")]
#: All that rows in doubles know: everything but gd.
METHODS = [pair for pair in PAIRS if pair[0] != "gd"]
METHODS += [(method, "tight") for method in (*TIED, *TIED.values())]


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
REQUESTS = {
    "plan": EPSILON,
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
