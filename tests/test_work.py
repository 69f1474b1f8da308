"""The count of calls ends what does not end by itself, and nothing else."""

from __future__ import annotations

import sys
from itertools import count

import pytest

from tests.work import TooMuchWorkError, at_most


def _endless() -> None:
    for number in count():
        abs(number)


def test_a_search_that_does_not_end_is_a_failure() -> None:
    with pytest.raises(TooMuchWorkError, match="more than 1,000 calls"), at_most(1000):
        _endless()
    assert sys.getprofile() is None


def test_what_ends_in_time_is_left_alone() -> None:
    with at_most(1000):
        assert sum(abs(number) for number in range(400)) == 79800
    assert sys.getprofile() is None
