"""Constants from below: in log a, lines that touch them at one place.

What moves with a is log-convex in log a (docs/theory.md, section 7), so the line through two
neighbouring values is below all others, and no constant but these two is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import fields, replace
from functools import cache, cached_property
from typing import Any, Final

from flint import arb

from rnnbound.numbers.balls import BALLS
from rnnbound.numbers.plain_doubles import FLOATS
from rnnbound.numbers.system import Number
from rnnbound.scenario.memory import contraction
from rnnbound.scenario.scenario_in_number_system import Quantities

#: How far the second value is, relative to a and to one of the steps that memory spans.
_APART: Final = 2.0**-16
#: Where doubles do: products of powers of these are far from overflowing.
_LEAST, _MOST = 1e-30, 1e30

Read = Callable[[Number], Number]


def neighbour(q: Quantities, a: Number) -> Number:
    """A larger `a`, so close that constants are lines between the two."""
    return a + a * _share(q, a) * _APART


def _share(q: Quantities, a: Number) -> Number:
    """One over the number of steps that memory spans."""
    ns = q.ns
    share = ns.maximum(abs(1 - contraction(q, a)), ns.number(1) / q.T)
    return ns.minimum(share, ns.number(1))


class Tangents:
    """Lower bounds of constants at every a.

    Args:
        q: the scenario's symbols, in the number system to work in.
        here, near: the constants at one a and at its :func:`neighbour`.
        read: turns their numbers into those of `q`.
    """

    def __init__(self, q: Quantities, here: Any, near: Any, read: Read) -> None:
        self.q = q
        self._here, self._near, self._read = here, near, read
        kind: Any = type(here)
        self._make = _touching(kind)
        self._a, self._step = read(here.a), self._log(near.a / here.a)
        self._lines: dict[str, tuple[Number, Number] | None] = {}
        self._fixed: dict[str, Number] = {}

    @classmethod
    def of(cls, here: Any, near: Any, others: Iterable[arb]) -> Tangents:
        """The same in doubles, where all that was asked of `here` and `others` are in range.

        Else they stay in balls, whose exponents have no limit.
        """
        q: Quantities = here.q
        names = [f.name for f in fields(q) if f.name not in {"ns", "T", "activation"}]
        symbols = {name: getattr(q, name) for name in names}
        asked = [vars(here)[name] for name in (*here.moving, *here.at_start) if name in vars(here)]
        sizes = [BALLS.number(q.T), *symbols.values(), *asked, *others]
        if not all(x == 0 or _LEAST < x < _MOST for x in sizes):
            return cls(q, here, near, lambda x: x)
        doubles: dict[str, Any] = {name: float(x) for name, x in symbols.items()}
        return cls(replace(q, ns=FLOATS, **doubles), here, near, float)

    def at(self, a: Number) -> Any:
        """Constants that no true one is below, where every |W_ii| ≤ `a`."""
        c = self._make(self.q, a)
        vars(c).update(lines=self, ahead=self.q.ns.log(a / self._a))
        return c

    def line(self, name: str, ahead: Number) -> Number:
        """The constant `name` at log a, given how far that is from where the line touches."""
        ns = self.q.ns
        if name not in self._lines:
            here, near = getattr(self._here, name), getattr(self._near, name)
            # Without recurrence the weights W do not matter.
            known = None if _vanishes(here) else (self._read(here), self._log(near / here))
            self._lines[name] = known
        line = self._lines[name]
        if line is None:
            return ns.number(0)
        touched, rise = line
        steps = ahead / self._step
        found = rise * steps
        if name in self._here.errors:
            error, chord = self._here.errors[name]
            found = found - error * (1 + abs(steps) * (_APART / chord))
        return touched * ns.exp(found)

    def fixed(self, name: str) -> Number:
        """The constant `name`, which does not depend on a."""
        if name not in self._fixed:
            self._fixed[name] = self._read(getattr(self._here, name))
        return self._fixed[name]

    def taken(self, take: Read) -> Tangents:
        """Those at some of the points, in arrays; once all that is needed was asked for."""
        names = [f.name for f in fields(self.q) if f.name not in {"ns", "activation"}]
        some = copy(self)
        some.q = replace(self.q, **{name: take(getattr(self.q, name)) for name in names})
        some._a, some._step = take(self._a), take(self._step)
        some._lines = {
            name: None if line is None else (take(line[0]), take(line[1]))
            for name, line in self._lines.items()
        }
        some._fixed = {name: take(x) for name, x in self._fixed.items()}
        return some

    def _log(self, ratio: Number) -> Number:
        # Taken before it is read: a ratio may be too close to 1 for doubles.
        return self._read(self._here.q.ns.log(ratio))


def _vanishes(x: Number) -> bool:
    return not hasattr(x, "v") and bool(x == 0)


@cache
def _touching(make: Any) -> Any:
    """The class of constants with all that it is made of read from lines."""
    members = {
        **{name: _moving(name) for name in make.moving},
        **{name: _fixed(name) for name in make.at_start},
    }
    return type(f"{make.__name__}FromBelow", (make,), members)


def _moving(name: str) -> cached_property[Number]:
    return cached_property(lambda c: c.lines.line(name, c.ahead))


def _fixed(name: str) -> cached_property[Number]:
    return cached_property(lambda c: c.lines.fixed(name))
