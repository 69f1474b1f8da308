"""No plan is better by half a percent: the staircase, its lower bounds, and every pair tried."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from rnnbound import Scenario, plan
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.plain_doubles import FLOATS
from rnnbound.planning.least_work_proof import EXACT, TOLERANCE, FromBelow, least_work
from rnnbound.planning.log_convex_lower_bounds import Tangents, neighbour
from rnnbound.planning.solvers import solver_for
from rnnbound.scenario.scenario_in_number_system import quantities
from rnnbound.theory.methods import statements
from rnnbound.theory.paper_constants import CorrectedConstants, PrintedConstants
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.tight_constants import TightConstants
from tests.optimum import brute_force
from tests.scenarios import SIGMA1, sample, scenarios

#: What the documentation promises of plans that are too large to be the least exactly.
PROMISED = Fraction(1005, 1000)


# --- the staircase -----------------------------------------------------------------------------


@dataclass
class Table:
    """τ of the widths 2, 4, …, and lower bounds of it; `scale` iterations stand for one."""

    needed: list[float]
    shares: list[float]
    scale: int = 1

    def at(self, m: float) -> float:
        return self.needed[min(int(m) // 2, len(self.needed)) - 1] * self.scale

    def from_below(self, m, tau, epsilon):
        def iterations(width: float) -> float:
            return self.at(width) * self.shares[int(width) % len(self.shares)]

        return FromBelow(FLOATS, iterations)

    def least_iterations(self, m, epsilon):
        return None if math.isinf(self.at(m)) else int(self.at(m))

    def least_width(self, tau, epsilon):
        return next(m for m in self.widths if self.at(m) <= tau)

    @property
    def widths(self) -> range:
        return range(2, 2 * len(self.needed) + 1, 2)

    def least(self) -> float:
        return min(m * self.at(m) for m in self.widths)


@st.composite
def tables(draw: st.DrawFn, scale: int = 1) -> Table:
    """Anything that falls as the width grows, with as many local minima as it likes."""
    none = draw(st.integers(0, 5))
    falls = draw(st.lists(st.integers(0, 9), min_size=1, max_size=60))
    needed = [1 + sum(falls[i:]) for i in range(len(falls))]
    shares = draw(st.lists(st.sampled_from([0.5, 0.9, 0.999, 1.0]), min_size=1, max_size=7))
    return Table([math.inf] * none + needed, shares, scale)


@given(tables(), st.data())
def test_the_least_work_is_found_from_any_plan(table, data):
    start = data.draw(st.sampled_from([m for m in table.widths if table.at(m) < math.inf]))
    m, tau = least_work(table, start, int(table.at(start)), 0.1)
    assert tau == table.at(m)
    assert m * tau == table.least()


@given(tables(EXACT), st.data())
def test_large_work_is_within_half_a_percent(table, data):
    start = data.draw(st.sampled_from([m for m in table.widths if table.at(m) < math.inf]))
    m, tau = least_work(table, start, int(table.at(start)), 0.1)
    assert tau == table.at(m)
    assert m * tau <= table.least() * (1 + TOLERANCE) * (1 + 1e-9)


# --- constants from below ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "make", [PrintedConstants, CorrectedConstants, SharpConstants, TightConstants]
)
@given(scenario=scenarios(), share=st.floats(0.01, 2), move=st.floats(-1, 1))
def test_no_constant_is_below_its_line(make, scenario, share, move):
    with precision(100):
        q = quantities(scenario, BALLS)
        here = q.alpha * (1 + BALLS.number(share))
        there = here * arb(move).exp()
        tangents = Tangents.of(make(q, here), make(q, neighbour(q, here)), ())
        true, line = make(q, there), tangents.at(float(there) * tangents.q.ns.number(1))
        for name in make.moving:
            assert float(getattr(line, name)) <= float(getattr(true, name)) * (1 + 1e-9), name
        for name in make.at_start:
            assert float(getattr(line, name)) == pytest.approx(float(getattr(true, name)))


@pytest.mark.parametrize(
    "make", [PrintedConstants, CorrectedConstants, SharpConstants, TightConstants]
)
@given(scenario=scenarios(), share=st.floats(0.01, 2))
def test_lines_touch(make, scenario, share):
    with precision(100):
        q = quantities(scenario, BALLS)
        here = make(q, q.alpha * (1 + BALLS.number(share)))
        line = Tangents.of(here, make(q, neighbour(q, here.a)), ()).at(here.a)
        for name in make.moving:
            assert float(getattr(line, name)) == pytest.approx(float(getattr(here, name)), rel=3e-4)


# --- plans -------------------------------------------------------------------------------------


def test_rounding_does_not_hide_a_better_plan():
    """The real optimum is near 86 × 13; another integer is 2.4 % better."""
    scenario = Scenario(horizon=5, alpha=0.1, nu_w=0.1, nu_u=0.4, delta=0.9, samples=1)
    found = plan(scenario, variant="tight", epsilon=0.1178).plans["tight"]
    assert (found.width, found.iterations) == (78, 14)


INTERNAL = (("gd", "printed"), ("gd", "corrected"))
TINY = {"nu_w": 0.05, "nu_u": 0.1, "rho_w": 0.05, "rho_u": 0.1, "samples": 1, "dim": 1}


def small(method: str, variant: str, seed: int, most: int):
    """A task and a target so large that the plan is small: solver, target and plan."""
    draw = random.Random(f"{method} {variant} {seed}")
    regime = draw.choice(["short", "short", "critical", "long"])
    scenario, epsilon = sample(seed, regime, draw.choice(tuple(SIGMA1)), (1, 2, 3)), 0.5
    if (method, variant) in INTERNAL:
        # α_target grows with ε: only for the smallest tasks is a plan small.
        scenario, epsilon = replace(scenario, alpha=0.1, activation="logistic", **TINY), 3e-4
    solver = solver_for(scenario, method, variant)
    for _ in range(60):
        m, tau = solver.best(epsilon)
        if m * tau <= most:
            return solver, epsilon, m, tau
        epsilon = float(f"{epsilon * draw.uniform(1.1, 2):.4g}")
    pytest.fail("no small plan")


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("method", "variant"), statements())
def test_every_pair_is_tried_in_vain(method, variant, seed):
    # Without projection a guarantee can expire, and every number of iterations has to be tried.
    most = 40 if method == "gd" else 120
    solver, epsilon, m, tau = small(method, variant, seed, most)
    assert solver.holds(m, tau, epsilon)

    def holds(width: int, steps: int) -> bool:
        return solver.holds(width, steps, epsilon)

    if method == "gd":
        assert brute_force(holds, m * tau) == m * tau
    for width in range(2, m * tau, 2) if method != "gd" else ():
        steps = -(-m * tau // width) - 1
        assert not steps or not holds(width, steps), (width, steps)


LARGE = [
    ("pgd", "tight", Scenario(), 0.3),
    ("pgd", "tight", Scenario(horizon=3, alpha=1.1, nu_w=0.1, activation="sin"), 0.02),
    ("tied", "tight", Scenario(horizon=5, alpha=0.2, nu_u=0.9, rho_w=0.7), 0.1),
    ("tied-average", "tight", Scenario(horizon=2, alpha=0.4, delta=0.3), 0.01),
    ("sgd", "tight", Scenario(horizon=4, activation="arctan"), 0.3),
    ("pgd-average", "sharp", Scenario(horizon=30, alpha=0.97), 0.1),
    ("pgd-average", "printed", Scenario(alpha=0.2, activation="logistic"), 0.3),
    ("sgd", "corrected", Scenario(horizon=5), 0.1),
    ("gd", "sharp", Scenario(horizon=3, alpha=0.2, delta=0.2), 0.1),
    ("gd", "corrected", Scenario(horizon=1, alpha=0.2, nu_w=0.1, nu_u=0.1), 0.02),
]


@pytest.mark.parametrize(("method", "variant", "scenario", "epsilon"), LARGE)
def test_no_large_plan_is_better_by_half_a_percent(method, variant, scenario, epsilon):
    """The same staircase, on the least iterations themselves and without any lower bounds."""
    solver = solver_for(scenario, method, variant)
    m, tau = solver.best(epsilon)
    target = Fraction(m * tau) / PROMISED
    assert target > EXACT
    width = 2 * (math.ceil(target / 2) - 1)
    while width >= 2:
        steps = solver.least_iterations(width, epsilon)
        if steps is None:
            break
        assert width * steps >= target, (width, steps)
        width = 2 * (math.ceil(target / steps / 2) - 1)


def test_without_recurrence_gd_needs_no_end():
    """T = 1 and ν_w = 0: W cannot move, so any number of iterations is allowed."""
    scenario = Scenario(horizon=1, alpha=0.1, nu_w=0, nu_u=0.1, delta=0.9, activation="logistic")
    for variant in ("sharp", "tight"):
        found = plan(scenario, method="gd", variant=variant, epsilon=3e-4, width=40)
        assert found.plans[variant].feasible
        assert found.plans[variant].iterations <= 10
