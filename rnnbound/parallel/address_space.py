"""Little memory: libraries that would end the process without a word are not even loaded.

OpenBLAS, which comes with NumPy and SciPy, exits where it cannot have the memory for its buffers,
and interrupts the process where it cannot start its threads.  Under a limit it gets one thread,
and is loaded only where there is room for it.
"""

from __future__ import annotations

import errno
import mmap
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

#: Address space in MB that must be left before a package is loaded.
_NEEDED: Final = {"numpy": 160, "scipy": 160, "matplotlib": 60, "pyarrow": 240, "sympy": 60}
_MB: Final = 10**6
_ONE: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
#: What the loader of shared libraries says.
_SAID: Final = ("failed to map segment", "annot allocate memory", "can't start new thread")


class _Guard:
    """Finds no module, but sees that there is room for it, if its lack would not be told."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if name in _NEEDED:
            _require(name)
        return None


def guard() -> None:
    """Watch over what this process loads from now on, if its memory is limited."""
    if limit() is not None:
        os.environ.update(dict.fromkeys(_ONE, "1"))
        sys.meta_path.insert(0, _Guard())


def limit() -> int | None:
    """The limit of the address space in bytes; None if there is none, or none that is known."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    found = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if found == resource.RLIM_INFINITY else found


def require(*packages: str) -> None:
    """See at once whether there is room for packages that are loaded later.

    Raises:
        MemoryError: there is not, and memory is limited.
    """
    if limit() is not None:
        _require(*(name for name in packages if name not in sys.modules))


def _require(*packages: str) -> None:
    megabytes = sum(_NEEDED[name] for name in packages) or 1
    try:
        mmap.mmap(-1, megabytes * _MB).close()
    except (OSError, MemoryError):
        raise MemoryError(f"{' and '.join(packages)}: {megabytes} MB more are needed") from None


def exhausted(error: BaseException) -> bool:
    """Whether an error, or what led to it, is that memory ran out."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        if isinstance(cause, MemoryError) or getattr(cause, "errno", None) == errno.ENOMEM:
            return True
        if isinstance(cause, (ImportError, RuntimeError)) and any(x in str(cause) for x in _SAID):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def too_little(error: BaseException) -> str:
    """One line about that, with the limit if there is one."""
    said = " ".join(str(error).split())[:200] if isinstance(error, MemoryError) else ""
    found = limit()
    under = "" if found is None else f" (the limit is {found // _MB:,} MB: ulimit -v)"
    return f"there is too little memory{under}{f': {said}' if said else ''}"
