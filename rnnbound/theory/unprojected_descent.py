"""Theorem 2: gradient descent without projection (arXiv:2402.12241v1), and its sharp form.

The paper's ε here is *internal*: its guarantee is ``min R ≤ 9ε/4``.

Nothing keeps the weights near their start but a proof that so many steps of that size cannot carry
them farther.  So width, iterations and the bound a on |W_ii| depend on each other, and more
iterations may cost the guarantee (docs/theory.md, sections 6.1 and 6.2).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from rnnbound.numbers.system import Number
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.theory.guarantee import Iterate, RiskBound
from rnnbound.theory.paper_constants import CorrectedConstants, PaperConstants, PrintedConstants
from rnnbound.theory.projected_descent import SharpDrift
from rnnbound.theory.sharp_constants import SharpConstants


@dataclass(frozen=True, slots=True)
class Requirements:
    """What Theorem 2 asks for at one internal ε.

    Attributes:
        m: the real number that the width must reach.
        tau: the real number that the iteration count must reach.
        step_size: η.
        radius: λ, which bounds √m|W_ii − W_ii(0)| and √m‖U_i − U_i(0)‖ during training.
        a: α_target = α + √(2ε).
    """

    m: Number
    tau: Number
    step_size: Number
    radius: Number
    a: Number


class Theorem2(ABC):
    """The shape of the printed and the corrected statement.

    Given an internal ε: a = α + √(2ε), the radius λ that the weights keep to within it, and the m
    and τ from which ``min R ≤ 9ε/4`` follows, best iterate, η = ε/(2T²L²φ²).
    """

    title: ClassVar = "Theorem 2"
    iterate: ClassVar[Iterate] = "best"
    expectation: ClassVar = None
    projects: ClassVar[bool] = False
    constants: ClassVar[type[PaperConstants]]

    @abstractmethod
    def radius(self, c: PaperConstants, epsilon: Number) -> Number:
        """λ."""

    @abstractmethod
    def least_width(self, c: PaperConstants, epsilon: Number, radius: Number) -> Number:
        """The m required."""

    @abstractmethod
    def least_iterations(self, c: PaperConstants, epsilon: Number, step_size: Number) -> Number:
        """The τ required."""

    def requirements(self, q: Quantities, epsilon: Number) -> Requirements:
        """Width and iterations for the internal ε, with η = ε/(2T²L²φ²)."""
        a = q.alpha + q.ns.sqrt(2 * epsilon)
        radius = self.radius(self.constants(q, a), epsilon)
        c = self.constants(q.with_radii(radius, radius), a)
        step_size = epsilon / (2 * q.T**2 * c.L**2 * c.phi**2)
        return Requirements(
            m=self.least_width(c, epsilon, radius),
            tau=self.least_iterations(c, epsilon, step_size),
            step_size=step_size,
            radius=radius,
            a=a,
        )

    def bound(self, q: Quantities, epsilon: Number) -> RiskBound:
        """(√ε + √ε/2)² = 9ε/4 for an internal ε whose requirements are met."""
        root = q.ns.sqrt(epsilon)
        terms = {"optimization": root / 2, "approximation": root}
        return RiskBound(terms, "squared-sum", self.requirements(q, epsilon).step_size)


class Theorem2Printed(Theorem2):
    """As printed (erratum 9)."""

    constants = PrintedConstants

    def radius(self, c: PaperConstants, epsilon: Number) -> Number:
        """λ = L‖ν‖²/√ε."""
        return c.L * c.q.nu_squared / c.q.ns.sqrt(epsilon)

    def least_width(self, c: PaperConstants, epsilon: Number, radius: Number) -> Number:
        """m ≥ (err² + λ²)/(2ε)."""
        return (c.err**2 + radius**2) / (2 * epsilon)

    def least_iterations(self, c: PaperConstants, epsilon: Number, step_size: Number) -> Number:
        """τ ≥ ‖ν‖²/((1 + √2)² η ε)."""
        q = c.q
        return q.nu_squared / ((1 + q.ns.sqrt(q.ns.number(2))) ** 2 * step_size * epsilon)


class Theorem2Corrected(Theorem2):
    """The argument repaired."""

    constants = CorrectedConstants

    def radius(self, c: PaperConstants, epsilon: Number) -> Number:
        """λ = max( (3/2)√T L‖ν‖²/√ε, ν_w, ν_u )."""
        q, ns = c.q, c.q.ns
        moved = 3 * ns.sqrt(ns.number(1) * q.T) * c.L * q.nu_squared / (2 * ns.sqrt(epsilon))
        return ns.maximum(moved, ns.maximum(q.nu_w, q.nu_u))

    def least_width(self, c: PaperConstants, epsilon: Number, radius: Number) -> Number:
        """m ≥ max( T err²/ε, λ²/(2ε) )."""
        q = c.q
        return q.ns.maximum(q.T * c.err**2 / epsilon, radius**2 / (2 * epsilon))

    def least_iterations(self, c: PaperConstants, epsilon: Number, step_size: Number) -> Number:
        """τ ≥ ‖ν‖²/(ηε)."""
        return c.q.nu_squared / (step_size * epsilon)


class SharpTheorem2(SharpDrift):
    """Sharp Theorem 2: the drift form's bound at any a > α that the weights provably respect (6.7).

    A weight W_ii moves by at most η√(S_w R/m) in a step, and the steps' √R add up to what the drift
    allows: together ‖ν‖√(τ S_w/S)/√m.
    """

    statement = "Sharp Theorem 2"
    form = None
    projects = False

    def reach(self, c: SharpConstants, m: Number, tau: Number) -> Number:
        """α + max(ν_w, ‖ν‖√(τ S_w/S))/√m; the bound holds at c.a if this is at most c.a."""
        q, ns = c.q, c.q.ns
        moved = q.nu * ns.sqrt(tau * c.S_w / c.S)
        return q.alpha + ns.maximum(q.nu_w, moved) / ns.sqrt(m)
