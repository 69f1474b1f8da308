"""Weights, inputs and directions are searched for that bring derivatives to their bounds."""

from __future__ import annotations

from collections.abc import Iterator

from rnnbound.scenario.scenario import Scenario
from rnnbound.verification.pieces import Piece, Wanted


def pieces(scenario: Scenario, wanted: Wanted) -> Iterator[Piece]:
    """Every lemma, and the tight one along single directions."""
    from rnnbound.verification import directional_lemma_checks, lemma_attack
    from rnnbound.verification.lemma_checks import LEMMAS

    for name in LEMMAS:
        yield Piece(lemma_attack.check, (scenario, wanted.variants, name, wanted.seed))
    if directional_lemma_checks.VARIANT in wanted.variants:
        for number in range(len(directional_lemma_checks.HEIGHTS)):
            yield Piece(directional_lemma_checks.check, (scenario, number, wanted.seed))
