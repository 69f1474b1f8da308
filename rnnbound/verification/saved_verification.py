"""Saved results of `rnnbound verify --json`, read from strangers' files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rnnbound.errors import Fault, RequestError, shown, wrong
from rnnbound.scenario.input_file import decode, printable, read_bytes

#: Bytes of a saved result; of all checks there are some hundred thousand.
_LARGEST: Final = 2**24
_MOST_CHECKS: Final = 10_000
_LONGEST: Final = 500
_LONGEST_KEY: Final = 60

_Text = Annotated[str, Field(max_length=_LONGEST)]
#: A number, or one beyond the double range as text.
_Number = Annotated[float, Field(allow_inf_nan=False)] | _Text


class SavedCheck(BaseModel):
    """One check; fields as in :class:`rnnbound.verification.check.Check`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    group: _Text
    statement: _Text
    variant: _Text
    trusted: bool
    ratio: _Number | None
    verdict: Literal["holds", "refuted", "no power"]


class SavedVerification(BaseModel):
    """What was checked, and how it came out."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: Literal["rnnbound.verify/1"] = Field(alias="schema")
    version: _Text
    passed: bool
    complete: bool
    checks: tuple[SavedCheck, ...] = Field(max_length=_MOST_CHECKS)
    scenario: Mapping[_Text, _Number]
    seed: int


def read_verification(where: str, name: str) -> SavedVerification:
    """A saved result.

    Args:
        where: the option, for errors.
        name: the file.

    Raises:
        RequestError: it cannot be read, or is none; carries the faults.
    """
    file = shown(name)
    try:
        text = decode(read_bytes(name, _LARGEST, "a saved result"))
    except ValueError as error:
        raise wrong(where, f"{file} {error}") from None
    try:
        return SavedVerification.model_validate_json(text)
    except ValidationError as error:
        raise RequestError(
            Fault(
                where,
                f"{file} is no result of rnnbound verify --json: {_place(one['loc'])}: "
                f"{printable(one['msg'])}",
            )
            for one in error.errors(include_url=False, include_input=False)[:5]
        ) from None


def _place(path: Sequence[int | str]) -> str:
    """Where in the file, with keys that strangers wrote cut short."""
    keys = map(str, path)
    cut = (key if key.isascii() and len(key) < _LONGEST_KEY else shown(key) for key in keys)
    return ".".join(cut) or "the file"
