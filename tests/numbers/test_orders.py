"""Orders of growth: what the largest term does."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rnnbound.numbers.polynomial_recurrence import iterate
from rnnbound.symbolic.growth_order_numbers import CONSTANT, CONTRACTION, GROWING, Order, Orders


def order(e, p, q):
    return Order((Fraction(e), Fraction(p), Fraction(q)))


def test_arithmetic():
    ns = Orders(0)
    x = GROWING
    assert x + 1 == 1 + x == x
    assert x * x == x**2 == order(0, 2, 0)
    assert 3 / x == order(0, -1, 0)
    assert ns.sqrt(x**3) == order(0, Fraction(3, 2), 0)
    assert ns.log(x**5) == order(0, 0, 1)
    assert ns.log(order(2, 0, 0)) == GROWING
    assert ns.log(CONSTANT) == ns.log(1 / x) == CONSTANT
    assert ns.maximum(x, ns.log(x)) == x
    assert ns.minimum(x, ns.log(x)) == ns.log(x)
    assert ns.number(0) * x + CONSTANT == CONSTANT
    assert x - 1 == x
    assert ns.exp(ns.pi) == CONSTANT
    with pytest.raises(NotImplementedError):
        ns.exp(x)


@pytest.mark.parametrize(
    ("rate", "sums"),
    [
        (-1, [order(0, 0, 0), order(0, 0, 0), order(0, 1, 0)]),
        (0, [order(0, 1, 0), order(0, 3, 0), order(0, 7, 0)]),
        (1, [order(1, 0, 0), order(2, 0, 0), order(4, 0, 0)]),
    ],
)
def test_recurrences(rate, sums):
    """μ_t, then y_t = r y + μ², then Σ y²: bounded, T^k and r^(kT)."""

    def step(state):
        mu, y, total = state
        return 1 + CONTRACTION * mu, CONTRACTION * y + mu**2, total + y**2

    ns = Orders(rate)
    assert list(iterate(ns, step, (ns.number(0),) * 3, GROWING - 1)) == sums
