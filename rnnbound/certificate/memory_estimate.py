"""How much memory a certificate takes, asked before any is taken."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from rnnbound.certificate.comparator_search import MOST_LOOKED_AT, REMEMBERED, most_pairs
from rnnbound.certificate.derivatives_by_inner_products import MOST_ROWS as MOST_INNER_ROWS
from rnnbound.certificate.neuron_pair_passes import LARGEST_BLOCK
from rnnbound.certificate.ridge_comparator import LANDMARKS, MOST_ROWS
from rnnbound.errors import wrong
from rnnbound.numbers import numerals

_WORD: Final = 8
#: Numbers for which the memory would do that Python and its libraries take in a process.
_LIBRARIES: Final = 10**7
#: What is left to everything else on the machine.
_SHARE: Final = 0.9


def needed(shape: tuple[int, ...], width: int, jobs: int) -> int:
    """Bytes, roughly, and rather too many.

    Args:
        shape: (n, T, d).
        width: m.
        jobs: processes.
    """
    n, horizon, d = shape
    rows, pairs, p = n * horizon, width // 2, 1 + d
    some = min(pairs, most_pairs(rows))
    data = rows * (4 * d + 6)
    network = width * (8 * p + 40)
    if rows <= MOST_ROWS:
        ridge = 6 * rows**2 + some * p * rows
    else:
        ridge = rows * LANDMARKS * 5 + LANDMARKS**2 * 8 + some * p * LANDMARKS
    ridge += rows * 24 * 6 + min(some * p * rows, REMEMBERED)
    if rows <= MOST_INNER_ROWS:
        ridge += 3 * MOST_LOOKED_AT * rows**2
    blocks = jobs * 5 * max(LARGEST_BLOCK, 8 * rows)
    # Each of the others has the data, and some of what it sends and is sent on the way, twice.
    others = (jobs - 1) * (data + rows * 24 * 4 + _LIBRARIES)
    return _WORD * (data + network + ridge + blocks + others)


def available() -> int | None:
    """Bytes that this process may still take; None if the system does not say."""
    found = []
    with suppress(OSError, ValueError, IndexError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(line for line in lines if line.startswith("MemAvailable:"))
        found.append(int(free.split()[1]) * 1024)
    with suppress(OSError, ValueError):
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text())
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
        found.append(limit - used)
    with suppress(ImportError, OSError, ValueError, IndexError):
        import resource

        soft = resource.getrlimit(resource.RLIMIT_AS)[0]
        if soft != resource.RLIM_INFINITY:
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            found.append(soft - pages * os.sysconf("SC_PAGE_SIZE"))
    if not found:
        with suppress(AttributeError, OSError, ValueError):
            found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return max(min(found), 0) if found else None


def refuse_beyond(shape: tuple[int, ...], width: int, jobs: int) -> None:
    """Refuse what would not fit into memory.

    Raises:
        RequestError: the width, or the data, take too much.
    """
    need, there = needed(shape, width, jobs), available()
    if there is None or need <= there * _SHARE:
        return
    least = needed(shape, 2, jobs)
    where, less = "width", "a smaller width"
    if least > there * _SHARE:
        where, less = "data", "fewer windows (a larger --stride)"
    rows = shape[0] * shape[1]
    raise wrong(
        where,
        f"takes more memory than there is: about {numerals.size(need)} for {numerals.count(width)} "
        f"neurons and n·T = {rows:,} rows, and {numerals.size(there)} are free; ask for {less}",
    )
