"""A scenario in some number system: the symbols that the formulas are written in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from rnnbound.activations.lookup import resolve
from rnnbound.numbers.system import Number, NumberSystem
from rnnbound.scenario.scenario import Scenario


@dataclass(frozen=True)
class Quantities:
    """The symbols of the theory, all in the number system `ns`.

    Attributes:
        T, n, d: horizon, samples, input dimension; T is an integer or a symbol.
        alpha: α.
        nu_w, nu_u, rho_w, rho_u: ν_w, ν_u, ρ_w, ρ_u.
        delta: δ.
        sigma0, sigma1, sigma2: bounds of σ, σ', σ''.
        activation: its name, for what the bounds alone do not tell; None if it is a symbol.
    """

    ns: NumberSystem
    T: Number
    n: Number
    d: Number
    alpha: Number
    nu_w: Number
    nu_u: Number
    rho_w: Number
    rho_u: Number
    delta: Number
    sigma0: Number
    sigma1: Number
    sigma2: Number
    activation: str | None = None

    @cached_property
    def nu_squared(self) -> Number:
        """‖ν‖² = ν_w² + ν_u²."""
        return self.nu_w**2 + self.nu_u**2

    @cached_property
    def nu(self) -> Number:
        """‖ν‖."""
        return self.ns.sqrt(self.nu_squared)

    @cached_property
    def rho_squared(self) -> Number:
        """‖ρ‖² = ρ_w² + ρ_u²."""
        return self.rho_w**2 + self.rho_u**2

    @cached_property
    def rho(self) -> Number:
        """‖ρ‖."""
        return self.ns.sqrt(self.rho_squared)

    def with_radii(self, rho_w: Number, rho_u: Number) -> Quantities:
        """The same with other projection radii."""
        return replace(self, rho_w=rho_w, rho_u=rho_u)


def quantities(scenario: Scenario, ns: NumberSystem) -> Quantities:
    """`scenario` lifted into `ns`."""
    activation = resolve(scenario.activation)
    return Quantities(
        ns=ns,
        T=scenario.horizon,
        n=ns.number(scenario.samples),
        d=ns.number(scenario.dim),
        alpha=ns.number(scenario.alpha),
        nu_w=ns.number(scenario.nu_w),
        nu_u=ns.number(scenario.nu_u),
        rho_w=ns.number(scenario.rho_w),
        rho_u=ns.number(scenario.rho_u),
        delta=ns.number(scenario.delta),
        sigma0=activation.sigma0(ns),
        sigma1=activation.sigma1(ns),
        sigma2=activation.sigma2(ns),
        activation=activation.name,
    )
