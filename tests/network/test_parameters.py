"""The symmetric initialisation."""

from __future__ import annotations

import numpy as np
import pytest

from rnnbound.network import initialise


def test_initialisation_is_symmetric() -> None:
    net = initialise(1000, 3, 0.4, 7)
    assert (net.width, net.dim, net.dtype) == (1000, 3, np.float64)
    np.testing.assert_array_equal(net.w[:500], net.w[500:])
    np.testing.assert_array_equal(net.u[:500], net.u[500:])
    np.testing.assert_array_equal(net.c[:500], -net.c[500:])
    assert set(net.c) == {-1.0, 1.0}
    assert set(net.w) == {-0.4, 0.4}


def test_initialisation_has_the_right_moments() -> None:
    """Five standard deviations of the mean of 50,000 independent draws are 5/√50000 = 0.022."""
    net = initialise(100_000, 2, 1.0, 1)
    half = slice(50_000)
    for sample in (net.c[half], net.w[half], net.u[half, 0], net.c[half] * net.w[half]):
        assert abs(sample.mean()) < 0.023
    # The variance of a squared standard normal variable is 2.
    assert abs((net.u[half] ** 2).mean() - 1) < 0.023
    assert abs((net.u[half, 0] * net.u[half, 1]).mean()) < 0.023


def test_seeds_decide() -> None:
    first, again, other = initialise(64, 2, 1, 3), initialise(64, 2, 1, 3), initialise(64, 2, 1, 4)
    np.testing.assert_array_equal(first.u, again.u)
    assert not np.array_equal(first.u, other.u)


def test_float32_is_float64_rounded() -> None:
    single, double = initialise(64, 2, 0.3, 3, dtype="float32"), initialise(64, 2, 0.3, 3)
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single.u, double.u.astype(np.float32))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((7, 1, 0.5, 0), "width must be even"),
        ((0, 1, 0.5, 0), "width must be an integer ≥ 2"),
        ((8.0, 1, 0.5, 0), "width must be an integer ≥ 2"),
        ((8, 0, 0.5, 0), "dim must be an integer ≥ 1"),
        ((8, 1, 0.0, 0), "alpha must be a finite number > 0"),
        ((8, 1, float("nan"), 0), "alpha must be a finite number > 0"),
        ((8, 1, "x", 0), "alpha must be a finite number > 0"),
        ((8, 1, 0.5, -1), "seed must be an integer ≥ 0"),
    ],
)
def test_wrong_arguments_are_named(arguments: tuple[int, int, float, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        initialise(*arguments)


@pytest.mark.parametrize("dtype", ["float16", "int64", "nonsense"])
def test_other_dtypes_are_refused(dtype: str) -> None:
    with pytest.raises(ValueError, match="dtype must be float64 or float32"):
        initialise(8, 1, 0.5, 0, dtype=dtype)
