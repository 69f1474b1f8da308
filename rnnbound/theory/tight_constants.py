"""The sharp theorems' constants with the tight lemma's numbers (docs/theory.md, 4.4 and 6.3).

The sharp lemma bounds σ, σ' and σ'' one by one and each block of weights by itself; here they are
taken at one and the same point z, along one direction at a time, and the worst direction is chosen
when everything has been added up over time.  Three more things are gained at the start, where the
weights are random: the mean square of a target's neuron (B_rms), tails of a mean of m/2 neurons
in the place of bounded differences (noise), and S itself, which concentrates (S_start).

In ball arithmetic only: its suprema have no closed form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache, reduce
from typing import Any, ClassVar, Final

from flint import arb

from rnnbound.activations.lookup import resolve
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.system import Number
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.theory.concentration import tails
from rnnbound.theory.sharp_constants import WHOLE, SharpConstants, lifted
from rnnbound.theory.worst_direction_sums import Target, TightLemma

_SIGMA_BITS: Final = 64
#: Sharp constants that are larger by this share are not computed exactly for a comparison.
_CLOSE: Final = 2.0**-20
#: Errors of chords and their lengths, as two levels of
#: :mod:`rnnbound.theory.worst_direction_sums` have them; S is a square.
_ERROR: Final = 2.0**-21, 2.0**-13
_ROUGH: Final = 2.0**-12, 2.0**-6


@lru_cache(maxsize=64)
def tight_lemma(activation: str, horizon: int) -> TightLemma:
    """The lemma of an activation, shared by all that ask for that horizon."""
    with precision(_SIGMA_BITS):
        sigma1 = resolve(activation).sigma1(BALLS).upper()
    return TightLemma(resolve(activation).support, sigma1, horizon)


@dataclass(frozen=True)
class TightConstants(SharpConstants):
    """Each is an upper bound of what section 4.4 defines, and never above the sharp one.

    Above what is defined by less than 10⁻⁶ of it, but near a kink (section 4.4).

    Attributes:
        searching: whether long chords will do, and no comparison with the sharp ones.
    """

    searching: bool = False  # type: ignore[misc]

    names: ClassVar[tuple[str, ...]] = (*SharpConstants.names, "T3", "T_H", "K_tied", "K_tied_sgd")
    moving: ClassVar[tuple[str, ...]] = (*SharpConstants.moving, "T_H", "rough_T_H")
    at_start: ClassVar[tuple[str, ...]] = (*SharpConstants.at_start, "B_rms", "S_alpha", "S_mean")
    errors: ClassVar[Mapping[str, tuple[float, float]]] = {
        **dict.fromkeys(SharpConstants.moving, _ERROR),
        "T_H": _ERROR,
        "rough_T_H": _ROUGH,
    }

    @cached_property
    def sharp(self) -> SharpConstants:
        """The constants that these never exceed."""
        return SharpConstants(self.q, self.a)

    @cached_property
    def lemma(self) -> TightLemma:
        """The lemma itself."""
        assert self.q.activation is not None
        return tight_lemma(self.q.activation, self.q.T)

    @cached_property
    def _rough_sharp(self) -> SharpConstants:
        """The same in low precision, which mostly tells that they are larger."""
        with precision(_SIGMA_BITS + self.q.T.bit_length()):
            rough = SharpConstants(self.q, self.a)
            _ = rough.at_a, rough.at_alpha
            return rough

    @property
    def has_third(self) -> bool:
        """Whether σ''' exists and is bounded, which T3, T_H and tied pairs need."""
        return self.lemma.support.has_third

    def _worst(self, name: str) -> Any:
        return self._worst_at(name, self.a)

    def _worst_at(self, name: str, a: arb) -> Any:
        return self._along(self.lemma.coarse if self.searching else self.lemma, name, a)

    def _along(self, lemma: TightLemma, name: str, a: Number) -> Number:
        """What a lemma says of the constant `name` at `a`."""
        return lemma.worst(name, a)

    @classmethod
    def sketch(cls, q: Quantities, a: Number) -> TightConstants:
        return cls(q, a, searching=True)

    def _capped(self, name: str, value: arb) -> arb:
        """`value`, or the sharp constant if that is smaller."""
        if self.searching or value * (1 + _CLOSE) < getattr(self._rough_sharp, name):
            return value
        least: arb = self.q.ns.minimum(getattr(self.sharp, name), value)
        return least

    @property
    def u(self) -> Number:
        """u_T = σ1 p_T at (0, 1), which is the sharp one."""
        return self.sharp.u

    @property
    def w(self) -> Number:
        """w_T = σ1 p_T at (1, 0)."""
        return self._capped("w", self.q.sigma1 * self._worst("w"))

    @cached_property
    def S_w(self) -> Number:
        """S_w = Σ_t w_t²."""
        return self._capped("S_w", (self.q.sigma1 * self._worst("root_S_w")) ** 2)

    @cached_property
    def L(self) -> Number:
        """L = max_dir σ1 p_T."""
        return self._capped("L", self.q.sigma1 * self._worst("L"))

    @cached_property
    def S(self) -> Number:
        """S = max_dir Σ_t (σ1 p_t)²: one direction for all times, unlike Σ_t L_t²."""
        return self._capped("S", (self.q.sigma1 * self._worst("root_S")) ** 2)

    @cached_property
    def b(self) -> Number:
        """b = max_dir b_T."""
        return self._capped("b", self._worst("b"))

    @cached_property
    def b_H(self) -> Number:
        """b_H = max_dir √(Σ_t b_t²)."""
        return self._capped("b_H", self._worst("b_H"))

    @cached_property
    def T3(self) -> Number:
        """T3 = max_dir T_T; None where σ''' is not bounded."""
        return self._worst("T3") if self.has_third else None

    @cached_property
    def T_H(self) -> Number:
        """T_H = max_dir √(Σ_t T_t²), curvature of tied pairs; None if σ''' is unbounded."""
        return self._worst("T_H") if self.has_third else None

    @property
    def _target(self) -> Target:
        q = self.q
        return self.lemma.target(q.alpha, q.nu_w, q.nu_u)

    @property
    def B(self) -> Number:
        """B_T = σ1 p_T at (ν_w, ν_u) and a = α."""
        return self._capped("B", self._target.last)

    @cached_property
    def B_H_squared(self) -> Number:
        """B_H² = Σ_t B_t²."""
        return self._capped("B_H_squared", self._target.square)

    @cached_property
    def B_rms(self) -> Number:
        """B_rms² ≥ E‖Z‖² for one neuron's contribution Z to the target, so B_rms² ≥ R(Θ(0))."""
        return self.q.ns.sqrt(self.q.ns.minimum(self.B_H_squared, self._target.mean_square))

    @property
    def no_target(self) -> bool:
        """Whether the target is 0: T = 1 and ν_u = 0."""
        return bool(self.B_H == 0)

    def noise(self, m: Number, share: Fraction = WHOLE) -> Number:
        """The least of the sharp one and the tails of a mean of m/2 neurons.

        Which is least is known before anything is drawn, so no union bound is due.
        """
        # All forms of a theorem ask for it at the same width.
        for width, asked, value in self._noises:
            if width is m and asked == share:
                return value
        ns, delta = self.q.ns, self.q.delta * lifted(self.q.ns, share)
        if self.no_target:
            return ns.number(0)
        found = tails(ns, m, delta, self.B_rms**2, self.B_H + self.B_rms)
        least = reduce(ns.minimum, found, super().noise(m, share))
        self._noises.append((m, share, least))
        return least

    @cached_property
    def _noises(self) -> list[tuple[Number, Fraction, Number]]:
        return []

    def S_start(self, m: Number, share: Fraction) -> Number:
        """S at the start, which concentrates: Bernstein's inequality for ‖J_0‖² ≤ S(α).

        ‖J_0‖² is at most a mean of m/2 independent numbers in [0, S(α)] of mean at most S̄; `share`
        of δ is what the event may fail with.
        """
        ns = self.q.ns
        most = self.S_alpha
        part = self.S_mean / most
        x = 2 * ns.log(1 / (self.q.delta * lifted(ns, share))) / m
        # The variance of a share that is at most `part` is at most that of ½.
        small = ns.minimum(part, ns.number(1) / 2)
        spread = ns.sqrt((x / 3) ** 2 + x * (2 * small * (1 - small)))
        return ns.minimum(most, most * (part + x / 3 + spread))

    @cached_property
    def S_alpha(self) -> Number:
        """S(α)."""
        return (self.q.sigma1 * self._worst_at("root_S", self.q.alpha)) ** 2

    @cached_property
    def S_mean(self) -> Number:
        """S̄, which the mean over the start of what bounds ‖J_0‖² does not exceed."""
        return self.q.ns.minimum(self.S_alpha, self.lemma.mean_S(self.q.alpha))

    @cached_property
    def rough_T_H(self) -> Number:
        """T_H, or a little more: it hardly counts beside the rest of K."""
        if not self.q.activation:
            return self.T_H
        lemma = self.lemma.coarse
        return self._along(lemma.coarse if self.searching else lemma, "T_H", self.a)

    def displacement(self, m: Number) -> Number:
        """The smaller of the sharp one and T_H‖ν‖³/(6√m): in a pair second derivatives cancel."""
        plain = super().displacement(m)
        if not self.has_third:
            return plain
        q = self.q
        return q.ns.minimum(plain, self.rough_T_H * q.nu**3 / (6 * q.ns.sqrt(m)))

    def K_tied(self, m: Number, share: Fraction = WHOLE) -> Number:
        """min( T_H‖ν‖²(‖ρ‖/3 + ‖ν‖/6) + T_H‖ν‖³/6 , T_H(‖ρ‖³/3 + ‖ρ‖²‖ν‖/2) )/√m + noise.

        Near and far form of section 6.3.  The curvature falls with √m: in K/√m it is of order 1/m.
        """
        if not self.has_third:
            return None
        q, ns = self.q, self.q.ns
        near = q.nu_squared * (q.rho / 3 + q.nu / 6) + q.nu**3 / 6
        far = q.rho**3 / 3 + q.rho_squared * q.nu / 2
        return self.T_H * ns.minimum(near, far) / ns.sqrt(m) + self.noise(m, share)

    def K_tied_sgd(self, m: Number) -> Number:
        """T_H(‖ρ‖³/3 + ‖ρ‖²‖ν‖/2)/√m + noise: the far form alone, which never asks where Θ is."""
        if not self.has_third:
            return None
        q, ns = self.q, self.q.ns
        far = q.rho**3 / 3 + q.rho_squared * q.nu / 2
        return self.T_H * far / ns.sqrt(m) + self.noise(m)


@dataclass(frozen=True)
class DirectConstants(TightConstants):
    """The same computed at a itself and not on chords: for a table, not for a search."""

    def _worst_at(self, name: str, a: arb) -> arb:
        return self.lemma.at(name, a)

    @property
    def rough_T_H(self) -> Number:
        return self.T_H
