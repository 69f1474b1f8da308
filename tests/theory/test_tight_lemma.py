"""Constants as functions of a: chords above, log-convexity, what is remembered; the target."""

from __future__ import annotations

import random

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.activations.lookup import resolve
from rnnbound.numbers.balls import precision
from rnnbound.numbers.limits import MagnitudeError
from rnnbound.theory import directional_derivatives
from rnnbound.theory import worst_direction_sums as module
from rnnbound.theory.directional_derivatives import Rate, derivatives
from rnnbound.theory.tight_constants import tight_lemma
from rnnbound.theory.worst_direction import direction, worst_direction
from rnnbound.theory.worst_direction_sums import KINDS, TightLemma
from tests.dense import Sup, recursion
from tests.scenarios import ACTIVATIONS, SIGMA1

#: A chord between nodes and a worst direction together.
CHORD = 1e-6
#: Roundings of a recursion at one direction, of some tens of steps.
ROUNDINGS = 1e-10


@pytest.fixture(autouse=True)
def _bits():
    with precision(128):
        yield


def fresh(activation: str, horizon: int) -> TightLemma:
    return TightLemma(resolve(activation).support, arb(SIGMA1[activation] * (1 + 2**-50)), horizon)


def attained(lemma: TightLemma, name: str, a: float) -> arb:
    """The value at exactly `a` along a direction that is the worst within 1e-9."""
    kind, rate = KINDS[name], Rate(arb(a), lemma.sigma1)

    def along(omega: float, xi: float) -> arb:
        found = derivatives(lemma.support, rate, omega, xi, lemma.horizon, kind.order)
        return kind.read(found)

    if kind.direction:
        return along(*kind.direction)
    where = worst_direction(lambda u: along(*direction(u)), kind.order, 0.0, 1e-9)[1]
    return along(*direction(where))


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_chord_is_above_and_close(activation, name):
    """At values of a that are no nodes, in every regime."""
    draw = random.Random(f"{activation}{name}")
    for horizon in (2, 9):
        lemma = fresh(activation, horizon)
        for _ in range(3):
            a = draw.uniform(0.05, 2.5) / SIGMA1[activation]
            ratio = float(lemma.worst(name, arb(a)) / attained(lemma, name, a))
            assert 1 - ROUNDINGS <= ratio <= 1 + CHORD


@pytest.mark.parametrize("horizon", [100, 10**6])
@pytest.mark.parametrize("share", [0.8, 0.97, 1.1])
def test_a_chord_is_close_however_long_the_horizon(horizon, share):
    """Where the constants depend on a like a^T, nodes are closer to each other."""
    lemma = fresh("sin", horizon)
    for name in ("root_S", "b_H"):
        a = share * 1.0001234
        ratio = float(lemma.worst(name, arb(a)) / attained(lemma, name, a))
        # Long memory carries the raising of each of some hundred steps.
        assert 1 - 1e-9 <= ratio <= 1 + CHORD


@pytest.mark.parametrize("name", KINDS)
@given(st.sampled_from(ACTIVATIONS), st.integers(2, 6), st.floats(0.1, 3), st.floats(0.1, 3))
def test_log_convex_and_monotone_in_the_logarithm_of_a(name, activation, horizon, one, two):
    lemma = tight_lemma(activation, horizon).coarse
    middle = (one * two) ** 0.5
    low, half, high = (float(lemma.worst(name, arb(a))) for a in sorted((one, middle, two)))
    # A coarse chord is some tenths of a percent above at most.
    assert half**2 <= low * high * 1.01
    assert low <= half * 1.005 <= high * 1.005**2


@pytest.mark.parametrize("name", KINDS)
def test_coarse_is_above_and_within_half_a_percent(name):
    lemma = fresh("tanh", 7)
    assert lemma.coarse is lemma.coarse
    for a in (0.1234, 0.777, 1.9):
        fine, coarse = lemma.worst(name, arb(a)), lemma.coarse.worst(name, arb(a))
        assert 1 - CHORD <= float(coarse / fine) <= 1.005


@pytest.fixture
def runs(monkeypatch):
    """How often the recursion was run."""
    count = []

    def counted(run):
        return lambda *args: count.append(args) or run(*args)

    monkeypatch.setattr(module, "derivatives", counted(derivatives))
    monkeypatch.setattr(module, "path", counted(directional_derivatives.path))
    return count


def test_nothing_is_computed_twice(runs):
    lemma = fresh("tanh", 5)
    first = lemma.worst("b_H", arb(0.5001)).str()
    done = len(runs)
    assert done > 0
    assert lemma.worst("b_H", arb(0.5001)).str() == first
    lemma.worst("b_H", arb(0.500101))  # between the same nodes
    assert len(runs) == done
    lemma.target(arb(0.3), arb(0.5), arb(0.5))
    more = len(runs)
    assert more > done
    lemma.target(arb(0.3), arb(0.5), arb(0.5))
    assert len(runs) == more


def test_that_there_is_no_answer_is_remembered_too(runs, monkeypatch):
    monkeypatch.setattr(directional_derivatives, "MOST_STEPS", 50)
    lemma = fresh("tanh", 10**6)
    nearly, half = arb(1) - arb(2) ** -40, arb(0.5)
    for ask in (
        lambda: lemma.worst("L", nearly),
        lambda: lemma.target(nearly, half, half),
        lambda: lemma.mean_S(nearly),
    ):
        with pytest.raises(MagnitudeError, match="one step for each t"):
            ask()
        done = len(runs)
        with pytest.raises(MagnitudeError, match="one step for each t"):
            ask()
        assert len(runs) == done > 0


@pytest.mark.parametrize("name", ["L", "root_S", "b_H", "T3"])
def test_what_was_computed_before_changes_nothing(name):
    one, two = fresh("tanh", 6), fresh("tanh", 6)
    for a in (0.1, 0.61, 2.3):
        one.worst(name, arb(a))
        one.coarse.worst(name, arb(a))
    assert one.worst(name, arb(0.6)).str() == two.worst(name, arb(0.6)).str()


@pytest.mark.parametrize("name", KINDS)
def test_exactly_at_a(name):
    """Not on a chord: within the tolerance of the worst direction, 2^−22."""
    lemma = fresh("erf", 6)
    for a in (0.123, 0.77, 1.9):
        ratio = float(lemma.at(name, arb(a)) / attained(lemma, name, a))
        assert 1 - ROUNDINGS <= ratio <= 1 + 2.0**-22 + ROUNDINGS


def test_the_lemma_is_shared():
    assert tight_lemma("tanh", 11) is tight_lemma("tanh", 11)
    assert tight_lemma("tanh", 11) is not tight_lemma("tanh", 12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("nu", [(0.5, 0.5), (0.0, 1.3), (0.7, 0.0), (1e-200, 1e-205), (1e150, 1.0)])
def test_the_target(activation, nu):
    """B_T and Σ B_t² are those of the dense reading at (ν_w, ν_u), which may be of any size."""
    alpha, unit = 0.8 / SIGMA1[activation], max(nu)
    target = fresh(activation, 6).target(arb(alpha), arb(nu[0]), arb(nu[1]))
    parts = (np.array([x / unit]) for x in nu)
    B = recursion(Sup(activation), 6, alpha, *parts)["first"][:, 0]
    for found, exact in (
        (target.last / unit, B[-1]),
        (target.square / arb(unit) ** 2, (B**2).sum()),
    ):
        # The dense reading is attained, and undershoots by less than 1e-8.
        assert exact * (1 - 1e-13) <= float(found) <= exact * (1 + 1e-8)
    assert 0 < target.mean_square <= target.square * (1 + ROUNDINGS)
