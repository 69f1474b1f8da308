"""The steps of the proofs are followed along trajectories, and added up."""

from __future__ import annotations

from collections.abc import Iterator

from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import TRUSTED
from rnnbound.theory.methods import METHODS
from rnnbound.verification.pieces import Piece, Wanted


def pieces(scenario: Scenario, wanted: Wanted) -> Iterator[Piece]:
    """Of every method: whether its proof closes, and its steps along trajectories."""
    from rnnbound.verification import proof_step_checks, telescoping_sum_checks
    from rnnbound.verification.class_targets import KINDS

    for method in wanted.methods:
        for variant in wanted.variants:
            if variant not in METHODS[method].variants:
                continue
            if TRUSTED[variant]:
                yield Piece(telescoping_sum_checks.check, (scenario, method, variant))
            asked = (scenario, method, variant, KINDS, wanted.seeds, wanted.seed)
            yield Piece(proof_step_checks.check, asked)
