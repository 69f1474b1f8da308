"""Closed forms are what running the recurrence gives, for r = 1 too."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.numbers.polynomial_recurrence import iterate
from rnnbound.symbolic.sympy_numbers import SYMBOLS, Abbreviating

T = sp.Symbol("T", positive=True, integer=True)
R, P, A, S1 = sp.symbols("r p a sigma1", positive=True)
ratios = st.one_of(st.just(Fraction(1)), st.fractions(Fraction(1, 9), 3, max_denominator=20))


def quadratic(r, p):
    """Every resonance there is: x with itself, and sums over it."""

    def step(state):
        x, y, z = state
        return 1 + r * x, r * y + p * x**2, z + y**2 + x * y

    return step


START = (0, 1, 0)


def run(r, p, steps):
    state = tuple(map(Fraction, START))
    for _ in range(steps):
        state = quadratic(r, p)(state)
    return state


def exact(expression, **values):
    numbers = {s: sp.Rational(values[s.name]) for s in expression.free_symbols}
    found = expression.xreplace(numbers)
    return Fraction(int(found.p), int(found.q))


@pytest.fixture(scope="module")
def closed():
    return iterate(SYMBOLS, quadratic(R, P), tuple(map(sp.Integer, START)), T)


@given(ratios, st.fractions(0, 3, max_denominator=7), st.integers(1, 12))
def test_the_closed_form_is_the_run(closed, r, p, steps):
    found = [exact(x, r=r, p=p, T=steps) for x in closed]
    assert found == list(run(r, p, steps))


@given(ratios, st.integers(2, 9))
def test_a_shift_of_the_steps_is_written_in_the_symbol(r, steps):
    shifted = iterate(SYMBOLS, quadratic(R, 2), tuple(map(sp.Integer, START)), T - 1)
    assert not any(power.exp.has(T - 1) for x in shifted for power in x.atoms(sp.Pow))
    assert [exact(x, r=r, T=steps) for x in shifted] == list(run(r, 2, steps - 1))


def test_r_may_be_a_product_or_a_number():
    start = tuple(map(sp.Integer, START))
    product = iterate(SYMBOLS, quadratic(A * S1, S1), start, T)
    assert [exact(x, a="1/3", sigma1=2, T=6) for x in product] == list(run(Fraction(2, 3), 2, 6))
    assert [exact(x, a="1/2", sigma1=2, T=6) for x in product] == list(run(1, 2, 6))
    for number in (Fraction(1), Fraction(2, 5)):
        r = sp.Rational(number.numerator, number.denominator)
        found = iterate(SYMBOLS, quadratic(r, 1), start, T)
        assert not any(x.has(sp.Piecewise) for x in found)
        assert [exact(x, T=7) for x in found] == list(run(number, 1, 7))


def test_abbreviations_stand_for_their_meanings(closed):
    system = Abbreviating()
    short = iterate(system, quadratic(R, P), tuple(map(sp.Integer, START)), T)
    assert system.meanings
    for brief, long in zip(short, closed, strict=True):
        whole = brief.xreplace(system.meanings)
        for r in ("1", "1/2", "3"):
            at = {"r": r, "p": "2/7", "T": 5}
            assert exact(whole, **at) == exact(long, **at)


def test_evolve_is_the_matrix_power():
    matrix = [[1, 0, 0], [1, R, 0], [2, 3, R**2]]
    final = SYMBOLS.evolve(matrix, T, [1, 0, 5])
    for r in (sp.Integer(1), sp.Rational(3, 4)):
        power = sp.Matrix(matrix).subs(R, r) ** 6 * sp.Matrix([1, 0, 5])
        assert [x.subs({R: r, T: 6}) for x in final] == list(power)


def test_few_steps_are_run_and_a_strange_diagonal_is_refused():
    assert iterate(SYMBOLS, quadratic(R, 1), (0, 0, 0), 2)[0] == R + 1
    with pytest.raises(NotImplementedError, match="powers of one number"):
        SYMBOLS.evolve([[R, 0], [1, P]], T, [1, 1])


def test_numbers_are_exact():
    assert SYMBOLS.number(0.1) == sp.Rational(1, 10)
    assert SYMBOLS.number(Decimal("1e-30")) == sp.Rational(1, 10**30)
    assert SYMBOLS.number(10**40) == sp.Integer(10) ** 40
    assert SYMBOLS.exp(SYMBOLS.log(A)) == A
    assert SYMBOLS.sqrt(A**2) == A
    assert SYMBOLS.maximum(A, SYMBOLS.pi).has(sp.Max)
    assert SYMBOLS.minimum(sp.Integer(2), SYMBOLS.pi) == 2
