"""Faults are said so that they can be mended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.errors import Fault, RequestError, shown, suggestion, wrong


def test_a_fault_names_its_place():
    assert str(Fault("alpha", "must be > 0")) == "alpha: must be > 0"
    assert str(Fault("", "must be > 0")) == "must be > 0"


def test_an_error_carries_all_faults():
    faults = [Fault("a", "one"), Fault("b", "two")]
    error = RequestError(iter(faults))
    assert error.faults == tuple(faults)
    assert str(error) == "a: one; b: two"
    assert isinstance(error, ValueError)


def test_wrong_is_a_single_fault():
    assert wrong("x", "is odd").faults == (Fault("x", "is odd"),)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.text())))
def test_what_was_given_is_shown_on_one_safe_line(value):
    text = shown(value)
    assert text.isprintable()
    assert len(text) <= 80


def test_text_is_quoted_and_numbers_are_not():
    assert shown("7") == "'7'"
    assert shown(7) == "7"


def test_a_long_value_says_how_long():
    assert shown("9" * 5000).endswith("(5002 characters)")


@pytest.mark.parametrize("value", [10**5000, -(10**5000)], ids=["+", "-"])
def test_an_integer_that_python_will_not_print_is_shown(value):
    text = shown(value)
    assert text.isprintable()
    assert len(text) <= 80


@pytest.mark.parametrize(
    ("name", "expected"),
    [("horizn", "did you mean 'horizon'?"), ("HORIZON", "did you mean 'horizon'?")],
)
def test_a_suggestion(name, expected):
    assert suggestion(name, ["horizon", "alpha"]) == expected


def test_no_suggestion_lists_what_there_is():
    assert suggestion("zzz", ["horizon", "alpha"]) == "known: horizon, alpha"
