"""What `certify` is asked for, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rnnbound.certificate.fixed_size_certificate import Note, Request
from rnnbound.certificate.scaled_data import Problem
from rnnbound.errors import shown, wrong
from rnnbound.scenario import value_reader
from rnnbound.scenario.value_reader import positive, read_value, whole
from rnnbound.verification.plan_duration import Limits

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from rnnbound.data.dataset import Dataset

#: Limits where none is given.
MOST_WIDTH: Final = 131_072
MOST_ITERATIONS: Final = 10**6
MOST_SECONDS: Final = 600
MOST_MEMORY: Final = 4 * 10**9
JOBS: Final = 2


def read_jobs(value: object) -> int:
    """How many processes.

    Raises:
        RequestError: it is no number of any.
    """
    return read_value("jobs", _or(value, JOBS), value_reader.jobs)


def problem_of(data: Dataset | ArrayLike | None, Y: ArrayLike | None = None) -> Problem:
    """The data, scaled.

    Args:
        data: what was read from a file; or inputs, shape (n, T, d).
        Y: targets, shape (n, T), if `data` are inputs.

    Raises:
        RequestError: there are none, or they cannot be scaled.
    """
    from rnnbound.data.dataset import Dataset

    if data is None:
        raise wrong("--data", "is missing; give a file of series, or arrays X and Y (.npz)")
    if isinstance(data, Dataset):
        return Problem.of_dataset(data)
    if Y is None:
        raise wrong("data", "needs targets Y, shape (n, T), beside inputs X; or give a Dataset")
    return Problem.of(data, Y)


@dataclass(frozen=True, slots=True)
class Asked:
    """The request, read.

    Attributes:
        problem: the data.
        width, iterations: m and τ; None for what is looked for.
        epsilon: the target risk in scaled units, if one of them is.
        most: the limit of the search.
        limits: of training.
        options: of :class:`rnnbound.certificate.Request`.
    """

    problem: Problem
    width: int | None
    iterations: int | None
    epsilon: float | None
    most: int
    limits: Limits
    options: dict[str, Any]

    @classmethod
    def read(cls, given: Mapping[str, object], problem: Problem) -> Asked:
        """From what was given by name, as text or as numbers; None for what was not.

        Raises:
            RequestError: something is missing, out of range, or has no meaning.
        """
        sizes = {
            name: None if (value := given.get(name)) is None else read_value(name, value, whole(1))
            for name in ("width", "iterations")
        }
        width, iterations = sizes["width"], sizes["iterations"]
        target = given.get("epsilon")
        epsilon = None if target is None else read_value("epsilon", target, positive)
        missing = [name for name, value in sizes.items() if value is None]
        if epsilon is None and missing:
            raise wrong(missing[0], "is missing; without --epsilon both sizes are needed")
        if epsilon is not None and len(missing) != 1:
            raise wrong("epsilon", "needs one of --width and --iterations, and finds the other")
        if width is not None and width % 2:
            raise wrong("width", f"must be even: neurons come in pairs (given: {shown(width)})")
        most = _most(
            given, searched="iterations" if width is not None else "width", epsilon=epsilon
        )
        options: dict[str, Any] = {
            "seed": read_value("seed", _or(given.get("seed"), 0), value_reader.seed)
        }
        options |= {name: x for name in ("method", "activation") if (x := given.get(name))}
        if (alpha := given.get("alpha")) is not None:
            options["alpha"] = None if alpha == "auto" else read_value("alpha", alpha, positive)
        options["jobs"] = read_jobs(given.get("jobs"))
        seconds = read_value("max_seconds", _or(given.get("max_seconds"), MOST_SECONDS), positive)
        memory = int(read_value("max_memory", _or(given.get("max_memory"), MOST_MEMORY), positive))
        return cls(problem, width, iterations, epsilon, most, Limits(seconds, memory), options)

    def request(self, note: Note | None = None) -> Request:
        """For :func:`rnnbound.certificate.certify`; `note` is told about progress."""
        return Request(self.problem, note=note, **self.options)


def _most(given: Mapping[str, object], *, searched: str, epsilon: float | None) -> int:
    """The limit of the size that is searched, the only one that may be given."""
    limits = {"width": (MOST_WIDTH, 2), "iterations": (MOST_ITERATIONS, 1)}
    for name in limits:
        if given.get(f"max_{name}") is not None and (epsilon is None or name != searched):
            raise wrong(f"max_{name}", "limits a search with --epsilon for that size")
    default, least = limits[searched]
    limit = f"max_{searched}"
    return read_value(limit, _or(given.get(limit), default), whole(least))


def _or(value: object, default: object) -> object:
    return default if value is None else value
