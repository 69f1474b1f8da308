"""How wide, or how long: certificates for a target risk, and over a grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rnnbound.certificate.fixed_size_certificate import Certified, Request, certify
from rnnbound.certificate.memory_estimate import refuse_beyond
from rnnbound.numbers import numerals

#: How finely the smallest width or number of steps is looked for.
_FINE: Final = 1.03
#: The first width that is tried.
_FIRST: Final = 32
#: The most values of a grid along the steps, and along the widths.
_LONGEST: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """What a target takes.

    Attributes:
        certified: the smallest that was found to do, or the least bound found if none does.
        shortfall: why none does, naming the least risk that is certified; None if one does.
    """

    certified: Certified
    shortfall: str | None = None

    @property
    def reached(self) -> bool:
        """Whether the bound is at most the target."""
        return self.shortfall is None


def reach(
    request: Request,
    epsilon: float,
    *,
    width: int | None = None,
    iterations: int | None = None,
    most: int,
) -> Reached:
    """The smallest width, or number of iterations, whose bound is at most `epsilon`, to 3 %.

    Each answer is a certificate, whether or not the bound is monotone in between.

    Args:
        request: data and method.
        epsilon: the target, in scaled units.
        width: m, if iterations are looked for.
        iterations: τ, if the width is.
        most: the limit of what is looked for.
    """
    if width is not None:
        return _steps(request, epsilon, width, most)
    assert iterations is not None, "one of the two is given"
    return _width(request, epsilon, iterations, most)


def _steps(request: Request, epsilon: float, width: int, most: int) -> Reached:
    """Down from the limit, at which the bound is least."""
    found = certify(request, width, most)
    if found.certificate.risk_bound > epsilon:
        return Reached(found, _shortfall(found, f"no number of steps up to {numerals.count(most)}"))
    failed = 0
    while found.certificate.iterations > max(failed + 1, int(_FINE * failed)):
        steps = max(_sufficient(found, epsilon), failed + 1)
        if steps >= found.certificate.iterations / _FINE:
            # The comparator has nothing more to give; is there another for fewer steps?
            steps = (failed + found.certificate.iterations) // 2
        tried = certify(request, width, steps)
        if tried.certificate.risk_bound <= epsilon:
            found = tried
        else:
            failed = steps
    return Reached(found)


def _sufficient(found: Certified, epsilon: float) -> int:
    """The least number of steps for which the parts of this certificate would do."""
    low, high = 0, found.certificate.iterations
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if found.parts.best(middle)[1] <= epsilon else (middle, high)
    return high


def _width(request: Request, epsilon: float, iterations: int, most: int) -> Reached:
    """Doubled until it does, then bisected."""
    largest = most // 2
    failed, value = 0, min(_FIRST // 2, largest)
    found = best = certify(request, 2 * value, iterations)
    floors = [found.least_bound]
    while found.certificate.risk_bound > epsilon:
        if value >= largest:
            return Reached(best, _shortfall(best, f"no width up to {numerals.count(2 * largest)}"))
        if _hopeless(floors, epsilon, largest // value):
            at = f"no width, with {numerals.count(iterations)} steps,"
            floor = numerals.real(floors[-1])
            return Reached(best, _shortfall(best, at, f"and hardly any gets below {floor}"))
        failed, value = value, min(2 * value, largest)
        found = certify(request, 2 * value, iterations)
        floors.append(found.least_bound)
        best = min(best, found, key=lambda one: one.certificate.risk_bound)
    while value - failed > 1 and value > _FINE * max(failed, 1):
        middle = (value + failed) // 2
        tried = certify(request, 2 * middle, iterations)
        if tried.certificate.risk_bound <= epsilon:
            found, value = tried, middle
        else:
            failed = middle
    return Reached(found)


def _hopeless(floors: list[float], epsilon: float, times: int) -> bool:
    """Whether certificates without any curvature stay above the target if they go on to fall.

    An estimate: what they fall by from one width to the next becomes less, not more.
    """
    if len(floors) < 3:
        return False
    gain = min(floors[-1] / max(floors[-2], 1e-300), 1.0)
    return floors[-1] * gain ** max(times.bit_length(), 1) > 1.1 * epsilon


def _shortfall(best: Certified, what: str, more: str = "") -> str:
    least, at = numerals.real(best.certificate.risk_bound, up=True), best.certificate
    size = f"{numerals.count(at.width)} neurons, {numerals.count(at.iterations)} steps"
    return (
        f"{what} is certified to reach it; the least risk found is {least} ({size}) {more}".strip()
    )


def curve(request: Request, width: int, iterations: int) -> Iterator[Certified]:
    """Certificates for widths 64, 128, … up to `width` and 10, 100, … up to `iterations` steps.

    Where that would be more than ten values, some are left out.
    """
    refuse_beyond(request.problem.X.shape, width, request.jobs)
    for m in _up_to(64, 2, width):
        for steps in _up_to(10, 10, iterations):
            yield certify(request, m, steps)


def sizes(width: int, iterations: int) -> int:
    """How many certificates a curve has."""
    return len(_up_to(64, 2, width)) * len(_up_to(10, 10, iterations))


def _up_to(first: int, factor: int, last: int) -> list[int]:
    values, value = [], first
    while value < last:
        values.append(value)
        value *= factor
    every = -(-len(values) // (_LONGEST - 1)) or 1
    return [*values[::every], last]
