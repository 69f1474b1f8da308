"""Reading what is asked for: every fault of a request at once."""

from __future__ import annotations

from rnnbound.errors import Fault
from rnnbound.numbers.count import Count
from rnnbound.planning.results import Request
from rnnbound.scenario.value_reader import (
    Reader,
    even_width,
    one_of,
    positive,
    positive_count,
    read_value,
)
from rnnbound.theory.guarantee import TRUSTED, VARIANTS
from rnnbound.theory.methods import METHODS


def method_name(value: object) -> str:
    """The name of a training method, or a ValueError."""
    return one_of("method", METHODS)(value)


def variant_name(value: object) -> str:
    """The name of one form of the theorems, or a ValueError."""
    return one_of("variant", VARIANTS)(value)


def variant_or_all(value: object) -> str:
    """The name of one form of the theorems, or ``all``; or a ValueError."""
    return one_of("variant", [*VARIANTS, "all"])(value)


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
    reader = Reader()
    request = Request(
        method=reader.required("method", method, method_name),
        variant=reader.required("variant", variant, variant_or_all),
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
    reader = Reader()
    values = reader.read("width", width, even_width), reader.read("alpha_m", alpha_m, positive)
    if width is not None and alpha_m is not None:
        reader.faults.append(Fault("alpha_m", "goes instead of width, not with it: give one"))
    reader.finish()
    return values


def read_variants(variant: object) -> tuple[str, ...]:
    """The variants that a name means."""
    name = read_value("variant", variant, variant_or_all)
    return VARIANTS if name == "all" else (name,)


def headline(variants: tuple[str, ...]) -> str:
    """The best trusted one of `variants` (in rising order of strength), else the last."""
    return next((name for name in reversed(variants) if TRUSTED[name]), variants[-1])
