"""A report as one web page, for any screen and for paper, that loads and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rnnbound import __version__
from rnnbound.comparison.report_contents import Report
from rnnbound.numbers import numerals
from rnnbound.parallel.progress_events import tell
from rnnbound.planning.assumption_sentences import shared
from rnnbound.planning.results import Guarantee, Plan
from rnnbound.presentation.charts.guarantee_charts import of_plan, of_regime
from rnnbound.presentation.charts.html_page import policy, templates
from rnnbound.presentation.charts.render import require_libraries
from rnnbound.presentation.charts.svg_embedding import inline, style_sheet
from rnnbound.presentation.words import guarantees, suggested_commands
from rnnbound.scenario.scenario import FIELDS
from rnnbound.symbolic.printers import about
from rnnbound.theory.guarantee import VARIANTS, WHY_NOT
from rnnbound.theory.methods import METHODS
from rnnbound.verification.saved_verification import SavedVerification

if TYPE_CHECKING:
    from rnnbound.data.dataset import DataSummary, Range

#: What is below the line: W_ii, H_{t−1}.
_LOWER: Final = re.compile(r"(?<=[^\W_]|[∂Σ>])_(?:\{([^{}<>]*)\}|([a-zA-Z0-9]+\b))")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table of plans."""

    method: str
    variant: str
    plan: Guarantee
    headline: bool


def require(where: str) -> None:
    """See that there is something to make a page with.

    Raises:
        RequestError: Jinja2 or matplotlib is not installed.
    """
    require_libraries(where, html=True, extra="report")


def page(report: Report) -> str:
    """The page; the same for the same report."""
    from markupsafe import Markup

    environment = templates("rnnbound.presentation.report")
    filters: dict[str, Callable[[Any], str]] = {
        "count": numerals.count,
        "real": numerals.real,
        "bound": lambda value: numerals.real(value, up=True),
        "size": numerals.size,
        "about": about,
        "symbols": _symbols,
    }
    environment.filters |= filters
    style = style_sheet() + environment.get_template("report.css").render()
    tell("drawing")
    best = report.best
    frontier = of_plan(report.plan, report.frontiers)
    # Markup is what this program drew itself; everything else is escaped by the template.
    return environment.get_template("report.html").render(
        report=report,
        scenario=report.scenario,
        best=best,
        headline=promise(report),
        meaning=guarantees.meaning(report.scenario),
        assumptions=best.assumptions or shared(report.scenario, report.plan.request.data),
        method=METHODS[report.plan.request.method].title,
        methods={name: one.title for name, one in METHODS.items()},
        fields=FIELDS,
        rows=list(_rows(report)),
        reasons=_reasons(report.plans),
        why_not=WHY_NOT,
        training=_training(report),
        grounds=list(guarantees.theorem(best)) if best.feasible else [],
        confidence=numerals.complement(report.scenario.delta),
        memory=guarantees.memory(report.regime.regime, report.regime.contraction),
        frontier=frontier and Markup(inline(frontier, "frontier")),  # noqa: S704
        growth=Markup(inline(of_regime(report.profile), "growth")),  # noqa: S704
        formulas=[
            (one, Markup(one.mathml), [Markup(d.mathml) for d in one.definitions])  # noqa: S704
            for one in report.formulas
        ],
        data_ranges=_ranges(report.data),
        checks=_checks(report.verification),
        version=__version__,
        policy=policy(style),
        style=Markup(style),  # noqa: S704
    )


def promise(report: Report) -> str:
    """The headline in words."""
    request, best = report.plan.request, report.best
    certify = None
    if report.data is not None:
        certify = suggested_commands.certify(report.data, report.scenario, request, best)
    return guarantees.promise(report.scenario, request, report.plan.headline, best, certify)


def _symbols(text: str) -> str:
    """Text, escaped unless it is markup already, with what follows _ set lower."""
    from markupsafe import Markup, escape

    return Markup(_LOWER.sub(r"<sub>\1\2</sub>", str(escape(text))))  # noqa: S704


def _rows(report: Report) -> Iterator[_Row]:
    for found in report.plans:
        for variant, one in found.plans.items():
            if one.feasible:
                chosen = found is report.plan and variant == found.headline
                yield _Row(found.request.method, variant, one, chosen)


def _reasons(plans: tuple[Plan, ...]) -> dict[str, list[str]]:
    """Why there is no plan, each reason once."""
    found: dict[str, list[str]] = {}
    for plan in plans:
        for variant, one in plan.plans.items():
            if not one.feasible and one.reason is not None:
                found.setdefault(one.reason, []).append(f"{plan.request.method}, {variant}")
    return found


def _training(report: Report) -> list[tuple[str, str]]:
    if not report.best.feasible:
        return []
    return list(guarantees.training(report.scenario, report.best, report.plan.request.method))


def _ranges(data: DataSummary | None) -> list[tuple[str, Range]]:
    if data is None:
        return []
    inputs = zip(data.origin.inputs, data.input_ranges, strict=True)
    listed = [(f"input {name}", values) for name, values in inputs]
    return [*listed, (f"target {data.origin.target}", data.target_range)]


def _checks(found: SavedVerification | None) -> dict[str, Any] | None:
    """Saved checks by group: a row for each statement, a cell for each variant."""
    if found is None:
        return None
    present = dict.fromkeys(check.variant for check in found.checks)
    variants = sorted(present, key=lambda v: VARIANTS.index(v) if v in VARIANTS else len(VARIANTS))

    groups: dict[str, dict[str, dict[str, str]]] = {}
    for check in found.checks:
        ratio = f"{check.ratio:.3g}" if isinstance(check.ratio, float) else check.ratio or ""
        cells = groups.setdefault(check.group, {}).setdefault(check.statement, {})
        cells[check.variant] = ratio if check.verdict == "holds" else f"{ratio} {check.verdict}"
    trusted = [check.verdict for check in found.checks if check.trusted]
    checked = any(check.verdict != "no power" for check in found.checks)
    return {
        "verdict": ("Passed" if found.passed else "Failed") if checked else "Nothing was checked",
        "variants": variants,
        "groups": groups,
        "holds": trusted.count("holds"),
        "refuted": trusted.count("refuted"),
        "powerless": trusted.count("no power"),
        "printed": sum(c.verdict == "refuted" for c in found.checks if not c.trusted),
    }
