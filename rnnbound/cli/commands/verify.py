"""`rnnbound verify`: try to refute every statement, or carry out a whole plan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import typer

from rnnbound.cli.frame import options, result_paths
from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.output_files import target_file, write_file
from rnnbound.cli.frame.result_paths import Entries
from rnnbound.cli.frame.streams import remark
from rnnbound.errors import suggestion, wrong
from rnnbound.numbers import numerals
from rnnbound.parallel.progress_events import tell
from rnnbound.presentation.command_result import Answer
from rnnbound.presentation.writers.json import plain
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import VARIANTS
from rnnbound.theory.methods import METHODS
from rnnbound.verification.checks import groups

if TYPE_CHECKING:
    from rnnbound.presentation.charts.chart import Chart
    from rnnbound.presentation.terminal_page import Page
    from rnnbound.verification.check import Check
    from rnnbound.verification.verify import Verification

_DEFAULT_SECONDS: Final = "600"
_DEFAULT_MEMORY: Final = "4e9"


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.verification.check import Check
    from rnnbound.verification.verify import Verification
    from rnnbound.verification.whole_plan import PlanRun

    plan = PlanRun if values["run_plan"] else None
    return result_paths.of(Verification, plan=plan, checks=Entries(Check, 1 if plan else None))


@options.command(
    result=_shape,
    data=True,
    plot=True,
    examples=(
        "rnnbound verify",
        "rnnbound verify --activation logistic --checks propositions --json",
        "rnnbound verify --checks steps --junit verify.xml --plot verify.svg",
        "rnnbound verify --run-plan --horizon 4 --samples 20 --epsilon 0.2 --until-reached",
    ),
)
def verify(
    scenario: Scenario,
    checks: str | None = options.text(
        "--checks", "LIST", f"Any of: {', '.join(groups())} (default all).", names=groups()
    ),
    method: str | None = options.text(
        "--method",
        "LIST",
        f"Training methods: {', '.join(METHODS)} (default all; pgd for --run-plan).",
        names=tuple(METHODS),
    ),
    variant: str | None = options.variant(),
    seeds: str | None = options.text(
        "--seeds", "N", "Initialisations for each kind of target (default 2)."
    ),
    seed: str | None = options.text("--seed", "N", "Seed of everything random (default 0)."),
    jobs: str | None = options.text("--jobs", "N", "Processes (default: all cores)."),
    dask: str | None = options.text(
        "--dask", "ADDRESS", "Compute on a running Dask cluster (needs the extra dask)."
    ),
    run_plan: bool = typer.Option(
        False, "--run-plan", help="Train at the planned width until the planned iterations."
    ),
    epsilon: str | None = options.text(
        "--epsilon", "E", "Target risk of --run-plan (default 0.1)."
    ),
    until_reached: bool = typer.Option(
        False, "--until-reached", help="Stop --run-plan when the risk is reached."
    ),
    max_seconds: str | None = options.text(
        "--max-seconds", "X", f"Refuse a longer --run-plan (default {_DEFAULT_SECONDS})."
    ),
    max_memory: str | None = options.text(
        "--max-memory", "BYTES", f"Refuse a larger --run-plan (default {_DEFAULT_MEMORY})."
    ),
    junit: str | None = options.text("--junit", "FILE", "Also write a JUnit XML report."),
) -> Answer:
    """Try to refute every statement of the theory.

    Searches for weights and inputs that break the lemmas, counts how often the propositions fail
    over many initialisations, and trains networks to compare what happens with what is guaranteed.
    """
    junit_file = target_file("--junit", junit)
    given = options.given(checks=checks, method=method, variant=variant, seeds=seeds, seed=seed)
    given |= options.given(dask=dask)
    given["jobs"] = jobs if jobs is not None else str(os.cpu_count() or 1)
    of_plan = options.given(
        epsilon=epsilon,
        until_reached="yes" if until_reached else None,
        max_seconds=max_seconds,
        max_memory=max_memory,
    )
    found = (_run_plan if run_plan else _check)(scenario, given, of_plan)
    if junit_file is not None and found.complete:
        from rnnbound.presentation.junit_report import report

        write_file(junit_file, report(found))

    def charts() -> list[Chart]:
        from rnnbound.presentation.charts.verification_charts import of_checks, of_plan
        from rnnbound.verification.training_curves import training_curves

        if found.plan is not None:
            return of_plan(found.plan)
        return of_checks(found.checks, training_curves(found))

    return Answer(
        "verify",
        found,
        lambda: map(plain, found.checks),
        lambda page: _draw(page, found),
        holds=found.passed and found.complete,
        problem=_problem(found),
        status=None if found.complete else ExitCode.INTERRUPTED,
        charts=charts,
    )


def _run_plan(
    scenario: Scenario, given: Mapping[str, str], of_plan: Mapping[str, str]
) -> Verification:
    if "checks" in given:
        raise wrong("checks", "goes without --run-plan, which is a check of its own")
    if "dask" in given:
        raise wrong("dask", "goes without --run-plan, which is one training in one place")
    return _carry_out(scenario, _PlanRequest.read(given, of_plan))


def _check(
    scenario: Scenario, given: Mapping[str, str], of_plan: Mapping[str, str]
) -> Verification:
    for place in of_plan:
        raise wrong(place, "has a meaning only with --run-plan")
    from rnnbound.verification import verify as library

    tell("checks")

    def progress(done: int, total: int, piece: object) -> None:
        del piece
        tell("checks", done, total)

    return library.verify(scenario, **given, progress=progress)


@dataclass(frozen=True, slots=True)
class _PlanRequest:
    """What --run-plan was asked."""

    epsilon: float
    method: str
    variant: str
    seconds: float
    memory: int
    until_reached: bool
    seed: int
    jobs: int

    @classmethod
    def read(cls, given: Mapping[str, str], of_plan: Mapping[str, str]) -> _PlanRequest:
        """From the options that verify has anyway, and those of --run-plan alone."""
        from rnnbound.planning.plan import DEFAULT_EPSILON
        from rnnbound.planning.request_reader import headline, read_request
        from rnnbound.scenario.value_reader import positive, read_value
        from rnnbound.verification.verify import read_wanted

        wanted = read_wanted(seed=given.get("seed", "0"), jobs=given["jobs"])
        method = given.get("method", "pgd")
        request = read_request(
            method=method, variant=given.get("variant", "all"), epsilon=of_plan.get("epsilon")
        )
        stated = METHODS[method].variants
        variant = headline(stated) if request.variant == "all" else request.variant
        if variant not in stated:
            raise wrong(
                "variant", f"{METHODS[method].absent[variant]}; {suggestion(variant, stated)}"
            )
        return cls(
            epsilon=request.epsilon or DEFAULT_EPSILON,
            method=method,
            variant=variant,
            seconds=read_value(
                "max_seconds", of_plan.get("max_seconds") or _DEFAULT_SECONDS, positive
            ),
            memory=int(
                read_value("max_memory", of_plan.get("max_memory") or _DEFAULT_MEMORY, positive)
            ),
            until_reached="until_reached" in of_plan,
            seed=wanted.seed,
            jobs=wanted.jobs,
        )


def _carry_out(scenario: Scenario, request: _PlanRequest) -> Verification:
    from time import perf_counter

    from rnnbound.verification.plan_duration import Limits
    from rnnbound.verification.verify import Verification, check_range
    from rnnbound.verification.whole_plan import run_plan

    check_range(scenario)
    begun = perf_counter()
    ran, check = run_plan(
        scenario,
        epsilon=request.epsilon,
        method=request.method,
        variant=request.variant,
        kind="constant",
        limits=Limits(request.seconds, request.memory),
        seed=request.seed,
        until_reached=request.until_reached,
        workers=request.jobs,
        announce=remark,
        progress=lambda done, total: tell("training", done, total),
    )
    return Verification(
        passed=check.verdict == "holds" and check.failures == 0 and not ran.interrupted,
        checks=(check,),
        elapsed_seconds=perf_counter() - begun,
        scenario=scenario,
        seeds=1,
        seed=request.seed,
        complete=not ran.interrupted,
        plan=ran,
    )


def _problem(found: Verification) -> str | None:
    """Why the answer is no, as one line."""
    if not found.complete:
        return "interrupted: not all checks were made"
    if found.passed:
        return None
    if found.plan is not None:
        check = found.checks[0]
        if check.reason is not None:
            return f"the plan was not run: it {check.reason}" if _is_limit(found) else check.reason
        mean = ""
        if found.plan.expectation is not None:
            mean = "; it is promised in the mean over the mini-batches, which one run may exceed"
        return f"the plan missed its risk: {numerals.real(check.observed)} > {check.bound:g}{mean}"
    failed = [f"{check.statement} ({check.variant})" for check in found.checks if check.failed]
    if not failed:
        return f"nothing was checked: all {len(found.checks)} tests have no power"
    return f"refuted: {'; '.join(failed)}"


def _is_limit(found: Verification) -> bool:
    forecast = found.plan.forecast if found.plan else None
    return forecast is not None and forecast.refusal is not None


def _draw(page: Page, found: Verification) -> None:
    from rnnbound.presentation.words.guarantees import task

    problem = _problem(found)
    head = _verdict(found) if problem is None else f"{problem[:1].upper()}{problem[1:]}."
    page.say(head, "bold" if problem is None else "bold red")
    page.pairs([("task", task(found.scenario)), ("seed", str(found.seed))])
    if found.plan is not None:
        page.heading("The plan")
        page.pairs(_plan_pairs(found))
        return
    for group in dict.fromkeys(check.group for check in found.checks):
        page.heading(f"{group.capitalize()}: observed / bound")
        _draw_group(page, [check for check in found.checks if check.group == group])
    _draw_reasons(page, found)
    refuted = [check for check in found.checks if check.verdict == "refuted"]
    if refuted:
        page.heading("Refuted")
        for check in refuted:
            _draw_witness(page, check)


def _draw_group(page: Page, checks: Sequence[Check]) -> None:
    """A row for each statement, a column for each variant."""
    variants = [v for v in VARIANTS if any(check.variant == v for check in checks)]
    cells = {(check.statement, check.variant): _cell(check) for check in checks}
    rows = (
        (statement, *(cells.get((statement, v), numerals.MISSING) for v in variants))
        for statement in dict.fromkeys(check.statement for check in checks)
    )
    page.table(("statement", *variants), rows)


def _cell(check: Check) -> str:
    ratio = "" if check.ratio is None else f"{check.ratio:.3g}"
    return {"holds": ratio, "no power": check.verdict}.get(check.verdict, f"{ratio} refuted")


def _draw_reasons(page: Page, found: Verification) -> None:
    """Why tests have no power, each reason once."""
    reasons: dict[str, list[str]] = {}
    for check in found.checks:
        if check.reason is not None:
            reasons.setdefault(check.reason, []).append(f"{check.statement} ({check.variant})")
    if reasons:
        page.heading("No power")
    for reason, checks in reasons.items():
        more = f" and {len(checks) - 1} more" if len(checks) > 1 else ""
        page.say(f"{checks[0]}{more}: {reason}.", indent=2)


def _verdict(found: Verification) -> str:
    if found.plan is not None:
        ran = found.plan
        return (
            f"Reached: risk ≤ {ran.epsilon:g} after {ran.reached_at} of {ran.iterations} planned "
            f"iterations at width {numerals.count(ran.width)}."
        )
    verdicts = [check.verdict for check in found.checks if check.trusted]
    printed = [check for check in found.checks if not check.trusted and check.verdict == "refuted"]
    also = f" {len(printed)} printed ones are refuted." if printed else ""
    return (
        f"Passed: {verdicts.count('holds')} trusted statements hold where they were attacked, none "
        f"is refuted, {verdicts.count('no power')} tests have no power.{also}"
    )


def _draw_witness(page: Page, check: Check) -> None:
    page.say(f"{check.statement} ({check.variant})", indent=2)
    page.say(
        f"{numerals.real(check.observed)} > {numerals.real(check.bound)} at {check.where}", indent=4
    )
    if check.witness is not None:
        page.say(", ".join(f"{name} = {value}" for name, value in check.witness.items()), indent=4)


def _plan_pairs(found: Verification) -> Iterator[tuple[str, str]]:
    ran = found.plan
    assert ran is not None
    from rnnbound.verification.plan_duration import duration

    yield "method", f"{METHODS[ran.method].title}, {ran.variant}"
    yield "width m", numerals.count(ran.width)
    yield "iterations τ", numerals.count(ran.iterations)
    yield "risk bound", numerals.real(ran.risk_bound, up=True)
    if ran.forecast is not None:
        seconds = ran.forecast.seconds
        time = "" if seconds is None else f"{duration(seconds)}, "
        yield "forecast", f"{time}{numerals.size(ran.forecast.memory_bytes)}"
    if ran.initial_risk is not None:
        yield "R(0)", numerals.real(ran.initial_risk)
    if ran.seconds is not None:
        yield "ε reached at", numerals.MISSING if ran.reached_at is None else str(ran.reached_at)
        yield "best risk", numerals.real(ran.best_risk)
        yield "last risk", numerals.real(ran.last_risk)
        yield "took", duration(ran.seconds)
