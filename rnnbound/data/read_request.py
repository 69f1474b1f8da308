"""What a caller wants to see in a file, read from text or from Python values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rnnbound.errors import Fault
from rnnbound.scenario.value_reader import Reader, whole

#: Steps and rows that anything may be asked to span.
LARGEST: Final = 10**9


@dataclass(frozen=True, slots=True)
class Request:
    """How a table becomes windows; None is what was not said.

    Attributes:
        window: T, steps in a window; None for whole series.
        stride: rows from the start of a window to the start of the next.
        target: the column to predict, by name or number.
        inputs: the input columns, by name or number; as one text, separated by commas.
        lead: how many rows after its input a target lies.
        group: the column that says which series a row belongs to.
        bias: whether the network also sees a constant.
    """

    window: int | None
    stride: int | None
    target: str | None
    inputs: str | tuple[str, ...] | None
    lead: int | None
    group: str | None
    bias: bool

    def given(self) -> tuple[str, ...]:
        """The names of what was said, the bias apart."""
        names = ("window", "stride", "target", "inputs", "lead", "group")
        return tuple(name for name in names if getattr(self, name) is not None)


def read(
    *,
    window: int | str | None,
    stride: int | str | None,
    target: int | str | None,
    inputs: str | Sequence[int | str] | None,
    lead: int | str | None,
    group: int | str | None,
    bias: bool | None,
) -> Request:
    """The validated request.

    Raises:
        RequestError: with every fault, each at the name of its argument.
    """
    reader = Reader()

    chosen: str | tuple[str, ...] | None
    if inputs is None or isinstance(inputs, str):
        chosen = reader.read("inputs", inputs, _column)
    else:
        listed = [inputs] if isinstance(inputs, int) else inputs
        chosen = tuple(reader.required("inputs", value, _column) for value in listed)
        if not chosen:
            reader.faults.append(Fault("inputs", "must name at least one column"))
    found = Request(
        window=reader.read("window", window, whole(1, LARGEST)),
        stride=reader.read("stride", stride, whole(1, LARGEST)),
        target=reader.read("target", target, _column),
        inputs=chosen,
        lead=reader.read("lead", lead, whole(0, LARGEST)),
        group=reader.read("group", group, _column),
        bias=True if bias is None else bool(bias),
    )
    reader.finish()
    return found


def _column(value: object) -> str:
    """The name or the number of a column."""
    if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).strip():
        raise ValueError("must be the name or the number of a column")
    return str(value)
