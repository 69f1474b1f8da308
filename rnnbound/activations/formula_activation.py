"""An activation given as a formula in z, with rigorous suprema for its bounds."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from flint import arb, ctx

from rnnbound.activations import formula_parser
from rnnbound.activations.activation import OUTSIDE_THEORY, Activation, Bound
from rnnbound.numbers import decimals
from rnnbound.numbers.balls import Balls, precision
from rnnbound.numbers.system import Number, NumberSystem

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array, ArrayKernel
    from rnnbound.activations.whole_line.suprema import Suprema, Supremum

#: Suprema are found to this accuracy, doubled until it is what the working precision asks for.
_COARSE_BITS: Final = 128
#: An enclosure less accurate than this will not narrow with the precision.
_NARROW_BITS: Final = 100
#: Decimal digits of a supremum for number systems other than balls.
_DIGITS: Final = 60
#: The suprema are between 10^-this and 10^this: powers of them are doubles, in which tight
#: constants are computed and networks are trained.
LARGEST_POWER: Final = 30


def spelled(name: str) -> str | None:
    """The formula that `name` spells, without blanks; None if it is no formula.

    Raises:
        ValueError: it is unreadable or outside the theory.
    """
    if not formula_parser.looks_like_formula(name):
        return None
    text = formula_parser.read(name).text
    _suprema(text, _COARSE_BITS)
    return text


def from_formula(text: str) -> Activation:
    """The activation that :func:`spelled` returned."""
    from rnnbound.activations.support_functions.of_formula import FormulaSupport

    zeroth, first, second, third = _suprema(text, _COARSE_BITS)
    bounds: list[Bound] = [partial(_supremum, text, k) for k in range(3 if third is None else 4)]
    return Activation(
        name=text,
        formula=text,
        sigma0=bounds[0],
        sigma1=bounds[1],
        sigma2=bounds[2],
        sigma3=None if third is None else bounds[3],
        written=(_written(zeroth), _written(first), _written(second)),
        support=FormulaSupport(text, bounds),
        kernel=partial(_kernel, text),
        derivatives=partial(_derivatives, text),
    )


def _kernel(text: str, long: bool) -> ArrayKernel:
    del long  # what is compiled is the same for arrays of any length
    from rnnbound.activations.formula_on_arrays import kernel

    return kernel(text)


def _derivatives(text: str, z: Array, order: int) -> list[Array]:
    from rnnbound.activations.formula_on_arrays import derivatives

    return derivatives(text, z, order)


def _written(supremum: Supremum) -> str:
    return f"{decimals.real(supremum.upper):.10g}"


@lru_cache(maxsize=1024)
def _suprema(text: str, bits: int) -> Suprema:
    """The suprema of a formula, at a relative accuracy of about `bits`."""
    from rnnbound.activations.whole_line.singularities import OutsideError, check_domain
    from rnnbound.activations.whole_line.suprema import SYMBOLS, suprema

    formula = formula_parser.read(text)
    try:
        found = suprema(formula_parser.build(formula), bits)
        check_domain(formula_parser.domain(formula))
    except OutsideError as error:
        raise ValueError(f"is outside the theory: {error}; {OUTSIDE_THEORY}") from None
    for name, supremum in zip(SYMBOLS, found, strict=True):
        if supremum is not None:
            _check_range(f"sup |{name}|", supremum.upper)
    return found


def _check_range(name: str, supremum: arb) -> None:
    """Refuse a supremum that not every number system holds powers of."""
    largest = arb(10) ** LARGEST_POWER
    if supremum > largest or supremum < 1 / largest:
        raise ValueError(
            f"is out of range: {name} is {decimals.nearest(supremum, 5):.4e}, and every bound "
            f"must be from 1e-{LARGEST_POWER} to 1e{LARGEST_POWER}; multiply σ, or z in it, by a "
            "constant"
        )


def _supremum(text: str, k: int, ns: NumberSystem) -> Number:
    """sup |σ^(k)| of a formula in `ns`.

    Any upper bound of the supremum makes the theory hold, so where the enclosure is too wide to
    be of use as a ball, its upper end stands for it.
    """
    coarse = _suprema(text, _COARSE_BITS)[k]
    assert coarse is not None, "resolve() offers no bound that does not exist"
    narrow = coarse.ball.rel_accuracy_bits() >= _NARROW_BITS
    if not isinstance(ns, Balls):
        bits = 2 * _COARSE_BITS
    else:
        bits = _COARSE_BITS
        while bits < ctx.prec:
            bits *= 2
    found = _suprema(text, bits)[k] if narrow else coarse
    assert found is not None, "what exists at one precision exists at all"
    with precision(bits):
        value = found.ball if narrow else found.upper
        if isinstance(ns, Balls):
            return value
        return ns.number(decimals.nearest(value, _DIGITS))
