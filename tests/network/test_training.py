"""Training runs against trajectories computed in the plainest way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnbound import Scenario, constants
from rnnbound.network import (
    METHODS,
    Network,
    Run,
    Schedule,
    Step,
    gradient,
    initialise,
    risk,
    train,
)
from rnnbound.network.array_checks import Array
from tests.network.data import ROUNDING, SINGLE, problem, small_tiles

RADII = {"radius_w": 0.5, "radius_u": 0.6}


def _radii(method: str) -> dict[str, float]:
    return {} if method == "gd" else RADII


def _plainly(start: Network, X: Array, Y: Array, schedule: Schedule) -> list[Network]:
    """Θ(0), Θ(1), … by section 1 and section 6.3, word for word."""
    rng = np.random.default_rng(schedule.seed)
    path, half = [start], start.width // 2
    for _ in range(schedule.iterations):
        net, data = path[-1], (X, Y)
        if schedule.method.endswith("sgd"):
            drawn = rng.integers(0, len(X), schedule.batch)
            data = (X[drawn], Y[drawn])
        g = gradient(net, "tanh", *data)
        new = []
        for old, first, slope, radius in (
            (net.w[:, None], start.w[:, None], g.w[:, None], schedule.radius_w),
            (net.u, start.u, g.u, schedule.radius_u),
        ):
            delta = old - schedule.step_size * slope - first
            if schedule.method.startswith("tied"):
                q = (delta[:half] - delta[half:]) / 2
                delta = np.concatenate([q, -q])
            if radius is not None:
                length = np.linalg.norm(delta, axis=1, keepdims=True)
                cap = radius / np.sqrt(start.width)
                delta = delta * np.where(length > cap, cap / np.maximum(length, cap), 1)
            new.append(first + delta)
        path.append(Network(new[0][:, 0], new[1], start.c))
    return path


@pytest.mark.parametrize("dim", [1, 3])
@pytest.mark.parametrize("method", METHODS)
def test_trajectories(method: str, dim: int) -> None:
    _, X, Y = problem(6, 4, dim, 2)
    start = initialise(32, dim, 0.6, 1)
    schedule = Schedule(method, 0.2, 12, batch=3, seed=4, **_radii(method))
    path = _plainly(start, X, Y, schedule)
    run = train(start, "tanh", X, Y, schedule)
    np.testing.assert_allclose(run.last.w, path[-1].w, atol=ROUNDING)
    np.testing.assert_allclose(run.last.u, path[-1].u, atol=ROUNDING)
    risks = [risk(net, "tanh", X, Y) for net in path]
    np.testing.assert_array_equal(run.steps, np.arange(13))
    np.testing.assert_allclose(run.risks, risks, atol=ROUNDING)
    assert run.last_risk == run.risks[-1]
    assert run.best_step == np.argmin(run.risks)
    assert run.best_risk == run.risks.min()
    np.testing.assert_allclose(run.best.w, path[run.best_step].w, atol=ROUNDING)
    np.testing.assert_allclose(run.best.u, path[run.best_step].u, atol=ROUNDING)
    assert not run.stopped
    if not method.endswith("average"):
        assert (run.average, run.average_risk) == (None, None)
        return
    assert run.average is not None
    np.testing.assert_allclose(run.average.w, np.mean([n.w for n in path[:-1]], 0), atol=ROUNDING)
    np.testing.assert_allclose(run.average.u, np.mean([n.u for n in path[:-1]], 0), atol=ROUNDING)
    assert run.average_risk == pytest.approx(risk(run.average, "tanh", X, Y), rel=ROUNDING)


def test_the_best_iterate_survives_a_run_that_gets_worse() -> None:
    _, X, Y = problem(6, 4, 2, 2)
    start = initialise(16, 2, 0.6, 1)
    run = train(start, "tanh", X, Y, Schedule("gd", 3.0, 30))
    assert 0 < run.best_step < 30
    assert risk(run.best, "tanh", X, Y) == pytest.approx(run.best_risk, rel=ROUNDING)
    assert risk(run.last, "tanh", X, Y) == pytest.approx(run.last_risk, rel=ROUNDING)


@pytest.mark.parametrize("method", METHODS)
def test_workers_and_repetition_change_no_bit(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    small_tiles(monkeypatch)
    _, X, Y = problem(20, 3, 2, 2)
    start = initialise(40, 2, 0.6, 1)

    def run(workers: int) -> Run:
        options: dict[str, Any] = {"batch": 12, "workers": workers, **_radii(method)}
        return train(start, "tanh", X, Y, Schedule(method, 0.2, 6, **options))

    first = run(1)
    for other in (run(1), run(2), run(3)):
        assert other.risks.tobytes() == first.risks.tobytes()
        assert other.last.w.tobytes() == first.last.w.tobytes()
        assert other.last.u.tobytes() == first.last.u.tobytes()


@pytest.mark.parametrize("method", ["tied", "tied-sgd", "tied-average"])
def test_tied_pairs_stay_mirrored(method: str) -> None:
    """Θ_i + Θ_i' = 2Θ(0): to a rounding of each of the two."""
    _, X, Y = problem(6, 4, 2, 2)
    start = initialise(32, 2, 0.6, 1)
    run = train(start, "tanh", X, Y, Schedule(method, 0.3, 20, **RADII))
    for net in (run.last, run.best):
        for now, first in ((net.w, start.w), (net.u, start.u)):
            np.testing.assert_allclose(now[:16] + now[16:], 2 * first[:16], rtol=4e-16, atol=4e-16)
    assert run.best_risk < run.risks[0]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_projection_holds_after_every_step(dtype: type) -> None:
    _, X, Y = problem(6, 4, 2, 2)
    start = initialise(32, 2, 0.6, 1, dtype=dtype)
    slack = 8 * np.finfo(dtype).eps

    def check(step: Step) -> None:
        assert step.network.dtype == dtype
        assert np.abs(step.network.w - start.w).max() <= 0.05 / np.sqrt(32) + slack
        moved = np.linalg.norm(step.network.u - start.u, axis=1)
        assert moved.max() <= 0.06 / np.sqrt(32) + slack

    schedule = Schedule("pgd", 0.5, 20, radius_w=0.05, radius_u=0.06)
    train(start, "tanh", X, Y, schedule, on_step=check)


def test_float32_follows_float64() -> None:
    _, X, Y = problem(6, 4, 2, 2)
    schedule = Schedule("pgd", 0.2, 20, **RADII)
    single = train(initialise(32, 2, 0.6, 1, dtype=np.float32), "tanh", X, Y, schedule)
    double = train(initialise(32, 2, 0.6, 1), "tanh", X, Y, schedule)
    assert single.last.dtype == np.float32
    np.testing.assert_allclose(single.risks, double.risks, rtol=SINGLE)


def test_descent_step_makes_the_risk_monotone() -> None:
    """η = 1/S', S' = S + √R₀ b_H/√m (section 6.2), at a width where it must hold surely."""
    width, scenario = 64, Scenario(horizon=4, alpha=0.5, dim=2)
    found = constants(scenario, width=width, variant="sharp").constants["sharp"]
    _, X, Y = problem(8, 4, 2, 2)
    start = initialise(width, 2, 0.5, 0)
    steepest = float(str(found["S"])) + np.sqrt(risk(start, "tanh", X, Y) / width) * float(
        str(found["b_H"])
    )
    for method in ("pgd", "tied"):
        run = train(start, "tanh", X, Y, Schedule(method, 1 / steepest, 100, radius_w=0.5))
        assert (np.diff(run.risks) <= 0).all()
        assert run.best_step == 100


def test_stopping_early() -> None:
    _, X, Y = problem(6, 4, 2, 2)
    start = initialise(32, 2, 0.6, 1)
    free = train(start, "tanh", X, Y, Schedule("pgd", 0.1, 20, **RADII))
    target = float(free.risks[7])
    run = train(start, "tanh", X, Y, Schedule("pgd", 0.1, 20, stop_at=target, **RADII))
    assert run.stopped
    assert run.steps[-1] == run.best_step == 7
    np.testing.assert_array_equal(run.risks, free.risks[:8])
    at_once = Schedule("pgd-average", 0.1, 20, stop_at=1e9)
    run = train(start, "tanh", X, Y, at_once)
    assert (run.stopped, run.best_step, run.average) == (True, 0, None)


def test_sgd_evaluates_the_risk_as_often_as_it_is_told() -> None:
    _, X, Y = problem(6, 4, 2, 2)
    start = initialise(32, 2, 0.6, 1)
    often = train(start, "tanh", X, Y, Schedule("sgd", 0.1, 10, seed=2, **RADII))
    seldom = train(start, "tanh", X, Y, Schedule("sgd", 0.1, 10, seed=2, risk_every=4, **RADII))
    np.testing.assert_array_equal(seldom.steps, [0, 4, 8, 10])
    np.testing.assert_array_equal(seldom.risks, often.risks[seldom.steps])
    other = train(start, "tanh", X, Y, Schedule("sgd", 0.1, 10, seed=3, **RADII))
    assert not np.array_equal(other.risks, often.risks)


def test_callbacks_see_every_step() -> None:
    _, X, Y = problem(6, 4, 2, 2)
    start = initialise(32, 2, 0.6, 1)
    seen: list[tuple[int, float | None, float]] = []
    made: list[int] = []

    def note(step: Step) -> None:
        g = gradient(step.network, "tanh", X, Y)
        np.testing.assert_allclose(step.gradient_w, g.w, atol=ROUNDING)
        np.testing.assert_allclose(step.gradient_u, g.u, atol=ROUNDING)
        seen.append((step.index, step.risk, g.risk))

    run = train(
        start, "tanh", X, Y, Schedule("pgd", 0.1, 5, **RADII), on_step=note, progress=made.append
    )
    assert [index for index, _, _ in seen] == [0, 1, 2, 3, 4]
    assert [value for _, value, _ in seen] == list(run.risks[:-1])
    assert made == [1, 2, 3, 4, 5]


def test_the_start_is_not_changed() -> None:
    _, X, Y = problem(6, 4, 2, 2)
    start = initialise(32, 2, 0.6, 1)
    before = start.w.copy(), start.u.copy()
    train(start, "tanh", X, Y, Schedule("pgd", 0.1, 5, **RADII))
    np.testing.assert_array_equal(start.w, before[0])
    np.testing.assert_array_equal(start.u, before[1])


def test_numpy_is_left_as_it_was() -> None:
    _, X, Y = problem(6, 4, 2, 2)
    before = np.getbufsize()
    train(initialise(32, 2, 0.6, 1), "tanh", X, Y, Schedule("pgd", 0.1, 2, workers=2))
    assert np.getbufsize() == before


def test_tied_methods_need_pairs() -> None:
    net, X, Y = problem(6, 4, 2, 8)
    with pytest.raises(ValueError, match="mirrored pairs"):
        train(net, "tanh", X, Y, Schedule("tied", 0.1, 5))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"method": "adam"}, "method must be one of pgd, "),
        ({"step_size": 0}, "step_size must be a finite number > 0"),
        ({"iterations": 0}, "iterations must be an integer ≥ 1"),
        ({"radius_w": -1}, "radius_w must be a finite number ≥ 0"),
        ({"stop_at": float("inf")}, "stop_at must be a finite number ≥ 0"),
        ({"batch": 0}, "batch must be an integer ≥ 1"),
        ({"seed": -1}, "seed must be an integer ≥ 0"),
        ({"risk_every": 0}, "risk_every must be an integer ≥ 1"),
        ({"workers": True}, "workers must be an integer ≥ 1"),
        ({"method": "gd", "radius_u": 1}, "None for gd"),
    ],
)
def test_wrong_schedules_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Schedule(**{"method": "pgd", "step_size": 0.1, "iterations": 5, **change})
