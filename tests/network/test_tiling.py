"""How the work is cut up."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnbound.network import tiling


@given(n=st.integers(1, 10**6), horizon=st.integers(1, 1000), width=st.integers(1, 10**6))
def test_tiles_and_blocks_fit(n: int, horizon: int, width: int) -> None:
    size, tile = tiling.layout(n, horizon, width)
    assert 1 <= tile <= width
    assert 1 <= size <= n
    assert size == 1 or size * tile <= 2 * tiling._CALL
    assert size == 1 or size * tile <= tiling._CALL or size * tile * horizon <= tiling._TILE
    assert size == 1 or size * horizon * width <= tiling._STORED
    assert tile == width or tile % 16 == 8
    # Rounding up a tile makes it longer by fewer than 16 neurons.
    assert tile < 2 * max(tiling._WIDEST, tiling._CALL) + 16


@given(total=st.integers(0, 1000), size=st.integers(1, 1000))
def test_cut_is_a_partition(total: int, size: int) -> None:
    parts = tiling.cut(total, size)
    assert [i for part in parts for i in range(total)[part]] == list(range(total))
    assert all(part.stop - part.start == size for part in parts[:-1])


@given(shape=st.lists(st.integers(1, 5), min_size=1, max_size=3).map(tuple))
def test_buffers_are_aligned(shape: tuple[int, ...]) -> None:
    buffer = tiling.aligned(shape, np.dtype(np.float32))
    assert buffer.shape == shape
    assert buffer.ctypes.data % 64 == 0
