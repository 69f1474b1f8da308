"""Reading what is asked for: every fault of a request at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rnnbound.numbers import number_reader
from rnnbound.numbers.count import Count
from rnnbound.planning.results import Request
from rnnbound.scenario.errors import Fault, RequestError, shown, suggestion
from rnnbound.theory.guarantee import TRUSTED, VARIANTS
from rnnbound.theory.methods import METHODS


class _Reader:
    """Reads values one by one and remembers what is wrong."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def read(self, where: str, value: object, parse: Callable[[object], Any]) -> Any:
        if value is None:
            return None
        try:
            return parse(value)
        except ValueError as error:
            self.faults.append(Fault(where, f"{error} (given: {shown(value)})"))
            return None

    def choose(self, where: str, value: object, known: list[str]) -> str:
        """One of `known`; "" and a fault otherwise."""
        if isinstance(value, str) and value in known:
            return value
        message = f"is no {where}; {suggestion(str(value), known)} (given: {shown(value)})"
        self.faults.append(Fault(where, message))
        return ""

    def finish(self) -> None:
        if self.faults:
            raise RequestError(self.faults)


def read_request(
    *,
    method: object,
    variant: object,
    epsilon: object = None,
    width: object = None,
    iterations: object = None,
    max_width: object = None,
    max_iterations: object = None,
    data: str | None = None,
) -> Request:
    """The validated request; `data` is the name of the file that sizes come from.

    Raises:
        RequestError: with every fault; a fault's place is the parameter's name.
    """
    reader = _Reader()
    request = Request(
        method=reader.choose("method", method, list(METHODS)),
        variant=reader.choose("variant", variant, [*VARIANTS, "all"]),
        epsilon=reader.read("epsilon", epsilon, positive),
        width=reader.read("width", width, even_width),
        iterations=reader.read("iterations", iterations, positive_count),
        max_width=reader.read("max_width", max_width, positive_count),
        max_iterations=reader.read("max_iterations", max_iterations, positive_count),
        data=data,
    )
    reader.finish()
    return request


def read_width(width: object, alpha_m: object = None) -> tuple[Count | None, float | None]:
    """A validated width, or instead of it a validated bound on the recurrent weights."""
    reader = _Reader()
    values = reader.read("width", width, even_width), reader.read("alpha_m", alpha_m, positive)
    if width is not None and alpha_m is not None:
        reader.faults.append(Fault("alpha_m", "goes instead of width, not with it: give one"))
    reader.finish()
    return values


def read_variants(variant: object) -> tuple[str, ...]:
    """The variants that a name means."""
    reader = _Reader()
    name = reader.choose("variant", variant, [*VARIANTS, "all"])
    reader.finish()
    return VARIANTS if name == "all" else (name,)


def headline(variants: tuple[str, ...]) -> str:
    """The best trusted one of `variants` (in rising order of strength), else the last."""
    return next((name for name in reversed(variants) if TRUSTED[name]), variants[-1])


def positive(value: object) -> float:
    """A number above zero."""
    number = number_reader.real(value)
    if not number > 0:
        raise ValueError("must be a number > 0")
    return number


def positive_count(value: object) -> Count:
    """An integer of at least one."""
    number = number_reader.count(value)
    if number < 1:
        raise ValueError("must be an integer ≥ 1")
    return number


def even_width(value: object) -> Count:
    """An even integer of at least two."""
    number = positive_count(value)
    if isinstance(number, int) and number % 2:
        raise ValueError(
            f"must be even, because neurons come in mirrored pairs; try {number + 1}"
            if number < 10**18
            else "must be even, because neurons come in mirrored pairs"
        )
    return number
