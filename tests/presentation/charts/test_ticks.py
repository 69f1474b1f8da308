"""Axes are labelled with round values, whatever the range."""

from __future__ import annotations

import math

import pytest

from rnnbound.presentation.charts.chart import Axis
from rnnbound.presentation.charts.ticks import ticks

LINEAR, LOG = Axis("x"), Axis("x", log=True)


@pytest.mark.parametrize(
    ("axis", "low", "high", "labels"),
    [
        (LINEAR, 0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (LINEAR, -0.1, 2.05, ["0", "0.5", "1", "1.5", "2"]),
        (Axis("n", whole=True), 0.9, 3.1, ["1", "2", "3"]),
        (LOG, 0, 3, ["1", "10", "100", "1,000"]),
        (LOG, 3.5, 12.2, ["10⁴", "10⁶", "10⁸", "10¹⁰", "10¹²"]),
        (LOG, -6, -4, ["10⁻⁶", "10⁻⁵", "10⁻⁴"]),
        (LOG, 4000, 20500, ["10⁵⁰⁰⁰", "10¹⁰⁰⁰⁰", "10¹⁵⁰⁰⁰", "10²⁰⁰⁰⁰"]),
        (LOG, 9541.2, 9542.1, ["2·10⁹⁵⁴¹", "5·10⁹⁵⁴¹", "10⁹⁵⁴²"]),
        (LOG, 2.2, 3.4, ["200", "500", "1,000", "2,000"]),
    ],
)
def test_labels(axis: Axis, low: float, high: float, labels: list[str]) -> None:
    assert [text for _, text in ticks(axis, low, high, 6)] == labels


@pytest.mark.parametrize("low", [-320.3, -2.7, 0.0, 0.31, 4770.99])
@pytest.mark.parametrize("span", [0.05, 0.3, 1.1, 7.7, 48.0, 9541.0])
@pytest.mark.parametrize("most", [3, 6, 9])
def test_there_are_some_and_not_too_many_and_each_is_where_it_says(
    low: float, span: float, most: int
) -> None:
    found = ticks(LOG, low, low + span, most, ascii=True)
    assert 1 <= len(found) <= most + 1
    for place, text in found:
        assert low - 1e-6 <= place <= low + span + 1e-6
        mantissa, _, power = text.replace(",", "").partition("e")
        value = math.log10(float(mantissa)) + int(power or 0)
        assert place == pytest.approx(value, abs=1e-9)
