"""σ and σ' on arrays against mpmath."""

from __future__ import annotations

from functools import partial

import mpmath as mp
import numpy as np
import pytest

from rnnbound.activations.erf_on_arrays import erf
from rnnbound.activations.lookup import array_kernel, resolve
from tests.network.duals import FORMULAS, sigma

POINTS = np.concatenate([np.linspace(-9, 9, 181), [0.0, 1e-9, -1e-5, 1.0, -1.0, 6.0, 40.0, -40.0]])
#: Three units in the last place of numbers of size 1, and of slopes up to 1.13.
ABSOLUTE = 7e-16
#: erf: a rounding of each of the last operations of a polynomial, of e^{−z²} and of the product.
ERF_RELATIVE = 6e-16

NAMES = list(FORMULAS)


@pytest.mark.parametrize(
    ("dtype", "long"), [(np.float64, False), (np.float64, True), (np.float32, False)]
)
@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes(name: str, dtype: type, long: bool) -> None:
    value, slope = sigma(name)
    found = array_kernel(name, long=long)
    rounding = np.finfo(dtype).eps / np.finfo(float).eps
    z = POINTS.astype(dtype)
    with mp.workdps(30):
        expected = [float(value(mp.mpf(float(x)))) for x in z]
        derivative = [float(slope(mp.mpf(float(x)))) for x in z]
    close = partial(np.testing.assert_allclose, rtol=0, atol=ABSOLUTE * rounding)
    h = found.inner * z
    slopes, alone = np.empty_like(h), h.copy()
    with np.errstate(over="ignore"):
        found.both(h, slopes)
        found.value(alone)
    factor = found.inner * found.outer
    close(found.outer * h, expected)
    close(found.outer * alone, expected)
    close(factor * slopes, derivative)
    if found.slope is not None:
        found.slope(h, h)
        close(factor * h, derivative)


def test_erf_is_accurate_relative_to_itself() -> None:
    z = np.concatenate([np.linspace(-7, 7, 2001), np.geomspace(1e-300, 1, 200), [np.inf, -np.inf]])
    with mp.workdps(30):
        expected = np.array([float(mp.erf(mp.mpf(x))) for x in z])
    found = erf(z, np.exp(-z * z))
    np.testing.assert_allclose(found, expected, rtol=ERF_RELATIVE, atol=0)
    assert np.abs(found).max() <= 1
    np.testing.assert_array_equal(erf(-z, np.exp(-z * z)), -found)


def test_formulas_work_on_any_shape_and_dtype() -> None:
    found = array_kernel("sin(2*z)*exp(-z**2)")
    z = np.linspace(-2, 2, 9, dtype=np.float32).reshape(3, 3)
    expected, slopes = np.sin(2 * z) * np.exp(-(z**2)), np.empty_like(z)
    found.both(z, slopes)
    np.testing.assert_allclose(z, expected, atol=1e-6)
    assert slopes[1, 1] == 2


def test_an_activation_object_will_do() -> None:
    assert array_kernel(resolve("tanh")) is array_kernel("tanh")


@pytest.mark.parametrize("name", ["relu", "tnah", "z**2", "__import__('os')"])
def test_others_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"^activation "):
        array_kernel(name)
