"""Every tolerance of the tests of numbers, setting, theory and planning, each with its reason."""

from __future__ import annotations

from typing import Final

#: values.json prints 17 significant digits of an mpmath evaluation; the issue promises 1e-12.
REFERENCE: Final = 1e-12
#: What the issue promises for every value in every regime, r within 1e-12 of 1 included.
VALUE: Final = 1e-12
#: A result is the double next to a ball of at least 80 bits: an ulp, and a little for the ball.
DOUBLE: Final = 2.5e-16
#: mpmath at 50 digits against another order of summation of at most 64 positive terms.
SAME_FORMULA: Final = 1e-40
#: A plan's width × iterations against the optimum: half a percent, by the issue.
WORK: Final = 0.005
#: The limit of a bound comes from a search at 80-odd bits that stops at 1e-3 in the logarithm of
#: its argument; at a minimum the error of the value is quadratic.
INFIMUM: Final = 1e-5
#: log10 of a value is a double computed from the ball, of magnitude up to 1e7.
LOG10: Final = 1e-14
#: Slack of "monotone" between two results that are each rounded to the nearest double.
ROUNDED: Final = 4e-16
#: A grid over z meets the supremum of a smooth |σ^(k)| up to the square of its step (1e-3).
GRID: Final = 1e-5
