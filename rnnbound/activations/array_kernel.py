"""σ and σ' on arrays, in place: what the network computes with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class ArrayKernel:
    """σ(z) = κ φ(λz) on arrays, in place.

    The weights can take up λ and κ, so φ is chosen to need few passes over an array.

    Attributes:
        value: (y) replaces y = λz by φ(y).
        both: (y, out) replaces y by φ(y) and fills `out` with φ'(y).
        slope: (h, out) fills `out`, which may be h, with φ'(y) where h = φ(y); None if h does not
            determine it.
        inner: λ.
        outer: κ.
    """

    value: Callable[[Array], object]
    both: Callable[[Array, Array], object]
    slope: Callable[[Array, Array], object] | None = None
    inner: float = 1.0
    outer: float = 1.0


def by_value(
    value: Callable[[Array], object],
    slope: Callable[[Array, Array], object],
    inner: float = 1.0,
    outer: float = 1.0,
) -> ArrayKernel:
    """A σ whose σ' is a function of σ."""

    def both(z: Array, out: Array) -> None:
        value(z)
        slope(z, out)

    return ArrayKernel(value, both, slope, inner, outer)
