"""Networks are trained, and their risk is compared with what is guaranteed."""

from __future__ import annotations

from collections.abc import Iterator

from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.methods import METHODS
from rnnbound.verification.pieces import Piece, Wanted


def pieces(scenario: Scenario, wanted: Wanted) -> Iterator[Piece]:
    """Every method."""
    from rnnbound.verification import training_checks
    from rnnbound.verification.class_targets import KINDS

    for method in wanted.methods:
        for variant in wanted.variants:
            if variant in METHODS[method].variants:
                asked = (scenario, method, variant, KINDS, wanted.seeds, wanted.seed)
                yield Piece(training_checks.check, asked)
