"""The logistic function (1 + tanh(z/2))/2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rnnbound.activations.activation import ROUNDED_UP, NamedActivation, scaled, whole
from rnnbound.activations.named import tanh
from rnnbound.activations.support_functions.interface import RAISED

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array, ArrayKernel

_TANH: Final = tanh.Support()


class _Support:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        return _TANH.steepest(low / 2, high / 2) / 4

    def slope(self, x0: float, x1: float) -> float:
        """x0/2 + x1/4 + x0²/(4x1), attained at tanh(z/2) = x0/x1; x0 at infinity."""
        return RAISED * (x0 / 2 + x1 / 4 + x0 * (x0 / (4 * x1)) if x1 > x0 else x0)

    def bend(self, x1: float, x2: float) -> float:
        return _TANH.bend(x1 / 4, x2 / 8)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return _TANH.twist(x1 / 4, x2 / 8, x3 / 16)


def _kernel(long: bool) -> ArrayKernel:
    import numpy as np

    from rnnbound.activations.array_kernel import by_value

    def value(y: Array) -> None:
        """1/(1 + e^y), the logistic function of −y; e^y may overflow."""
        np.exp(y, y)
        np.add(y, 1.0, y)
        np.divide(1.0, y, y)

    def slope(h: Array, out: Array) -> None:
        """h² − h, written so that `out` may be h."""
        np.subtract(h, 0.5, out)
        np.multiply(out, out, out)
        np.subtract(out, 0.25, out)

    return by_value(value, slope, -1.0)


def _derivatives(z: Array, order: int) -> list[Array]:
    first, *others = tanh.derivatives(z / 2, order)
    return [(first + 1) / 2, *(f * 0.5 ** (k + 2) for k, f in enumerate(others))]


ACTIVATION: Final = NamedActivation(
    name="logistic",
    formula="1/(1+e^−z)",
    place=2,
    synonyms=("sigmoid",),
    sigma0=whole(1),
    sigma1=lambda ns: ns.number(1) / 4,
    sigma2=lambda ns: ns.sqrt(ns.number(3)) / 18,
    sigma3=lambda ns: ns.number(1) / 8,
    written=("1", "1/4", "√3/18"),
    support=_Support(),
    kernel=_kernel,
    derivatives=_derivatives,
    suprema=scaled(
        (1.0, *(s * 0.5 ** (k + 2) for k, s in enumerate(tanh.SUPREMA[1:]))), ROUNDED_UP
    ),
    errors=tanh.ERRORS,
)
