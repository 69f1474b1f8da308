"""Array types, and messages for arrays and numbers that do not fit."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnbound.errors import shown
from rnnbound.numbers import number_reader

Array: TypeAlias = NDArray[np.floating[Any]]

#: What the network may be computed in.
DTYPES: Final = (np.dtype(np.float64), np.dtype(np.float32))


def checked_dtype(dtype: Any) -> np.dtype[Any]:
    """`dtype`, if the network can be computed in it.

    Raises:
        ValueError: it is neither float64 nor float32.
    """
    try:
        found: np.dtype[Any] | None = np.dtype(dtype)
    except TypeError:
        found = None
    if found is None or found not in DTYPES:
        raise ValueError(f"dtype must be float64 or float32 (given: {dtype})")
    return found


def checked(name: str, value: ArrayLike, shape: str, ndim: int, dtype: Any) -> Array:
    """`value` as a contiguous array of `ndim` non-empty dimensions, all finite.

    Args:
        name: what a message calls it.
        value: anything that NumPy turns into real numbers.
        shape: the allowed shape in words, for messages.
        ndim: the number of dimensions.
        dtype: of the result.

    Raises:
        ValueError: it does not fit; names the argument, its shape and what is allowed.
    """
    try:
        raw = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} is ragged; it must have shape {shape}") from None
    if raw.dtype.kind not in "fiu":
        raise ValueError(f"{name} must hold real numbers (given: dtype {raw.dtype})")
    if raw.ndim != ndim or 0 in raw.shape:
        raise ValueError(f"{name} has shape {raw.shape}; it must have shape {shape}, none empty")
    array: Array = np.ascontiguousarray(raw, dtype=dtype)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite; it holds an infinity or NaN")
    return array


def whole(name: str, value: object, least: int) -> int:
    """`value` as an integer of at least `least`.

    Raises:
        ValueError: it is not one.
    """
    number = number_reader.own(value)
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        raise ValueError(f"{name} must be an integer ≥ {least} (given: {shown(value)})")
    return number


def real(name: str, value: object, *, zero: bool) -> float:
    """`value` as a finite float above zero, or at least zero if `zero`.

    Raises:
        ValueError: it is not one.
    """
    allowed = "a finite number ≥ 0" if zero else "a finite number > 0"
    number = math.nan
    if not isinstance(value, str):
        with suppress(ValueError):
            number = number_reader.real(value)
    if not (number > 0 or (number == 0 and zero)):
        raise ValueError(f"{name} must be {allowed} (given: {shown(value)})")
    return number
