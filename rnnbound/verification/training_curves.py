"""Networks in training, one for each method and form, with the risk that is guaranteed of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rnnbound.network import train
from rnnbound.theory.guarantee import TRUSTED
from rnnbound.theory.methods import METHODS
from rnnbound.verification.random_streams import seed_for
from rnnbound.verification.small_tasks import Trial, trials
from rnnbound.verification.verify import Verification

_KIND: Final = "constant"


@dataclass(frozen=True, slots=True)
class TrainingCurve:
    """How the risk of one network fell.

    Attributes:
        method, form: of training.
        horizon: T.
        width: m.
        steps: the steps at which the risk is known.
        risks: these risks, as shares of R(0).
        iterations: the step of which a risk is guaranteed.
        bound: that risk, as a share of R(0).
    """

    method: str
    form: str | None
    horizon: int
    width: int
    steps: tuple[int, ...]
    risks: tuple[float, ...]
    iterations: int
    bound: float


def training_curves(found: Verification) -> tuple[TrainingCurve, ...]:
    """One run for each method, last and best iterate, in the best trusted variant."""
    curves: list[TrainingCurve] = []
    for method, record in METHODS.items():
        variant = next(v for v in reversed(record.variants) if TRUSTED[v])
        seen = set()
        for trial in trials(method, variant, found.scenario, _KIND, found.seed):
            if isinstance(trial, Trial) and not trial.powerless and trial.form not in seen:
                seen.add(trial.form)
                curves.append(_trained(trial, found.seed))
    return tuple(curves)


def _trained(trial: Trial, seed: int) -> TrainingCurve:
    task = trial.task
    ran = train(
        trial.start(seed_for(seed, "starts", 0)),
        task.scenario.activation,
        task.X,
        task.goal.Y,
        trial.schedule(),
    )
    return TrainingCurve(
        trial.method,
        trial.form,
        task.scenario.horizon,
        trial.width,
        tuple(map(int, ran.steps)),
        tuple(float(risk / task.goal.risk) for risk in ran.risks),
        trial.iterations,
        float(trial.bound / task.goal.risk),
    )
