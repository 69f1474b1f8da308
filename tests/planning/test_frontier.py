"""Frontiers are where guarantees begin, and profiles are constants."""

from __future__ import annotations

from math import log10

import pytest

from rnnbound import Scenario, bound, constants, frontiers, plan, profile, regime


@pytest.mark.parametrize(
    ("scenario", "method"),
    [
        (Scenario(), "pgd"),
        (Scenario(alpha=1.5, horizon=3), "tied"),
        (Scenario(horizon=3, alpha=0.2), "gd"),
        (Scenario(alpha=3, horizon=5000), "sgd"),
    ],
    ids=["pgd", "tied", "gd", "large"],
)
def test_two_neurons_or_an_iteration_less_is_not_guaranteed(
    scenario: Scenario, method: str
) -> None:
    planned = plan(scenario, epsilon=0.1, method=method)
    found = frontiers(planned, points=8)
    assert {line.variant for line in found} == {v for v, p in planned.plans.items() if p.feasible}
    for line in found:

        def holds(width: int, iterations: int, variant: str = line.variant) -> bool:
            at = bound(scenario, width=width, iterations=iterations, method=method, variant=variant)
            risk = at.bounds[variant].risk_bound
            return risk is not None and risk <= 0.1

        assert len(line.steps) >= 8
        for step in line.steps:
            if not isinstance(step.width, int) or not isinstance(step.iterations, int):
                continue
            assert holds(step.width, step.iterations)
            fewer = step.iterations > 1 and holds(step.width, step.iterations - 1)
            assert not fewer or step.width == 2 or not holds(step.width - 2, step.iterations)


def test_more_iterations_need_more_width_where_nothing_is_projected() -> None:
    (line,) = frontiers(plan(Scenario(horizon=3, alpha=0.2), method="gd", variant="sharp"))
    narrowest = min(line.steps, key=lambda step: step.width)
    assert line.steps[0].iterations > narrowest.iterations > line.steps[-1].iterations
    assert line.steps[0].width > narrowest.width < line.steps[-1].width


def test_without_a_target_the_line_is_that_of_the_headline() -> None:
    found = frontiers(plan(width=10**5, iterations=10**3, variant="sharp"))
    (line,) = found
    assert line.epsilon == pytest.approx(
        bound(width=10**5, iterations=10**3, variant="sharp").bounds["sharp"].risk_bound, rel=1e-12
    )


@pytest.mark.parametrize("alpha", [0.5, 1.0, 40.0])
def test_a_profile_is_of_constants_and_crosses_the_cutoff(alpha: float) -> None:
    scenario = Scenario(alpha=alpha, horizon=6)
    found = profile(regime(scenario), points=5)
    assert min(found.alphas) < found.cutoff < max(found.alphas)
    assert {found.cutoff, alpha} <= set(found.alphas)
    assert [line.horizon for line in found.lines] == [6, 12, 24, 48]
    assert found.logarithmic == (alpha == 40)
    for line in found.lines:
        for a, value in zip(found.alphas, line.values_log10, strict=True):
            task = Scenario(horizon=line.horizon)
            exact = constants(task, alpha_m=a, variant="sharp").constants["sharp"]["S"]
            assert value is not None
            assert exact is not None
            assert value == pytest.approx(log10(exact), rel=1e-12)
