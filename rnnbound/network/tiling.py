"""How the work is cut up, and buffers to do it in."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any, Final

import numpy as np

from rnnbound.network.array_checks import Array

#: Numbers that one ufunc call handles: enough to hide its overhead, few enough for the cache. If
#: there are few time steps, up to twice as many, as long as a tile has so many at all of them.
_CALL: Final = 25_000
_TILE: Final = 250_000
#: Neurons of a tile in such a call: longer rows make the products with the inputs slower.
_WIDEST: Final = 5_000
#: A block of at most so many numbers, all time steps included, stays in cache as a whole.
_SMALL: Final = 16_384
#: States that a block keeps for its way back, unless a single sample has more.
_STORED: Final = 2_000_000
#: Alignment of buffers in bytes: a cache line, and the widest vector register.
_ALIGNMENT: Final = 64


def layout(n: int, horizon: int, width: int) -> tuple[int, int]:
    """Samples of a block and neurons of a tile, for n samples of T steps and m neurons.

    The blocks are about equal.
    """
    most = min(n, max(1, _STORED // (horizon * width)))
    call = max(_CALL, min(2 * _CALL, _TILE // horizon))
    tile = _tile_width(most, width, call)
    most = max(1, min(most, call // tile))
    return -(-n // -(-n // most)), tile


def _tile_width(samples: int, width: int, call: int) -> int:
    """Neurons of a tile, when a block may have so many samples and a call so many numbers.

    Rows whose length is a large power of two would fall into the same few lines of the cache, so
    what is cut is cut into odd multiples of 8.
    """
    widest = _WIDEST * call // _CALL
    parts = -(-width // max(widest, call // samples))
    if parts == 1 and samples > 1 and width > _WIDEST // 2 and width % 512 == 0:
        parts = 2
    even = -(-width // parts)
    return width if parts == 1 else -(-(even - 8) // 16) * 16 + 8


def is_small(samples: int, horizon: int, width: int) -> bool:
    """Whether a block of so many samples is small enough to be handled as a whole."""
    return samples * horizon * width <= _SMALL


@lru_cache(maxsize=64)
def cut(total: int, size: int) -> tuple[slice, ...]:
    """0..total − 1 in consecutive parts of `size`, the last maybe smaller."""
    return tuple(slice(first, min(first + size, total)) for first in range(0, total, size))


def aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """An array of zeros that starts at a multiple of 64 bytes."""
    size = prod(shape) * dtype.itemsize
    raw = np.zeros(size + _ALIGNMENT, np.uint8)
    first = -raw.ctypes.data % _ALIGNMENT
    array: Array = raw[first : first + size].view(dtype).reshape(shape)
    return array
