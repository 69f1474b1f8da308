"""What a caller wants to see in a file, read from text or from Python values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rnnbound.numbers.number_reader import integer
from rnnbound.scenario.errors import Fault, RequestError, shown

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
    faults: list[Fault] = []

    def count(name: str, value: int | str | None, least: int) -> int | None:
        try:
            if value is None:
                return None
            number = integer(value)
            if not least <= number <= LARGEST:
                raise ValueError(f"must be an integer from {least} to {LARGEST:,}")
        except ValueError as error:
            faults.append(Fault(name, f"{error} (given: {shown(value)})"))
            return None
        return number

    def column(name: str, value: object) -> str | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).strip():
            message = f"must be the name or the number of a column (given: {shown(value)})"
            faults.append(Fault(name, message))
            return None
        return str(value)

    chosen: str | tuple[str, ...] | None
    if inputs is None or isinstance(inputs, str):
        chosen = column("inputs", inputs)
    else:
        listed: Callable[[object], str] = lambda value: column("inputs", value) or ""  # noqa: E731
        chosen = tuple(map(listed, [inputs] if isinstance(inputs, int) else inputs))
        if not chosen:
            faults.append(Fault("inputs", "must name at least one column"))
    found = Request(
        window=count("window", window, 1),
        stride=count("stride", stride, 1),
        target=column("target", target),
        inputs=chosen,
        lead=count("lead", lead, 0),
        group=column("group", group),
        bias=True if bias is None else bool(bias),
    )
    if faults:
        raise RequestError(faults)
    return found
