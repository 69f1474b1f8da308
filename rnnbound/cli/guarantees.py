"""Guarantees on a page: the answer first, then what it rests on, then all variants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rnnbound.cli import paths
from rnnbound.planning.results import Guarantee, Request
from rnnbound.setting.scenario import Scenario
from rnnbound.theory.guarantee import METHODS, TERMS, VARIANTS, WHY_NOT
from rnnbound.wording import people
from rnnbound.wording.guarantees import VACUOUS, grounds, sentence, task, training

if TYPE_CHECKING:
    from rnnbound.cli.page import Page


def shape() -> dict[str, Any]:
    """The shape of a guarantee in JSON."""
    return paths.of(Guarantee, terms=dict.fromkeys(TERMS, float))


def by_variant(values: Mapping[str, Any], each: Any) -> dict[str, Any]:
    """The shape of something for each variant that `--variant` asks for."""
    asked = values["variant"]
    return dict.fromkeys((asked,) if asked in VARIANTS else VARIANTS, each)


def draw(
    page: Page,
    scenario: Scenario,
    request: Request,
    headline: str,
    variants: Mapping[str, Guarantee],
) -> None:
    """Put a plan or a bound on the page."""
    best = variants[headline]
    page.say(sentence(scenario, request, headline, best), "bold" if best.feasible else "bold red")
    if best.vacuous:
        page.say(VACUOUS, "yellow")
    page.heading("Scenario")
    page.pairs([("task", task(scenario)), ("method", METHODS[request.method])])
    if best.feasible:
        page.heading("How to train")
        page.pairs(training(best, request.method))
        page.heading("What it rests on")
        page.pairs(grounds(best))
    page.heading("Variants")
    header = ("variant", "width", "iterations", "risk bound", "theorem")
    page.table(header, (_row(name, found) for name, found in variants.items()), strong=headline)
    reasons: dict[str | None, list[str]] = {}
    for name, found in variants.items():
        if not found.feasible and name != headline:
            reasons.setdefault(found.reason, []).append(name)
    for reason, names in reasons.items():
        page.say(f"{', '.join(names)}: {reason}", indent=2)
    for name in variants:
        if name in WHY_NOT:
            page.say(f"{name} is not a guarantee: {WHY_NOT[name]}.", indent=2)


def rows(variants: Mapping[str, Guarantee]) -> Iterator[dict[str, Any]]:
    """CSV rows, one for each variant."""
    from rnnbound.cli.json_text import plain

    for name, found in variants.items():
        yield {"variant": name, **plain(found)}


def _row(name: str, found: Guarantee) -> tuple[str, ...]:
    return (
        name,
        people.count(found.width),
        people.count(found.iterations),
        people.real(found.risk_bound, up=True),
        "yes" if found.trusted else "no",
    )
