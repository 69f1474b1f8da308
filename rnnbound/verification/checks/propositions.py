"""Counted is how often the propositions fail over many starts, and what is said of the start."""

from __future__ import annotations

from collections.abc import Iterator

from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import TRUSTED
from rnnbound.verification.pieces import Piece, Wanted


def pieces(scenario: Scenario, wanted: Wanted) -> Iterator[Piece]:
    """At the point of attraction, at the start, and of sampling errors."""
    from rnnbound.verification import proposition_checks, sampling_tail_checks, start_checks
    from rnnbound.verification.class_targets import KINDS

    yield Piece(proposition_checks.check, (scenario, wanted.variants, wanted.seed, KINDS))
    if start_checks.VARIANT in wanted.variants:
        yield Piece(start_checks.check, (scenario, wanted.seed))
    for variant in wanted.variants:
        if TRUSTED[variant]:
            yield Piece(sampling_tail_checks.check, (variant,))
