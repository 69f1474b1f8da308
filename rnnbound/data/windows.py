"""Windows of time series: the inputs of T rows, and the targets some rows later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.data.named_columns import Groups
from rnnbound.errors import shown, wrong
from rnnbound.network.array_checks import Array

#: Doubles that the windows may take.
MOST: Final = 2**26


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The rows of one series, in order of time.

    Attributes:
        label: the group's label; None if the file is one series.
        rows: their places in the file, counted from 0; a range is the whole file.
    """

    label: str | None
    rows: NDArray[np.intp] | range


def split(rows: int, groups: Groups | None) -> list[Series]:
    """The series, in the order in which they begin; the rows of each keep their order."""
    if groups is None:
        return [Series(None, range(rows))]
    order = np.argsort(groups.codes, kind="stable")
    ends = np.cumsum(np.bincount(groups.codes))[:-1]
    parts = np.split(order, ends)
    return [Series(label, part) for label, part in zip(groups.labels, parts, strict=True)]


def whole(series: Sequence[Series], lead: int, file: str, place: Callable[[int], str]) -> int:
    """The window that takes each series whole.

    Raises:
        RequestError: the series differ in length or are too short.
    """
    first = series[0]
    for other in series[1:]:
        if len(other.rows) != len(first.rows):
            raise wrong(
                f"{file}: {place(int(other.rows[0]))}",
                f"the series {shown(other.label)} that begins here has {_rows(len(other.rows))}, "
                f"{shown(first.label)} has {len(first.rows)}; make them even, or give a window",
            )
    return max(len(first.rows) - lead, 1)


def cut(
    inputs: Array,
    target: Array,
    series: Sequence[Series],
    *,
    window: int,
    stride: int,
    lead: int,
    file: str,
    place: Callable[[int], str],
) -> tuple[Array, Array]:
    """All windows of all series: X, shape (n, window, channels), and Y, shape (n, window).

    ``X[j, t]`` is row ``s + t`` of a series and ``Y[j, t]`` row ``s + t + lead``, for
    s = 0, stride, 2·stride, … as long as the last target exists.

    Args:
        inputs: shape (rows, channels).
        target: shape (rows,).
        file, place: what messages call the file and a row.

    Raises:
        RequestError: a series is too short, or the windows do not fit into memory.
    """
    for one in series:
        if len(one.rows) < window + lead:
            called = "" if one.label is None else f"the series {shown(one.label)} "
            begins = "" if one.label is None else f": {place(int(one.rows[0]))}"
            message = f"has {_rows(len(one.rows))}; a window of {window} with lead {lead} "
            raise wrong(file + begins, f"{called}{message}needs {window + lead}")
    counts = [(len(one.rows) - window - lead) // stride + 1 for one in series]
    size = sum(counts) * window * (inputs.shape[1] + 1)
    if size > MOST:
        taken = f"makes {sum(counts):,} windows of {size:,} numbers"
        raise wrong("stride", f"{taken}, of which at most {MOST:,} are kept; give more")
    X = np.concatenate(list(_slide(inputs, series, 0, window, stride, lead)))
    Y = np.concatenate(list(_slide(target[:, None], series, lead, window, stride, 0)))[:, :, 0]
    return X, Y


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"


def _slide(
    values: Array, series: Sequence[Series], begin: int, window: int, stride: int, left: int
) -> Iterator[Array]:
    """The windows of each series, shape (windows, window, channels)."""
    for one in series:
        rows = one.rows[begin : len(one.rows) - left]
        part = values[rows.start : rows.stop] if isinstance(rows, range) else values[rows]
        views = np.lib.stride_tricks.sliding_window_view(part, window, axis=0)
        yield views[::stride].swapaxes(1, 2)
