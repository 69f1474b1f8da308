"""Activations in NumPy with their first three derivatives, also stretched and scaled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rnnbound.activations.lookup import ACTIVATIONS, resolve
from rnnbound.network.array_checks import Array
from rnnbound.numbers.balls import BALLS
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.scenario_in_number_system import Quantities, quantities


@dataclass(frozen=True, slots=True)
class Curve:
    """σ(z) = amplitude · σ_name(frequency · z).

    Attributes:
        name: an activation's name, or its formula.
        amplitude, frequency: how it is scaled and stretched; 1 and 1 leave it as it is.
    """

    name: str
    amplitude: float = 1.0
    frequency: float = 1.0

    @property
    def is_plain(self) -> bool:
        """Whether this is the activation of that name itself."""
        return self.amplitude == self.frequency == 1

    def __str__(self) -> str:
        if self.is_plain:
            return self.name
        scale = "" if self.amplitude == 1 else f"{self.amplitude:g}·"
        inside = "z" if self.frequency == 1 else f"{self.frequency:g}z"
        name = self.name if self.name in ACTIVATIONS else f"[{self.name}]"
        return f"{scale}{name}({inside})"

    def derivatives(self, z: Array, order: int) -> list[Array]:
        """σ, σ', ... up to `order` ≤ 3 at `z`, each of the shape of `z`."""
        evaluate = resolve(self.name).derivatives
        if self.is_plain:
            return evaluate(z, order)
        f, scale = self.frequency, self.amplitude
        return [scale * f**k * x for k, x in enumerate(evaluate(f * z, order))]

    def __call__(self, z: Array) -> Array:
        """σ(z)."""
        return self.derivatives(z, 0)[0]

    @property
    def steepest(self) -> float:
        """sup|σ'|, not above it."""
        return _steepest(self)

    def quantities(self, q: Quantities) -> Quantities:
        """`q`, whose bounds are those of the plain activation, with the bounds of this one."""
        if self.is_plain:
            return q
        from dataclasses import replace

        A, f = BALLS.number(self.amplitude), BALLS.number(self.frequency)
        return replace(q, sigma0=A * q.sigma0, sigma1=A * f * q.sigma1, sigma2=A * f * f * q.sigma2)


@lru_cache(maxsize=64)
def _steepest(curve: Curve) -> float:
    q = curve.quantities(quantities(Scenario(activation=curve.name), BALLS))
    return float(q.sigma1.lower())
