"""The support functions of formulas: never below the truth, and hardly above."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
import sympy as sp
from flint import arb

from rnnbound.activations.formula_parser import build, read
from rnnbound.activations.lookup import ACTIVATIONS, find, resolve
from rnnbound.activations.support_functions.of_formula import FormulaSupport
from rnnbound.activations.support_functions.polynomial_enclosure import crest, highest
from rnnbound.numbers.balls import precision
from rnnbound.theory.tight_constants import tight_lemma

NAMED = {
    "tanh(z)": "tanh",
    "1/(1+exp(-z))": "logistic",
    "exp(-z**2)": "gaussian",
    "erf(z)": "erf",
    "sin(z)": "sin",
    "atan(z)": "arctan",
}
#: Their suprema are attained where a grid sees them, or at infinity.
OTHERS = [
    "tanh(z)/2",
    "z/sqrt(1+z**2)",
    "tanh(z)+sin(z)/4",
    "z*exp(-z**2)",
    "atan(3*z)+1/(1+z**2)",
    "sin(z)/2+cos(3*z)/5",
    "exp(-exp(-z))",
    "tanh(z)-tanh(z-3)",
    "sqrt(1+z**2)-sqrt(1+(z-1)**2)",
    "tanh(1000*z)/1000",
    "exp(-z**2/2)*(1-z**2)",
    "sin(exp(z))*exp(-exp(z))",
    "tanh(z)**3",
]
#: With how far above the truth their bounds may be.
WIDE = {
    "atan(z)*sin(z)": 1.01,
    "atan(z)+sin(z)/4": 1.01,
    "sin(log(1+z**2))": 1.01,
    "sin(z)+sin(sqrt(2)*z)": 1.5,
}
ORDERS = {"slope": (0, 1), "bend": (1, 2), "twist": (1, 2, 3)}

Functions = list[Callable[[np.ndarray], np.ndarray]]


def support(text: str) -> FormulaSupport:
    found = resolve(find(text)).support
    assert isinstance(found, FormulaSupport)
    return found


def weights(size: int, count: int, seed: int) -> list[tuple[float, ...]]:
    rng = random.Random(seed)
    return [tuple(10 ** rng.uniform(-3, 1) for _ in range(size)) for _ in range(count)]


@pytest.mark.parametrize("text", NAMED)
@pytest.mark.parametrize("what", ORDERS)
def test_a_formula_for_a_named_activation_has_its_support(text: str, what: str) -> None:
    ours, closed = getattr(support(text), what), getattr(ACTIVATIONS[NAMED[text]].support, what)
    for x in weights(len(ORDERS[what]), 400, 1):
        assert closed(*x) * (1 - 1e-13) <= ours(*x) <= closed(*x) * (1 + 1e-10)


def derivatives(text: str, orders: Sequence[int]) -> Functions:
    sigma = build(read(find(text)))
    (z,) = sigma.free_symbols
    return [sp.lambdify(z, sp.diff(sigma, z, k), "numpy") for k in orders]


def combination(functions: Functions, x: Sequence[float], z: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        parts = [a * np.abs(f(z)) for a, f in zip(x, functions, strict=True)]
        return np.nan_to_num(sum(parts), nan=0.0, posinf=0.0)


def dense(functions: Functions, x: Sequence[float]) -> float:
    """The largest value that is seen on a grid, and on finer ones around the largest."""
    far = np.geomspace(1e-6, 1e6, 4001)
    grid = np.unique(np.concatenate([np.linspace(-12, 12, 12001), far, -far]))
    values = combination(functions, x, grid)
    best = float(values.max())
    peaks = np.nonzero((values[1:-1] >= values[:-2]) & (values[1:-1] >= values[2:]))[0] + 1
    for i in sorted(peaks, key=values.__getitem__)[-4:]:
        low, high = grid[i - 1], grid[i + 1]
        for _ in range(3):
            finer = np.linspace(low, high, 201)
            values_there = combination(functions, x, finer)
            j = int(values_there.argmax())
            best = max(best, float(values_there[j]))
            low, high = finer[max(j - 1, 0)], finer[min(j + 1, 200)]
    return best


@pytest.mark.parametrize("text", OTHERS)
def test_other_formulas_have_what_a_dense_grid_sees(text: str) -> None:
    ours = support(text)
    for what, orders in ORDERS.items():
        functions = derivatives(text, orders)
        for x in weights(len(orders), 6, 2):
            seen, found = dense(functions, x), getattr(ours, what)(*x)
            # The grid ends at 10^6, and some approach their limits as 1/z.
            assert seen * (1 - 1e-9) <= found <= seen * (1 + (1e-9 if what != "slope" else 2e-6))


@pytest.mark.parametrize("text", WIDE)
def test_what_oscillates_unevenly_is_bounded_if_not_closely(text: str) -> None:
    ours = support(text)
    z = np.linspace(-400, 400, 200_001)
    for what, orders in ORDERS.items():
        functions = derivatives(text, orders)
        for x in weights(len(orders), 4, 3):
            seen = float(combination(functions, x, z).max())
            assert seen * (1 - 1e-12) <= getattr(ours, what)(*x) <= seen * WIDE[text]


def test_without_a_third_derivative_there_is_no_twist_but_a_bend() -> None:
    text = "abs(z)**2.5*exp(-z**2)"
    ours = support(text)
    assert not ours.has_third
    assert resolve(find(text)).sigma3 is None
    z = np.linspace(0, 6, 600_001)
    size, bell = z**2.5, np.exp(-(z**2))
    first = np.abs((2.5 * z**1.5 - 2 * z * size) * bell)
    second = np.abs((3.75 * z**0.5 - 12 * z**2.5 + 4 * z**4.5) * bell)
    for x1, x2 in weights(2, 20, 4):
        seen = float((x1 * first + x2 * second).max())
        assert seen * (1 - 1e-13) <= ours.bend(x1, x2) <= seen * (1 + 1e-8)


def test_what_is_attained_only_at_infinity() -> None:
    ours = support("tanh(z)")
    for x1 in (0.0, 1e-300, 1e-9, 0.3, 0.5):
        assert 1 <= ours.slope(1.0, x1) <= 1 + 1e-10
    assert math.pi / 2 <= support("atan(z)").slope(1.0, 0.0) <= math.pi / 2 * (1 + 1e-10)


@pytest.mark.parametrize("text", ["tanh(z)", "atan(3*z)+1/(1+z**2)"])
def test_arguments_of_every_size(text: str) -> None:
    ours = support(text)
    assert ours.slope(0, 0) == ours.bend(0, 0) == ours.twist(0, 0, 0) == 0
    for scale in (5e-324, 1e-310, 1e-290, 1e-200, 1e-30, 1e150, 1e300):
        for what, x in (("slope", (1, 2)), ("bend", (2, 1)), ("twist", (1, 3, 2))):
            value = getattr(ours, what)
            expected = value(*x) * scale * (1 - 1e-11)
            assert value(*(scale * part for part in x)) >= expected
            if scale > 1e-290:
                assert value(*(scale * part for part in x)) <= expected * (1 + 1e-10)
    assert ours.slope(1.7e308, 1.7e308) == math.inf
    single = ours.twist(1e150, 1e-200, 0.0)
    assert single == pytest.approx(ours.bend(1e150, 0.0), rel=1e-10)


def test_bounds_grow_with_no_jump_across_buckets() -> None:
    ours = support("tanh(z)")
    values = [ours.bend(1.0, k / 1000) for k in range(2000)]
    for before, after in pairwise(values):
        assert after >= before * (1 - 1e-11)


@pytest.mark.parametrize("text", NAMED)
def test_the_steepest_slope_on_an_interval(text: str) -> None:
    ours, closed = support(text), ACTIVATIONS[NAMED[text]].support
    for i in range(-200, 200, 7):
        for width in (1, 3, 40):
            low, high = i / 64, (i + width) / 64
            least = closed.steepest(low, high)
            assert least * (1 - 1e-13) <= ours.steepest(low, high) <= least * 1.001
    sigma1 = closed.steepest(-math.inf, math.inf)
    assert ours.steepest(-math.inf, math.inf) == pytest.approx(sigma1, rel=1e-12)
    assert ours.steepest(0.3, 0.3) >= closed.steepest(0.3, 0.3)


def test_the_steepest_slope_of_what_is_not_mirrored_is_that_of_both_sides() -> None:
    ours = support("tanh(z-1)")
    for low in (0.0, 0.5, 1.5):
        assert ours.steepest(low, low + 0.25) == ours.steepest(-low - 0.25, -low)
        z = np.linspace(low, low + 0.25, 1001)
        both = max(float((1 / np.cosh(side * z - 1) ** 2).max()) for side in (1, -1))
        assert both <= ours.steepest(low, low + 0.25) <= both * 1.02


@pytest.mark.parametrize("seed", range(20))
def test_crests_and_highest_values_of_polynomials(seed: int) -> None:
    rng = random.Random(seed)
    p = [rng.uniform(-1, 1) * 3**-j for j in range(rng.randint(2, 9), -1, -1)]
    half = rng.choice([0.1, 0.5, 1.0])
    t = np.linspace(-half, half, 20_001)
    seen = float(np.polyval(p, t).max())
    assert seen - 1e-14 <= highest(p, half, -math.inf) <= seen + 1e-7
    assert highest(p, half, 99.0) == 99.0
    curved = [*p[:-3], -abs(p[-3]) - 20, *p[-2:]] if len(p) > 2 else p
    seen = float(np.polyval(curved, t).max())
    upper, value, at = crest(curved, half)
    assert seen - 1e-14 <= upper <= seen + 1e-6
    assert value == pytest.approx(float(np.polyval(curved, at)))


@pytest.mark.parametrize(
    ("text", "a", "horizon"),
    [("tanh(z)", "0.5", 10), ("tanh(z)", "1.5", 10**5), ("atan(z)", "1", 100)],
)
@pytest.mark.parametrize("name", ["L", "b_H", "T_H", "w"])
def test_the_tight_lemma_of_a_formula(text: str, a: str, horizon: int, name: str) -> None:
    with precision(64):
        ours = tight_lemma(text, horizon).worst(name, arb(a))
        named = tight_lemma(NAMED[text], horizon).worst(name, arb(a))
        assert abs(float(ours / named) - 1) <= 1e-7
