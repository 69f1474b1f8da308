"""Certificates against training, against worst-case constants, and on the sunspots."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rnnbound.certificate import (
    Problem,
    Request,
    certify,
    neuron_pair_passes,
    ridge_comparator,
    train,
)
from rnnbound.certificate.bound_parts import Radii
from rnnbound.certificate.comparator_search import norm_of
from rnnbound.certificate.fixed_size_certificate import WAYS, pairs_of, prove
from rnnbound.errors import RequestError
from rnnbound.network import gradient, initialise
from rnnbound.network.risk_and_gradient import outputs
from rnnbound.parallel import persistent_workers
from tests.certificate.data import series

SUNSPOTS = Path(__file__).parents[2] / "docs" / "data" / "sunspots.csv"


@pytest.mark.parametrize("method", ["tied", "pgd"])
@pytest.mark.parametrize("kind", ["autoregressive", "chaotic", "noise"])
def test_training_never_exceeds_its_certificate(method: str, kind: str) -> None:
    for seed in range(2):
        found = certify(Request(series(kind), method=method, seed=seed), 64, 60)
        said = found.certificate
        assert said.risk_bound >= said.misfit + said.curvature + said.rate
        trained = train(found)
        assert trained.last_risk <= said.risk_bound
        # Monotone, so that the last is the best, up to rounding.
        risks = [risk for _, risk in trained.trace]
        assert all(after <= before * (1 + 1e-12) for before, after in pairwise(risks))
        assert trained.best_risk == pytest.approx(trained.last_risk)


@pytest.mark.parametrize("activation", ["erf", "arctan", "sin", "logistic", "gaussian"])
def test_every_activation(activation: str) -> None:
    for method in ("tied", "pgd"):
        request = Request(series("chaotic"), method=method, activation=activation, alpha=0.3)
        found = certify(request, 32, 40)
        assert train(found).last_risk <= found.certificate.risk_bound <= 10


@pytest.mark.parametrize("method", ["tied", "pgd"])
def test_worst_case_constants_are_never_smaller(method: str) -> None:
    for seed in range(2):
        found = certify(Request(series("autoregressive"), method=method, seed=seed), 32, 100)
        assert found.worst_case_bound >= found.certificate.risk_bound
    assert found.linear_floor <= found.certificate.risk_bound


def test_any_comparator_and_any_set_give_a_bound() -> None:
    """Steps, radii and Θ̄ that nobody optimised still bound what training does."""
    problem = series("chaotic")
    rng = np.random.default_rng(1)
    for seed in range(6):
        network = initialise(64, 2, 0.4, seed)
        pairs = pairs_of(problem, network, "tanh", 1)
        radii = Radii(*(rng.uniform(0.02, 0.3, 2)))
        moves = rng.uniform(-0.5, 0.5, (32, 3)) * [radii.w, radii.u, radii.u]
        for method, way in WAYS.items():
            parts, _ = prove(pairs, way, radii, moves, norm_of(pairs))
            for c in (0.5, 1.0, 1.7):
                eta = c / parts.smoothness
                bound = sum(parts.terms(eta, 30))
                from rnnbound import network as net

                schedule = net.Schedule(method, eta, 30, radius_w=radii.w * 8, radius_u=radii.u * 8)
                run = net.train(network, "tanh", problem.X, problem.Y, schedule)
                assert run.last_risk <= bound
                assert (np.diff(run.risks) <= 1e-12).all()


def test_smoothness_bounds_the_gradient_along_the_set() -> None:
    """|g(Θ) − g(Θ')| ≤ S'‖Θ − Θ'‖ in mirrored directions, where R ≤ R(0)."""
    problem = series("autoregressive")
    network = initialise(64, 2, 0.3, 0)
    pairs = pairs_of(problem, network, "tanh", 1)
    radii = Radii(0.1, 0.2)
    parts, _ = prove(pairs, WAYS["tied"], radii, np.zeros((32, 3)), norm_of(pairs))
    rng = np.random.default_rng(0)

    def at(move: np.ndarray) -> tuple[float, np.ndarray]:
        w, u = network.w.copy(), network.u.copy()
        for sign, part in ((1, slice(0, 32)), (-1, slice(32, 64))):
            w[part] += sign * move[:, 0]
            u[part] += sign * move[:, 1:]
        found = gradient(type(network)(w, u, network.c), "tanh", problem.X, problem.Y)
        g = np.column_stack([found.w, found.u])
        return found.risk, (g[:32] - g[32:]) / 2

    for _ in range(20):
        one = rng.uniform(-0.7, 0.7, (32, 3)) * [0.1, 0.2, 0.2]
        two = one * (1 - 1e-4)
        (risk, g), (_, h) = at(one), at(two)
        if risk <= 1:
            assert np.linalg.norm(g - h) <= parts.smoothness * np.linalg.norm(one - two) * 1.001


def test_misfit_is_the_risk_at_the_comparator() -> None:
    found = certify(Request(series("noise")), 64, 10)
    k, m = 32, found.moves
    net = found.network
    w = np.concatenate([net.w[:k] + m[:, 0], net.w[:k] - m[:, 0]])
    u = np.concatenate([net.u[:k] + m[:, 1:], net.u[:k] - m[:, 1:]])
    F = outputs(type(net)(w, u, net.c), "tanh", found.problem.X)
    risk = float(((F - found.problem.Y) ** 2).sum()) / len(F)
    assert risk <= found.certificate.misfit <= risk * (1 + 1e-9)


def test_processes_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = series("noise")
    # Blocks of 16 pairs, so that processes that have started have something to share.
    monkeypatch.setattr(neuron_pair_passes, "_CALL", 16 * len(problem.Y))
    monkeypatch.setattr(neuron_pair_passes, "_WORTH_SHARING", 0)
    monkeypatch.setattr(ridge_comparator, "_ROWS", 100)
    while len(persistent_workers.idle) < 2:
        persistent_workers.idle.append(persistent_workers.Worker())
    for worker in persistent_workers.idle:
        worker.connection.poll(60)
    one, two, three = (certify(Request(problem, jobs=jobs), 64, 50) for jobs in (1, 2, 3))
    assert any(worker.ready for worker in persistent_workers.idle)
    for other in (two, three):
        assert one.certificate == other.certificate
        assert np.array_equal(one.moves, other.moves)


def test_wrong_requests() -> None:
    problem = series("noise")
    for wrong in ({"method": "sgd"}, {"alpha": 0.0}, {"activation": "1/(1+z^2)"}):
        with pytest.raises(RequestError):
            Request(problem, **wrong)  # type: ignore[arg-type]
    with pytest.raises(RequestError, match="width"):
        certify(Request(problem), 3, 10)
    with pytest.raises(RequestError, match="zero"):
        Problem.of(np.ones((2, 3, 1)), np.zeros((2, 3)))


@pytest.mark.parametrize(("method", "most"), [("tied", 0.28), ("pgd", 0.39)])
def test_sunspots(method: str, most: float) -> None:
    """Windows of four years; README and tutorial have them at width 1,024."""
    with SUNSPOTS.open() as file:
        s = np.array([float(row["sunspots"]) for row in csv.DictReader(file)])
    s = (s - s.mean()) / np.abs(s - s.mean()).max()
    starts = range(0, len(s) - 4, 2)
    X = np.array([[[s[i + t], 0.5] for t in range(4)] for i in starts])
    Y = np.array([s[i + 1 : i + 5] for i in starts])
    found = certify(Request(Problem.of(X, Y), method=method, jobs=2), 256, 1000)
    assert train(found, 2).last_risk <= found.certificate.risk_bound <= most


@pytest.mark.parametrize(("method", "alpha"), [("tied", 1.5), ("pgd", 20.0)])
def test_derivatives_that_grow_beyond_doubles_are_refused_before_any_search(
    monkeypatch: pytest.MonkeyPatch, method: str, alpha: float
) -> None:
    rng = np.random.default_rng(0)
    data = Problem.of(rng.standard_normal((2, 200, 1)), rng.standard_normal((2, 200)))
    monkeypatch.setattr("rnnbound.certificate.comparator_search.Search.scan", None)
    with pytest.raises(RequestError, match=r"derivatives over T = 200 steps grow like"):
        certify(Request(data, method=method, alpha=alpha), 4, 10)
