"""NumPy's BLAS is kept to one thread, and let go again."""

from __future__ import annotations

import pytest

from rnnbound.network import blas_threads


def test_one_thread_inside_and_as_before_outside() -> None:
    found = blas_threads._functions()
    if found is None:
        pytest.skip("NumPy has another BLAS than the one of its wheels")
    get, _ = found
    before = get()
    with blas_threads.one_blas_thread():
        assert get() == 1
    assert get() == before


def test_another_blas_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blas_threads, "_functions", lambda: None)
    with blas_threads.one_blas_thread():
        pass
