"""Projection, and steps of tied pairs."""

from __future__ import annotations

import numpy as np
import pytest

from rnnbound.network import Schedule
from rnnbound.network.array_checks import Array
from rnnbound.network.projected_step import Ball, Move, TiedMove
from tests.network.data import ROUNDING

CAPS = [(None, None), (0.3, None), (None, 0.3), (0.3, 0.2), (0.0, 0.0)]


@pytest.mark.parametrize(("cap_w", "cap_u"), CAPS)
@pytest.mark.parametrize("dim", [1, 3])
def test_projection_is_the_nearest_point(
    dim: int, cap_w: float | None, cap_u: float | None
) -> None:
    rng = np.random.default_rng(0)
    centre, theta = rng.standard_normal((2, 1 + dim, 50))
    theta = centre + 0.4 * theta
    found = theta.copy()
    Ball(centre, cap_w, cap_u).project(found)
    moved, wanted = found - centre, theta - centre
    for rows, cap in ((slice(0, 1), cap_w), (slice(1, None), cap_u)):
        length = np.linalg.norm(wanted[rows], axis=0)
        factor = np.ones(50) if cap is None else np.minimum(1, cap / length)
        np.testing.assert_allclose(moved[rows], factor * wanted[rows], atol=ROUNDING)


def _mirrored(theta: Array, start: Array) -> Array:
    """Section 6.3 word for word."""
    half = theta.shape[1] // 2
    delta = theta - start
    q = (delta[:, :half] - delta[:, half:]) / 2
    return start + np.concatenate([q, -q], axis=1)


@pytest.mark.parametrize("radii", [{}, {"radius_w": 0.5}, {"radius_w": 0.5, "radius_u": 0.4}])
def test_tied_steps_mirror_then_project(radii: dict[str, float]) -> None:
    rng = np.random.default_rng(1)
    half = rng.standard_normal((3, 8))
    start = np.concatenate([half, half], axis=1)
    schedule = Schedule("tied", 0.3, 1, **radii)
    move = TiedMove(start, schedule)
    ball = Ball(
        start, *(None if r is None else r / 4 for r in map(radii.get, ("radius_w", "radius_u")))
    )
    theta, expected = start.copy(), start.copy()
    for _ in range(5):
        g = rng.standard_normal(start.shape)
        expected = _mirrored(expected - 0.3 * g, start)
        ball.project(expected)
        out = np.empty_like(start)
        move(theta, g, out)
        theta = out
        np.testing.assert_allclose(theta, expected, atol=ROUNDING)


def test_a_step_goes_along_the_gradient_then_projects() -> None:
    rng = np.random.default_rng(2)
    start, g = rng.standard_normal((2, 3, 16))
    move = Move(start, Schedule("pgd", 0.1, 1, radius_w=0.2, radius_u=0.2))
    expected = start - 0.1 * g
    Ball(start, 0.05, 0.05).project(expected)
    out = np.empty_like(start)
    move(start, g.copy(), out)
    np.testing.assert_allclose(out, expected, atol=ROUNDING)
