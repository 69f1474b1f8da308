"""How to train: algorithm, step size, projection, sampling."""

from __future__ import annotations

from dataclasses import dataclass

from rnnbound.network.array_checks import real, whole
from rnnbound.theory.methods import METHODS


@dataclass(frozen=True, slots=True)
class Schedule:
    """How to train; checked when it is made.

    Attributes:
        method: a key of :data:`rnnbound.theory.methods.METHODS`. The averages train as pgd
            and tied do and also keep Θ̂.
        step_size: η > 0.
        iterations: τ ≥ 1 steps, fewer if `stop_at` is reached.
        radius_w: ρ_w; keeps |W_ii − W_ii(0)| ≤ ρ_w/√m. None: W is not projected.
        radius_u: ρ_u; keeps ‖U_i − U_i(0)‖ ≤ ρ_u/√m. None: U is not projected.
        batch: samples a step, drawn uniformly with replacement; only stochastic methods read it.
        seed: of those draws.
        stop_at: training ends at the first evaluated risk that is not above it. None: never.
        risk_every: stochastic methods evaluate the full risk at multiples of it and at the end;
            the other methods at every step, at no cost.
        workers: processes, this one included; the result is the same to the last bit for any
            number. They join in when they have started, and small evaluations use one.
    """

    method: str
    step_size: float
    iterations: int
    radius_w: float | None = None
    radius_u: float | None = None
    batch: int = 1
    seed: int = 0
    stop_at: float | None = None
    risk_every: int = 1
    workers: int = 1

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(METHODS)} (given: {self.method})")
        real("step_size", self.step_size, zero=False)
        for name in ("radius_w", "radius_u", "stop_at"):
            if getattr(self, name) is not None:
                real(name, getattr(self, name), zero=True)
        for name, least in {
            "iterations": 1,
            "batch": 1,
            "seed": 0,
            "risk_every": 1,
            "workers": 1,
        }.items():
            whole(name, getattr(self, name), least)
        if not METHODS[self.method].projects and (self.radius_w, self.radius_u) != (None, None):
            raise ValueError(
                f"radius_w and radius_u must be None for {self.method}, which does not project"
            )

    @property
    def tied(self) -> bool:
        """Whether pairs are kept mirrored (section 6.3)."""
        return METHODS[self.method].tied

    @property
    def stochastic(self) -> bool:
        """Whether a step visits a mini-batch instead of all the samples."""
        return METHODS[self.method].stochastic

    @property
    def averaged(self) -> bool:
        """Whether the average iterate is kept."""
        return METHODS[self.method].averages
