"""Memory is asked about before any is taken."""

from __future__ import annotations

import numpy as np
import pytest

from rnnbound.certificate import Problem, Request, certify, memory_estimate
from rnnbound.errors import RequestError


def test_more_of_anything_takes_more() -> None:
    base = memory_estimate.needed((100, 4, 3), 64, 1)
    assert base < 2**30
    for shape, width, jobs in (
        ((10**5, 4, 3), 64, 1),
        ((100, 4 * 10**3, 3), 64, 1),
        ((100, 4, 10**4), 64, 1),
        ((100, 4, 3), 10**7, 1),
        ((100, 4, 3), 64, 8),
    ):
        assert memory_estimate.needed(shape, width, jobs) > base


@pytest.mark.parametrize(("free", "what"), [(3 * 10**9, "width"), (10**6, "data")])
def test_what_does_not_fit_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, free: int, what: str
) -> None:
    monkeypatch.setattr(memory_estimate, "available", lambda: free)
    request = Request(Problem.of(np.ones((3, 2, 1)), np.ones((3, 2))))
    with pytest.raises(RequestError, match="more memory than there is: about ") as raised:
        certify(request, 10**8, 5)
    assert raised.value.faults[0].where == what


def test_what_is_free_is_known_here() -> None:
    there = memory_estimate.available()
    assert there is None or there > 2**24
