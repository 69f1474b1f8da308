"""Projected stochastic gradient descent; version 1 of the paper has no such statement.

Corrected: the right-hand side of Theorem 1 bounds ``min_s E R(Θ(s))`` with the same step
(:class:`rnnbound.theory.projected_descent.Theorem1SGD` with the corrected constants).

The expectation is over the mini-batches: each is drawn independently of the past, its members
uniform on the samples, so that E‖G‖² ≤ S R for any size of batch (Aggregation lemma, part 5).  A
single run may end above the bound; passes over a shuffled file are not covered.
"""

from __future__ import annotations

from rnnbound.numbers.system import Number
from rnnbound.theory.projected_descent import Drift
from rnnbound.theory.sharp_constants import SharpConstants


class SharpSGD(Drift):
    """Sharp SGD: ``min_s E R(Θ(s)) ≤ (1/τ)Σ_s E R(Θ(s)) ≤ (‖ν‖√(S/τ) + K_D/√m)²``."""

    statement = "Sharp SGD"
    expectation = "sampling"

    def K(self, c: SharpConstants, m: Number) -> Number:
        return c.K_D(m)
