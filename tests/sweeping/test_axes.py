"""What --over understands, and how it refuses the rest."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnbound import RequestError
from rnnbound.sweeping.axes import read_axes


def values(text: object) -> list[object]:
    (axis,) = read_axes([text] if isinstance(text, str) else text)
    return [axis.values[i] for i in range(len(axis.values))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("horizon=1:4", [1, 2, 3, 4]),
        ("horizon=5:5", [5]),
        ("horizon=10:1:-4", [10, 6, 2]),
        ("alpha=0.1:0.3:0.05", [0.1, 0.15, 0.2, 0.25, 0.3]),
        ("alpha=0.1:0.32:0.1", [0.1, 0.2, 0.3]),
        ("alpha=1:0.7:-.1", [1.0, 0.9, 0.8, 0.7]),
        ("epsilon=1e-4:1:log5", [1e-4, 1e-3, 1e-2, 0.1, 1.0]),
        ("epsilon=1:1e-2:log3", [1.0, 0.1, 0.01]),
        ("alpha=0.1:0.5:lin5", [0.1, 0.2, 0.3, 0.4, 0.5]),
        ("horizon=1:1000:log7", [1, 3, 10, 32, 100, 316, 1000]),
        ("horizon=1:4:log9", [1, 2, 3, 4]),
        ("width=100:106", [100, 102, 104, 106]),
        ("width=10:1000:log5", [10, 32, 100, 316, 1000]),
        ("iterations=1:3,10,1e6", [1, 2, 3, 10, 10**6]),
        ("activation=tanh,sin(z)*cos(z)/(2,", None),
        ("activation=tanh,erf", ["tanh", "erf"]),
        ("method=pgd,tied", ["pgd", "tied"]),
        ("rho-w=1,2", [1.0, 2.0]),
        ({"alpha": np.array([0.5, 1.0])}, [0.5, 1.0]),
        ({"horizon": range(2, 5)}, [2, 3, 4]),
        ({"epsilon": "0.1:0.3:0.1"}, [0.1, 0.2, 0.3]),
    ],
)
def test_values_are_what_a_person_means(text: object, expected: list[object] | None) -> None:
    if expected is None:
        with pytest.raises(RequestError):
            values(text)
        return
    assert values(text) == expected
    assert list(map(type, values(text))) == list(map(type, expected))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("horizon", "NAME=VALUES"),
        ("horizn=1:3", "did you mean 'horizon'"),
        ("horizon=", "empty value"),
        ("horizon=1,,2", "empty value"),
        ("horizon=1:2:3:4", "no such range"),
        ("horizon=1:", "no such range"),
        ("horizon=1:5:0", "step of zero"),
        ("horizon=5:1", "goes down"),
        ("horizon=1:5:-1", "goes up"),
        ("horizon=1:5:0.5", "integers only"),
        ("horizon=0:5", "integer ≥ 1"),
        ("alpha=0:1:log5", "> 0"),
        ("nu_w=0:1:log5", "only above zero"),
        ("alpha=1:2:log1", "two values"),
        ("alpha=1:1:log3", "the same"),
        ("alpha=1:2:log0", "from 1 to"),
        ("alpha=1:2:logs", "write values as"),
        ("alpha=.5,0.5", "0.5 twice"),
        ("alpha=nan", "finite"),
        ("delta=0.5:1.5:0.5", "(0, 1)"),
        ("width=3:9", "even"),
        ("width=2:10:1", "even step"),
        ("horizon=1:1e12", "more than"),
        ("method=pgd,tyed", "did you mean 'tied'"),
        ("variant=all", "is no variant"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(RequestError) as raised:
        read_axes([text])
    (fault,) = raised.value.faults
    assert fault.where == "over"
    assert said in fault.message


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(RequestError) as raised:
        read_axes(["alpha=1:2", "alpha=3", "horizn=1", "epsilon=-1"])
    assert len(raised.value.faults) == 3


@given(st.integers(0, 400), st.integers(1, 400), st.integers(1, 3))
def test_a_range_of_decimals_holds_decimals(start: int, count: int, step: int) -> None:
    text = f"nu_w={start / 100}:{(start + step * count) / 100}:{step / 100}"
    assert values(text) == [(start + step * i) / 100 for i in range(count + 1)]


def test_a_long_range_takes_no_room() -> None:
    (axis,) = read_axes(["epsilon=0.001:1e5:0.001"])
    assert len(axis.values) == 10**8
    assert axis.values[123_456] == 123.457


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ("horizon=1:1e10000000000000", "overflows"),
        ("width=2:1e10000000000000", "1.8e308"),
        ("width=2:1e2000000:log5", "1.8e308"),
        ("iterations=1:1e2000000:1e1999999", "1.8e308"),
        ("alpha=0.1:1:1e-99999999999", "underflows"),
        ("alpha=0.1:1:1e999999999999999999", "overflows"),
        ("alpha=1:2:1e-12", "1,000,000,000 values"),
        ("alpha=1:1.0000000000000009:1e-16", "doubles do not show"),
        ("epsilon=1e-4:1:log10000000000000", "1,000,000 values"),
        ("epsilon=1e-4:1:lin" + "9" * 5000, "1,000,000 values"),
        ("horizon=1:5:" + "1" * 20_000, "step"),
        ("horizon=" + "9" * 20_000, "10,000 characters"),
        ("method=" + "x" * 100_000, "no method"),
        ("x" * 100_000 + "=1", "cannot be swept"),
        ({"alpha": count(1)}, "1,000,000 values"),
        ({"horizon": range(1, 10**12)}, "1,000,000 values"),
        ({"alpha": [np.bool_(True)]}, "boolean"),
        ({5: "1:2"}, "cannot be swept"),
        (5, "NAME=VALUES"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_gone_through_is_refused_at_once_and_shortly(
    over: object, said: str
) -> None:
    with pytest.raises(RequestError) as caught:
        read_axes(over)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("name", ["horizon", "width"])
def test_a_range_goes_as_far_as_doubles(name: str) -> None:
    *_, last = values(f"{name}=2:1e308:log5")
    assert last == 10**308
    assert values(f"{name}=2:{2 + 2 * 10**300}:1e300")[1:] == [2 + 10**300, 2 + 2 * 10**300]


def test_counts_beyond_doubles_may_be_listed() -> None:
    assert values("width=1e400,1e500") == [Decimal("1e400"), Decimal("1e500")]


def test_values_at_equal_ratios_are_what_one_exponential_each_gives() -> None:
    ratio = Decimal(10).ln() * 3 / 998
    for i, x in enumerate(values("epsilon=0.001:1:log999")):
        assert x == pytest.approx(float(Decimal("0.001") * (ratio * i).exp()), rel=1e-15)
