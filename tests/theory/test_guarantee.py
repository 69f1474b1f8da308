"""How terms make a bound, and what variants there are."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from rnnbound.theory.guarantee import TRUSTED, VARIANTS, WHY_NOT, RiskBound
from rnnbound.theory.methods import METHODS

terms = st.dictionaries(
    st.sampled_from(["approximation", "linearization", "more"]), st.fractions(0, 9), min_size=1
)


@given(terms, st.fractions(0, 9))
def test_terms_add_up_to_what_combine_says(rest, optimization):
    parts = {"optimization": optimization, **rest}
    total = sum(parts.values(), Fraction(0))
    for combine, risk in (("sum", total), ("squared-sum", total**2)):
        bound = RiskBound(parts, combine, Fraction(1))
        assert bound.total == total
        assert bound.rest == total - optimization
        assert bound.risk == risk


def test_only_printed_is_not_trusted_and_the_reason_is_given():
    assert VARIANTS[:3] == ("printed", "corrected", "sharp")
    untrusted = {name for name, trusted in TRUSTED.items() if not trusted}
    assert untrusted == {"printed"} == set(WHY_NOT)


def test_the_methods_of_the_contract():
    assert {"pgd", "pgd-average", "sgd", "gd"} <= set(METHODS)
