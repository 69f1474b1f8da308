"""What is wrong with a request, said so that it can be mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

#: Characters of a name that is compared with others, and how many others.
_LONGEST: Final = 60
_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where it stands and what would be right."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class RequestError(ValueError):
    """The request is wrong; carries every fault that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))


def wrong(where: str, message: str) -> RequestError:
    """A request error with a single fault."""
    return RequestError([Fault(where, message)])


def shown(value: object) -> str:
    """`value` as it was given, quoted, safe on one line and not too long."""
    try:
        text = repr(value) if isinstance(value, str) else str(value)
    except ValueError:  # Python prints no integer of more than 4,300 digits
        return "an integer of more than 4,300 digits"
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= 60 else f"{text[:40]}… ({len(text)} characters)"


def suggestion(name: str, known: Sequence[str]) -> str:
    """ " Did you mean ...?", or the list of what there is."""
    # Texts are compared in a time that grows with the product of their lengths.
    short = [one for one in known if len(one) <= _LONGEST][:_MOST]
    near = get_close_matches(name.lower(), short, n=1) if len(name) <= _LONGEST else ()
    return f"did you mean {near[0]!r}?" if near else "known: " + ", ".join(known)
