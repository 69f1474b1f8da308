"""Arrays of doubles that know how wrong they may be.

The same lines of the theory run on many scenarios, widths and iteration counts at once.  Every
value carries a bound on its relative error, to first order in u = 2⁻⁵³ and counted in u, so that
a comparison can tell when doubles do not decide it.

Numbers are ≥ 0, but for differences, which are used where they are: the error of a sum is at most
the larger of the errors of its terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from flint import arb
from numpy.typing import NDArray

from rnnbound.numbers.system import Literal

#: An array, or one double for all points.
Values = Any
Mask = NDArray[np.bool_]

#: The unit roundoff of doubles.
UNIT: Final = 2.0**-53
#: What the logarithm and the exponential may be wrong by: four units in the last place.
_ELEMENTARY: Final = 8.0
#: Covers the terms of second order for errors up to MOST.
_SAFETY: Final = 1.01
#: Relative errors, in u, beyond which nothing is decided.
MOST: Final = 1e9


class Approximate:
    """Doubles `v`, each within `e` u of the truth, relatively.

    Attributes:
        v: the values; a number stands for the same at all points.
        e: the errors in u; likewise.
    """

    __slots__ = ("e", "v")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, v: Values, e: Values = 0.0) -> None:
        self.v, self.e = v, e

    def __add__(self, other: Any) -> Approximate:
        other = lift(other)
        v, e = self.v + other.v, _larger(self.e, other.e)
        if isinstance(e, np.ndarray):
            # Errors differ from point to point after a difference; what is small counts little.
            shared = (np.abs(self.v) * self.e + np.abs(other.v) * other.e) / v
            e = np.where(shared < e, shared, e)
        return Approximate(v, e + 1.0)

    def __sub__(self, other: Any) -> Approximate:
        other = lift(other)
        v = self.v - other.v
        # Where nothing is left, the error is infinite: a sign there is never certain.
        lost = np.abs(self.v) * self.e + np.abs(other.v) * other.e
        return Approximate(v, lost / np.abs(v) + 1.0)

    def __rsub__(self, other: Any) -> Approximate:
        return lift(other) - self

    def __mul__(self, other: Any) -> Approximate:
        other = lift(other)
        return Approximate(self.v * other.v, self.e + other.e + 1.0)

    def __truediv__(self, other: Any) -> Approximate:
        other = lift(other)
        return Approximate(self.v / other.v, self.e + other.e + 1.0)

    def __rtruediv__(self, other: Any) -> Approximate:
        return lift(other) / self

    def __pow__(self, exponent: int) -> Approximate:
        v = self.v
        for _ in range(exponent - 1):
            v = v * self.v
        return Approximate(v, exponent * self.e + (exponent - 1.0))

    def __abs__(self) -> Approximate:
        return Approximate(np.abs(self.v), self.e)

    __radd__ = __add__
    __rmul__ = __mul__

    def __gt__(self, other: Any) -> Decided:
        other = lift(other)
        apart = np.abs(self.v - other.v) > other.slack() + self.slack()
        return Decided(self.v > other.v, apart)

    def __le__(self, other: Any) -> Decided:
        found = self > other
        return Decided(~np.asarray(found.holds), found.certain)

    def __lt__(self, other: Any) -> Decided:
        return lift(other) > self

    def __ge__(self, other: Any) -> Decided:
        return lift(other) <= self

    def slack(self) -> Values:
        """How far the truth may be from `v`, absolutely; infinite where too much is lost."""
        far = np.where(np.asarray(self.e) < MOST, self.e, np.inf)
        return np.abs(self.v) * far * (_SAFETY * UNIT)

    def take(self, index: Any) -> Approximate:
        """The values at some of the points."""
        return Approximate(taken(self.v, index), taken(self.e, index))


class Decided:
    """Which of the points a comparison holds at, and at which that is certain."""

    __slots__ = ("certain", "holds")

    def __init__(self, holds: Any, certain: Any) -> None:
        self.holds, self.certain = holds, certain

    def __and__(self, other: Decided) -> Decided:
        refuted = (self.certain & ~self.holds) | (other.certain & ~other.holds)
        return Decided(self.holds & other.holds, (self.certain & other.certain) | refuted)

    @property
    def surely(self) -> Any:
        """Where it certainly holds."""
        return self.holds & self.certain

    @property
    def surely_not(self) -> Any:
        """Where it certainly does not."""
        return ~np.asarray(self.holds) & self.certain


def lift(value: Any) -> Approximate:
    """A plain number, which is small and exact, as it enters a formula."""
    return value if isinstance(value, Approximate) else Approximate(float(value))


def taken(x: Values, index: Any) -> Values:
    """`x` at some of the points."""
    return x[index] if isinstance(x, np.ndarray) and x.ndim else x


def _larger(x: Values, y: Values) -> Values:
    if isinstance(x, float) and isinstance(y, float):
        return max(x, y)
    return np.maximum(x, y)


class Arrays:
    """The number system of :class:`Approximate` values ≥ 0."""

    @property
    def pi(self) -> Approximate:
        return Approximate(np.pi, 1.0)

    def number(self, value: Literal) -> Approximate:
        exact = isinstance(value, int) and abs(value) < 1 << 53
        return Approximate(float(value), 0.0 if exact else 1.0)

    def ball(self, value: arb) -> Approximate:
        """What a ball encloses that is much smaller than u."""
        return Approximate(float(value.mid()), 1.0)

    def counts(self, values: Any) -> Approximate:
        """Whole numbers below 2⁵³, a value for each point."""
        return Approximate(np.asarray(values, dtype=np.float64))

    def array(self, values: Any) -> Approximate:
        """A value for each point, as :meth:`number` reads it."""
        return Approximate(np.array(values, dtype=np.float64), 1.0)

    def sqrt(self, x: Approximate) -> Approximate:
        return Approximate(np.sqrt(x.v), x.e / 2 + 1.0)

    def log(self, x: Approximate) -> Approximate:
        v = np.log(x.v)
        return Approximate(v, x.e / np.abs(v) + _ELEMENTARY)

    def exp(self, x: Approximate) -> Approximate:
        return Approximate(np.exp(x.v), np.abs(x.v) * x.e + _ELEMENTARY)

    def maximum(self, x: Any, y: Any) -> Approximate:
        x, y = lift(x), lift(y)
        return Approximate(np.maximum(x.v, y.v), _larger(x.e, y.e))

    def minimum(self, x: Any, y: Any) -> Approximate:
        x, y = lift(x), lift(y)
        return Approximate(np.minimum(x.v, y.v), _larger(x.e, y.e))

    def only(self, condition: Decided, value: Callable[[], Approximate]) -> Approximate:
        """The value where the condition holds, infinity elsewhere."""
        found = value()
        e = np.where(condition.holds, found.e, 0.0)
        v = np.where(condition.holds, found.v, np.inf)
        return Approximate(v, np.where(condition.certain, e, np.inf))

    def repeat(
        self,
        step: Callable[[tuple[Any, ...]], tuple[Any, ...]],
        start: tuple[Any, ...],
        steps: Approximate,
    ) -> tuple[Approximate, ...]:
        """The state after as many steps as each point asks for."""
        counts = np.asarray(steps.v, dtype=np.int64)
        most = int(counts.max(initial=0))
        same = bool((counts == most).all())
        states = [tuple(map(lift, start))]
        errors = [[x.e for x in states[0]]]
        state = states[0]
        for done in range(most):
            moved = step(state)
            if not same:
                going = counts > done
                moved = tuple(
                    Approximate(np.where(going, new.v, old.v), new.e)
                    for new, old in zip(moved, state, strict=True)
                )
            state = moved
            errors.append([x.e for x in state])
        # An error for each point also where all are the same: sums then weigh them alike, so that
        # nothing depends on which points are computed together.
        return tuple(
            Approximate(x.v, _chosen([at[i] for at in errors], counts)) for i, x in enumerate(state)
        )

    def evolve(self, matrix: Any, steps: Any, vector: Any) -> Any:
        """Not needed: the steps of every point are run, by :meth:`repeat`."""
        raise NotImplementedError


def _chosen(errors: Sequence[Values], counts: NDArray[np.int64]) -> Values:
    """Each point's error after its own number of steps."""
    if all(isinstance(e, float) for e in errors):
        return np.array(errors)[counts]
    table = np.stack(np.broadcast_arrays(*errors, counts)[:-1])
    return table[counts, np.arange(len(counts))]


ARRAYS: Final = Arrays()
