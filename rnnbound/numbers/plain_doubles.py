"""Plain doubles as a number system: quick, and for searches alone.

Roundings are not kept track of.  What is found with these is either checked in ball arithmetic or
compared with a margin that no rounding bridges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rnnbound.numbers.system import Literal, Number


@dataclass(frozen=True)
class Plain:
    """Doubles, or arrays of them, by the functions that work on them.

    Attributes:
        sqrt, log, exp, maximum, minimum, only: as of any number system.
    """

    sqrt: Callable[[Any], Any]
    log: Callable[[Any], Any]
    exp: Callable[[Any], Any]
    maximum: Callable[[Any, Any], Any]
    minimum: Callable[[Any, Any], Any]
    only: Callable[[Any, Callable[[], Any]], Any]

    @property
    def pi(self) -> float:
        return math.pi

    def number(self, value: Literal) -> float:
        return float(value)

    def evolve(
        self, matrix: Sequence[Sequence[Number]], steps: Number, vector: Sequence[Number]
    ) -> Sequence[Number]:
        """Not needed: constants are computed elsewhere."""
        raise NotImplementedError


#: Exponents beyond which there is nothing to compare with; powers of the result do not overflow.
_HIGHEST: Final = 100.0

FLOATS: Final = Plain(
    math.sqrt,
    math.log,
    lambda x: math.exp(x) if x < _HIGHEST else math.inf,
    max,
    min,
    lambda condition, value: value() if condition else None,
)
