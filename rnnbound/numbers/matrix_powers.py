"""Large powers of a lower triangular matrix with entries ≥ 0, applied to a vector, in balls.

A recurrence of T steps is such a power, and T may have 300 digits.  Squaring takes a product for
each bit of T.  Where the diagonal is so close to 1 that T steps hardly show it, a binomial series
replaces the first squarings; where it is below 1, all is settled after some steps, and what is
left of them is enclosed between what has been reached and what never is exceeded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt, log
from typing import Final, NamedTuple

from flint import arb, arb_mat, ctx

from rnnbound.numbers.limits import LARGEST_EXPONENT, TooLargeError

Rows = Sequence[Sequence[arb]]

#: The logarithm of a number so large that no power of 1/100 of it is one that is worked with.
_LARGEST_LOG: Final = 100 * LARGEST_EXPONENT * log(10)
#: What is settled is given this many bits more to settle than anybody asks for.
_SPARE: Final = 40


def times_power(matrix: Rows, steps: int, vector: Sequence[arb]) -> list[arb]:
    """``matrix**steps @ vector``.

    Args:
        matrix: lower triangular, entries ≥ 0.
        steps: ≥ 0.
        vector: entries ≥ 0.

    Raises:
        TooLargeError: a factor on the diagonal grows beyond 10^(10^15).
    """
    top = arb(1)
    for i, row in enumerate(matrix):
        top = top.max(row[i])
    if top.log() * steps > _LARGEST_LOG:
        raise TooLargeError
    limit = _limit(matrix, vector)
    if limit is not None and limit.steps < steps:
        reached = times_power(matrix, limit.steps, vector)
        return limit.after(matrix, steps - limit.steps, reached)
    size = len(vector)
    image = _power(matrix, steps) * arb_mat(size, 1, list(vector))
    return [image[row, 0] for row in range(size)]


class _Limit(NamedTuple):
    """What a power settles at.

    Attributes:
        steps: after which no more than the precision tells is left of the distance.
        values: what entries rise to; None for sums, which grow for ever.
    """

    steps: int
    values: Sequence[arb | None]

    def after(self, matrix: Rows, more: int, reached: Sequence[arb]) -> list[arb]:
        """The entries after `more` steps from `reached`."""
        found: list[arb] = []
        for row, value, limit in zip(matrix, reached, self.values, strict=True):
            if limit is not None:
                found.append(value.union(limit))
                continue
            # A sum grows by no less than it does now, and by no more than at the limit.
            least, most = arb(0), arb(0)
            for weight, now, later in zip(row, reached, self.values, strict=True):
                if later is not None:
                    least, most = least + weight * now, most + weight * later
            found.append(value + more * least.union(most))
        return found


def _limit(matrix: Rows, vector: Sequence[arb]) -> _Limit | None:
    """What the entries rise to, if all but sums of others do.

    They rise if they do so in the first step, since the matrix is monotone; and to a fixed point,
    if their own factors are below 1.
    """
    size = len(vector)
    summed = {i for i in range(size) if _is_sum(matrix, i)}
    values: list[arb | None] = [None] * size
    slowest = arb(0)
    for i, row in enumerate(matrix):
        if i in summed:
            continue
        kept = [(row[j], j) for j in range(i) if not row[j].is_zero()]
        if not kept and row[i] == 1:
            values[i] = vector[i]
            continue
        given = next_given = arb(0)
        for weight, j in kept:
            known = values[j]
            assert known is not None, "nothing depends on a sum"
            given, next_given = given + weight * known, next_given + weight * vector[j]
        rises = next_given + row[i] * vector[i] >= vector[i]
        if not row[i] < 1 or not rises:
            return None
        slowest = slowest.max(row[i])
        values[i] = given / (1 - row[i])
    if slowest.is_zero():
        return None
    return _Limit(_settling(1 - slowest, size), values)


def _is_sum(matrix: Rows, i: int) -> bool:
    """Whether entry i is added up, and no other depends on it."""
    adds = matrix[i][i] == 1 and any(not matrix[i][j].is_zero() for j in range(i))
    return adds and all(row[i].is_zero() for row in matrix[i + 1 :])


def _settling(gap: arb, size: int) -> int:
    """The steps after which a factor of 1 − `gap` leaves nothing, nor powers of the steps by it."""
    slow = max(0, 1 - _magnitude(gap.lower()))  # gap ≥ 2^-slow
    bits = ctx.prec + _SPARE + size * slow
    return (bits << slow) * 7 // 10 + 1  # log 2 < 0.7


def _magnitude(x: arb) -> int:
    """An e with x < 2^e, and no less than x/2 but for one."""
    mantissa, exponent = x.man_exp()
    return int(exponent) + int(mantissa).bit_length()


def _power(matrix: Rows, steps: int) -> arb_mat:
    """``matrix**steps``: a series for the first steps, then squarings."""
    off = arb(0)
    for i, row in enumerate(matrix):
        off = off.max(abs(row[i] - 1).upper())
    squarings = 0
    if off > 0:
        # The steps before them change the diagonal by less than 2^-√precision.
        squarings = max(0, _magnitude((off * steps).upper()) + isqrt(ctx.prec))
    squarings = min(squarings, max(0, steps.bit_length() - 1))
    base = arb_mat(matrix)
    power = _series(matrix, off, steps >> squarings)
    for bit in reversed(range(squarings)):
        power = power * power
        if steps >> bit & 1:
            power = power * base
    return power


def _series(matrix: Rows, off: arb, steps: int) -> arb_mat:
    """``matrix**steps`` = Σ_j C(steps, j) (matrix − 1)^j, for an `off`·`steps` ≤ 1/2.

    With |matrix − 1| ≤ N + off·1, N the part below the diagonal, the terms of j ≥ n + l − 1 are at
    most Σ_{i<n} (steps N)^i/i! · 2(off·steps)^l/l! in all.
    """
    size = len(matrix)
    one = _square(size, lambda i, j: arb(int(i == j)))
    if steps < 2:
        return arb_mat(matrix) if steps else one
    rest = arb_mat(matrix) - one
    below = _square(size, lambda i, j: matrix[i][j] if j < i else arb(0))
    total = term = most = above = one
    for j in range(1, size):
        above = above * below * (arb(steps) / j)
        most = most + above
    left, least = arb(2), arb(2) ** -(ctx.prec + _SPARE)
    for j in range(1, steps + 1):
        term = term * rest * (arb(steps - j + 1) / j)
        total = total + term
        if j >= size - 1:
            left = left * off * steps / (j - size + 2)
            if left < least:
                break
    else:
        return total
    return _square(size, lambda i, j: total[i, j] + most[i, j] * arb(0, left.upper()))


def _square(size: int, entry: Callable[[int, int], arb]) -> arb_mat:
    return arb_mat([[entry(i, j) for j in range(size)] for i in range(size)])
