"""The attacks reach what is known to be reached, and find what is known to be false."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnbound import Scenario
from rnnbound.activations.lookup import ACTIVATIONS, resolve
from rnnbound.verification.lemma_attack import attack, check
from rnnbound.verification.lemma_checks import LEMMAS
from rnnbound.verification.multistart_ascent import ascend
from rnnbound.verification.neuron_derivatives import Neurons
from rnnbound.verification.scaled_activation_derivatives import Curve

VARIANTS = ("printed", "corrected", "sharp")
#: A deficit of 40 % of any of these shows: observed / bound must exceed 0.6.
ATTAINED = {
    ("L", "corrected"): 0.99,
    ("beta", "corrected"): 0.9,
    ("Lambda", "corrected"): 0.65,
    ("gamma", "corrected"): 0.7,
    ("F_max", "corrected"): 0.7,
    ("B", "corrected"): 0.99,
    ("u", "corrected"): 0.99,
    ("curvature", "corrected"): 0.8,
    ("recurrent", "corrected"): 0.65,
    ("mixed", "corrected"): 0.99,
    ("curved", "corrected"): 0.99,
    ("phi", "corrected"): 0.85,
    ("K", "sharp"): 0.99,
    ("K_D", "sharp"): 0.8,
    ("displacement", "sharp"): 0.65,
    ("average", "sharp"): 0.99,
    ("L", "sharp"): 0.99,
    ("u", "sharp"): 0.99,
    ("w", "sharp"): 0.99,
    ("S", "sharp"): 0.99,
    ("S_w", "sharp"): 0.99,
    ("b", "sharp"): 0.99,
    ("b_H", "sharp"): 0.99,
    ("B", "sharp"): 0.99,
    ("B_H", "sharp"): 0.99,
    ("F_max", "sharp"): 0.85,
    ("proposition4", "sharp"): 0.98,
}


def test_ascent_finds_maxima_near_and_far() -> None:
    starts = np.random.default_rng(0).standard_normal((20, 2))

    def objective(points: np.ndarray) -> np.ndarray:
        return np.cos(points[:, 0]) + np.tanh(points[:, 1] / 50)

    best, values = ascend(objective, lambda points: points, starts, 100)
    assert values.max() == pytest.approx(2, abs=1e-6)
    assert objective(best) == pytest.approx(values)


@pytest.mark.parametrize("name", sorted({name for name, _ in ATTAINED}))
def test_bounds_are_nearly_attained(name: str) -> None:
    found = {c.variant: c for c in check(Scenario(), VARIANTS, name, seed=0)}
    for variant, least in ((v, x) for (n, v), x in ATTAINED.items() if n == name):
        assert found[variant].verdict == "holds"
        assert found[variant].ratio is not None
        assert least < found[variant].ratio <= 1 + 1e-9


@pytest.mark.parametrize("name", ["L", "gamma"])
def test_printed_slips_are_found_for_the_logistic_function(name: str) -> None:
    scenario = Scenario(activation="logistic", alpha=0.05)
    printed, corrected = check(scenario, ("printed", "corrected"), name, seed=1)
    assert (printed.verdict, printed.trusted, printed.failed) == ("refuted", False, False)
    assert corrected.verdict == "holds"


def test_a_witness_can_be_checked_by_hand() -> None:
    (found,) = check(Scenario(), ("sharp",), "b", seed=0)
    w = found.witness
    assert w is not None
    amplitude, _, name = w["activation"].rpartition("·")
    curve = Curve(name.removesuffix("(z)"), float(amplitude or 1))
    neurons = Neurons(
        np.array([w["W"]]),
        np.array([w["U"]]),
        np.array([w["X"]]),
        np.array([w["direction_w"]]),
        np.array([w["direction_u"]]),
    )
    assert LEMMAS["b"].observe(curve, neurons)[0] == pytest.approx(found.observed, rel=1e-4)


def test_the_seed_alone_decides() -> None:
    first, again = (check(Scenario(), VARIANTS, "u", seed=3) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@pytest.mark.parametrize(("bound", "lemma"), [("sigma0", "w"), ("sigma1", "u"), ("sigma2", "b")])
def test_a_bound_of_an_activation_cannot_shrink(
    monkeypatch: pytest.MonkeyPatch, name: str, bound: str, lemma: str
) -> None:
    right = ACTIVATIONS[name]
    original = getattr(right, bound)
    wrong = replace(right, **{bound: lambda ns: original(ns) * 3 / 5})
    monkeypatch.setitem(ACTIVATIONS, name, wrong)
    resolve.cache_clear()
    try:
        (found,) = check(Scenario(), ("sharp",), lemma, seed=0)
    finally:
        resolve.cache_clear()
    assert found.failed
    assert name in found.where


@pytest.mark.parametrize(("name", "third"), [("tanh", 2.0), ("sin", 1.0), ("logistic", 0.125)])
@pytest.mark.parametrize("lemma", ["T3", "T_H"])
def test_third_derivatives_reach_their_supremum_in_one_step(
    name: str, third: float, lemma: str
) -> None:
    first = next(attack(LEMMAS[lemma], Scenario(activation=name), seed=0))
    assert first.T == 1
    assert first.values.max() == pytest.approx(third, rel=1e-4)


@pytest.mark.parametrize("scenario", [Scenario(nu_u=0), Scenario(nu_w=0), Scenario(horizon=1)])
def test_a_bound_of_zero_is_no_obstacle(scenario: Scenario) -> None:
    found = check(scenario, ("sharp",), "B", seed=0)
    assert [c.verdict for c in found] == ["holds"]
