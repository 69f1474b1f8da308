"""Orders of growth: the paper's headline and ours, derived and met by plans."""

from __future__ import annotations

from itertools import product

import pytest

from rnnbound.symbolic import growth as planning
from rnnbound.symbolic.growth import growth

#: A logarithm of the largest double is only 700: what is added to it still shows.
FITTED = 0.05
VARIANTS = ("printed", "corrected", "sharp")
METHODS = ("pgd", "gd")
QUANTITIES = ("m", "tau")


@pytest.fixture(scope="module", params=VARIANTS)
def rows(request):
    """One variant alone: each takes seconds, since 32 plans far out are made."""
    return growth(request.param)


def test_every_derived_order_is_met_by_the_planner(rows):
    assert len(rows) == 32
    for row in rows:
        assert row.fitted == pytest.approx(row.derived, abs=FITTED), row


def law(rows, quantity, method, parameter, regime="short"):
    (found,) = (
        row.law
        for row in rows
        if (row.quantity, row.method) == (quantity, method)
        and (row.parameter, row.regime) == (parameter, regime)
    )
    return found


def test_headlines(rows):
    sharp = {row.variant for row in rows} == {"sharp"}
    for quantity, method in product(QUANTITIES, METHODS):
        paper = "1/ε^2" if method == "pgd" else "1/ε^3"
        assert law(rows, quantity, method, "epsilon") == ("1/ε" if sharp else paper)
        if sharp:
            assert law(rows, quantity, method, "n") == "does not"
            assert law(rows, quantity, method, "d") == "does not"
    if not sharp:
        assert law(rows, "m", "pgd", "n") == "log n"
        assert "r^(" in law(rows, "m", "pgd", "T", "long")
        assert "r" not in law(rows, "m", "pgd", "T", "critical")


def test_all_variants_are_those_with_formulas(monkeypatch):
    axes = planning._axes()[:1]
    monkeypatch.setattr(planning, "_axes", lambda: axes)
    assert {row.variant for row in growth()} == set(VARIANTS)
