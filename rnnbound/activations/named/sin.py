"""sin z."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rnnbound.activations.activation import (
    BOUNDED,
    ROUNDED_UP,
    NamedActivation,
    scaled,
    whole,
)
from rnnbound.activations.named import tanh
from rnnbound.activations.support_functions.interface import RAISED

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array, ArrayKernel


class _Support:
    has_third = True

    def steepest(self, low: float, high: float) -> float:
        """|cos z|, which is 1 at the multiples of π."""
        if high - low >= math.pi or math.floor(high / math.pi) >= math.ceil(low / math.pi):
            return RAISED
        return RAISED * max(abs(math.cos(low)), abs(math.cos(high)))

    def slope(self, x0: float, x1: float) -> float:
        return RAISED * math.hypot(x0, x1)

    def bend(self, x1: float, x2: float) -> float:
        return RAISED * math.hypot(x1, x2)

    def twist(self, x1: float, x2: float, x3: float) -> float:
        return RAISED * math.hypot(x1 + x3, x2)


def _kernel(long: bool) -> ArrayKernel:
    import numpy as np

    from rnnbound.activations.array_kernel import ArrayKernel

    def both(z: Array, out: Array) -> None:
        np.cos(z, out)
        np.sin(z, z)

    return ArrayKernel(lambda z: np.sin(z, z), both)


def _derivatives(z: Array, order: int) -> list[Array]:
    import numpy as np

    s = np.sin(z)
    if not order:
        return [s]
    c = np.cos(z)
    return [s, c, -s, -c, s, c, -s, -c][: order + 1]


ACTIVATION: Final = NamedActivation(
    name="sin",
    formula="sin z",
    place=5,
    synonyms=("sine",),
    sigma0=whole(1),
    sigma1=whole(1),
    sigma2=whole(1),
    sigma3=whole(1),
    written=("1", "1", "1"),
    support=_Support(),
    kernel=_kernel,
    derivatives=_derivatives,
    suprema=scaled((1.0,) * (1 + BOUNDED), ROUNDED_UP),
    errors=tanh.ERRORS,
)
