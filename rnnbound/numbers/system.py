"""The interface between a formula and the numbers it is evaluated in.

A statement of the theory uses ``+ - * / **`` (integer powers) on its quantities and, beyond
those, only what a :class:`NumberSystem` offers.  No statement in ``rnnbound.theory`` knows
which system it runs in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

#: A value of some number system: a ball, an array, a SymPy expression.
Number = Any

#: What a person can write: an exact integer, a double read as its shortest decimal, a decimal.
Literal = int | float | Decimal


class NumberSystem(Protocol):
    """Real arithmetic for one kind of :data:`Number`."""

    @property
    def pi(self) -> Number:
        """The circle constant."""

    def number(self, value: Literal) -> Number:
        """`value` in this system; a float means the shortest decimal that rounds to it."""

    def sqrt(self, x: Number) -> Number:
        """The square root of `x` ≥ 0."""

    def log(self, x: Number) -> Number:
        """The natural logarithm of `x` > 0."""

    def exp(self, x: Number) -> Number:
        """The exponential of `x`."""

    def maximum(self, x: Number, y: Number) -> Number:
        """The larger of `x` and `y`."""

    def minimum(self, x: Number, y: Number) -> Number:
        """The smaller of `x` and `y`."""

    def only(self, condition: Any, value: Callable[[], Number]) -> Number | None:
        """`value()` where the condition holds; None, or what stands for it, elsewhere."""

    def evolve(
        self, matrix: Sequence[Sequence[Number]], steps: Number, vector: Sequence[Number]
    ) -> Sequence[Number]:
        """``matrix**steps @ vector`` for a lower triangular, entrywise non-negative matrix."""


class SymbolicSystem(NumberSystem, Protocol):
    """A number system in which a number of steps can be a symbol."""

    def closed_form(
        self,
        step: Sequence[Mapping[tuple[int, ...], Number]],
        steps: Number,
        start: Sequence[Number],
    ) -> Sequence[Number]:
        """The variables of a recurrence after `steps` steps.

        `step` says what each variable becomes, a polynomial in the variables (coefficients by
        exponent tuple) that mentions none behind it and itself only linearly.
        """


class PointwiseSystem(NumberSystem, Protocol):
    """A number system of many points, each with its own number of steps."""

    def repeat(
        self,
        step: Callable[[tuple[Number, ...]], tuple[Number, ...]],
        start: tuple[Number, ...],
        steps: Number,
    ) -> tuple[Number, ...]:
        """The state after as many steps as each point asks for."""
