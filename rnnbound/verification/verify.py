"""verify: every check, over all cores, in the same order whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from rnnbound.errors import Fault, RequestError, shown, suggestion, wrong
from rnnbound.parallel.task_dispatch import share
from rnnbound.scenario import value_reader as kinds
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import VARIANTS
from rnnbound.theory.methods import METHODS
from rnnbound.verification.check import Check, checked, powerless
from rnnbound.verification.checks import groups, pieces_of
from rnnbound.verification.pieces import Piece, Wanted
from rnnbound.verification.whole_plan import PlanRun

#: Initialisations for each kind of target, and where the seeds start.
DEFAULT_SEEDS: Final = 2
#: Weights and radii that training in doubles can tell from 0 and keeps finite.
_LEAST: Final = 1e-6
_MOST: Final = 1e6


@dataclass(frozen=True, slots=True)
class Verification:
    """What was tried and how it came out.

    Attributes:
        passed: all was checked, not only by tests without power, no trusted statement was
            refuted, and a plan that was to be run reached its ε.
        checks: one for each statement and variant.
        elapsed_seconds: wall time.
        scenario: what the small tasks were derived from.
        seeds: initialisations for each kind of target.
        seed: of everything random.
        complete: whether all checks were made; otherwise somebody interrupted them.
        plan: the plan that was run, if one was asked for.
    """

    passed: bool
    checks: tuple[Check, ...]
    elapsed_seconds: float
    scenario: Scenario
    seeds: int
    seed: int
    complete: bool = True
    plan: PlanRun | None = None


def read_wanted(
    *,
    checks: str = "all",
    method: str = "all",
    variant: str = "all",
    seeds: int | str = DEFAULT_SEEDS,
    seed: int | str = 0,
    jobs: int | str = 1,
) -> Wanted:
    """The validated request.

    Raises:
        RequestError: with every fault; a fault's place is the parameter's name.
    """
    reader = kinds.Reader()

    def choose(where: str, value: str, known: Sequence[str]) -> tuple[str, ...]:
        names = [name.strip() for name in value.split(",")]
        unknown = [name for name in names if name not in {*known, "all"}]
        if unknown:
            hint = suggestion(unknown[0], [*known, "all"])
            reader.faults.append(Fault(where, f"{shown(unknown[0])} is unknown; {hint}"))
        return tuple(known) if "all" in names else tuple(k for k in known if k in names)

    wanted = Wanted(
        groups=choose("checks", checks, groups()),
        methods=choose("method", method, tuple(METHODS)),
        variants=choose("variant", variant, VARIANTS),
        seeds=reader.required("seeds", seeds, kinds.whole(1)),
        seed=reader.required("seed", seed, kinds.seed),
        jobs=reader.required("jobs", jobs, kinds.jobs),
    )
    reader.finish()
    return wanted


def check_range(scenario: Scenario) -> None:
    """See that networks of this scenario can be computed in doubles.

    Raises:
        RequestError: a weight or a radius is too large or too small; carries all faults.
    """
    faults = []
    for name in ("alpha", "nu_w", "nu_u", "rho_w", "rho_u"):
        value = getattr(scenario, name)
        if value and not _LEAST <= value <= _MOST:
            message = f"must be from {_LEAST:g} to {_MOST:g} for verify, which computes in doubles"
            faults.append(Fault(name, f"{message} (given: {value:g})"))
    if faults:
        raise RequestError(faults)


def pieces(scenario: Scenario, wanted: Wanted) -> list[Piece]:
    """The work, in the order of the report.

    Raises:
        RequestError: there is nothing to check.
    """
    found = [piece for group in wanted.groups for piece in pieces_of(group)(scenario, wanted)]
    if not found:
        raise wrong("checks", f"there is no statement to check: {_asked(wanted.groups, wanted)}")
    return found


def _asked(groups: Sequence[str], wanted: Wanted) -> str:
    return f"{', '.join(groups)} of {', '.join(wanted.methods)}, {', '.join(wanted.variants)}"


def verify(
    scenario: Scenario | None = None,
    *,
    checks: str = "all",
    method: str = "all",
    variant: str = "all",
    seeds: int | str = DEFAULT_SEEDS,
    seed: int | str = 0,
    jobs: int | str = 1,
    dask: str | None = None,
    progress: Callable[[int, int, Piece], None] = lambda done, total, piece: None,
) -> Verification:
    """Try to refute every statement.

    Args:
        scenario: what the small tasks are derived from; the documented default if None.
        checks: groups of :mod:`rnnbound.verification.checks` (``lemmas``, ``propositions``,
            ``steps``, ``training``), several of them with commas between, or ``all``.
        method: training methods, likewise.
        variant: variants, likewise.
        seeds: initialisations for each kind of target.
        seed: of everything random; the result depends on it and not on `jobs`.
        jobs: processes.
        dask: address of a running Dask scheduler to use instead.
        progress: told the pieces done and their number, and which is done.

    An interruption (Ctrl-C) ends it with what is known so far.

    Raises:
        RequestError: the request is wrong; carries all faults.
    """
    begun = perf_counter()
    scenario = scenario or Scenario()
    wanted = read_wanted(
        checks=checks, method=method, variant=variant, seeds=seeds, seed=seed, jobs=jobs
    )
    check_range(scenario)
    work = pieces(scenario, wanted)
    results: dict[int, list[Check]] = {}
    complete = True
    # The longest ones, which come last in the report, are begun first.
    shared = share([piece.run for piece in work], wanted.jobs, dask)
    try:
        for done, (index, found) in enumerate(shared, 1):
            results[index] = found
            progress(done, len(work), work[index])
    except KeyboardInterrupt:
        complete = False
    finally:
        shared.close()
    found = [check for index in sorted(results) for check in results[index]]
    if complete:
        found += _unchecked(wanted, found)
    return Verification(
        passed=complete and checked(found) and not any(check.failed for check in found),
        checks=tuple(found),
        elapsed_seconds=perf_counter() - begun,
        scenario=scenario,
        seeds=wanted.seeds,
        seed=wanted.seed,
        complete=complete,
    )


def _unchecked(wanted: Wanted, found: Sequence[Check]) -> list[Check]:
    """For each group that had no statement to check, a test without power that says so."""
    there = {check.group for check in found}
    return [
        powerless(
            group,
            f"{group}: all",
            wanted.variants[-1],
            "",
            f"there is no statement to check: {_asked([group], wanted)}",
        )
        for group in wanted.groups
        if group not in there
    ]
