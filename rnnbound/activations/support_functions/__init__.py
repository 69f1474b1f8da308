"""Suprema over z of x0|σ| + x1|σ'| and of x1|σ'| + x2|σ''| + x3|σ'''|: an activation as a curve.

Taken at one point z, not one by one: these are the support functions of the curve that an
activation and its derivatives draw, and what the directional constants of section 4.4 need.
"""

from __future__ import annotations

from functools import lru_cache

from rnnbound.activations.support_functions.interface import Support
from rnnbound.activations.support_functions.named import SUPPORTS


@lru_cache(maxsize=64)
def support_of(activation: str) -> Support:
    """The support functions of a named activation or of a formula in z."""
    if activation in SUPPORTS:
        return SUPPORTS[activation]
    from rnnbound.activations.support_functions.of_formula import FormulaSupport

    return FormulaSupport(activation)
