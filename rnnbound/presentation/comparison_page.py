"""A comparison on a page: what each guarantee needs, promises and costs, and how needs grow."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from rnnbound.numbers import numerals
from rnnbound.presentation.words import suggested_commands
from rnnbound.presentation.words.guarantees import condition, meaning, task, with_certify
from rnnbound.presentation.writers.json import plain

if TYPE_CHECKING:
    from rnnbound.comparison.results import Comparison, Contender, Factor
    from rnnbound.numbers.count import Count
    from rnnbound.presentation.terminal_page import Page

#: What a statement that is no theorem is marked with.
_MARK: Final = "*"
#: What the growth law is marked with.
_LAW: Final = "†"
_NEEDS: Final = ("guarantee", "width", "iterations", "iterate", "projects", "samples/step")
_COSTS: Final = ("guarantee", "parameters", "memory", "flops", "time")
#: Changes of the task that our requirements know of.
_SHOWN: Final = ("T doubles", "n doubles", "ε is a tenth")


def promise(found: Comparison, dataset: Any) -> str:
    """The headline: what the plan with the least work needs, and for whom."""
    best = _cheapest(found)
    certify = dataset and suggested_commands.certify(dataset, found.scenario, found.request, best)
    said = "No trusted guarantee reaches the target risk."
    if best is not None:
        said = f"{condition(found.scenario, found.request)} {_least(found, best)}"
        if best.vacuous:
            said = (
                f"No gain from training is guaranteed: risk ≤ {_epsilon(found)} is no better than "
                "B_rms², which bounds the risk before any training."
            )
    return with_certify(said, certify)


def rows(found: Comparison) -> Iterator[dict[str, Any]]:
    """A row for each statement."""
    return map(plain, found.listed)


def draw(page: Page, found: Comparison, said: str) -> None:
    """Put a comparison on a page, its headline first."""
    planned = [one for one in found.listed if one.feasible]
    page.say(said, "bold" if found.cheapest else "bold red")
    if planned:
        page.say(meaning(found.scenario), "dim")
    page.heading("Scenario")
    page.pairs([("task", task(found.scenario)), ("risk ε", _epsilon(found))])
    strong = " ".join(found.cheapest or ())
    if planned:
        page.heading("What each needs and promises")
        page.table(_NEEDS, map(_needs, planned), strong=strong)
        for line in _promise_remarks(found):
            page.say(line, indent=2)
        page.heading("What training costs")
        page.table(_COSTS, map(_costs, planned), strong=strong)
        page.say(_time_remark(found), indent=2)
        page.heading("How requirements grow: factor of width × factor of iterations")
        page.table(("guarantee", *_SHOWN), _growth(found), strong=strong)
        for line in _law_remarks(found):
            page.say(line, indent=2)
    for reason, names in _absent(found).items():
        page.say(f"{', '.join(names)}: {reason}", indent=2)


def _cheapest(found: Comparison) -> Contender | None:
    """The trusted plan with the least work."""
    return next((x for x in found.listed if (x.method, x.variant) == found.cheapest), None)


def _epsilon(found: Comparison) -> str:
    assert found.request.epsilon is not None
    return numerals.given(found.request.epsilon)


def _least(found: Comparison, best: Contender) -> str:
    last = [x for x in found.listed if x.trusted and x.feasible and x.iterate == "last"]
    text = (
        f"training risk ≤ {_epsilon(found)} takes the least work with {best.method} "
        f"{best.variant}, {numerals.real(best.flops, up=True)} flops ({best.iterate} iterate"
        f"{', in expectation over mini-batches' if best.expectation else ''})"
    )
    if best.iterate != "last" and last:
        other = min(last, key=lambda x: x.flops or 0)
        flops = numerals.real(other.flops, up=True)
        text += f", and for the last iterate with {other.method} {other.variant}, {flops}"
    return f"{text}, with probability ≥ {numerals.complement(found.scenario.delta)} over the start."


def _name(one: Contender) -> str:
    return f"{one.method} {one.variant}{'' if one.trusted else _MARK}"


def _needs(one: Contender) -> tuple[str, ...]:
    return (
        _name(one),
        _count(one.width),
        _count(one.iterations),
        f"{one.iterate}{' (E)' if one.expectation else ''}",
        one.projects or numerals.MISSING,
        "one" if one.samples_per_step == 1 else "all",
    )


def _costs(one: Contender) -> tuple[str, ...]:
    from rnnbound.verification.plan_duration import duration

    return (
        _name(one),
        _count(one.parameters),
        numerals.size(one.memory_bytes),
        numerals.real(one.flops, up=True),
        numerals.MISSING if one.seconds is None else duration(one.seconds),
    )


def _count(value: Count | None) -> str:
    """A count in few characters, rounded up if need be."""
    short = value is None or value < 10**7
    return numerals.count(value) if short else numerals.real(Decimal(value or 0), up=True)


def _promise_remarks(found: Comparison) -> Iterator[str]:
    sure = numerals.complement(found.scenario.delta)
    yield (
        f"Each bounds the training risk of that iterate with probability ≥ {sure} over the start, "
        "for every target of the class, inputs with ‖X_t‖ ≤ 1 and steps along half the gradient; "
        "(E) in expectation over the mini-batches. Tied pairs are kept mirrored."
    )
    if any(one.feasible and not one.trusted for one in found.listed):
        yield f"{_MARK} as printed in the paper, and no guarantee (see rnnbound errata)."


def _time_remark(found: Comparison) -> str:
    if found.calibration_seconds is None:
        return "No times: this machine was not measured."
    return (
        f"Times on one core of this machine, scaled up from {found.calibration_seconds:.2g} s of "
        "training; those of sgd with 100 evaluations of the full risk."
    )


def _growth(found: Comparison) -> Iterator[tuple[str, ...]]:
    """A line for each guarantee, and the law: factors by change."""
    names = {f"{one.method} {one.variant}": _name(one) for one in found.listed}
    by_name: dict[str, list[Factor]] = {}
    for factor in found.growth:
        if factor.change in _SHOWN:
            by_name.setdefault(factor.of, []).append(factor)
    for name, factors in by_name.items():
        cells = (f"{_factor(x.width)} × {_factor(x.iterations)}" for x in factors)
        yield (names.get(name, f"Allen-Zhu et al.{_LAW}"), *cells)


def _law_remarks(found: Comparison) -> Iterator[str]:
    law = found.law
    yield "From two plans each, at this task; the separation δ_sep of the data enters none of them."
    yield f"{_LAW} {law.source}, to degree {law.degree:g} (--degree): {law.about}."
    halved = next(x for x in found.growth if x.law and x.change not in _SHOWN)
    yield f"When δ_sep halves, its width and iterations grow {_factor(halved.width)}-fold."
    if law.polynomial_log10 is not None:
        yield f"Here its polynomial is 10^{law.polynomial_log10:.1f}, times an unknown constant."


def _factor(value: Any) -> str:
    return numerals.MISSING if value is None else f"{value:.3g}".replace("e+", "e")


def _absent(found: Comparison) -> dict[str | None, list[str]]:
    reasons: dict[str | None, list[str]] = {}
    for one in found.listed:
        if not one.feasible:
            reasons.setdefault(one.reason, []).append(f"{one.method} {one.variant}")
    return reasons
