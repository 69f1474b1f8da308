"""Results as charts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rnnbound.planning.results import Plan
from rnnbound.presentation.charts.chart import Axis, Chart, Mark, Rule, Series
from rnnbound.theory.guarantee import VARIANTS
from rnnbound.theory.methods import METHODS

if TYPE_CHECKING:
    from rnnbound.planning.constants_by_alpha import Profile
    from rnnbound.planning.frontier import Frontier

#: The strongest variant first, so that it has the same look whichever are drawn.
_LOOKS: Final = {variant: look for look, variant in enumerate(reversed(VARIANTS))}
DOUBTFUL: Final = "not a guarantee"


def variant_name(variant: str, trusted: bool) -> str:
    """A variant for a legend."""
    return variant if trusted else f"{variant}: {DOUBTFUL}"


def of_plan(found: Plan, frontiers: Sequence[Frontier]) -> Chart | None:
    """Width against iterations; None if nothing reaches the target."""
    if not frontiers:
        return None
    series = tuple(
        Series(
            variant_name(line.variant, line.trusted),
            tuple(step.width_log10 for step in line.steps),
            tuple(step.iterations_log10 for step in line.steps),
            _LOOKS[line.variant],
            doubtful=not line.trusted,
        )
        for line in reversed(frontiers)
    )
    # Without a target each variant promises another risk at the same place.
    marked = found.plans if found.request.epsilon is not None else (found.headline,)
    chosen = [
        Mark(p.width_log10, p.iterations_log10, "", _LOOKS[variant], not p.trusted)
        for variant, p in found.plans.items()
        if variant in marked
        and p.feasible
        and p.width_log10 is not None
        and p.iterations_log10 is not None
    ]
    method = METHODS[found.request.method].title
    return Chart(
        title=f"What risk ≤ {frontiers[0].epsilon:.6g} takes: {method}",
        x=Axis("width m", log=True),
        y=Axis("iterations τ", log=True),
        series=series,
        marks=tuple(chosen),
        rules=_limits(found),
        note="Right of its line a variant promises the risk"
        + ("; marked: the plan." if chosen else "."),
    )


def _limits(found: Plan) -> tuple[Rule, ...]:
    """What the request fixes or allows."""
    from rnnbound.planning.guarantee_record import log10

    request = found.request
    asked = (
        ("width", request.width, True),
        ("iterations", request.iterations, False),
        ("--max-width", request.max_width, True),
        ("--max-iterations", request.max_iterations, False),
    )
    return tuple(
        Rule(log10(count), f"{name} {_short(count)}", upright)
        for name, count, upright in asked
        if count is not None
    )


def _short(count: Any) -> str:
    return f"{count:,}" if count < 10**9 else f"{count:.3e}" if count < 10**300 else "given"


def of_regime(found: Profile) -> Chart:
    """A constant against α for several horizons, the cut-off marked."""
    series = tuple(
        Series(f"T = {line.horizon:,}", found.coordinates, line.values_log10, look)
        for look, line in enumerate(found.lines)
    )
    rules = (
        Rule(found.cutoff_coordinate, f"cut-off 1/σ1 = {found.cutoff:.4g}"),
        Rule(found.alpha_m_coordinate, f"α_m = {found.alpha_m:.4g}"),
    )
    return Chart(
        title="Growth in T: a power below the cut-off, exponential above it",
        note=found.meaning,
        x=Axis("α_m, which bounds every |W_ii|", log=found.logarithmic),
        y=Axis(f"constant {found.constant} ({found.variant})", log=True),
        series=series,
        rules=rules,
    )


def of_certificates(initial_risk: float, rows: Sequence[Mapping[str, Any]]) -> Chart:
    """The certified risk against the iterations, a line for each width.

    Args:
        initial_risk: R(0).
        rows: with ``width``, ``iterations`` and ``risk_bound``.
    """
    widths = sorted({row["width"] for row in rows})
    series = []
    for look, width in enumerate(widths):
        line = sorted((row for row in rows if row["width"] == width), key=lambda r: r["iterations"])
        series.append(
            Series(
                f"m = {width:,}",
                tuple(math.log10(row["iterations"]) for row in line),
                tuple(math.log10(row["risk_bound"]) for row in line),
                look,
            )
        )
    return Chart(
        title="Certified risk of the last iterate",
        x=Axis("iterations τ", log=True),
        y=Axis("certified risk (scaled units)", log=True),
        series=tuple(series),
        rules=(Rule(math.log10(initial_risk), f"R(0) = {initial_risk:.4g}", upright=False),),
    )
