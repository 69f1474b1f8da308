"""Threads: results in order, and NumPy's BLAS kept to one of them."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
import pytest

from rnnbound.parallel import threads


def _threads_of_blas() -> list[int]:
    return [library["num_threads"] for library in threads._blas().info()]


def test_one_thread_inside_and_as_before_outside() -> None:
    before = _threads_of_blas()
    with threads.one_blas_thread():
        assert set(_threads_of_blas()) <= {1}
        with threads.one_blas_thread():
            pass
        assert set(_threads_of_blas()) <= {1}
    assert _threads_of_blas() == before


def _waited(number: int) -> int:
    time.sleep(0.05 if number == 0 else 0)
    return number


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_order_and_few_are_begun_ahead(jobs: int) -> None:
    made: list[int] = []

    def tasks() -> object:
        for number in range(20):
            made.append(number)
            yield partial(_waited, number)

    found = threads.in_order(tasks(), jobs)  # type: ignore[arg-type]
    assert next(found) == 0
    assert len(made) <= 2 * jobs + 1
    assert list(found) == list(range(1, 20))


def test_tasks_know_what_happens_to_what_overflows() -> None:
    def overflow() -> float:
        return float(np.float64(1e308) * np.float64(10))

    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        list(threads.in_order([overflow, overflow], 2))
