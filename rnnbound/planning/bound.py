"""bound: what a width and an iteration count guarantee."""

from __future__ import annotations

from rnnbound.errors import Fault, RequestError
from rnnbound.numbers.count import Count
from rnnbound.planning.plan import answering, guarantee
from rnnbound.planning.request_reader import read_request, read_variants
from rnnbound.planning.results import Bound
from rnnbound.scenario.scenario import Scenario


def bound(
    scenario: Scenario | None = None,
    *,
    width: Count | str,
    iterations: Count | str,
    method: str = "pgd",
    variant: str = "all",
    digits: int = 17,
    data: str | None = None,
) -> Bound:
    """The right-hand side of each variant's guarantee at (width, iterations).

    Args:
        scenario: the task; the documented default if None.
        width: m, even.
        iterations: τ.
        method: a key of :data:`rnnbound.theory.methods.METHODS`.
        variant: ``printed``, ``corrected``, ``sharp``, ``tight`` or ``all``.
        digits: significant digits of each enclosure.
        data: the name of the file that n, T and d of the scenario come from, if any.

    Raises:
        RequestError: the request is wrong; carries all faults.
    """
    scenario = scenario or Scenario()
    missing = [
        Fault(name, "is required, e.g. 1000")
        for name, value in (("width", width), ("iterations", iterations))
        if value is None
    ]
    if missing:
        raise RequestError(missing)
    request = read_request(
        method=method, variant=variant, width=width, iterations=iterations, data=data
    )
    variants = read_variants(request.variant)
    bounds = {name: guarantee(scenario, request, name, digits) for name in variants}
    return Bound(scenario, request, answering(bounds), bounds)
