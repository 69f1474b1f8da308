"""The growth law of Z. Allen-Zhu, Y. Li and Z. Song, and how it compares with ours.

"On the Convergence Rate of Training Recurrent Neural Networks" (arXiv:1810.12065): ReLU networks
with a full random recurrent matrix reach any training loss, at a linear rate, if

    m ≥ poly(n, T, 1/δ_sep, log(1/ε)),   τ = poly(n, T, 1/δ_sep) · log(1/ε),

where δ_sep is the separation of the data.  Neither the constants nor the degree are published, so
nothing but growth can be compared; Cayci and Eryilmaz speak of degrees up to 100.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

SOURCE: Final = "Allen-Zhu–Li–Song (2019), growth law"
DEFAULT_DEGREE: Final = 100.0


@dataclass(frozen=True, slots=True)
class Change:
    """One quantity of a task that is changed.

    Attributes:
        name: what happens to it, in words.
        horizon, samples, epsilon, separation: the factors it multiplies these with.
    """

    name: str
    horizon: int = 1
    samples: int = 1
    epsilon: float = 1.0
    separation: float = 1.0


CHANGES: Final = (
    Change("T doubles", horizon=2),
    Change("n doubles", samples=2),
    Change("ε is a tenth", epsilon=0.1),
    Change("δ_sep halves", separation=0.5),
)


@dataclass(frozen=True, slots=True)
class GrowthLaw:
    """The law with every factor to the same degree: (n T log(1/ε)/δ_sep)^degree.

    Attributes:
        degree: of the polynomials.
        separation: δ_sep; None if it is not known.
    """

    degree: float
    separation: float | None = None

    def factors(self, change: Change, epsilon: float) -> tuple[float | None, float | None]:
        """log10 of what the change multiplies m and τ with; None where log(1/ε) ≤ 0."""
        sizes = change.horizon * change.samples / change.separation
        polynomial = self.degree * math.log10(sizes)
        if change.epsilon == 1:
            return polynomial, polynomial
        if epsilon >= 1:
            return None, None
        logarithm = math.log10(math.log(epsilon * change.epsilon) / math.log(epsilon))
        return polynomial + self.degree * logarithm, polynomial + logarithm

    def polynomial_log10(self, horizon: int, samples: int, epsilon: float) -> float | None:
        """log10 of the polynomial itself, which is no width: its constant is not published."""
        if self.separation is None or epsilon >= 1:
            return None
        size = math.log10(horizon) + math.log10(samples) - math.log10(self.separation)
        return self.degree * (size + math.log10(-math.log(epsilon)))
