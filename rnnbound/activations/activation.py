"""What is known of an activation σ: one record, whether it has a name or is given by a formula.

The theory needs ``sup|σ| ≤ σ0``, ``sup|σ'| ≤ σ1``, ``sup|σ''| ≤ σ2``, all finite, σ ∈ C²
(section 3).  :mod:`rnnbound.activations.lookup` finds the record that a name or a formula means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from rnnbound.numbers.system import Number, NumberSystem

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array, ArrayKernel
    from rnnbound.activations.support_functions.interface import Support

Bound = Callable[[NumberSystem], Number]
Derivatives = Callable[["Array", int], list[Any]]

#: Characters that a formula may have.
LONGEST_FORMULA: Final = 500
OUTSIDE_THEORY: Final = "it must be twice continuously differentiable with bounded σ, σ' and σ''"

#: What :attr:`Activation.support` must have.
SUPPORT: Final = ("has_third", "steepest", "slope", "bend", "twist")

#: Derivatives of a named activation that are computed, and those that are bounded.
COMPUTED: Final = 7
BOUNDED: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Activation:
    """An activation; no field may be left out, and nothing here loads NumPy before it is called.

    Attributes:
        name: what `--activation` takes.
        formula: σ as people write it.
        sigma0: sup |σ|, as a function of the number system; likewise the next ones.
        sigma1: sup |σ'|.
        sigma2: sup |σ''|.
        sigma3: sup |σ'''|; None if σ''' does not exist everywhere or is not bounded.
        written: the first three bounds as people write them.
        support: suprema of sums of |σ^(k)| at one point, for tight constants.
        kernel: (long) → σ and σ' in place on arrays, for the network; `long` asks for the form that
            is fastest where the number of calls does not matter, on long arrays of float64.
        derivatives: (z, order) → [σ(z), …, σ^(order)(z)], each of the shape of z; order ≤ 3 for a
            formula, ≤ :data:`COMPUTED` for a name.
    """

    name: str
    formula: str
    sigma0: Bound
    sigma1: Bound
    sigma2: Bound
    sigma3: Bound | None
    written: tuple[str, str, str]
    support: Support
    kernel: Callable[[bool], ArrayKernel]
    derivatives: Derivatives


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NamedActivation(Activation):
    """An activation of :mod:`rnnbound.activations.named`, of which certificates know more.

    Attributes:
        place: where it stands in tables, which are in ascending order of it.
        synonyms: names under which people look for it in vain.
        suprema: sup|σ^(k)| for k = 0..9, rounded up; proved in balls by
            tests/activations/test_derivatives.py.
        errors: bounds of the error of `derivatives` for k = 0..7, where z is exact.
    """

    place: int
    synonyms: tuple[str, ...]
    suprema: tuple[float, ...]
    errors: tuple[float, ...]


def checked(activation: object, source: str) -> NamedActivation:
    """`activation`, which `source` registers, if it lacks nothing.

    Raises:
        TypeError: a field is missing; says which.
    """
    if not isinstance(activation, NamedActivation):
        raise TypeError(f"{source} must hold ACTIVATION, a record of the class NamedActivation")
    lengths = {"written": 3, "suprema": 1 + BOUNDED, "errors": 1 + COMPUTED}
    for field in fields(activation):
        value = getattr(activation, field.name)
        if value is None:
            raise TypeError(f"{source}: the activation {activation.name!r} lacks {field.name}")
        wanted = lengths.get(field.name)
        if wanted and len(value) != wanted:
            raise TypeError(
                f"{source}: {field.name} of the activation {activation.name!r} must hold {wanted} "
                f"values, not {len(value)}"
            )
    for part in SUPPORT:
        if not hasattr(activation.support, part):
            raise TypeError(f"{source}: the activation {activation.name!r} lacks support.{part}")
    return activation


def whole(value: int) -> Bound:
    """A bound that is a whole number."""
    return lambda ns: ns.number(value)


def scaled(values: tuple[float, ...], factor: float) -> tuple[float, ...]:
    """Upper bounds times a factor, rounded up."""
    return tuple(v * factor * (1 + 2.0**-50) for v in values)


#: Suprema are written to a few digits; this covers how they were rounded.
ROUNDED_UP: Final = 1 + 2.0**-30
