"""The table of activations."""

from __future__ import annotations

import pytest
from mpmath import mp, mpf

from rnnbound import RequestError, activations
from tests import naive
from tests.scenarios import ACTIVATIONS
from tests.tolerances import DOUBLE


def test_the_table():
    rows = activations()
    assert tuple(row.name for row in rows) == ACTIVATIONS
    with mp.workdps(40):
        for row in rows:
            for value, exact in zip(
                (row.sigma0, row.sigma1, row.sigma2), naive.sigmas(row.name), strict=True
            ):
                assert abs(mpf(value) / exact - 1) <= DOUBLE
            assert abs(row.cutoff * naive.sigmas(row.name)[1] - 1) <= DOUBLE


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_one_row(name):
    (row,) = activations(name.upper())
    assert row.name == name


@pytest.mark.parametrize(("name", "said"), [("relu", "σ0"), ("tahn", "did you mean 'tanh'")])
def test_an_unknown_name(name, said):
    with pytest.raises(RequestError, match=said):
        activations(name)
