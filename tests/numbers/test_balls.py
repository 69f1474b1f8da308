"""Balls: literals mean what they print, precision is local, accuracy is delivered."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from rnnbound.numbers.balls import (
    ACCURATE_BITS,
    BALLS,
    UndecidedError,
    accurate,
    precision,
    precisions,
)
from rnnbound.numbers.decimals import nearest

positive = st.floats(1e-300, 1e300)


@given(st.floats(-1e300, 1e300, allow_subnormal=False))
def test_a_double_means_its_shortest_decimal(x):
    with precision(300):
        exact = BALLS.number(Decimal(repr(x)))
        assert BALLS.number(x).overlaps(exact)


def test_one_tenth_is_one_tenth():
    with precision(500):
        assert (10 * BALLS.number(0.1)).contains(arb(1))
        assert not (10 * arb(0.1)).contains(arb(1))


@pytest.mark.parametrize("value", [0, 1, -7, 10**50, 2**200])
def test_an_integer_is_exact(value):
    with precision(300):
        assert BALLS.number(value) == value
        assert BALLS.number(value).is_exact()


@given(positive, positive)
def test_functions_agree_with_mpmath(x, y):
    with precision(200), mp.workdps(60):
        a, b = BALLS.number(x), BALLS.number(y)
        pairs = [
            (BALLS.sqrt(a), mp.sqrt(mp.mpf(repr(x)))),
            (BALLS.log(a), mp.log(mp.mpf(repr(x)))),
            (BALLS.exp(-a / (a + 1)), mp.exp(-mp.mpf(repr(x)) / (mp.mpf(repr(x)) + 1))),
            (BALLS.maximum(a, b), max(mp.mpf(repr(x)), mp.mpf(repr(y)))),
            (BALLS.minimum(a, b), min(mp.mpf(repr(x)), mp.mpf(repr(y)))),
            (BALLS.pi, +mp.pi),
        ]
        for ball, exact in pairs:
            middle = mp.mpf(nearest(ball, 55).to_eng_string())
            assert abs(middle - exact) <= mp.mpf(10) ** -50 * max(1, abs(exact))


def _fails_at(bits: int) -> None:
    with precision(bits):
        raise KeyError(ctx.prec)


def test_precision_is_restored_even_after_an_error():
    before = ctx.prec
    with pytest.raises(KeyError, match="777"):
        _fails_at(777)
    assert ctx.prec == before


def test_precisions_double_and_end_in_an_error():
    found = []
    with pytest.raises(UndecidedError):
        found.extend(iter(precisions(100)))
    ladder = precisions(100)
    assert [next(ladder) for _ in range(3)] == [100, 200, 400]


def test_accurate_raises_the_precision_until_the_value_is_pinned_down():
    with precision(2000):
        offset = arb(2) ** -900

    def cancelling() -> arb:
        return (1 + offset) - 1

    found = accurate(cancelling, lambda x: [x], 64)
    assert found.rel_accuracy_bits() >= ACCURATE_BITS
    assert found.overlaps(offset)


def test_accurate_takes_an_exact_zero():
    assert accurate(lambda: arb(0), lambda x: [x], 64) == 0


@given(st.integers(0, 2000), st.floats(0.01, 3), st.floats(0.01, 3))
def test_evolve_is_the_matrix_power(steps, p, q):
    with precision(300):
        a, b = BALLS.number(p), BALLS.number(q)
        matrix = [[a, arb(0)], [arb(1), b]]
        x, y = BALLS.evolve(matrix, steps, [arb(1), arb(2)])
        u, v = arb(1), arb(2)
        for _ in range(steps):
            u, v = a * u, u + b * v
        assert x.overlaps(u)
        assert y.overlaps(v)
        assert y.rel_accuracy_bits() > 200


@pytest.mark.parametrize("steps", [2**62 - 1, 2**62, 2**63 + 5, 2**64 + 1, 10**30, 2**124 + 3])
def test_evolve_takes_exponents_beyond_a_machine_word(steps):
    with precision(400):
        one, half = arb(1), arb(1) / 2
        assert BALLS.evolve([[one, arb(0)], [one, one]], steps, [one, arb(0)])[1] == steps
        limit = BALLS.evolve([[one, arb(0)], [one, half]], steps, [one, arb(0)])[1]
        assert limit.overlaps(arb(2))
