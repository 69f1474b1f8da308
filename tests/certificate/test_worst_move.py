"""The worst move of a neuron: never below what a search finds, and close where it should be."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from rnnbound.certificate.cubic_form_maximum import Worst, weights

W, U = 0.08, 0.1


def _cases(k: int, p: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric tensors, and points of the set of which many are on its boundary."""
    rng = np.random.default_rng(seed)
    raw = rng.standard_normal((k, p, p, p))
    tensors = sum(raw.transpose(0, *(1 + np.array(q))) for q in permutations(range(3))) / 6
    return np.asarray(tensors), _inside(rng.standard_normal((k, p)) * 0.15)


def _inside(points: np.ndarray) -> np.ndarray:
    points = points.copy()
    points[:, 0] = np.clip(points[:, 0], -W, W)
    length = np.sqrt((points[:, 1:] ** 2).sum(1))
    points[:, 1:] *= np.minimum(1, U * (1 - 1e-14) / length)[:, None]
    return points


def _quotients(tensors: np.ndarray, moves: np.ndarray, points: np.ndarray) -> np.ndarray:
    y = points - moves
    middle = moves / 6 + points / 3
    # Where the point is D̄ itself the quotient is 0 here.
    size = np.maximum((y**2).sum(1), 1e-30)
    return np.einsum("kabc,ka,kb,kc->k", tensors, middle, y, y) / size


def _searched(tensors: np.ndarray, moves: np.ndarray, tries: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    best = np.zeros(len(moves))
    for scale in np.geomspace(0.01, 10, 20):
        for _ in range(tries):
            points = _inside(moves + rng.standard_normal(moves.shape) * scale * 0.1)
            best = np.maximum(best, _quotients(tensors, moves, points))
    return best


@pytest.mark.parametrize("p", [2, 3, 4, 5, 7])
def test_no_move_is_worse(p: int) -> None:
    tensors, moves = _cases(12, p)
    found, searched = weights(tensors, moves, W, U), _searched(tensors, moves, 60)
    assert (found >= searched).all()
    if p <= 3:
        # The tolerance, and what a random search leaves.
        assert np.median(found / searched) < 1.25
    size = np.sqrt((tensors**2).sum((1, 2, 3)))
    reach = np.hypot(W, U) / 3 + np.sqrt((moves**2).sum(1)) / 6
    assert (found <= reach * size * (1 + 1e-9)).all()


def test_in_the_plane_it_is_what_a_fine_grid_says() -> None:
    tensors, moves = _cases(40, 2)
    w, u = np.meshgrid(np.linspace(-W, W, 201), np.linspace(-U, U, 201))
    grid = np.column_stack([w.ravel(), u.ravel()])
    exact = np.zeros(40)
    for i in range(40):
        points = grid[np.abs(grid - moves[i]).max(1) > 1e-6]
        many = np.repeat(tensors[i : i + 1], len(points), 0)
        here = np.repeat(moves[i : i + 1], len(points), 0)
        exact[i] = max(_quotients(many, here, points).max(), 0)
    found = Worst(tensors, moves, W, U).weights()
    assert (found >= exact).all()
    # Where D̄ is in a corner, directions that leave the set both ways count as well.
    inner = (np.abs(moves) < [W * 0.99, U * 0.99]).any(1)
    assert inner.sum() > 10
    assert (found <= exact * 1.2)[inner].all()


def test_a_few_directions_that_matter_are_found_in_many() -> None:
    """Tensors on a plane of U, turned somehow: as good as without the other dimensions."""
    rng = np.random.default_rng(3)
    small, moves = _cases(10, 3)
    tensors = np.zeros((10, 6, 6, 6))
    tensors[:, :3, :3, :3] = small
    wide = np.zeros((10, 6))
    wide[:, :3] = moves
    turn = np.eye(6)
    turn[1:, 1:] = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    turned = np.einsum("kabc,ai,bj,cl->kijl", tensors, turn, turn, turn)
    found = weights(turned, wide @ turn, W, U)
    assert found == pytest.approx(weights(small, moves, W, U), rel=0.12)


def test_scales_as_it_should() -> None:
    tensors, moves = _cases(10, 3)
    once = weights(tensors, moves, W, U)
    assert weights(tensors * 7.0, moves, W, U) == pytest.approx(7 * once, rel=1e-9)
    assert weights(tensors, moves * 0.5, W / 2, U / 2) == pytest.approx(once / 2, rel=1e-9)
    assert (weights(tensors * 0.0, moves, W, U) <= 1e-300).all()
