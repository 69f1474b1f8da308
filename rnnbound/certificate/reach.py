"""How wide, or how long: certificates for a target risk, and over a grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rnnbound.certificate.certify import Certified, Request, certify

#: How finely the smallest width or number of steps is looked for.
_FINE = 1.03


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """What a target takes.

    Attributes:
        certified: the smallest that was found to do, or the best there is if none does.
        reached: whether its bound is at most the target.
    """

    certified: Certified
    reached: bool


def reach(
    request: Request,
    epsilon: float,
    *,
    width: int | None = None,
    iterations: int | None = None,
    most: int,
) -> Reached:
    """The smallest width, or number of iterations, whose bound is at most `epsilon`.

    Doubled until it does, then bisected to 3 %; each answer is a certificate, whether or not the
    bound is monotone in between.

    Args:
        request: data and method.
        epsilon: the target, in scaled units.
        width: m, if iterations are looked for.
        iterations: τ, if the width is.
        most: the limit of what is looked for.
    """

    def at(value: int) -> Certified:
        if width is None:
            assert iterations is not None, "one of the two is given"
            return certify(request, 2 * value, iterations)
        return certify(request, width, value)

    return _least(at, epsilon, 16 if width is None else 1, most if width else most // 2)


def _least(at: Callable[[int], Certified], epsilon: float, start: int, most: int) -> Reached:
    failed, value = 0, min(start, most)
    found = at(value)
    while found.certificate.risk_bound > epsilon:
        if value >= most:
            return Reached(found, False)
        failed, value = value, min(2 * value, most)
        found = at(value)
    while value - failed > 1 and value > _FINE * max(failed, 1):
        middle = (value + failed) // 2
        tried = at(middle)
        if tried.certificate.risk_bound <= epsilon:
            found, value = tried, middle
        else:
            failed = middle
    return Reached(found, True)


def curve(request: Request, width: int, iterations: int) -> Iterator[Certified]:
    """Certificates for widths 64, 128, … up to `width` and 10, 100, … up to `iterations` steps."""
    for m in _up_to(64, 2, width):
        for steps in _up_to(10, 10, iterations):
            yield certify(request, m, steps)


def _up_to(first: int, factor: int, last: int) -> list[int]:
    found = [last]
    value = first
    while value < last:
        found.insert(-1, value)
        value *= factor
    return found
