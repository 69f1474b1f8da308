"""NumPy's BLAS on one thread, so that workers do not get into each other's way."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

#: How the OpenBLAS that comes with NumPy names its functions.
_NAMES: Final = "scipy_openblas_{}_num_threads64_"


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep the OpenBLAS of NumPy's wheels to one thread inside; any other BLAS is left alone."""
    found = _functions()
    if found is None:
        yield
        return
    get, change = found
    before = get()
    change(1)
    try:
        yield
    finally:
        change(before)


@cache
def _functions() -> tuple[Callable[[], int], Callable[[int], object]] | None:
    """How to ask for the number of threads, and how to change it."""
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        for path in sorted(folder.glob("libscipy_openblas64_*")):
            try:
                library = ctypes.CDLL(str(path))
                get, change = (getattr(library, _NAMES.format(verb)) for verb in ("get", "set"))
            except (OSError, AttributeError):
                continue
            get.argtypes, get.restype = [], ctypes.c_int
            change.argtypes, change.restype = [ctypes.c_int], None
            return get, change
    return None
