"""Orders of growth: the paper's headline and ours, derived and met by plans."""

from __future__ import annotations

import pytest

from rnnbound.planning.growth import growth

#: A logarithm of the largest double is only 700: what is added to it still shows.
FITTED = 0.05


@pytest.fixture(scope="module")
def rows():
    return growth()


def test_every_derived_order_is_met_by_the_planner(rows):
    assert len(rows) == 96
    for row in rows:
        assert row.fitted == pytest.approx(row.derived, abs=FITTED), row


def law(rows, quantity, method, variant, parameter, regime="short"):
    (found,) = (
        row.law
        for row in rows
        if (row.quantity, row.method, row.variant) == (quantity, method, variant)
        and (row.parameter, row.regime) == (parameter, regime)
    )
    return found


def test_headlines(rows):
    for variant in ("printed", "corrected"):
        for quantity in ("m", "tau"):
            assert law(rows, quantity, "pgd", variant, "epsilon") == "1/ε^2"
            assert law(rows, quantity, "gd", variant, "epsilon") == "1/ε^3"
        assert law(rows, "m", "pgd", variant, "n") == "log n"
        assert "r^(" in law(rows, "m", "pgd", variant, "T", "long")
        assert "r" not in law(rows, "m", "pgd", variant, "T", "critical")
    for method in ("pgd", "gd"):
        for quantity in ("m", "tau"):
            assert law(rows, quantity, method, "sharp", "epsilon") == "1/ε"
            assert law(rows, quantity, method, "sharp", "n") == "does not"
            assert law(rows, quantity, method, "sharp", "d") == "does not"
