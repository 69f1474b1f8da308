"""What a verification compared a certificate with, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.assumption_sentences import counted
from rnnbound.certificate.fixed_size_certificate import Certificate
from rnnbound.certificate.scaled_data import Problem
from rnnbound.data.scaling import Scaling
from rnnbound.network.array_checks import Array
from rnnbound.numbers import numerals

if TYPE_CHECKING:
    from rnnbound.data.dataset import Dataset

Floats = NDArray[np.float64]

#: Another machine may read and scale data differently, by no more than this in scaled units.
_SAME: Final = 1e-13
#: The same on the way back to the file's units, in terms of its scale.
_SAME_IN_UNITS: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Tie:
    """One thing that was compared with another.

    Attributes:
        what: of the certificate.
        to: with what it was compared; None: with nothing.
        statement: a plain sentence.
    """

    what: str
    to: str | None
    statement: str

    @classmethod
    def start(cls, certificate: Certificate) -> Tie:
        """The start, drawn anew."""
        seed = f"seed {certificate.seed}"
        statement = f"The start is the one that {seed} draws with α = {certificate.alpha!r}."
        return cls("start", seed, statement)

    @classmethod
    def final(cls, risk: float, *, tied: bool) -> Tie:
        """The final weights."""
        mirrored = ", mirrored in pairs" if tied else ""
        statement = (
            f"The final weights are in the set around the start{mirrored}, with the same signs; "
            f"their risk is at most {numerals.real(risk, up=True)} on these data."
        )
        return cls("final weights", "start, set and data", statement)


def tie_to(problem: Problem, data: Dataset | None, held: dict[str, Floats]) -> tuple[Tie, ...]:
    """What the data of a certificate are tied to.

    Args:
        problem: the data that the verification is about.
        data: what was read from a file, and does not differ; None: no file was given.
        held: the arrays of the certificate.
    """
    n, horizon, d = problem.X.shape
    size = f"{counted(n, 'sample')} of {counted(horizon, 'step')} in {counted(d, 'channel')}"
    if data is None:
        statement = (
            f"No file was given: the certificate speaks of the arrays that it holds ({size}), and "
            "of the scaled units they are in. Give --data FILE to compare them with your own."
        )
        return (Tie("data", None, statement),)
    most = max(
        float(np.abs(held["X"] - problem.X).max()), float(np.abs(held["Y"] - problem.Y).max())
    )
    how = "to the last bit" if most == 0 else f"to within {numerals.real(most, up=True)}"
    origin = data.origin
    cut = (
        "as it holds them"
        if origin.stride is None
        else (
            f"window {horizon:,}, stride {origin.stride:,}, lead {origin.lead:,}, target "
            f"{origin.target}, inputs {', '.join(origin.inputs)}"
        )
    )
    statement = (
        f"The data in the certificate are those of {origin.file} {how}: {size} ({cut}), and the "
        "scaling is that of the file."
    )
    return (Tie("data", origin.file, statement),)


def scaling_of(said: Any) -> Scaling | None:
    """The scaling that a document describes; None if it describes none."""
    names = {field.name for field in fields(Scaling)}
    if not isinstance(said, dict) or set(said) != names:
        return None
    lists = [said["input_offset"], said["input_scale"]]
    if not all(isinstance(one, list) for one in lists):
        return None
    numbers = [*lists[0], *lists[1], said["target_offset"], said["target_scale"]]
    numbers += [] if said["bias"] is None else [said["bias"]]
    try:
        if not all(type(v) in {int, float} and math.isfinite(v) for v in numbers):
            return None
        offsets, scales = (tuple(map(float, one)) for one in lists)
        bias = None if said["bias"] is None else float(said["bias"])
        found = Scaling(
            offsets, scales, bias, float(said["target_offset"]), float(said["target_scale"])
        )
    except OverflowError:
        return None
    return found if min((*scales, found.target_scale)) > 0 else None


def differences(problem: Problem, data: Dataset) -> Iterator[str]:
    """Where the data of a certificate are not those of a file."""
    file, shapes = data.origin.file, []
    for name, held, read in (("X", problem.X, data.X), ("Y", problem.Y, data.Y)):
        if held.shape != read.shape:
            shapes.append(
                f"{name} has shape {held.shape} in the certificate and {read.shape} in {file}"
            )
    if shapes:
        yield from shapes
        return
    one, two = problem.scaling, data.scaling
    if len(one.input_scale) == len(two.input_scale):
        # In the file's units, where a single value that was changed is a single difference.
        inputs = (one.inputs(problem.X), two.inputs(data.X), np.array(two.input_scale))
        targets = (one.targets(problem.Y), two.targets(data.Y), np.array(two.target_scale))
        found = [
            *_places("input", *inputs, file=file),
            *_places("target", *targets, file=file),
        ]
        if found:
            yield from found
            return
    yield from _places("X", problem.X, data.X, file=file, same=_SAME)
    yield from _places("Y", problem.Y, data.Y, file=file, same=_SAME)
    for field in fields(Scaling):
        held_, read_ = getattr(one, field.name), getattr(two, field.name)
        if not _alike(held_, read_):
            yield f"{field.name} of the scaling is {held_} in the certificate and {read_} in {file}"


def _places(
    name: str,
    held: Array,
    read: Array,
    scale: Array | float = 1.0,
    *,
    file: str,
    same: float = _SAME_IN_UNITS,
) -> Iterator[str]:
    """The first place where arrays differ by more than rounding, and how many there are."""
    places = np.argwhere(~(np.abs(held - read) <= same * scale))
    if not len(places):
        return
    at = tuple(int(i) for i in places[0])
    words = ("sample", "step", "channel")
    where = ", ".join(f"{word} {i + 1}" for word, i in zip(words, at, strict=False))
    more = f" ({len(places) - 1:,} more differ)" if len(places) > 1 else ""
    yield (
        f"{name} at {where} is {float(held[at]):.15g} in the certificate and "
        f"{float(read[at]):.15g} in {file}{more}"
    )


def _alike(one: Any, two: Any) -> bool:
    if one is None or two is None:
        return one is two
    a, b = np.atleast_1d(np.asarray(one, float)), np.atleast_1d(np.asarray(two, float))
    if a.shape != b.shape:
        return False
    return bool((np.abs(a - b) <= _SAME * (np.abs(a) + np.abs(b))).all())
