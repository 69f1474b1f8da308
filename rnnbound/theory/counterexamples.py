"""Counterexamples to arXiv:2402.12241v1, computed on the spot in ball arithmetic.

What is observed comes from the definitions alone: the hidden state run as a power series for its
derivatives, the error function for probabilities.  The bounds come from the classes that state
the theorems.  "Exceeds" is decided on balls, so it is proved, not rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final, NamedTuple

from flint import arb, arb_series

from rnnbound.numbers.balls import BALLS, accurate
from rnnbound.numbers.decimals import real
from rnnbound.numbers.limits import Real
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.scenario_in_number_system import quantities
from rnnbound.theory.paper_constants import CorrectedConstants, PrintedConstants
from rnnbound.theory.unprojected_descent import Theorem2Corrected, Theorem2Printed

_BITS: Final = 160
_ORDER: Final = 3

Series = Any
Function = Callable[[Sequence[Series]], Series]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A case that a printed statement does not survive.

    Attributes:
        setting: the case.
        observed_name: what is observed there.
        observed: its value.
        printed_bound: what the paper says it is at most.
        repaired_bound: what the repaired statement says it is at most.
        refutes: the observed value exceeds the printed bound and not the repaired one, proved.
        remark: what else there is to see, "" if nothing.
    """

    setting: str
    observed_name: str
    observed: Real
    printed_bound: Real
    repaired_bound: Real
    refutes: bool
    remark: str = ""


class _Found(NamedTuple):
    """The three numbers, and a remark that may quote more."""

    observed: arb
    printed: arb
    repaired: arb
    remark: str = ""


def lipschitz() -> Counterexample:
    """Erratum 1: the gradient of H_1 against Lemma 1's L."""
    scenario = Scenario(horizon=1, dim=2, activation="logistic")

    def evaluate() -> _Found:
        q = quantities(scenario, BALLS)
        inputs = [[arb(1), arb(0)]]

        def hidden(theta: Sequence[Series]) -> Series:
            return _state(theta[0], theta[1:], inputs)

        observed = _norm(_gradient(hidden, [q.alpha, arb(0), arb(1)]))
        printed, repaired = PrintedConstants(q, q.alpha).L, CorrectedConstants(q, q.alpha).L
        return _Found(observed, printed, repaired)

    setting = "logistic, T = 1, any W, X_0 = (1, 0), U = (0, 1), so that U ⟂ X_0"
    return _counterexample(setting, "norm of the gradient of H_1", evaluate)


def preactivation_smoothness() -> Counterexample:
    """Erratum 3: the Hessian of Γ_1 = W H_1 against Lemma 2's γ."""
    scenario = Scenario(horizon=1, dim=1, alpha=0.05, activation="logistic")

    def evaluate() -> _Found:
        q = quantities(scenario, BALLS)

        def preactivation(theta: Sequence[Series]) -> Series:
            weight, *rest = theta
            return weight * _state(weight, rest, [[arb(1)]])

        hessian = _hessian(preactivation, [q.alpha, arb(0)])
        spectral = BALLS.maximum(*map(abs, _eigenvalues(hessian)))
        return _Found(
            _norm([x for row in hessian for x in row]),
            PrintedConstants(q, q.alpha).gamma,
            CorrectedConstants(q, q.alpha).gamma,
            f"Even its spectral norm, {_short(spectral)}, exceeds the printed γ.",
        )

    setting = (
        "logistic, T = d = 1, X_0 = 1, U = 0, W = α_m = 0.05 (printed γ is largest at α = α_m)"
    )
    return _counterexample(setting, "Frobenius norm of the Hessian of Γ_1", evaluate)


def two_tails() -> Counterexample:
    """Erratum 5: how often Proposition 3's bound fails at Θ̄."""
    scenario = Scenario(horizon=1, dim=1, nu_w=0, nu_u=1, delta=0.9, activation="logistic")

    def evaluate() -> _Found:
        q = quantities(scenario, BALLS)
        radius = PrintedConstants(q, q.alpha).proposition3(arb(2))
        edge, failure = _slope_exceeds(radius / q.nu_u)
        # The printed radius for δ is the repaired one for 2δ.
        repaired = BALLS.minimum(arb(1), 2 * q.delta)
        remark = (
            f"The target is 0 and |F_1^Lin| = σ'(u_0) > {_short(radius)} exactly when "
            f"|u_0| < {_short(edge)}. The infimum over Θ in the statement is 0 here, but Theorem 1 "
            "uses the bound at the point of attraction."
        )
        return _Found(failure, q.delta, repaired, remark)

    setting = (
        "logistic, T = d = 1, X_0 = 1, m = 2, v_w = 0, v_u = sign(u), δ = 0.9, "
        "at the point of attraction (20)"
    )
    return _counterexample(setting, "probability that the bound fails", evaluate)


def sampling_error() -> Counterexample:
    """Erratum 6: Proposition 5's constant against the one that Theorem 1 puts in its place."""
    scenario = Scenario(
        horizon=1, samples=1, dim=1, nu_w=0, nu_u=1, delta=0.01, activation="logistic"
    )

    def evaluate() -> _Found:
        q = quantities(scenario, BALLS)
        printed, corrected = PrintedConstants(q, q.alpha), CorrectedConstants(q, q.alpha)
        radius = printed.concentration / BALLS.sqrt(arb(2))
        _, failure = _slope_exceeds(radius / q.nu_u)
        remark = (
            "It matters: with v_u = sign(u), d = n = 1, X_0 = 1, m = 2, δ = 0.01, "
            "|F*_1 − F_1^Lin| at (20) exceeds L‖ν‖√(log(2nT/δ)/m) with probability "
            f"{_short(failure)}."
        )
        return _Found(2 * printed.y_max, printed.L * q.nu, 2 * corrected.y_max, remark)

    setting = "logistic, T = 1, ν = (0, 1)"
    return _counterexample(setting, "2μ0σ1(ν_u + σ0ν_w) of Proposition 5", evaluate)


def stopping_time() -> Counterexample:
    """Erratum 9: the constant risk that the drift still allows through the printed τ_0."""
    scenario = Scenario(horizon=1, dim=1, nu_w=0, nu_u=1, activation="logistic")

    def evaluate() -> _Found:
        q, epsilon = quantities(scenario, BALLS), BALLS.number(0.1)
        theorem = Theorem2Printed()
        asked = theorem.requirements(q, epsilon)
        # By how much a step lowers V, in units of ηε, if V reaches 0 after τ_0 steps.
        budget = q.nu_squared / (asked.tau * asked.step_size * epsilon)
        needed = Theorem2Corrected().least_iterations(
            CorrectedConstants(q, asked.a), epsilon, asked.step_size
        )
        longer = needed / asked.tau
        return _Found(
            _printed_drift_root(budget) ** 2,
            theorem.bound(q, epsilon).risk / epsilon,
            _repaired_drift_root(budget) ** 2,
            "The repaired bound is what the repaired drift gives after τ_0 steps; "
            f"after {_short(longer)} τ_0, which the repaired statement asks for, it is "
            f"{_short(_repaired_drift_root(budget / longer) ** 2)} ε.",
        )

    setting = "after τ_0 steps, granting the drift inequality (27); the same for every scenario"
    name = "largest constant risk/ε that (27) allows"
    return _counterexample(setting, name, evaluate)


def preactivation_lipschitz() -> Counterexample:
    """Erratum 11: the gradient of Γ_2 = W H_2 + U·X_2 against Lemma 2's Λ."""
    scenario = Scenario(horizon=2, dim=1, alpha=150)

    def evaluate() -> _Found:
        tanh = quantities(scenario, BALLS)
        sigmas = {name: getattr(tanh, name) / 50 for name in ("sigma0", "sigma1", "sigma2")}
        q = replace(tanh, **sigmas)
        inputs = [[arb(1)], [arb(1)]]

        def preactivation(theta: Sequence[Series]) -> Series:
            weight, *rest = theta
            (u,) = rest
            return weight * _state(weight, rest, inputs, _small_tanh) + u

        return _Found(
            _norm(_gradient(preactivation, [q.alpha, arb(0)])),
            PrintedConstants(q, q.alpha).Lambda,
            CorrectedConstants(q, q.alpha).Lambda,
            "Printed Λ contains the printed L of erratum 1.",
        )

    setting = "σ = 0.02 tanh, T = 2, d = 1, X_0 = X_1 = X_2 = 1, U = 0, W = α_m = 150"
    return _counterexample(setting, "norm of the gradient of Γ_2 = W H_2 + U X_2", evaluate)


def _counterexample(setting: str, name: str, evaluate: Callable[[], _Found]) -> Counterexample:
    found = accurate(evaluate, lambda numbers: numbers[:3], _BITS)
    # Bounds that are attained are equal only up to their radii.
    kept = found.observed <= found.repaired or found.observed.overlaps(found.repaired)
    return Counterexample(
        setting=setting,
        observed_name=name,
        observed=real(found.observed),
        printed_bound=real(found.printed),
        repaired_bound=real(found.repaired),
        refutes=bool(found.observed > found.printed) and bool(kept),
        remark=found.remark,
    )


def _logistic(z: Series) -> Series:
    return 1 / (1 + (-z).exp())


def _small_tanh(z: Series) -> Series:
    return (1 - 2 / ((2 * z).exp() + 1)) / 50


def _state(
    weight: Series,
    u: Sequence[Series],
    inputs: Sequence[Sequence[arb]],
    sigma: Callable[[Series], Series] = _logistic,
) -> Series:
    """H_t of one neuron, from its definition."""
    hidden = _series(arb(0))
    for x in inputs:
        total = weight * hidden
        for factor, coordinate in zip(u, x, strict=True):
            total = total + factor * coordinate
        hidden = sigma(total)
    return hidden


def _series(value: arb, slope: int = 0) -> Series:
    return arb_series([value, slope], prec=_ORDER)


def _along(function: Function, point: Sequence[arb], moving: Sequence[int]) -> list[arb]:
    """Taylor coefficients of `function` where the coordinates `moving` grow together."""
    line = [_series(x, int(index in moving)) for index, x in enumerate(point)]
    known: list[arb] = function(line).coeffs()
    return known + [arb(0)] * (_ORDER - len(known))


def _gradient(function: Function, point: Sequence[arb]) -> list[arb]:
    return [_along(function, point, [i])[1] for i in range(len(point))]


def _hessian(function: Function, point: Sequence[arb]) -> list[list[arb]]:
    """Second derivatives, by polarisation: f[u,v] = (f[u+v,u+v] − f[u,u] − f[v,v])/2."""
    size = len(point)
    half = [_along(function, point, [i])[2] for i in range(size)]
    matrix = [[2 * half[i] if i == j else arb(0) for j in range(size)] for i in range(size)]
    for i, j in combinations(range(size), 2):
        matrix[i][j] = matrix[j][i] = _along(function, point, [i, j])[2] - half[i] - half[j]
    return matrix


def _norm(values: Sequence[arb]) -> arb:
    return BALLS.sqrt(sum((x**2 for x in values), arb(0)))


def _eigenvalues(matrix: Sequence[Sequence[arb]]) -> tuple[arb, arb]:
    """Of a symmetric 2×2 matrix."""
    (a, b), (_, d) = matrix
    middle, reach = (a + d) / 2, _norm([(a - d) / 2, b])
    return middle - reach, middle + reach


def _slope_exceeds(level: arb) -> tuple[arb, arb]:
    """z with σ'(±z) = `level` < 1/4 for the logistic σ, and P(σ'(u) > level) for u ~ N(0, 1).

    σ' = σ(1 − σ) is even and falls with |z|, so it exceeds the level exactly within ±z.
    """
    value = (1 + BALLS.sqrt(1 - 4 * level)) / 2
    edge = BALLS.log(value / (1 - value))
    return edge, (edge / BALLS.sqrt(arb(2))).erf()


def _printed_drift_root(budget: arb) -> arb:
    """x = √(R/ε) ≥ 1/2 with 4(x − ½)² − 2 = `budget`: the drift of (27) for a constant risk R."""
    return arb(1) / 2 + BALLS.sqrt((budget + 2) / 4)


def _repaired_drift_root(budget: arb) -> arb:
    """x = √(R/ε) ≥ 1/2 with 2x² − 2x − ½ = `budget`: the repaired drift for a constant risk R."""
    return (1 + BALLS.sqrt(2 + 2 * budget)) / 2


def _short(x: arb) -> str:
    return f"{float(x.mid()):.4g}"
