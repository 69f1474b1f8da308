"""What networks do does not depend on the bounds that it is compared with: it is computed once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rnnbound import Scenario
from rnnbound.theory.tight_constants import tight_lemma
from rnnbound.verification import lemma_attack, proposition_checks
from rnnbound.verification.lemma_attack import Found
from rnnbound.verification.lemma_checks import Lemma
from rnnbound.verification.proposition_checks import Deviations, Scene

SIMULATE, ATTACK = proposition_checks.simulate, lemma_attack.attack
SIMULATED: dict[str, Deviations] = {}
ATTACKED: dict[tuple[str, Scenario, int], list[Found]] = {}


@pytest.fixture(autouse=True)
def _one_simulation_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def simulate(scene: Scene, rng: np.random.Generator) -> Deviations:
        if str(scene) not in SIMULATED:
            SIMULATED[str(scene)] = SIMULATE(scene, rng)
        return SIMULATED[str(scene)]

    def attack(lemma: Lemma, scenario: Scenario, seed: int) -> list[Found]:
        key = lemma.name, scenario, seed
        if key not in ATTACKED:
            ATTACKED[key] = list(ATTACK(lemma, scenario, seed))
        return ATTACKED[key]

    monkeypatch.setattr(proposition_checks, "simulate", simulate)
    monkeypatch.setattr(lemma_attack, "attack", attack)


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Tight constants are computed anew, and what was computed is not kept."""
    tight_lemma.cache_clear()
    yield
    tight_lemma.cache_clear()
