"""The paper's constants, printed and corrected, and the Propositions 3 to 6 built on them.

Statement numbers are those of arXiv:2402.12241v1; the slips are docs/theory.md, section 8, and the
corrected constants section 4.2.  Errors are bounded time by time, for all n samples and T times at
once: this is where log(2nT/δ) and the factors T come from, which the sharp theorems do without.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final

from rnnbound.numbers.system import Number
from rnnbound.scenario.memory import contraction
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.theory import preactivation_smoothness
from rnnbound.theory.geometric import geometric_sums
from rnnbound.theory.state_smoothness import Lemma1, Lemma1Corrected, Lemma1Printed


@dataclass(frozen=True)
class PaperConstants(ABC):
    """What the paper's statements need when |W_ii| ≤ a.

    Printed and corrected constants differ in a few members only, each of which names its erratum.

    Attributes:
        q: the scenario's symbols; its radii are those in play.
        a: the bound on |W_ii|.
    """

    q: Quantities
    a: Number

    names: ClassVar = ("mu0", "mu1", "L", "beta", "Lambda", "gamma", "F_max", "y_max")
    #: What all else is made of: what moves with a, and what the scenario alone tells.
    moving: ClassVar[tuple[str, ...]] = ("L", "beta", "Lambda", "gamma")
    at_start: ClassVar[tuple[str, ...]] = ("y_max",)
    #: Of what is computed on chords: by how much, relatively, their ends may be too high, and how
    #: long they are at least in log a, if it is multiplied by the steps that memory spans.
    errors: ClassVar[Mapping[str, tuple[float, float]]] = {}

    @cached_property
    @abstractmethod
    def lemma1(self) -> Lemma1:
        """Lemma 1 in this version."""

    @cached_property
    @abstractmethod
    def gamma(self) -> Number:
        """Lemma 2: the smoothness γ."""

    @abstractmethod
    def proposition3(self, m: Number) -> Number:
        """|F̃_t − F_t^Lin(Θ̄)| at one sample and time, with probability 1 − δ."""

    @property
    @abstractmethod
    def concentration(self) -> Number:
        """The sampling error that Theorem 1 takes from Proposition 5."""

    @property
    def mu0(self) -> Number:
        """μ0_T(aσ1)."""
        return self.lemma1.sums.mu0

    @property
    def mu1(self) -> Number:
        """μ1_T(aσ1)."""
        return self.lemma1.sums.mu1

    @cached_property
    def L(self) -> Number:
        """Lemma 1: the Lipschitz constant L."""
        return self.lemma1.L

    @cached_property
    def beta(self) -> Number:
        """Lemma 1: the smoothness β."""
        return self.lemma1.beta

    @cached_property
    def Lambda(self) -> Number:
        """Lemma 2: the Lipschitz constant Λ."""
        return preactivation_smoothness.Lambda(self.lemma1)

    @cached_property
    def linearization(self) -> Number:
        """σ2Λ² + σ1γ, the curvature in Propositions 4 and 5: H = σ(Γ), by the chain rule."""
        return self.q.sigma2 * self.Lambda**2 + self.q.sigma1 * self.gamma

    @cached_property
    def y_max(self) -> Number:
        """Proposition 6: |F*_t| ≤ σ1 μ0_T(ασ1)(ν_u + σ0ν_w)."""
        q = self.q
        mu0 = geometric_sums(q.ns, contraction(q, q.alpha), q.T).mu0
        return q.sigma1 * mu0 * (q.nu_u + q.sigma0 * q.nu_w)

    @cached_property
    def F_max(self) -> Number:
        """Proposition 6: |F_t| ≤ L‖ρ‖."""
        return self.L * self.q.rho

    @property
    def phi(self) -> Number:
        """φ = F_max + y_max, which bounds |F_t − F*_t|."""
        return self.F_max + self.y_max

    @cached_property
    def err(self) -> Number:
        """Theorem 1: concentration + 2‖ρ‖²(σ2Λ² + σ1γ) + 2β‖ρ‖².

        err/√m bounds, at each sample and time, how far the comparator's outputs are from the target
        and how far the network is from linear between itself and the comparator.
        """
        return self.concentration + 2 * self.q.rho_squared * (self.linearization + self.beta)

    def proposition4(self, m: Number, distance_squared: Number) -> Number:
        """|F_t − F_t^Lin| ≤ (2/√m)(Λ²σ2 + γσ1)‖ΔΘ‖²."""
        return 2 * self.linearization * distance_squared / self.q.ns.sqrt(m)

    def proposition5(self, m: Number) -> Number:
        """|F̃_t − F_t(Θ̄)| for all samples and times with probability 1 − δ."""
        ns = self.q.ns
        return self.deviation(2 * self.q.n * self.q.T) / ns.sqrt(m) + self.proposition4(
            m, self.q.nu_squared
        )

    def deviation(self, tails: Number) -> Number:
        """2 y_max √log(tails/δ): Hoeffding over the m/2 independent pairs, without 1/√m."""
        q = self.q
        return 2 * self.y_max * q.ns.sqrt(q.ns.log(tails / q.delta))


class PrintedConstants(PaperConstants):
    """As version 1 prints them; not a guarantee."""

    @cached_property
    def lemma1(self) -> Lemma1:
        return Lemma1Printed(self.q, self.a)

    @cached_property
    def gamma(self) -> Number:
        return preactivation_smoothness.gamma_printed(self.lemma1)

    def proposition3(self, m: Number) -> Number:
        """2 y_max √(log(1/δ)/m): one tail of a two-sided event (erratum 5)."""
        return self.deviation(self.q.ns.number(1)) / self.q.ns.sqrt(m)

    @property
    def concentration(self) -> Number:
        """L‖ν‖√log(2nT/δ), which can be smaller than Proposition 5's (erratum 6)."""
        q = self.q
        return self.L * q.nu * q.ns.sqrt(q.ns.log(2 * q.n * q.T / q.delta))


class CorrectedConstants(PaperConstants):
    """The paper's argument with each slip repaired."""

    @cached_property
    def lemma1(self) -> Lemma1:
        return Lemma1Corrected(self.q, self.a)

    @cached_property
    def gamma(self) -> Number:
        return preactivation_smoothness.gamma_corrected(self.lemma1)

    def proposition3(self, m: Number) -> Number:
        """2 y_max √(log(2/δ)/m)."""
        return self.deviation(self.q.ns.number(2)) / self.q.ns.sqrt(m)

    @property
    def concentration(self) -> Number:
        """2 y_max √log(2nT/δ), exactly Proposition 5's."""
        return self.deviation(2 * self.q.n * self.q.T)


PAPER: Final[dict[str, type[PaperConstants]]] = {
    "printed": PrintedConstants,
    "corrected": CorrectedConstants,
}
