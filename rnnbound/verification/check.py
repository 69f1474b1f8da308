"""What one check found: the observed value against the bound, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from rnnbound.theory.guarantee import TRUSTED
from rnnbound.verification.statistics import clopper_pearson

Verdict = Literal["holds", "refuted", "no power"]

#: An observed value within this relative distance of the bound is rounding, not a violation.
ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One statement in one variant, tried.

    Attributes:
        group: its file in :mod:`rnnbound.verification.checks`, or ``plan``.
        statement: what is claimed.
        variant: ``printed``, ``corrected``, ``sharp``, ...
        trusted: whether the variant is a guarantee, so that a refutation is a failure.
        observed: the most unfavourable value found; for a claim that may fail with probability
            `allowed`, the (1 − allowed)-quantile of the values.
        bound: what it is claimed to be at most, in the same case.
        ratio: observed / bound; above 1 the claim is in trouble.
        trials: how many cases were tried.
        failures: in how many of them the observed value exceeded the bound.
        allowed: the probability with which the claim may fail (δ; 0: never).
        interval: Clopper–Pearson interval of the failure probability, 99 %.
        verdict: ``holds`` (not refuted by a test that could have), ``refuted``, or ``no power``
            (the test could not have come out otherwise, or was not affordable).
        where: the sizes of the case.
        reason: why the test has no power; None if it has.
        witness: the configuration, for checking by hand; None if it is too large to print.
    """

    group: str
    statement: str
    variant: str
    trusted: bool
    observed: float | None
    bound: float | None
    ratio: float | None
    trials: int
    failures: int
    allowed: float
    interval: tuple[float, float]
    verdict: Verdict
    where: str
    reason: str | None = None
    witness: Mapping[str, Any] | None = None

    @property
    def failed(self) -> bool:
        """Whether a trusted statement was refuted."""
        return self.trusted and self.verdict == "refuted"


def checked(checks: Iterable[Check]) -> bool:
    """Whether anything was put to a test that could have come out otherwise."""
    return any(check.verdict != "no power" for check in checks)


def exceeds(observed: float, bound: float) -> bool:
    """Whether `observed` is above `bound` by more than rounding."""
    return observed > bound + ROUNDING * abs(bound)


def closeness(observed: float, bound: float) -> float:
    """observed/bound, for finding the worst case; a bound of 0 is kept or infinitely exceeded."""
    if bound > 0:
        return observed / bound
    return math.inf if exceeds(observed, bound) else 0.0


def settle(
    group: str,
    statement: str,
    variant: str,
    *,
    observed: float,
    bound: float,
    trials: int,
    failures: int,
    where: str,
    allowed: float = 0.0,
    powerless: str | None = None,
    witness: Mapping[str, Any] | None = None,
) -> Check:
    """The check with its verdict.

    A claim that may never fail is refuted by one failure, one that may fail with probability
    `allowed` if the whole interval of the failure probability lies above that.

    Args:
        group, statement, variant, observed, bound, trials, failures, where, allowed, witness:
            see :class:`Check`.
        powerless: why a test that found no failure proves nothing; None if it does.
    """
    if not trials:
        powerless = powerless or "nothing was tried"
    interval = clopper_pearson(failures, trials)
    refuted = interval[0] > allowed if allowed else failures > 0
    verdict: Verdict = "refuted" if refuted else "no power" if powerless else "holds"
    return Check(
        group=group,
        statement=statement,
        variant=variant,
        trusted=TRUSTED[variant],
        observed=observed,
        bound=bound,
        ratio=observed / bound if bound > 0 else None,
        trials=trials,
        failures=failures,
        allowed=allowed,
        interval=interval,
        verdict=verdict,
        where=where,
        reason=None if refuted else powerless,
        witness=witness,
    )


def powerless(group: str, statement: str, variant: str, where: str, reason: str) -> Check:
    """A check that was not made because it could have had no power, or was not affordable."""
    return Check(
        group=group,
        statement=statement,
        variant=variant,
        trusted=TRUSTED[variant],
        observed=None,
        bound=None,
        ratio=None,
        trials=0,
        failures=0,
        allowed=0.0,
        interval=(0.0, 1.0),
        verdict="no power",
        where=where,
        reason=reason,
    )
