"""Scaling: within the unit ball, R(0) = 1, and back to the data."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnbound import Dataset, RequestError, read_dataset

#: Rounding of a subtraction, a division, a product and a sum, relative to the largest value.
UNDONE = 1e-14

magnitudes = st.sampled_from([1e-120, 1e-3, 1.0, 1e7, 1e120])
thousandths = st.integers(-1000, 1000).map(lambda k: k / 1000)
tables = arrays(np.float64, st.tuples(st.integers(5, 12), st.just(3)), elements=thousandths)


def from_rows(folder: Path, rows: object, **options: object) -> Dataset:
    path = folder / "a.npy"
    np.save(path, np.asarray(rows))
    return read_dataset(path, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scaling")


@given(tables, magnitudes, st.booleans(), st.integers(0, 2))
def test_undoing_the_scaling_gives_the_data_back(
    folder: Path, rows: np.ndarray, size: float, bias: bool, lead: int
) -> None:
    rows = rows * [size, 1.0, 1 / size] + [size, 0.0, 3.0]
    try:
        found = from_rows(folder, rows, window=2, target=3, inputs="1,2", lead=lead, bias=bias)
    except RequestError as error:
        assert "constant" in str(error)  # noqa: PT017
        assume(False)
    X = np.array([rows[s : s + 2, :2] for s in range(len(rows) - 1 - lead)])
    Y = np.array([rows[s + lead : s + lead + 2, 2] for s in range(len(rows) - 1 - lead)])
    largest = np.abs(rows).max(axis=0)
    back, targets = found.scaling.inputs(found.X), found.scaling.targets(found.Y)
    assert (np.abs(back - X) <= UNDONE * largest[:2]).all()
    assert (np.abs(targets - Y) <= UNDONE * largest[2]).all()
    np.testing.assert_array_equal(found.scaling.scale_inputs(X), found.X)
    np.testing.assert_array_equal(found.scaling.scale_targets(Y), found.Y)
    exact = max(sum(Fraction(float(x)) ** 2 for x in row) for row in found.X.reshape(-1, found.dim))
    assert 1 - 1e-13 <= exact <= 1
    assert found.initial_risk == pytest.approx(1, rel=1e-12)


@given(arrays(np.float64, 8, elements=thousandths))
def test_one_channel_reaches_1_exactly(folder: Path, series: np.ndarray) -> None:
    try:
        found = from_rows(folder, series, window=3, bias=False)
    except RequestError as error:
        assert "constant" in str(error)  # noqa: PT017
        assume(False)
    assert np.abs(found.X).max() == 1


def test_risks_in_the_units_of_the_target(folder: Path) -> None:
    rows = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0])
    found = from_rows(folder, rows, window=2)
    scaling = found.scaling
    deviation = np.array([rows[s + 1 : s + 3] for s in range(4)]) - rows.mean()
    risk = (deviation**2).sum() / 4
    assert scaling.risk(found.initial_risk) == pytest.approx(risk)
    assert scaling.error(found.initial_risk, 2) == pytest.approx(np.sqrt(risk / 2))
    assert scaling.targets(0.0) == rows.mean()


def test_other_units_are_the_same_data(folder: Path) -> None:
    rows = np.random.default_rng(1).normal(size=(20, 2))
    first = from_rows(folder, rows, window=3, target=1, inputs="1,2")
    other = from_rows(folder, rows * [1000, 0.01] + [273, -5], window=3, target=1, inputs="1,2")
    np.testing.assert_allclose(first.X, other.X, atol=1e-12)
    np.testing.assert_allclose(first.Y, other.Y, atol=1e-12)


def test_the_arrays_cannot_be_changed(folder: Path) -> None:
    found = from_rows(folder, [1.0, 2.0, 4.0], window=1)
    with pytest.raises(ValueError, match="read-only"):
        found.X[0, 0, 0] = 2
    with pytest.raises(ValueError, match="read-only"):
        found.Y[0, 0] = 2


def test_the_same_inputs_in_all_windows(folder: Path) -> None:
    rows = np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 4.0], [1.0, 3.0], [-1.0, 3.0]])
    options = {"target": 2, "inputs": "1", "lead": 0, "window": 3, "stride": 3, "bias": False}
    with pytest.raises(RequestError, match="has the same inputs in all windows"):
        from_rows(folder, rows, **options)
