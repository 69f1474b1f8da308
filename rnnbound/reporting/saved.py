"""Saved results of `rnnbound verify --json`, read from strangers' files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rnnbound.setting.faults import Fault, RequestError, shown, wrong

_LARGEST: Final = 50_000_000
_MOST_CHECKS: Final = 10_000
_LONGEST: Final = 500

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


def read_verification(where: str, path: Path) -> SavedVerification:
    """A saved result.

    Args:
        where: the option, for errors.
        path: the file.

    Raises:
        RequestError: it cannot be read, or is none; carries the faults.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise wrong(where, f"{shown(str(path))} is larger than {_LARGEST:,} bytes")
        text = path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise wrong(where, f"{shown(str(path))} cannot be read: {reason}") from None
    try:
        return SavedVerification.model_validate_json(text)
    except ValidationError as error:
        raise RequestError(
            Fault(
                where,
                f"{shown(str(path))} is no result of rnnbound verify --json: "
                f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}",
            )
            for one in error.errors(include_url=False, include_input=False)[:5]
        ) from None
