"""mpmath reals as a number system: the theory must run in it unchanged."""

from __future__ import annotations

from decimal import Decimal

from mpmath import mp, mpf


class Reals:
    """mpmath at its current precision."""

    @property
    def pi(self):
        return +mp.pi

    def number(self, value):
        if isinstance(value, int):
            return mpf(value)
        return mpf(str(value) if isinstance(value, Decimal) else repr(value))

    def sqrt(self, x):
        return mp.sqrt(x)

    def log(self, x):
        return mp.log(x)

    def exp(self, x):
        return mp.exp(x)

    def only(self, condition, value):
        return value() if condition else None

    def maximum(self, x, y):
        return max(x, y)

    def minimum(self, x, y):
        return min(x, y)

    def evolve(self, matrix, steps, vector):
        return list((mp.matrix(matrix) ** steps) * mp.matrix(vector))


REALS = Reals()
