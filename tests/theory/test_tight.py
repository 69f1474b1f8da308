"""Tight constants: against dense grids, real networks, the reference points, and the sharp ones."""

from __future__ import annotations

import math
import random
from functools import cache

import numpy as np
import pytest
from flint import arb
from hypothesis import given

from rnnbound import Scenario
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.scenario.scenario_in_number_system import quantities
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.tight_constants import TightConstants
from tests.dense import DERIVATIVES, dense
from tests.scenarios import ACTIVATIONS, SIGMA1, scenarios, widths

#: Dense values are attained: what is below them by more than rounding is wrong.
BELOW = 1e-9
#: A chord between nodes and the worst direction, twice that for S; dense values undershoot by
#: 1e-7 at most.
ABOVE = 1e-6
NAMES = ("u", "w", "L", "b", "B", "S", "S_w", "b_H", "B_H", "T3", "T_H")


@pytest.fixture(autouse=True)
def _bits():
    with precision(160):
        yield


def tight(scenario: Scenario, a: object, cls: type = TightConstants) -> SharpConstants:
    return cls(quantities(scenario, BALLS), a if isinstance(a, arb) else BALLS.number(a))


def drawn(index: int) -> tuple[Scenario, float]:
    """A scenario, and a bound a on |W_ii| between α and more."""
    draw = random.Random(index)
    activation = ACTIVATIONS[index % 6]
    a = round(math.exp(draw.uniform(math.log(0.05), math.log(2.5))) / SIGMA1[activation], 4)
    scenario = Scenario(
        horizon=draw.choice([1, 2, 3, 4, 5, 6, 8, 12]) if index >= 6 else 30 if index == 0 else 7,
        alpha=round(a * draw.uniform(0.2, 1), 4) if index % 4 else a,
        nu_w=0.0 if index % 7 == 3 else round(draw.uniform(0.05, 2), 3),
        nu_u=0.0 if index % 7 == 5 else round(draw.uniform(0.05, 2), 3),
        activation=activation,
    )
    return scenario, a


@pytest.mark.parametrize("index", range(60))
def test_never_below_dense_grids_and_hardly_above(index):
    scenario, a = drawn(index)
    s = scenario
    exact = dense(s.activation, s.horizon, a, s.alpha, s.nu_w, s.nu_u)
    found = tight(scenario, a)
    assert set(exact) == set(NAMES)
    for name in NAMES:
        value = float(getattr(found, name))
        assert exact[name] * (1 - BELOW) <= value, name
        assert value <= exact[name] * (1 + ABOVE) + 1e-300, name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("S", 33.341),
        ("b_H", 17.228),
        ("T_H", 146.085),
        ("B_H", 3.547),
        ("L", 1.998),
        ("b", 6.637),
        ("T3", 63.205),
    ],
)
def test_reference_point(name, value):
    """tanh, a = α = 0.5, T = 10, ν = (0.5, 0.5), to the digits that are printed."""
    found = tight(Scenario(horizon=10, alpha=0.5, nu_w=0.5, nu_u=0.5), 0.5)
    assert float(getattr(found, name)) == pytest.approx(value, abs=0.00051)


@given(scenarios(), widths)
def test_no_constant_is_above_the_sharp_one(scenario, m):
    """Nor what is made from them at a width."""
    q, width = quantities(scenario, BALLS), BALLS.number(m)
    a = q.alpha + q.rho_w / width.sqrt()
    found, sharp = TightConstants(q, a), SharpConstants(q, a)
    for name in SharpConstants.names:
        one, two = getattr(found, name), getattr(sharp, name)
        if callable(one):
            one, two = one(width), two(width)
        # Equal ones are balls of 160 bits.
        assert one <= two * (1 + arb(2) ** -100), name
    assert found.B_rms <= found.B_H * (1 + arb(2) ** -100)
    assert found.K_tied_sgd(width) >= found.K_tied(width) * (1 - arb(2) ** -100)


@given(scenarios(), widths)
def test_longer_chords_are_above_by_little(scenario, m):
    q = quantities(scenario, BALLS)
    a = q.alpha + q.rho_w / BALLS.number(m).sqrt()
    found, sketch = TightConstants(q, a), TightConstants.sketch(q, a)
    for name in ("S", "b_H", "T_H", "L", "b", "T3"):
        exact, rough = getattr(found, name), getattr(sketch, name)
        # The sharp constant caps one of them alone: at T = 1, for example, they are equal.
        assert exact * (1 - 1e-6) <= rough <= exact * 1.01 or rough <= 1.01 * getattr(
            found.sharp, name, rough
        )


@given(scenarios())
def test_where_two_terms_change_places(scenario):
    """At the kink b_H‖ν‖²/2 = T_H‖ν‖³/(6√m)."""
    found = tight(scenario, scenario.alpha)
    q = found.q
    kink = (found.T_H * q.nu / (3 * found.b_H)) ** 2
    plain = found.b_H * q.nu_squared / 2
    assert float(found.displacement(kink) / plain) == pytest.approx(1, rel=1e-12)
    assert float(found.displacement(kink / 4) / plain) == pytest.approx(1, rel=1e-12)
    # Beyond it T_H is read off a coarse chord, which is up to half a percent above.
    assert 0.5 * (1 - 1e-12) <= float(found.displacement(kink * 4) / plain) <= 0.5025


# --- real networks -----------------------------------------------------------------------------

OBJECTIVES = ("S", "b_H", "T_H", "L", "b", "T3")


def jets(activation: str, a: float, T: int, d: int, raw: np.ndarray) -> np.ndarray:
    """The six quantities of real networks, one a row, along one direction each.

    `raw` holds, in any scale, W_ii, U, the direction and the inputs.  D^k is k! times the k-th
    Taylor coefficient of the state along the direction.
    """
    W = a * np.tanh(3 * raw[:, 0])
    U, direction = 3 * raw[:, 1 : 1 + d], raw[:, 1 + d : 2 + 2 * d]
    direction = direction / np.linalg.norm(direction, axis=1, keepdims=True)
    X = raw[:, 2 + 2 * d :].reshape(len(raw), T, d)
    X = X / np.maximum(np.linalg.norm(X, axis=2, keepdims=True), 1)
    h = np.zeros((4, len(raw)))
    found = []
    for t in range(T):
        w = direction[:, 0]
        z0 = W * h[0] + (U * X[:, t]).sum(axis=1)
        z1 = W * h[1] + w * h[0] + (direction[:, 1:] * X[:, t]).sum(axis=1)
        z2, z3 = W * h[2] + w * h[1], W * h[3] + w * h[2]
        s = np.arctan(z0) if activation == "arctan" else z0
        f0, f1, f2, f3 = DERIVATIVES[activation](s)
        h = np.array(
            [f0, f1 * z1, f1 * z2 + f2 * z1**2 / 2, f1 * z3 + f2 * z1 * z2 + f3 * z1**3 / 6]
        )
        found.append(np.abs(h[1:]) * np.array([[1.0], [2.0], [6.0]]))
    steps = np.array(found)
    sums = (steps**2).sum(axis=0)
    return np.stack([sums[0], np.sqrt(sums[1]), np.sqrt(sums[2]), *steps[-1]])


@cache
def ascended(activation: str, d: int) -> tuple[Scenario, np.ndarray]:
    """The best of many networks for each objective: random starts, random steps that climb."""
    draw = np.random.default_rng([len(activation), d])
    T, a = int(draw.integers(2, 6)), float(draw.uniform(0.3, 1.4)) / SIGMA1[activation]
    each = 40
    climbs = np.repeat(np.arange(len(OBJECTIVES)), each)
    every = np.arange(climbs.size)
    raw = draw.normal(size=(climbs.size, 2 + 2 * d + T * d))
    value = jets(activation, a, T, d, raw)[climbs, every]
    for _ in range(400):
        reach = 10 ** draw.uniform(-3, 0.3, (len(raw), 1)) * (draw.random(raw.shape) < 0.4)
        moved = raw + reach * draw.normal(size=raw.shape)
        new = jets(activation, a, T, d, moved)[climbs, every]
        better = new > value
        raw[better], value[better] = moved[better], new[better]
    best = value.reshape(len(OBJECTIVES), each).max(axis=1)
    return Scenario(horizon=T, alpha=a, activation=activation), best


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("d", [1, 2, 3])
def test_no_real_network_exceeds_them(activation, d):
    scenario, best = ascended(activation, d)
    found = tight(scenario, scenario.alpha)
    for name, value in zip(OBJECTIVES, best, strict=True):
        assert value <= float(getattr(found, name)), name


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_real_networks_come_close(activation):
    """Or the test before this one would be easy.

    First derivatives are attained, if only by |U| → ∞ where a supremum is one at infinity.
    """
    scenario, best = ascended(activation, 2)
    found = tight(scenario, scenario.alpha)
    shares = {k: v / float(getattr(found, k)) for k, v in zip(OBJECTIVES, best, strict=True)}
    assert shares["S"] > 0.6
    assert shares["L"] > 0.7
    assert all(share > 0.2 for share in shares.values())
