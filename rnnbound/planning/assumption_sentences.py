"""What a guarantee rests on, each in a plain sentence with its numbers (docs/theory.md, 1)."""

from __future__ import annotations

from collections.abc import Iterator

from rnnbound.numbers.limits import Real
from rnnbound.planning.results import Assumption, Request
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import TRUSTED, WHY_NOT
from rnnbound.theory.methods import METHODS

#: Of whom every guarantee of this version speaks.
TRAINING_DATA = "training data"


def assumptions(
    scenario: Scenario,
    request: Request,
    variant: str,
    *,
    step_size: Real,
    radii: tuple[Real | None, Real | None],
    expectation: str | None,
) -> tuple[Assumption, ...]:
    """Everything between the theorem and a training run.

    Args:
        scenario, request, variant: what the guarantee is for.
        step_size: η.
        radii: how far each W_ii and each U_i may move; None where it is not projected.
        expectation: ``sampling`` if gradients are those of mini-batches.
    """
    found = [
        target_class(scenario, request.data),
        inputs(scenario, request.data),
        *_start(scenario),
        Assumption(
            "half the gradient",
            f"Every step moves by η = {step_size} along half the gradient of R = (1/n) Σ_j Σ_t "
            "(F_t − Y_t)², a sum over time and a mean over samples.",
            "enforced",
        ),
        *_sampling(expectation),
        _projection(radii),
        *_pairs(request.method),
        Assumption(
            "exact arithmetic",
            "Training is exact: rounding errors of floating-point numbers are not covered.",
            "assumed",
        ),
    ]
    if not TRUSTED[variant]:
        found.append(Assumption("proof", f"The statement is {WHY_NOT[variant]}.", "fails"))
    return tuple(found)


def shared(scenario: Scenario, data: str | None) -> tuple[Assumption, ...]:
    """What the guarantees of all methods rest on."""
    return target_class(scenario, data), inputs(scenario, data), *_start(scenario)


def target_class(scenario: Scenario, data: str | None) -> Assumption:
    """The class that targets belong to, which nothing checks."""
    whose = "Every target is" if data is None else f"Every target of {data}, scaled to R(0) = 1, is"
    checked = "" if data is None else ", which is not checked"
    return Assumption(
        "class",
        f"{whose} Y_t = E[v_w ∂_w h_t + v_u · ∂_u h_t] over the start of one neuron for maps with "
        f"|v_w| ≤ ν_w = {scenario.nu_w} and ‖v_u‖ ≤ ν_u = {scenario.nu_u}, chosen before the start "
        f"is drawn{checked}.",
        "assumed",
    )


def inputs(scenario: Scenario, data: str | None) -> Assumption:
    """‖X_t‖ ≤ 1, which the reader of a file sees to."""
    statement = f"‖X_t‖ ≤ 1 at each of the T = {scenario.horizon} steps of every sample."
    if data is None:
        return Assumption("inputs", statement, "assumed")
    return Assumption("inputs", f"{statement[:-1]}: those of {data} are scaled to it.", "checked")


def _start(scenario: Scenario) -> Iterator[Assumption]:
    yield Assumption(
        "symmetric start",
        f"For i ≤ m/2, c_i = ±1 and W_ii = ±{scenario.alpha} with equal chances and U_i ~ N(0, I) "
        f"in d = {scenario.dim}, all independent; neuron i + m/2 copies W_ii and U_i and has the "
        "sign −c_i.",
        "enforced",
    )
    yield Assumption(
        "fixed signs",
        "The output is F_t = (1/√m) Σ_i c_i H_t of neuron i, with signs c_i that are never "
        "trained.",
        "enforced",
    )


def _sampling(expectation: str | None) -> Iterator[Assumption]:
    if expectation is not None:
        yield Assumption(
            "mini-batches",
            "Each mini-batch is drawn independently of all before, each of its members uniformly "
            "from the samples, and the risk bounded is a mean over these draws.",
            "enforced",
        )


def _projection(radii: tuple[Real | None, Real | None]) -> Assumption:
    held = [
        f"each {name} is projected to within {radius} = {value} of its start"
        for name, radius, value in (("W_ii", "ρ_w/√m", radii[0]), ("U_i", "ρ_u/√m", radii[1]))
        if value is not None
    ]
    statement = f"After every step {' and '.join(held)}." if held else "Nothing is projected."
    return Assumption("projection", statement, "enforced")


def _pairs(method: str) -> Iterator[Assumption]:
    if METHODS[method].tied:
        yield Assumption(
            "tied pairs",
            "The two neurons of each pair stay mirrored: they move by q and −q, q = (Δ − Δ')/2 of "
            "the moves Δ and Δ' that each would make alone.",
            "enforced",
        )
