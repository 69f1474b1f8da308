"""Lemma 2 (arXiv:2402.12241v1): Λ and γ, the constants of Γ_t = W_ii H_t^i + ⟨U_i, X_t⟩.

Λ bounds the gradient of the pre-activation and γ its Hessian.  Γ is a product of weights and
state, so its Hessian has the cross term ∂W ⊗ ∂H twice: once for each order of the two.
"""

from __future__ import annotations

from rnnbound.numbers.system import Number
from rnnbound.theory.state_smoothness import Lemma1


def Lambda(lemma1: Lemma1) -> Number:
    """Λ = √2 (σ0 + 1 + aL), the Lipschitz constant of the pre-activation.

    As printed it is larger than needed (erratum 11), which harms nobody: it is kept.
    """
    q = lemma1.q
    return q.ns.sqrt(q.ns.number(2)) * (q.sigma0 + 1 + lemma1.a * lemma1.L)


def gamma_printed(lemma1: Lemma1) -> Number:
    """γ = √2 (L + aβ), which counts the cross term of the Hessian once (erratum 3)."""
    return lemma1.q.ns.sqrt(lemma1.q.ns.number(2)) * (lemma1.L + lemma1.a * lemma1.beta)


def gamma_corrected(lemma1: Lemma1) -> Number:
    """γ = 2L + aβ, the smoothness of the pre-activation."""
    return 2 * lemma1.L + lemma1.a * lemma1.beta
