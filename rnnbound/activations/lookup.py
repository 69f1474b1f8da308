"""What a name or a formula means: the one place that the other rooms ask for an activation.

Six are known by name, others are given as a formula such as ``tanh(z)/2``, for which SymPy is
imported when one is met and not before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rnnbound.activations.activation import OUTSIDE_THEORY, Activation, NamedActivation
from rnnbound.activations.named import ACTIVATIONS
from rnnbound.errors import shown, suggestion, wrong

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import ArrayKernel

__all__ = ("ACTIVATIONS", "array_kernel", "find", "proved_activation", "resolve")

#: Well-known functions outside the theory, with the assumption that each one breaks.
_OUTSIDE: Final = {
    "relu": "σ0 is infinite (unbounded above) and σ' jumps at 0, so σ is not C²",
    "leaky-relu": "σ0 is infinite (unbounded) and σ' jumps at 0, so σ is not C²",
    "elu": "σ0 is infinite (unbounded above) and σ'' jumps at 0, so σ is not C²",
    "selu": "σ0 is infinite (unbounded above) and σ' jumps at 0, so σ is not C²",
    "softplus": "σ0 is infinite (unbounded above)",
    "gelu": "σ0 is infinite (unbounded above)",
    "silu": "σ0 is infinite (unbounded above)",
    "swish": "σ0 is infinite (unbounded above)",
    "mish": "σ0 is infinite (unbounded above)",
    "identity": "σ0 is infinite (unbounded)",
    "linear": "σ0 is infinite (unbounded)",
    "softsign": "σ'' jumps at 0 from 2 to −2, so σ is not C² (σ2 does not exist)",
    "hard-tanh": "σ' jumps at ±1, so σ is not C² (σ2 does not exist)",
    "hard-sigmoid": "σ' jumps, so σ is not C² (σ2 does not exist)",
}
#: Names that differ by their hyphens alone, as people write them.
_OUTSIDE_BY_LETTERS: Final = {name.replace("-", ""): name for name in _OUTSIDE}


def find(name: object) -> str:
    """The registered name that `name` means, or the formula in z that it spells, without blanks.

    Raises:
        ValueError: it is unknown, unreadable or outside the theory; the text completes
            "activation ...".
    """
    if not isinstance(name, str):
        raise ValueError(f"must be a name such as 'tanh', not {shown(name)}")
    key = name.strip().lower().replace("_", "-").replace(" ", "-")
    if key in ACTIVATIONS:
        return key
    if outside := _OUTSIDE_BY_LETTERS.get(key.replace("-", "")):
        raise ValueError(f"is outside the theory: {_OUTSIDE[outside]}; {OUTSIDE_THEORY}")
    from rnnbound.activations.formula_activation import spelled

    if text := spelled(name):
        return text
    meant = (known.name for known in ACTIVATIONS.values() if key in known.synonyms)
    known = next(meant, None)
    raise ValueError(
        f"is unknown; {f'did you mean {known!r}?' if known else suggestion(key, [*ACTIVATIONS])}"
    )


@lru_cache(maxsize=256)
def resolve(name: str) -> Activation:
    """The activation behind what :func:`find` returned.

    Raises:
        ValueError: `name` is unknown, unreadable or outside the theory.
    """
    text = find(name)
    if text in ACTIVATIONS:
        return ACTIVATIONS[text]
    from rnnbound.activations.formula_activation import from_formula

    return from_formula(text)


def array_kernel(activation: str | Activation, *, long: bool = False) -> ArrayKernel:
    """σ and σ' on arrays: of a name, of a formula in z, or of what :func:`resolve` returned.

    Args:
        activation: which.
        long: whether it is for arrays of float64 that are so long that the number of calls does
            not matter.

    Raises:
        ValueError: it is unknown, unreadable or outside the theory.
    """
    try:
        return _kernel(activation.name if isinstance(activation, Activation) else activation, long)
    except ValueError as error:
        raise ValueError(f"activation {error}") from None


@lru_cache(maxsize=256)
def _kernel(name: str, long: bool) -> ArrayKernel:
    return resolve(name).kernel(long)


def proved_activation(name: str) -> NamedActivation:
    """The named activation, whose derivatives' errors and suprema are proved, for certificates.

    Raises:
        RequestError: it is not one of the named ones.
    """
    if name not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise wrong("activation", f"certificates know {known} (given: {name})")
    return ACTIVATIONS[name]
