"""The constants that the sharp theorems share (docs/theory.md, sections 4.3 and 6.2).

The risk adds squared errors over the times t ≤ T, so what one neuron does at one time (the sharp
lemma) enters as a sum of squares over time: S for first derivatives, b_H for second ones.  None of
them knows the number of samples or the dimension of the inputs, whose norms are at most 1.

All are dimensionless: the network, its inputs and its targets are scaled before theory begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import ClassVar, Final

from rnnbound.numbers.system import Number, NumberSystem
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.theory.per_step_smoothness import Smoothness, smoothness

#: All of δ.
WHOLE: Final = Fraction(1)


def lifted(ns: NumberSystem, x: Fraction) -> Number:
    """`x` in a number system."""
    return ns.number(x.numerator) / x.denominator


@dataclass(frozen=True)
class SharpConstants:
    """Sums over time of the sharp lemma's constants when |W_ii| ≤ a.

    A theorem takes them at the a that its weights are sure to keep: α_m = α + ρ_w/√m where W is
    projected, an a of its own choice where it is not.  Each is nondecreasing in a.

    Attributes:
        q: the scenario's symbols, in the number system that everything below runs in.
        a: the bound on |W_ii|.
    """

    q: Quantities
    a: Number

    #: Whether these are only close to what they should be, to search with.
    searching: ClassVar[bool] = False
    names: ClassVar[tuple[str, ...]] = (
        "u",
        "w",
        "L",
        "b",
        "B",
        "S",
        "S_w",
        "b_H",
        "B_H",
        "K",
        "K_D",
    )
    #: What bounds are made of: what moves with a, and what the scenario alone tells.
    moving: ClassVar[tuple[str, ...]] = ("S", "S_w", "b_H")
    at_start: ClassVar[tuple[str, ...]] = ("B_H_squared", "B_H")
    #: Of what is computed on chords: by how much, relatively, their ends may be too high, and how
    #: long they are at least in log a, if it is multiplied by the steps that memory spans.
    errors: ClassVar[Mapping[str, tuple[float, float]]] = {}

    @classmethod
    def sketch(cls, q: Quantities, a: Number) -> SharpConstants:
        """The constants, or quicker ones that are close, to search with."""
        return cls(q, a)

    @cached_property
    def at_a(self) -> Smoothness:
        """The lemma with |W_ii| ≤ a."""
        return smoothness(self.q, self.a)

    @cached_property
    def at_alpha(self) -> Smoothness:
        """The lemma at initialisation, |W_ii| = α."""
        return smoothness(self.q, self.q.alpha)

    @property
    def u(self) -> Number:
        """u_T, which bounds ‖∂_U H_T‖."""
        return self.at_a.u

    @property
    def w(self) -> Number:
        """w_T, which bounds |∂_W H_T|."""
        return self.at_a.w

    @property
    def b(self) -> Number:
        """b_T, which bounds ‖∂²H_T‖."""
        return self.at_a.b

    @property
    def L(self) -> Number:
        """L_T = √(u_T² + w_T²)."""
        return self.q.ns.sqrt(self.u**2 + self.w**2)

    @cached_property
    def S(self) -> Number:
        """S = Σ_t L_t²: ‖g‖² ≤ S R, and the squared norm of the Jacobian in the S-norm.

        Aggregation lemma, parts 1 and 4: Cauchy and Schwarz over neurons, time by time.
        """
        return self.at_a.sum_uu + self.at_a.sum_ww

    @cached_property
    def S_w(self) -> Number:
        """S_w = Σ_t w_t²: the gradient in one W_ii is at most √(S_w R/m).

        What tells how far weights that nobody projects can get (Theorem 2).
        """
        return self.at_a.sum_ww

    @cached_property
    def b_H(self) -> Number:
        """b_H = √(Σ_t b_t²): ‖F − F^Lin‖_S ≤ b_H‖Θ − Θ(0)‖²/(2√m), the price of curvature."""
        return self.q.ns.sqrt(self.at_a.sum_bb)

    @cached_property
    def B(self) -> Number:
        """B_T = ν_w w_T + ν_u u_T at a = α: |F*_T| ≤ B_T for every target of the class."""
        return self.q.nu_w * self.at_alpha.w + self.q.nu_u * self.at_alpha.u

    @cached_property
    def B_H_squared(self) -> Number:
        """B_H² = Σ_t B_t², which bounds the risk before any training."""
        q, sums = self.q, self.at_alpha
        return q.nu_w**2 * sums.sum_ww + 2 * q.nu_w * q.nu_u * sums.sum_uw + q.nu_u**2 * sums.sum_uu

    @cached_property
    def B_H(self) -> Number:
        """B_H = √(Σ_t B_t²)."""
        return self.q.ns.sqrt(self.B_H_squared)

    def noise(self, m: Number, share: Fraction = WHOLE) -> Number:
        """√2 B_H (1 + √(2 log(1/δ))): concentration of F^Lin(Θ̄)√m, whatever n and m are (5.1).

        Bounded differences over the m/2 independent pairs, in the S-norm as a whole: no union
        bound over samples and times, hence no n.

        Args:
            m: the width; refinements need it.
            share: of δ, that this event may fail with.
        """
        del m
        ns = self.q.ns
        tail = ns.log(1 / (self.q.delta * lifted(ns, share)))
        return ns.sqrt(ns.number(2)) * self.B_H * (1 + ns.sqrt(2 * tail))

    def displacement(self, m: Number) -> Number:
        """b_H‖ν‖²/2: how far F(Θ̄)√m is from its linearisation."""
        del m
        return self.b_H * self.q.nu_squared / 2

    def K(self, m: Number, share: Fraction = WHOLE) -> Number:
        """K = b_H‖ν‖²/2 + displacement + noise: K/√m is what no training removes from √R.

        Good while the weights stay within ‖ν‖ of the comparator Θ̄, as full-batch descent does.
        """
        return self.b_H * self.q.nu_squared / 2 + self.displacement(m) + self.noise(m, share)

    def K_D(self, m: Number) -> Number:
        """K_D = b_H D²/2 + displacement + noise, D² = (ρ_w+ν_w)² + (ρ_u+ν_u)².

        D is the farthest that any point of the projection set is from Θ̄: with mini-batches and for
        averages nothing closer is known.
        """
        q = self.q
        D_squared = (q.rho_w + q.nu_w) ** 2 + (q.rho_u + q.nu_u) ** 2
        return self.b_H * D_squared / 2 + self.displacement(m) + self.noise(m)

    def proposition3(self, m: Number) -> Number:
        """|F̃_t − F_t^Lin(Θ̄)| ≤ 2B_T √(log(2/δ)/m) with probability 1 − δ."""
        return self._deviation(self.q.ns.number(2)) / self.q.ns.sqrt(m)

    def proposition4(self, m: Number, distance_squared: Number) -> Number:
        """|F_t − F_t^Lin| ≤ b_T‖ΔΘ‖²/(2√m)."""
        return self.b * distance_squared / (2 * self.q.ns.sqrt(m))

    def proposition5(self, m: Number) -> Number:
        """|F̃_t − F_t(Θ̄)| for all samples and times with probability 1 − δ."""
        q = self.q
        deviation = self._deviation(2 * q.n * q.T) / q.ns.sqrt(m)
        return deviation + self.proposition4(m, q.nu_squared)

    def proposition6(self) -> tuple[Number, Number]:
        """|F_t| ≤ L_T‖ρ‖ and |F*_t| ≤ B_T."""
        return self.L * self.q.rho, self.B

    def _deviation(self, tails: Number) -> Number:
        q = self.q
        return 2 * self.B * q.ns.sqrt(q.ns.log(tails / q.delta))
