"""Where an axis is labelled, and how: the same in every rendering."""

from __future__ import annotations

import math
from typing import Final

from rnnbound.presentation.charts.chart import Axis

Tick = tuple[float, str]

_SUPERSCRIPTS: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
#: Powers of ten that are written out.
_PLAIN: Final = range(-3, 6)
_MANTISSAS: Final = (
    (1, 2, 5),
    (1, 1.5, 2, 3, 5, 7),
    tuple(range(1, 10)),
    tuple(x / 10 for x in range(10, 100)),
)
_FEWEST: Final = 3


def ticks(axis: Axis, low: float, high: float, most: int, *, ascii: bool = False) -> list[Tick]:
    """Coordinates from `low` to `high` with their labels, about `most` at the most.

    Args:
        axis: linear, logarithmic (coordinates are log10) or of names.
        low, high: coordinates.
        most: how many there is room for.
        ascii: write powers as 1e4 instead of 10⁴.
    """
    if axis.names:
        return [(float(place), name) for place, name in enumerate(axis.names)]
    if axis.log:
        return _logarithmic(low, high, max(most, 2), ascii)
    return _linear(low, high, max(most, 2), 1.0 if axis.whole else 0.0)


def _linear(low: float, high: float, most: int, least: float) -> list[Tick]:
    """Multiples of 1, 2 or 5 times a power of ten, which is at least `least`."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next((m * power for m in (1, 2, 5) if m * power >= rough), 10 * power)
    step = max(step, least)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    places = [k * step for k in range(first, last + 1)]
    return [(place, f"{place:.10g}" if place else "0") for place in places]


def _logarithmic(low: float, high: float, most: int, ascii: bool) -> list[Tick]:
    """Powers of ten, and where there are too few, round numbers between them."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last - first + 1 >= _FEWEST:
        step = _stride(last - first, most)
        start = -(-first // step) * step
        decades = list(range(start, last + 1, step))
        if len(decades) > 1:
            return [(float(k), _written(1, k, decades, ascii)) for k in decades]
    found: list[tuple[float, int]] = []
    for mantissas in _MANTISSAS:
        found = [
            (m, k)
            for k in range(math.floor(low), math.floor(high) + 1)
            for m in mantissas
            if low - 1e-9 <= k + math.log10(m) <= high + 1e-9
        ]
        if len(found) >= _FEWEST:
            break
    found = found[:: max(1, math.ceil(len(found) / most))]
    powers = [k for _, k in found]
    return [(k + math.log10(m), _written(m, k, powers, ascii)) for m, k in found]


def _stride(span: int, most: int) -> int:
    """The least 1, 2 or 5 times a power of ten that divides `span` into at most `most` parts."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if span // step + 1 <= most:
                return step
        power *= 10


def _written(mantissa: float, power: int, powers: list[int], ascii: bool) -> str:
    """`mantissa` × 10^`power`, written out if all are of moderate size."""
    if all(k in _PLAIN for k in powers):
        return f"{mantissa * 10.0**power:,.10g}"
    if ascii:
        return f"{mantissa:g}e{power}"
    ten = f"10{str(power).translate(_SUPERSCRIPTS)}"
    return ten if mantissa == 1 else f"{mantissa:g}·{ten}"


def spoken(axis: Axis, coordinate: float) -> str:
    """The value at a coordinate, to four digits."""
    if not axis.log:
        return f"{coordinate:.4g}"
    power = math.floor(coordinate)
    return _written(float(f"{10 ** (coordinate - power):.4g}"), power, [power], True)
