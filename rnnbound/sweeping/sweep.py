"""sweep: plans or bounds at every point of a grid."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import process_time
from typing import Any, Final, TypeVar

from rnnbound import __version__
from rnnbound.errors import Fault, RequestError, suggestion
from rnnbound.numbers.count import Count
from rnnbound.parallel.task_dispatch import in_order
from rnnbound.scenario import value_reader as kinds
from rnnbound.scenario.scenario import FIELDS, Scenario
from rnnbound.sweeping.axes import Axis, Range
from rnnbound.sweeping.column_choice import read_columns
from rnnbound.sweeping.grid import Block, Grid
from rnnbound.sweeping.mixed_precision_rows import Engine, Row

T = TypeVar("T")
Task = Scenario | Mapping[str, Any]

#: Rows that are computed at a time: at first, at most, and for so many seconds of a processor.
#: Arrays pay when they are long: a stretch of plans takes a tenth of a second, however short.
_FIRST, _MOST = 1, 16384
_SECONDS: Final = 1.0
_GROWTH: Final = 4
_DIGEST: Final = 16


@dataclass(frozen=True)
class Sweep:
    """A grid whose rows are computed as they are asked for; iterating yields dictionaries.

    Attributes:
        grid: the points.
        columns: what each row tells.
        jobs: processes.
        dask: address of a Dask scheduler that is used instead, or None.
    """

    grid: Grid
    columns: tuple[str, ...]
    jobs: int = 1
    dask: str | None = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What is varied, the slowest first."""
        return self.grid.axes

    def __len__(self) -> int:
        return self.grid.total

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.rows()

    def rows(self, start: int = 0) -> Iterator[dict[str, Any]]:
        """The rows from number `start` on, in order."""
        for _, rows in self.blocks(_as_it_is, start):
            for row in rows:
                yield dict(zip(self.columns, row, strict=True))

    def blocks(
        self, encode: Callable[[Sequence[Row], int], T], start: int = 0
    ) -> Generator[tuple[int, T], None, None]:
        """Stretches of rows in order, each turned into something where it is computed.

        Args:
            encode: gets rows and the number of the first of them; picklable.
            start: the row to begin with.

        Yields:
            How many rows, and what `encode` made of them.
        """
        pace = _Pace(self, encode, start)
        results = in_order(pace.tasks(), self.jobs, self.dask)
        try:
            for count, seconds, made in results:
                pace.took(count, seconds)
                yield count, made
        finally:
            results.close()

    @cached_property
    def digest(self) -> str:
        """What tells this sweep from any other; the number of jobs makes no difference."""
        told = [__version__, self.columns, self.grid.request]
        told += [(block.name, sorted(block.values.items())) for block in self.grid.blocks]
        text = hashlib.sha256(repr(told).encode())
        for axis in self.axes:
            values = axis.values
            text.update(repr((axis.name, values if isinstance(values, Range) else None)).encode())
            for value in () if isinstance(values, Range) else values:
                text.update(f"{value!r},".encode())
        return text.hexdigest()[:_DIGEST]


def _as_it_is(rows: Sequence[Row], first: int) -> Sequence[Row]:
    del first
    return rows


class _Pace:
    """Cuts a sweep into stretches that take about as long as they should."""

    def __init__(self, sweep: Sweep, encode: Callable[..., Any], start: int) -> None:
        self._sweep, self._encode, self._next = sweep, encode, start
        self._size = _FIRST

    def tasks(self) -> Iterator[Stretch]:
        """The stretches, made when they are needed."""
        while self._next < len(self._sweep):
            stop = min(self._next + self._size, len(self._sweep))
            grid, columns = self._sweep.grid, self._sweep.columns
            yield Stretch(grid, columns, self._next, stop, self._encode)
            self._next = stop

    def took(self, count: int, seconds: float) -> None:
        """Learn from a stretch that is done; the rows are the same whatever their number."""
        fitting = int(count * _SECONDS / max(seconds, 1e-6))
        self._size = min(max(fitting, 1), _GROWTH * self._size, _MOST)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows to be computed somewhere."""

    grid: Grid
    columns: tuple[str, ...]
    start: int
    stop: int
    encode: Callable[[Sequence[Row], int], Any]

    def __call__(self) -> tuple[int, float, Any]:
        """How many rows there are, the seconds they took, and what was made of them."""
        begun = process_time()
        rows = Engine(self.grid, self.columns).rows(self.start, self.stop)
        made = self.encode(rows, self.start)
        return len(rows), process_time() - begun, made


def sweep(
    scenario: Task | Sequence[Task] | None = None,
    *,
    over: str | Sequence[str] | Mapping[str, Any] = (),
    epsilon: float | str | None = None,
    width: Count | str | None = None,
    iterations: Count | str | None = None,
    method: str | None = None,
    variant: str | None = None,
    columns: str | Sequence[str] | None = None,
    jobs: int | str = 1,
    dask: str | None = None,
) -> Sweep:
    """Plans, or bounds, at every point of a grid.

    Args:
        scenario: the task, or several: a :class:`Scenario` or a mapping of its fields, which may
            have a ``name``.
        over: axes, the slowest first: ``"horizon=1:200"``, ``"alpha=0.1:1.5:0.05"``,
            ``"epsilon=1e-4:1:log50"``, ``"activation=tanh,erf"``; or a mapping of names to values;
            several scenarios need none.
        epsilon, width, iterations: as for :func:`rnnbound.plan`, at every point.
        method: of training (``pgd`` if not given).
        variant: of the theorems (``all`` if not given: a row each).
        columns: names with commas between; the axes and the plan if not given.
        jobs: processes.
        dask: address of a running Dask scheduler to use instead.

    Returns:
        The sweep; iterate over it for rows, each a dictionary.

    Raises:
        RequestError: the request is wrong; carries all faults.
    """
    request = {
        "epsilon": epsilon,
        "width": width,
        "iterations": iterations,
        "method": method,
        "variant": variant,
    }
    return sweep_blocks(_blocks(scenario), over, request, columns, jobs, dask)


def sweep_blocks(
    blocks: Sequence[Block],
    over: Any,
    request: Mapping[str, Any],
    columns: str | Sequence[str] | None,
    jobs: int | str,
    dask: str | None,
) -> Sweep:
    """The same for scenarios that know where their values were said."""
    grid = Grid.read(blocks, over, request)
    return Sweep(
        grid, read_columns(columns, grid), kinds.read_value("jobs", jobs, kinds.jobs), dask
    )


def _blocks(scenario: Task | Sequence[Task] | None) -> list[Block]:
    if scenario is None or isinstance(scenario, (Scenario, Mapping)):
        scenario = [scenario or {}]
    return [_block(task, str(place)) for place, task in enumerate(scenario, 1)]


def _block(task: Task, name: str) -> Block:
    if isinstance(task, Scenario):
        return Block.of(task, name)
    values = {key: value for key, value in task.items() if key != "name"}
    known = [field.name for field in FIELDS]
    faults = [
        Fault(str(key), f"unknown key; {suggestion(str(key), known)}")
        for key in values
        if key not in known
    ]
    if faults:
        raise RequestError(faults)
    return Block.of(values, str(task.get("name", name)))
