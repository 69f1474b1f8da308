"""profile: a constant against α, across the cut-off 1/σ1, for growing horizons."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from rnnbound.numbers import decimals
from rnnbound.numbers.limits import Real
from rnnbound.planning.constants import constants
from rnnbound.planning.results import Regime
from rnnbound.scenario.scenario import Scenario

CONSTANT: Final = "S"
VARIANT: Final = "sharp"
MEANING: Final = "S bounds ‖(∂H_t)_t‖², the squared gradient of the outputs of all T steps."
_HORIZONS: Final = (1, 2, 4, 8)
#: The range of α ends at so many cut-offs, or so far beyond α_m; it is logarithmic, and begins at
#: a share of the cut-off, where α_m is far above it.
_BEYOND: Final = 2.0
_PAST: Final = 1.25
_FAR: Final = 8.0
_SHARE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Line:
    """The constant at one horizon; log10, None where it is beyond all numbers."""

    horizon: int
    values_log10: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A constant against α_m.

    Attributes:
        constant, variant, meaning: which one.
        alphas: the values of α_m.
        coordinates: the same, or log10 of them if `logarithmic`.
        lines: by horizon: T, 2T, 4T, 8T.
        cutoff, cutoff_coordinate: 1/σ1.
        alpha_m, alpha_m_coordinate: the scenario's own.
        logarithmic: whether α runs over orders of magnitude.
    """

    constant: str
    variant: str
    meaning: str
    alphas: tuple[float, ...]
    coordinates: tuple[float, ...]
    lines: tuple[Line, ...]
    cutoff: Real
    cutoff_coordinate: float
    alpha_m: Real
    alpha_m_coordinate: float
    logarithmic: bool


def profile(found: Regime, points: int = 41) -> Profile:
    """S of the variant sharp against α_m around the cut-off, at horizons T, 2T, 4T and 8T.

    Args:
        found: what :func:`rnnbound.regime` returned.
        points: values of α_m, at least 2; the cut-off is one of them.
    """
    cutoff, own = float(found.cutoff), float(found.alpha_m)
    logarithmic = own > _FAR * cutoff
    last = max(_BEYOND * cutoff, _PAST * own)
    if logarithmic:
        low, high = math.log10(_SHARE * cutoff), math.log10(last)
        spread = [10 ** (low + (high - low) * k / (points - 1)) for k in range(points)]
    else:
        spread = [last * (_SHARE + (1 - _SHARE) * k / (points - 1)) for k in range(points)]
    alphas = tuple(sorted({*spread, cutoff, own}))

    def coordinate(value: float) -> float:
        return math.log10(value) if logarithmic else value

    return Profile(
        constant=CONSTANT,
        variant=VARIANT,
        meaning=MEANING,
        alphas=alphas,
        coordinates=tuple(map(coordinate, alphas)),
        lines=tuple(_line(found.scenario, times, alphas) for times in _HORIZONS),
        cutoff=found.cutoff,
        cutoff_coordinate=coordinate(cutoff),
        alpha_m=found.alpha_m,
        alpha_m_coordinate=coordinate(own),
        logarithmic=logarithmic,
    )


def _line(scenario: Scenario, times: int, alphas: tuple[float, ...]) -> Line:
    longer = replace(scenario, horizon=scenario.horizon * times)
    values = (
        constants(longer, alpha_m=alpha, variant=VARIANT).constants[VARIANT][CONSTANT]
        for alpha in alphas
    )
    return Line(longer.horizon, tuple(None if x is None else _log10(x) for x in values))


def _log10(value: Real) -> float:
    if isinstance(value, float):
        return math.log10(value)
    return decimals.log10(decimals.ball(value))
