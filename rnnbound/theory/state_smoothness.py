"""Lemma 1 (arXiv:2402.12241v1): Lipschitz and smoothness constants of the hidden state.

L bounds the gradient of Θ_i ↦ H_t^i and β its Hessian when |W_ii| ≤ a, for all t ≤ T and inputs of
norm at most 1.  Printed and corrected versions share one shape; each repaired slip is one
overridden method (errata 1 and 2, docs/theory.md, sections 4.1 and 4.2).

β is put together from the blocks of the Hessian, d×d in U, 1×1 in W and 2·(d×1) mixed, entry by
entry; hence its factors d and √d, which the sharp lemma does without.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

from rnnbound.numbers.system import Number
from rnnbound.scenario.memory import contraction
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.theory.geometric import GeometricSums, geometric_sums


@dataclass(frozen=True)
class Lemma1(ABC):
    """The shape that both versions share.

    Attributes:
        q: the scenario's symbols.
        a: the bound on |W_ii|, α_m in the paper.
    """

    q: Quantities
    a: Number

    @cached_property
    def sums(self) -> GeometricSums:
        """μ0_T(r), μ1_T(r), μ1_{T−1}(r) at r = aσ1."""
        return geometric_sums(self.q.ns, contraction(self.q, self.a), self.q.T)

    @property
    @abstractmethod
    def L(self) -> Number:
        """The Lipschitz constant."""

    @property
    @abstractmethod
    def weight(self) -> Number:
        """The bound on |W_ii| that enters β."""

    @property
    @abstractmethod
    def mixed(self) -> Number:
        """The mixed derivative (♦) and its mirror (♥), summed, without the factor √d.

        The signs are those of the paper's proof.
        """

    @property
    @abstractmethod
    def recurrent(self) -> Number:
        """The second derivative in W (♠)."""

    @property
    def curved(self) -> Number:
        """σ2 (wσ1μ0 + 1) μ1 with w the weight bound: what σ'' contributes to each block."""
        q, sums = self.q, self.sums
        return q.sigma2 * (self.weight * q.sigma1 * sums.mu0 + 1) * sums.mu1

    @property
    def beta(self) -> Number:
        """β = d·(∂²_U) + √d·(mixed) + (∂²_W)."""
        return self.q.d * self.curved + self.q.ns.sqrt(self.q.d) * self.mixed + self.recurrent


class Lemma1Printed(Lemma1):
    """As printed; not a guarantee."""

    @property
    def L(self) -> Number:
        """L = μ0² (σ0² + 1) σ1², which bounds the square of the gradient norm."""
        return self.sums.mu0**2 * (self.q.sigma0**2 + 1) * self.q.sigma1**2

    @property
    def weight(self) -> Number:
        """α, where α_m is meant."""
        return self.q.alpha

    @property
    def mixed(self) -> Number:
        """σ1²μ0² + σ0σ1μ0μ1 + μ1(σ1 + σ2 + ασ1σ2μ0)."""
        q, (mu0, mu1, _) = self.q, self.sums
        return (
            q.sigma1**2 * mu0**2
            + q.sigma0 * q.sigma1 * mu0 * mu1
            + mu1 * (q.sigma1 + q.sigma2 + q.alpha * q.sigma1 * q.sigma2 * mu0)
        )

    @property
    def recurrent(self) -> Number:
        """σ1²μ0² + σ0σ2μ1(ασ1μ0 + 1)."""
        return self.q.sigma1**2 * self.sums.mu0**2 + self.q.sigma0 * self.curved


class Lemma1Corrected(Lemma1):
    """The paper's own argument with each slip repaired."""

    @property
    def L(self) -> Number:
        """L = √(σ0² + 1) σ1 μ0."""
        q = self.q
        return q.ns.sqrt(q.sigma0**2 + 1) * q.sigma1 * self.sums.mu0

    @property
    def weight(self) -> Number:
        """α_m."""
        return self.a

    @property
    def mixed(self) -> Number:
        """σ1²μ0² + σ0σ2(aσ1μ0+1)μ1 + σ1²μ1⁻ + σ0σ2(aσ1μ0+1)μ1."""
        q, (mu0, _, mu1_before) = self.q, self.sums
        return q.sigma1**2 * (mu0**2 + mu1_before) + 2 * q.sigma0 * self.curved

    @property
    def recurrent(self) -> Number:
        """σ0σ1²μ1⁻ + σ0σ1²μ0² + σ0²σ2(aσ1μ0+1)μ1."""
        q, (mu0, _, mu1_before) = self.q, self.sums
        return q.sigma0 * q.sigma1**2 * (mu1_before + mu0**2) + q.sigma0**2 * self.curved
