"""What people may write for a number, and what they may not."""

from __future__ import annotations

import math
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.errors import shown
from rnnbound.numbers import number_reader

READERS = (number_reader.real, number_reader.integer, number_reader.count)
NEVER = (
    "nan", "NaN", "-nan", "inf", "-inf", "+Infinity", float("nan"), float("inf"), -math.inf,
    Decimal("nan"), Decimal("snan"), Decimal("-inf"), "", " ", "\t\n", "1__0", "_1", "1_", "1_.0",
    "1e", "e5", "1e_5", "1e1_0", ".", "+", "-", "--1", "+-1", "0x10", "0b1", "0o7", "１", "１2",
    "٣", "²", "1,000", "1 000", "1e5 x", "1/2", "5%", "True", "None", "1.2.3", "1j", "[1]", "1\x00",
    "1" * 10_001, "1e" + "9" * 19, True, False, None, [], {}, (), b"1", 1j, object(),
)  # fmt: skip


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("value", NEVER, ids=lambda value: repr(value)[:20])
def test_what_is_not_plainly_a_number_is_refused(read, value):
    with pytest.raises(ValueError, match=r"^(must be|is too)") as caught:
        read(value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1),
        (" 1 ", 1.0),
        ("\n2.5\t", 2.5),
        ("1_000_000", 1e6),
        ("1_0.2_5", 10.25),
        ("1e6", 1e6),
        ("1E+6", 1e6),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("-3", -3.0),
        ("0", 0.0),
        ("-0.0", 0.0),
        ("0e999", 0.0),
        ("1e308", 1e308),
        ("5e-324", 5e-324),
        (3, 3.0),
        (0.1, 0.1),
        (Decimal("0.25"), 0.25),
        ("1" + "0" * 300, 1e300),
    ],
)
def test_a_real_is_read(text, value):
    assert number_reader.real(text) == value


@pytest.mark.parametrize("value", ["1e400", "-1e400", "1.8e308", 10**400, Decimal("1e400")])
def test_a_real_that_overflows_is_refused(value):
    with pytest.raises(ValueError, match="overflows"):
        number_reader.real(value)


@pytest.mark.parametrize("value", ["1e-400", "-1e-400", "2e-324", Decimal("1e-999")])
def test_a_real_that_underflows_is_refused(value):
    with pytest.raises(ValueError, match="underflows"):
        number_reader.real(value)


@pytest.mark.parametrize("read", [number_reader.integer, number_reader.count])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1e6", 10**6),
        ("1_000", 1000),
        ("12.0", 12),
        ("1.5e1", 15),
        ("1200e-2", 12),
        (" 7 ", 7),
        (7.0, 7),
        (Decimal("1e3"), 1000),
        ("0", 0),
        ("-4", -4),
        ("1e299", 10**299),
        ("123456789012345678901", 123456789012345678901),
    ],
)
def test_an_integer_is_read_exactly(read, value, expected):
    found = read(value)
    assert found == expected
    assert type(found) is int


@pytest.mark.parametrize("read", [number_reader.integer, number_reader.count])
@pytest.mark.parametrize("value", ["1.5", 0.5, "1e-3", "1e-400", "1e-99999", Decimal("2.0001")])
def test_a_fraction_is_no_integer(read, value):
    with pytest.raises(ValueError, match="must be an integer"):
        read(value)


@pytest.mark.parametrize("value", ["1e309", "1e4000", "1e999999999999", 10**309, "1e17", "-1e400"])
def test_an_integer_must_be_below_the_largest_double(value):
    if value == "1e17":
        assert number_reader.integer(value) == 10**17
        assert number_reader.integer("1.7e308") == 17 * 10**307
        return
    with pytest.raises(ValueError, match="overflows"):
        number_reader.integer(value)


@pytest.mark.parametrize("value", ["1e99999999999999", "9e999999999999999999"])
def test_a_count_has_an_end(value):
    with pytest.raises(ValueError, match="overflows"):
        number_reader.count(value)


def test_a_count_of_hundreds_of_digits_is_exact():
    assert number_reader.count("1e299") == 10**299
    assert number_reader.count("1" * 300) == int("1" * 300)


def test_a_count_beyond_what_is_shown_becomes_a_decimal():
    found = number_reader.count("1e5000")
    assert isinstance(found, Decimal)
    assert found == Decimal("1e5000")


class Kind(IntEnum):
    """An integer by another name."""

    SEVEN = 7


class Metres(float):
    """A double by another name."""

    def __repr__(self) -> str:
        return f"{float(self)} m"


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (np.float64(0.1), 0.1),
        (np.float32(0.1), 0.10000000149011612),
        (np.float16(0.5), 0.5),
        (np.longdouble(0.25), 0.25),
        (np.array(0.1), 0.1),
        (np.array("0.1"), 0.1),
        (np.str_("0.1"), 0.1),
        (Metres(0.1), 0.1),
        (Fraction(1, 3), 1 / 3),
        (Fraction(10**400 + 1, 3 * 10**400), 1 / 3),
        (sp.Rational(1, 4), 0.25),
        (sp.Float(0.1), 0.1),
        (np.int64(7), 7.0),
    ],
    ids=repr,
)
def test_a_number_of_another_library_is_read(value, right):
    """A double is its shortest decimal; what has fewer digits is the double that it is."""
    found = number_reader.real(value)
    assert found == right
    assert type(found) is float


@pytest.mark.parametrize("read", [number_reader.integer, number_reader.count])
@pytest.mark.parametrize(
    "value",
    [
        np.int64(7),
        np.uint8(7),
        np.float64(7),
        np.array(7),
        Kind.SEVEN,
        Fraction(14, 2),
        sp.Integer(7),
    ],
    ids=repr,
)
def test_an_integer_of_another_library_is_read(read, value):
    assert read(value) == 7
    assert type(read(value)) is int


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "value",
    [
        np.bool_(True), np.array(True), np.array([1]), np.array([[1.0]]), np.array(None),
        np.float64("nan"), np.float32("inf"), np.complex128(1), np.datetime64("2020-01-01"), sp.I,
        10**10_001, Fraction(1, 10**10_001), Decimal("1" * 10_001),
    ],
    ids=lambda value: shown(value)[:20],
)  # fmt: skip
def test_what_is_no_number_of_another_library_either_is_refused(read, value):
    with pytest.raises(ValueError, match=r"^must be") as caught:
        read(value)
    assert len(str(caught.value)) < 200


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_double_is_read_back(x):
    assert number_reader.real(repr(x)) == x
    assert number_reader.real(x) == x


@given(st.integers(-(10**300), 10**300))
def test_every_integer_is_read_back(n):
    assert number_reader.integer(str(n)) == n
    assert number_reader.integer(f"{n:_}") == n
    assert number_reader.count(n) == n


@given(st.text(max_size=12))
def test_any_text_is_read_as_python_would_or_refused(text):
    try:
        found = number_reader.real(text)
    except ValueError:
        return
    assert text.isascii()
    assert found == float(text)
