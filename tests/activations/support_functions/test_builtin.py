"""The suprema of the named activations against dense grids: never below, hardly above."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from rnnbound.activations.lookup import resolve
from rnnbound.activations.support_functions.interface import RAISED
from tests.dense import DERIVATIVES, ENDS, LIMITS, features
from tests.naive import sigmas
from tests.scenarios import ACTIVATIONS
from tests.tolerances import GRID

#: A bracket around a maximum is 2^−26 wide, and curvatures are at most some tens: 1e-14.  The
#: last grid that is compared with has a step of 1e-8 or less.
ABOVE = 1e-9
#: One supremum and its closed form: RAISED is 6e-14, and 2^−52 times a few operations.
CLOSED = 1e-12

ORDERS = {"slope": (0, 1), "bend": (1, 2), "twist": (1, 2, 3)}
#: Zeros of σ'' and σ''' at s > 0: there may be two maxima close to each, one on either side.
KINKS = {
    "tanh": (math.atanh(math.sqrt(1 / 3)),),
    "logistic": (2 * math.atanh(math.sqrt(1 / 3)),),
    "gaussian": (math.sqrt(1 / 2), math.sqrt(3 / 2)),
    "erf": (math.sqrt(1 / 2),),
    "sin": (),
    "arctan": (math.pi / 6,),
}


def sigma(activation: str) -> tuple[float, ...]:
    """σ0, σ1, σ2, σ3, each from its closed form."""
    z = mp.sqrt((3 - mp.sqrt(6)) / 2)
    third = {
        "tanh": 2,
        "logistic": mp.mpf(1) / 8,
        "gaussian": mp.exp(-z * z) * (12 * z - 8 * z**3),
        "erf": 4 / mp.sqrt(mp.pi),
        "sin": 1,
        "arctan": 2,
    }
    return tuple(map(float, (*sigmas(activation), third[activation])))


def asked(activation: str, which: str, x: tuple[float, ...]) -> float:
    return getattr(resolve(activation).support, which)(*x)


def gridded(activation: str, which: str, rows: np.ndarray) -> np.ndarray:
    """The largest values met on grids between the kinks, each ten times finer than the last."""
    x = np.zeros((len(rows), 4))
    x[:, ORDERS[which]] = rows
    best = x[:, 0] * LIMITS.get(activation, 0.0)
    every = np.arange(len(rows))
    for low, high in pairwise((0.0, *KINKS[activation], ENDS[activation])):
        s, step = np.linspace(low, high, 401), (high - low) / 400
        centre = s[(x @ features(activation, s).T).argmax(axis=1)]
        for _ in range(6):
            s = np.clip(centre[:, None] + step * np.linspace(-1, 1, 21), low, high)
            values = np.einsum("rsk,rk->rs", features(activation, s), x)
            best = np.maximum(best, values.max(axis=1))
            centre, step = s[every, values.argmax(axis=1)], step / 10
    return best


@pytest.mark.parametrize("which", ORDERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("spread", [0.5, 3.0, 12.0])
def test_never_below_a_dense_grid_and_hardly_above(activation, which, spread):
    """Ratios within a factor of 3, of 1000, and of 10^12."""
    draw = np.random.default_rng([len(activation), ORDERS[which][-1], int(spread)])
    rows = 10 ** draw.uniform(-spread, spread, (200, len(ORDERS[which])))
    rows[draw.random(rows.shape) < 0.1] = 0.0
    exact = gridded(activation, which, rows)
    found = np.array([asked(activation, which, tuple(row)) for row in rows.tolist()])
    assert (found >= exact).all()
    assert (found <= exact * (1 + ABOVE)).all()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_near_the_ratios_at_which_the_maximum_moves_to_infinity(activation):
    """x0 : x1 = 2 (tanh) or 1 (logistic, arctan)."""
    rows = np.array([(x * (1 + e), 1.0) for x in (1, 2) for e in (-1e-3, -1e-6, 0, 1e-6, 1e-3)])
    exact = gridded(activation, "slope", rows)
    for row, value in zip(rows.tolist(), exact, strict=True):
        assert value <= asked(activation, "slope", tuple(row)) <= value * (1 + ABOVE)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_one_coefficient_alone_gives_the_supremum_of_that_derivative(activation):
    assert resolve(activation).support.has_third
    for which, orders in ORDERS.items():
        assert asked(activation, which, (0.0,) * len(orders)) == 0.0
        for place, k in enumerate(orders):
            x = tuple(float(place == i) for i in range(len(orders)))
            exact = sigma(activation)[k]
            assert exact <= asked(activation, which, x) <= exact * (1 + CLOSED), (which, k)


@pytest.mark.parametrize("which", ORDERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_ratios_up_to_the_ends_of_the_doubles(activation, which):
    """One coefficient 10^150 times all others leaves nothing of them."""
    orders = ORDERS[which]
    for x in product((0.0, 1e-300, 1e-150, 1.0, 1e150, 1e300), repeat=len(orders)):
        found = asked(activation, which, x)
        parts = [c * sigma(activation)[k] for c, k in zip(x, orders, strict=True)]
        assert math.isfinite(found)
        assert max(parts) <= found <= sum(parts) * (1 + CLOSED), x
        if x.count(max(x)) == 1:
            assert found <= max(parts) * (1 + CLOSED), x


sizes = st.floats(1e-3, 1e3)
triples = st.tuples(sizes, sizes, sizes)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(triples, triples, st.floats(1e-6, 1e6))
def test_support_functions_are_homogeneous_monotone_and_subadditive(activation, x, y, scale):
    for which, orders in ORDERS.items():
        a, b = x[: len(orders)], y[: len(orders)]
        both = tuple(p + q for p, q in zip(a, b, strict=True))
        one, two = asked(activation, which, a), asked(activation, which, b)
        together = asked(activation, which, both)
        scaled = asked(activation, which, tuple(scale * p for p in a))
        assert scaled == pytest.approx(scale * one, rel=CLOSED)
        assert max(one, two) <= together * (1 + CLOSED)
        assert together <= (one + two) * (1 + CLOSED)


# --- steepest --------------------------------------------------------------------------------


def slopes(activation: str, z: np.ndarray) -> np.ndarray:
    s = np.arctan(z) if activation == "arctan" else np.abs(z)
    return np.abs(DERIVATIVES[activation](s)[1])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("width", [0.0, 0.05, 1.0, 9.0])
def test_steepest_on_an_interval(activation, width):
    draw = np.random.default_rng([len(activation), int(100 * width)])
    for low in draw.uniform(-10, 10, 40).tolist():
        high = low + width
        exact = slopes(activation, np.linspace(low, high, 4001)).max()
        found = resolve(activation).support.steepest(low, high)
        # RAISED leaves ample room for the rounding of a slope that is computed otherwise.
        assert exact <= found <= exact * (1 + GRID) + 1e-15


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_steepest_everywhere_and_far_away(activation):
    support, most = resolve(activation).support, sigma(activation)[1]
    assert most <= support.steepest(-math.inf, math.inf) <= most * (1 + CLOSED)
    for low, high in ((21.0, 22.0), (-1e3, -30.0), (1e6, math.inf)):
        far = slopes(activation, np.linspace(low, min(high, 2e6), 2001)).max()
        assert far <= support.steepest(low, high) <= most * RAISED**2


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(st.lists(st.floats(-15, 15), min_size=4, max_size=4))
def test_a_wider_interval_is_no_less_steep(activation, ends):
    low, inner_low, inner_high, high = sorted(ends)
    support = resolve(activation).support
    inner, outer = support.steepest(inner_low, inner_high), support.steepest(low, high)
    assert inner <= outer * (1 + CLOSED)
    assert support.steepest(-high, -low) == pytest.approx(outer, rel=CLOSED)
