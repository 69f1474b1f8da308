"""activations: the table of section 3."""

from __future__ import annotations

from rnnbound.activations.activation import Activation
from rnnbound.activations.lookup import ACTIVATIONS, resolve
from rnnbound.errors import shown, wrong
from rnnbound.numbers import decimals
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.planning.results import ActivationRow


def activations(name: str | None = None) -> tuple[ActivationRow, ...]:
    """All activations with their bounds, or the one called `name`, or that of a formula in z.

    Raises:
        RequestError: no activation of that name is within the theory.
    """
    if name is None:
        return tuple(map(_row, ACTIVATIONS.values()))
    try:
        return (_row(resolve(name)),)
    except ValueError as error:
        raise wrong("name", f"{shown(name)} {error}") from None


def _row(activation: Activation) -> ActivationRow:
    with precision(128):
        sigma1 = activation.sigma1(BALLS)
        return ActivationRow(
            name=activation.name,
            formula=activation.formula,
            sigma0=decimals.real(activation.sigma0(BALLS)),
            sigma1=decimals.real(sigma1),
            sigma2=decimals.real(activation.sigma2(BALLS)),
            sigma3=None if activation.sigma3 is None else decimals.real(activation.sigma3(BALLS)),
            cutoff=decimals.real(1 / sigma1),
            written=activation.written,
        )
