"""What a value of a request may be, kind by kind, and how the fault of one reads.

A kind is a function that turns text or a number into the value, or raises a :class:`ValueError`
whose text completes the sentence "<name> ...".  Whoever asks for a value of that kind, in a file,
on the command line or in Python, reads it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from rnnbound.errors import Fault, RequestError, shown, suggestion
from rnnbound.numbers import number_reader
from rnnbound.numbers.count import Count

T = TypeVar("T")
Kind = Callable[[object], T]


def positive(value: object) -> float:
    """A number above zero."""
    number = number_reader.real(value)
    if not number > 0:
        raise ValueError("must be a number > 0")
    return number


def positive_to(most: float) -> Kind[float]:
    """Numbers above zero, up to `most`."""

    def read(value: object) -> float:
        number = positive(value)
        if number > most:
            raise ValueError(f"must be a number in (0, {most:g}]")
        return number

    return read


def share(value: object) -> float:
    """A number above zero and below one."""
    number = positive(value)
    if not number < 1:
        raise ValueError("must be below 1")
    return number


def whole(least: int, most: int | None = None) -> Kind[int]:
    """Integers of at least `least`, and at most `most` if that is given."""

    def read(value: object) -> int:
        number = number_reader.integer(value)
        if number < least or (most is not None and number > most):
            largest = most if most is None or most < 10_000 else f"{most:,}"
            ends = f"≥ {least}" if most is None else f"from {least} to {largest}"
            raise ValueError(f"must be an integer {ends}")
        return number

    return read


def positive_count(value: object) -> Count:
    """An integer of at least one, of any size."""
    number = number_reader.count(value)
    if number < 1:
        raise ValueError("must be an integer ≥ 1")
    return number


def even_width(value: object) -> Count:
    """An even integer of at least two, of any size."""
    number = positive_count(value)
    if isinstance(number, int) and number % 2:
        hint = f"; try {number + 1}" if number < 10**18 else ""
        raise ValueError(f"must be even, because neurons come in mirrored pairs{hint}")
    return number


#: The seed of random numbers.
seed: Final = whole(0)
#: How many processes or threads work.
jobs: Final = whole(1)
#: Significant digits of an enclosure.
digits: Final = whole(1, 1000)


def one_of(what: str, known: Iterable[str]) -> Kind[str]:
    """One name out of several."""
    names = tuple(known)

    def read(value: object) -> str:
        if isinstance(value, str) and value in names:
            return value
        raise ValueError(f"is no {what}; {suggestion(str(value), names)}")

    return read


def explained(read: Kind[T]) -> Kind[T]:
    """The same kind, with the value that was given in the fault."""

    def reads(value: object) -> T:
        try:
            return read(value)
        except ValueError as error:
            raise ValueError(f"{error} (given: {shown(value)})") from None

    return reads


def read_value(where: str, value: object, read: Kind[T]) -> T:
    """One value.

    Raises:
        RequestError: it is not of that kind; at the place `where`.
    """
    reader = Reader()
    found = reader.required(where, value, read)
    reader.finish()
    return found


class Reader:
    """Reads values one by one and remembers every fault."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def read(self, where: str, value: object, read: Kind[T]) -> T | None:
        """The value; None if none was given, or if it is wrong."""
        return None if value is None else self.required(where, value, read)

    def required(self, where: str, value: object, read: Kind[T]) -> T:
        """The value; what comes back for a wrong one is lost in :meth:`finish`."""
        try:
            return explained(read)(value)
        except ValueError as error:
            self.faults.append(Fault(where, str(error)))
            lost: Any = None
            return lost  # type: ignore[no-any-return]

    def finish(self) -> None:
        """See that all was right.

        Raises:
            RequestError: with every fault.
        """
        if self.faults:
            raise RequestError(self.faults)
