"""The theory's numbers as floats, for the checks to compare with.  No formula is repeated here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from flint import arb

from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.system import Number
from rnnbound.scenario.scenario import Scenario
from rnnbound.scenario.scenario_in_number_system import Quantities, quantities
from rnnbound.theory.methods import METHODS
from rnnbound.theory.paper_constants import PAPER
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.tight_constants import TightConstants
from rnnbound.verification.scaled_activation_derivatives import Curve

#: What makes the constants of each variant.
CONSTANTS: Final[Mapping[str, Callable[[Quantities, Number], Any]]] = {
    **PAPER,
    "sharp": SharpConstants,
    "tight": TightConstants,
}
#: Variants whose constants depend on the activation through σ0, σ1 and σ2 alone, so that they
#: exist for a scaled activation as well.
SCALABLE: Final = frozenset({"printed", "corrected", "sharp"})
_BITS: Final = 160


def applies(variant: str, curve: Curve) -> bool:
    """Whether the variant's constants can be computed for this activation."""
    return curve.is_plain or variant in SCALABLE


def constants(variant: str, scenario: Scenario, curve: Curve, a: float | None = None) -> Any:
    """The constants for |W_ii| ≤ a; a = α if None.

    Args:
        variant: one of :data:`CONSTANTS`.
        scenario: the task; its activation is the plain form of `curve`.
        curve: the activation.
        a: the bound on |W_ii|.
    """
    q = curve.quantities(quantities(scenario, BALLS))
    return CONSTANTS[variant](q, q.alpha if a is None else BALLS.number(a))


def has_S(variant: str) -> bool:
    """Whether the variant's proofs rest on the constant S."""
    made = CONSTANTS[variant]
    return isinstance(made, type) and issubclass(made, SharpConstants)


def value(evaluate: Callable[[], Number | None]) -> float | None:
    """What `evaluate` returns in balls, as a float from above; None if it returns None."""
    with precision(_BITS):
        found: arb | None = evaluate()
        return None if found is None else float(found.upper())


def theorems(variant: str, only: str | None = None) -> Iterator[tuple[str, Any]]:
    """The variant's theorems, by method and form; of the method `only` if it is given."""
    for name, method in METHODS.items():
        if variant in method.variants and only in {None, name}:
            for theorem in method.forms(variant):
                form = getattr(theorem, "form", None)
                yield f"{name} ({form})" if form else name, theorem
