"""`rnnbound compare`: the same task under every guarantee."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import typer

from rnnbound.cli import options, people
from rnnbound.cli.output import Answer
from rnnbound.setting.scenario import Scenario

if TYPE_CHECKING:
    from rnnbound.cli.page import Page
    from rnnbound.comparing.results import Comparison, Contender, Factor

#: What a statement that is no theorem is marked with.
_MARK: Final = "*"
_NEEDS: Final = ("guarantee", "width", "iterations", "parameters", "memory", "flops", "time")
_PROMISES: Final = ("guarantee", "iterate", "in expectation", "projects", "tied", "sees a step")


@options.command(
    data=True,
    examples=(
        "rnnbound compare --epsilon 0.05 --horizon 20",
        "rnnbound compare --no-calibration --format csv",
        "rnnbound compare --degree 20 --separation 0.01",
    ),
)
def compare(
    scenario: Scenario,
    epsilon: str | None = options.text("--epsilon", "E", "Target risk (default 0.1)."),
    degree: str | None = options.text(
        "--degree", "N", "Degree in the growth law of Allen-Zhu, Li and Song (default 100)."
    ),
    separation: str | None = options.text(
        "--separation", "X", "Separation of the data in that law, in (0, 1]."
    ),
    no_calibration: bool = typer.Option(
        False, "--no-calibration", help="Do not measure this machine; estimate no times."
    ),
) -> Answer:
    """Compare what every variant of every method needs, promises and costs for one risk.

    Times are estimated from two seconds of training on one core.  A growth law from the literature,
    which has no constants, is compared by growth alone.
    """
    from rnnbound.comparing import compare as comparing

    result = comparing.compare(
        scenario,
        **options.given(epsilon=epsilon, degree=degree, separation=separation),
        calibrate=not no_calibration,
    )
    return Answer(
        "compare",
        result,
        lambda: _rows(result),
        lambda page: _draw(page, result),
        holds=result.cheapest is not None,
        problem="no trusted guarantee reaches the target risk",
    )


def _rows(found: Comparison) -> Iterator[dict[str, Any]]:
    from rnnbound.cli.json_text import plain

    for one in found.listed:
        yield plain(one)


def _draw(page: Page, found: Comparison) -> None:
    from rnnbound.cli import guarantees

    planned = [one for one in found.listed if one.feasible]
    page.say(_sentence(found), "bold" if found.cheapest else "bold red")
    page.heading("Scenario")
    page.pairs([("task", guarantees.task(found.scenario)), ("risk ε", repr(found.request.epsilon))])
    strong = " ".join(found.cheapest or ())
    if planned:
        page.heading("What each needs")
        page.table(_NEEDS, map(_needs, planned), strong=strong)
        page.say(_time_remark(found), indent=2)
        page.heading("What each promises, and asks for")
        page.table(_PROMISES, map(_promises, planned), strong=strong)
        page.say(_promise_remark(found), indent=2)
    page.heading("How requirements grow")
    header = ("guarantee", *dict.fromkeys(f.change for f in found.growth))
    page.table(header, _growth(found), strong=strong)
    page.say("Factors of width × factors of iterations: two plans each, but for the law.", indent=2)
    page.say(f"The law: {found.law.about}; here to degree {found.law.degree:g}.", indent=2)
    if found.law.polynomial_log10 is not None:
        size = f"10^{found.law.polynomial_log10:.1f}"
        page.say(f"At this task its polynomial is {size}, times an unknown constant.", indent=2)
    for reason, names in _absent(found).items():
        page.say(f"{', '.join(names)}: {reason}", indent=2)


def _sentence(found: Comparison) -> str:
    if found.cheapest is None:
        return "No trusted guarantee reaches the target risk."
    method, variant = found.cheapest
    best = next(x for x in found.listed if (x.method, x.variant) == found.cheapest)
    last = [x for x in found.listed if x.trusted and x.feasible and x.iterate == "last"]
    text = f"Least work: {method} {variant}, {people.real(best.flops, up=True)} flops"
    if best.iterate != "last" and last:
        other = min(last, key=lambda x: x.flops or 0)
        flops = people.real(other.flops, up=True)
        text += f"; for the last iterate {other.method} {other.variant}, {flops}"
    return f"{text}."


def _name(one: Contender) -> str:
    return f"{one.method} {one.variant}{'' if one.trusted else _MARK}"


def _needs(one: Contender) -> tuple[str, ...]:
    from rnnbound.verification.forecast import duration

    return (
        _name(one),
        people.count(one.width),
        people.count(one.iterations),
        people.count(one.parameters),
        people.size(one.memory_bytes),
        people.real(one.flops, up=True),
        people.MISSING if one.seconds is None else duration(one.seconds),
    )


def _promises(one: Contender) -> tuple[str, ...]:
    return (
        _name(one),
        one.iterate or people.MISSING,
        "over samples" if one.expectation else "no",
        one.projects or people.MISSING,
        "yes" if one.tied else "no",
        "1 sample" if one.samples_per_step == 1 else "all samples",
    )


def _time_remark(found: Comparison) -> str:
    if found.calibration_seconds is None:
        return "No times: this machine was not measured."
    return (
        f"Times on one core of this machine, scaled up from {found.calibration_seconds:.2g} s of "
        "training; those of sgd with 100 evaluations of the full risk."
    )


def _promise_remark(found: Comparison) -> str:
    sure = people.complement(found.scenario.delta)
    text = f"Each with probability ≥ {sure} over the initialisation, for every target of the class"
    if any(not one.trusted for one in found.listed):
        text += f". {_MARK} is as printed in the paper and no guarantee (see rnnbound errata)"
    return f"{text}."


def _growth(found: Comparison) -> Iterator[tuple[str, ...]]:
    """A line for each guarantee, and the law: factors by change."""
    trusted = {f"{one.method} {one.variant}": one.trusted for one in found.listed}
    by_name: dict[str, list[Factor]] = {}
    for factor in found.growth:
        by_name.setdefault(factor.of, []).append(factor)
    for name, factors in by_name.items():
        mark = "" if trusted.get(name, True) else _MARK
        yield (name + mark, *(f"{_factor(x.width)} × {_factor(x.iterations)}" for x in factors))


def _factor(value: Any) -> str:
    return people.real(value) if value is None or not 1e-3 < value < 1e4 else f"{value:.3g}"


def _absent(found: Comparison) -> dict[str | None, list[str]]:
    reasons: dict[str | None, list[str]] = {}
    for one in found.listed:
        if not one.feasible:
            reasons.setdefault(one.reason, []).append(f"{one.method} {one.variant}")
    return reasons
