"""tanh(z)/2, all of whose bounds are half of tanh's: an activation that is one file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rnnbound.activations.activation import NamedActivation, whole
from rnnbound.activations.named import tanh

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array, ArrayKernel

_TANH: Final = tanh.Support()


class _Support:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        return _TANH.steepest(low, high) / 2

    def slope(self, x0: float, x1: float) -> float:
        return _TANH.slope(x0, x1) / 2

    def bend(self, x1: float, x2: float) -> float:
        return _TANH.bend(x1, x2) / 2

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return _TANH.twist(x1, x2, x3) / 2


def _kernel(long: bool) -> ArrayKernel:
    found = tanh.ACTIVATION.kernel(long)
    return replace(found, outer=found.outer / 2)


def _derivatives(z: Array, order: int) -> list[Array]:
    return [values / 2 for values in tanh.derivatives(z, order)]


ACTIVATION: Final = NamedActivation(
    name="half-tanh",
    formula="tanh(z)/2",
    place=7,
    synonyms=("semi-tanh",),
    sigma0=lambda ns: ns.number(1) / 2,
    sigma1=lambda ns: ns.number(1) / 2,
    sigma2=lambda ns: 2 * ns.sqrt(ns.number(3)) / 9,
    sigma3=whole(1),
    written=("1/2", "1/2", "2√3/9"),
    support=_Support(),
    kernel=_kernel,
    derivatives=_derivatives,
    suprema=tuple(s / 2 for s in tanh.ACTIVATION.suprema),
    errors=tanh.ERRORS,
)
