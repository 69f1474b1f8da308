"""Requests are read once, and all their faults come at once."""

from __future__ import annotations

import pytest

from rnnbound import RequestError
from rnnbound.planning.request_reader import (
    even_width,
    headline,
    positive,
    positive_count,
    read_request,
    read_variants,
    read_width,
)


@pytest.mark.parametrize(("value", "read"), [(2, 2), ("1e6", 10**6), ("1_000", 1000), (4.0, 4)])
def test_an_even_width_is_read(value, read):
    assert even_width(value) == read


@pytest.mark.parametrize("value", [0, -2, 1.5, "x", None, True, "nan", "inf", "1e-400"])
def test_what_is_no_width_is_refused(value):
    with pytest.raises(ValueError, match=r"^must|^is too"):
        even_width(value)


def test_an_odd_width_gets_a_suggestion():
    with pytest.raises(ValueError, match="try 1000"):
        even_width(999)
    with pytest.raises(ValueError, match="must be even"):
        even_width(10**20 + 1)


@pytest.mark.parametrize("value", [0, -1, "0", "-1e-300", "nan"])
def test_positive_means_above_zero(value):
    with pytest.raises(ValueError, match="must be"):
        positive(value)
    with pytest.raises(ValueError, match="must be"):
        positive_count(value)


def test_all_faults_at_once():
    with pytest.raises(RequestError) as caught:
        read_request(
            method="x", variant="y", epsilon=0, width=1, iterations=0, max_width="a",
            max_iterations=-1,
        )  # fmt: skip
    assert [fault.where for fault in caught.value.faults] == [
        "method",
        "variant",
        "epsilon",
        "width",
        "iterations",
        "max_width",
        "max_iterations",
    ]
    assert all("given: " in fault.message for fault in caught.value.faults)


@pytest.mark.parametrize("given", [{"method": None}, {"method": 3}, {"variant": None}])
def test_a_choice_is_a_name(given):
    with pytest.raises(RequestError):
        read_request(**({"method": "pgd", "variant": "all"} | given))


@pytest.mark.parametrize("huge", [10**5000, 10**5000 + 1], ids=["even", "odd"])
def test_an_integer_beyond_what_python_prints(huge):
    """As an odd width, a zero-one probability or a target it is refused like any other."""
    with pytest.raises(RequestError) as caught:
        read_request(method="pgd", variant="all", epsilon=huge, max_width=-huge)
    assert [fault.where for fault in caught.value.faults] == ["epsilon", "max_width"]


def test_variants_and_headline():
    assert read_variants("all")[:3] == ("printed", "corrected", "sharp")
    assert read_variants("printed") == ("printed",)
    assert headline(("printed", "corrected", "sharp")) == "sharp"
    assert headline(("printed",)) == "printed"


def test_a_width_or_a_weight_bound_and_not_both():
    assert read_width(4) == (4, None)
    assert read_width(None, "0.5") == (None, 0.5)
    with pytest.raises(RequestError, match="instead of width"):
        read_width(4, 0.5)
