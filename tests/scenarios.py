"""Scenarios that several tests share: seeded samples of every regime, and Hypothesis strategies."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hypothesis import strategies as st

from rnnbound import Scenario

ACTIVATIONS = ("tanh", "logistic", "gaussian", "erf", "sin", "arctan")
PAIRS = (
    ("pgd", "printed"),
    ("pgd", "corrected"),
    ("pgd", "sharp"),
    ("pgd-average", "printed"),
    ("pgd-average", "corrected"),
    ("pgd-average", "sharp"),
    ("sgd", "corrected"),
    ("sgd", "sharp"),
    ("gd", "printed"),
    ("gd", "corrected"),
    ("gd", "sharp"),
)
#: Methods whose constants depend on the width alone.
PROJECTED = tuple(pair for pair in PAIRS if pair[0] != "gd")
SIGMA1 = {
    "tanh": 1.0,
    "logistic": 0.25,
    "gaussian": 0.8577638849607068,
    "erf": 1.1283791670955126,
    "sin": 1.0,
    "arctan": 1.0,
}


def sample(seed: int, regime: str, activation: str, horizons: tuple[int, ...]) -> Scenario:
    """A random scenario; `regime` is where α·σ1 lies."""
    draw = random.Random(f"{seed}/{regime}/{activation}")
    low, high = {"short": (0.05, 0.9), "critical": (1.0, 1.0), "long": (1.1, 2.5)}[regime]
    nu_w, nu_u = draw.choice([0.0, 0.1, 0.5, 1.3]), draw.choice([0.1, 0.5, 0.7, 2.0])
    return Scenario(
        horizon=draw.choice(horizons),
        samples=draw.choice([1, 20, 10**6]),
        dim=draw.choice([1, 4, 50]),
        alpha=float(f"{draw.uniform(low, high) / SIGMA1[activation]:.12g}"),
        nu_w=nu_w,
        nu_u=nu_u,
        rho_w=nu_w * draw.choice([1, 1, 3]),
        rho_u=nu_u * draw.choice([1, 1, 2]),
        delta=draw.choice([0.5, 0.1, 0.01, 1e-9]),
        activation=activation,
    )


def samples(seed: int, horizons: tuple[int, ...]) -> Iterator[Scenario]:
    """One scenario for every regime and activation."""
    for regime in ("short", "critical", "long"):
        for activation in ACTIVATIONS:
            yield sample(seed, regime, activation, horizons)


def name(value: object) -> str | None:
    """A readable id for a parametrised scenario."""
    if isinstance(value, Scenario):
        return f"{value.activation}-T{value.horizon}-a{value.alpha:.4g}"
    return None


def _sizes(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda x: float(f"{x:.6g}"))


@st.composite
def scenarios(draw: st.DrawFn, longest: int = 12) -> Scenario:
    """Any scenario whose naive evaluation is quick."""
    nu_w = draw(st.one_of(st.just(0.0), _sizes(0.01, 3)))
    nu_u = draw(_sizes(0.01, 3))
    return Scenario(
        horizon=draw(st.integers(1, longest)),
        samples=draw(st.integers(1, 10**9)),
        dim=draw(st.integers(1, 100)),
        alpha=draw(_sizes(0.01, 5)),
        nu_w=nu_w,
        nu_u=nu_u,
        rho_w=nu_w + draw(st.one_of(st.just(0.0), _sizes(0.01, 2))),
        rho_u=nu_u + draw(st.one_of(st.just(0.0), _sizes(0.01, 2))),
        delta=draw(_sizes(1e-6, 0.99)),
        activation=draw(st.sampled_from(ACTIVATIONS)),
    )


widths = st.integers(1, 10**12).map(lambda half: 2 * half)
steps = st.integers(1, 10**12)
