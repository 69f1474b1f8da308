"""solve: what it returns holds, what is next to it does not, and bound and plan agree."""

from __future__ import annotations

import math
import random
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

import pytest

from rnnbound import RequestError, Scenario, bound, plan, solve
from rnnbound.planning.unknowns import UNKNOWNS, Ranked, place
from rnnbound.theory.methods import statements
from tests.scenarios import samples

HARDER = {"horizon", "alpha", "nu", "samples"}


def given(epsilon, width, iterations, unknown):
    known = {"epsilon": epsilon, "width": width, "iterations": iterations}
    return {name: value for name, value in known.items() if name != unknown}


def enclosed(solution, settings):
    """The bound with `settings` filled in, from `bound` alone; None where it does not apply."""
    request = solution.request
    counts = {"width": request.width, "iterations": request.iterations}
    fields = asdict(solution.scenario)
    for name, value in settings.items():
        (fields if name in fields else counts)[name] = value
    counts.pop("epsilon", None)
    pair = {"method": solution.method, "variant": solution.variant}
    found = bound(Scenario(**fields), **counts, **pair, digits=300).bounds[solution.variant]
    return tuple(map(Decimal, found.enclosure)) if found.feasible else None


def settings_of(solution, value):
    return UNKNOWNS[solution.unknown].settings(solution.scenario, value)


def exact(x):
    return Decimal(repr(x)) if isinstance(x, float) else Decimal(x)


def check(solution):
    """The value holds, its neighbour is its neighbour, and fails."""
    unknown, target = solution.unknown, solution.request.epsilon
    if solution.unbounded:
        assert solution.value is None
        assert solution.reason
        return
    of_epsilon = unknown == "epsilon"
    low, high = enclosed(solution, settings_of(solution, solution.value))
    assert high <= exact(solution.value if of_epsilon else target)
    assert solution.settings == settings_of(solution, solution.value)
    if solution.next_value is None:
        assert solution.value == {"width": 2, "iterations": 1}[unknown]
        return
    check_neighbours(solution)
    beyond = enclosed(solution, settings_of(solution, solution.next_value))
    limit = exact(solution.next_value if of_epsilon else target)
    if beyond is None:
        assert solution.next_risk_bound is None
        assert solution.next_reason
    else:
        assert beyond[0] > limit, "undecided"
        assert exact(solution.next_risk_bound) >= beyond[0]
        assert solution.next_risk_bound > float(limit)
    assert low <= high


def check_neighbours(solution):
    step = {"width": -2, "iterations": -1, "horizon": 1, "samples": 1}.get(solution.unknown)
    if step is not None:
        assert solution.next_value == solution.value + step
    else:
        towards = math.inf if solution.unknown in HARDER else 0.0
        assert solution.next_value == math.nextafter(solution.value, towards)
    assert (solution.direction == "largest") == (solution.unknown in HARDER)


@pytest.mark.parametrize("unknown", [*UNKNOWNS])
@pytest.mark.parametrize(("method", "variant"), statements())
def test_what_is_solved_for_holds_and_the_next_value_fails(method, variant, unknown):
    """Beside a plan for a random scenario, where each value is on the safe side of what it was."""
    for scenario in draw(method, variant, unknown):
        epsilon = 0.3
        planned = plan(scenario, epsilon=epsilon, method=method, variant=variant).plans[variant]
        found = solve(
            unknown,
            scenario,
            **given(epsilon, planned.width, planned.iterations, unknown),
            method=method,
            variant=variant,
        )
        assert found.feasible, found.reason
        check(found)
        if found.value is not None and isinstance(UNKNOWNS[unknown], Ranked) and found.monotone:
            before = UNKNOWNS[unknown].of(scenario)
            assert found.value >= before if unknown in HARDER else found.value <= before
        elif unknown == "epsilon":
            assert found.value <= epsilon
        elif unknown in {"width", "iterations"}:
            assert found.value == getattr(planned, unknown)


def draw(method, variant, unknown):
    """A few scenarios, in all regimes where they are cheap."""
    seed = f"{method}/{variant}/{unknown}"
    pool = list(samples(random.Random(seed).randrange(10**6), (2, 5, 9)))
    if method.startswith("tied") or variant == "tight":
        pool = [s for s in pool if s.activation in {"tanh", "gaussian"}]
    return random.Random(seed).sample(pool, 1 if variant == "tight" or method == "gd" else 2)


def test_the_headline_is_the_best_trusted_variant_that_has_an_answer():
    task = Scenario(horizon=4)
    assert solve("alpha", task, width=10**5, iterations=1000).variant == "tight"
    assert solve("epsilon", task, width=100, iterations=10, method="tied").variant == "tight"
    # So close to critical memory there are no tight constants.
    long = Scenario(horizon=10**12)
    found = solve("alpha", long, width="1e100", iterations="1e100")
    assert (found.variant, found.feasible) == ("sharp", True)
    check(found)
    refused = solve("alpha", long, width="1e100", iterations="1e100", variant="tight")
    assert not refused.feasible
    assert "critical" in refused.reason


def test_what_the_bound_does_not_depend_on_has_no_limit():
    for unknown, task in (("samples", Scenario()), ("alpha", Scenario(horizon=1))):
        found = solve(unknown, task, width=10**6, iterations=10**4)
        assert (found.feasible, found.unbounded, found.value) == (True, True, None)
        assert "does not depend" in found.reason


def test_the_paper_has_a_limit_to_the_number_of_samples():
    task = Scenario(horizon=6, alpha=0.4)
    found = solve("samples", task, width=2 * 10**8, iterations=10**24, variant="corrected")
    assert found.value == 12138882365
    check(found)
    wide = solve("samples", task, width=10**24, iterations=10**24, variant="corrected")
    assert (wide.unbounded, wide.value) == (True, None)
    assert "1.798e+308" in wide.reason


def test_no_solution_says_what_would_change_that():
    for unknown in ("horizon", "alpha", "delta"):
        found = solve(unknown, width=10, iterations=3)
        assert (found.feasible, found.value, found.next_value) == (False, None, None)
        (way,) = found.nearest.items()
        mended = solve(unknown, width=10, iterations=3, epsilon=way[1])
        assert way[0] == "epsilon"
        assert mended.feasible
        tighter = math.nextafter(way[1], 0)
        assert not solve(unknown, width=10, iterations=3, epsilon=tighter).feasible


@pytest.mark.parametrize(("unknown", "other"), [("width", "iterations"), ("iterations", "width")])
@pytest.mark.parametrize("method", ["pgd", "gd", "tied"])
def test_a_count_that_is_too_small_names_a_risk_that_is_reached(unknown, other, method):
    found = solve(unknown, **{other: 100 if method == "gd" else 10}, method=method)
    assert not found.feasible
    risk = found.nearest["epsilon"]
    assert solve(
        unknown, **{other: 100 if method == "gd" else 10}, epsilon=risk, method=method
    ).feasible
    assert not solve(
        unknown, **{other: 100 if method == "gd" else 10}, epsilon=0.95 * risk, method=method
    ).feasible


def test_where_theorem_2_does_not_apply_the_counts_that_make_it_apply_are_named():
    for unknown in ("epsilon", "samples", "nu"):
        found = solve(
            unknown,
            Scenario(horizon=4, nu_w=0.5) if unknown != "nu" else Scenario(nu_w=1e-300, nu_u=1e300),
            width=100,
            iterations=100,
            method="gd",
            variant="corrected",
        )
        if unknown == "nu":  # a small enough class is always learnt
            assert found.feasible
            check(found)
            continue
        assert not found.feasible
        assert set(found.nearest) == {"width", "iterations"}


@pytest.mark.parametrize(("rho_w", "follows"), [(0.2, True), (0.9, False)])
def test_radii_keep_their_proportion_and_a_larger_projection_radius_stays(rho_w, follows):
    task = Scenario(horizon=3, nu_w=0.2, nu_u=0.6, rho_w=rho_w)
    found = solve("nu", task, width=10**5, iterations=10**3)
    nu_w, nu_u = found.settings["nu_w"], found.settings["nu_u"]
    assert nu_u == found.value
    assert abs(Fraction(repr(nu_w)) * 3 / Fraction(repr(nu_u)) - 1) < 2**-50
    assert found.settings["rho_u"] == nu_u
    assert found.settings["rho_w"] == (nu_w if follows else max(rho_w, nu_w))
    check(found)


def test_numbers_beyond_doubles():
    long = Scenario(alpha=3, horizon=5000)
    wide = solve("width", long, iterations="1e9600")
    check_printed(wide, Decimal("1.0582736684843374e+9541"), Decimal("1.0582736684843373e+9541"))
    risk = solve("epsilon", long, width=10**6, iterations=10)
    assert risk.value_log10 == pytest.approx(9536.07, abs=0.01)
    assert exact(risk.value) > exact(risk.next_value) > 0
    # What is printed with 17 digits was checked with 17 digits.
    many = solve("width", Scenario(alpha=1.5, horizon=1000), iterations="1e470", variant="sharp")
    assert many.value - many.next_value == Decimal(10) ** (many.value.adjusted() - 16)
    for count, holds in ((many.value, True), (many.next_value, False)):
        low, high = enclosed(many, {"width": count})
        assert (high <= Decimal("0.1"), low > Decimal("0.1")) == (holds, not holds)
    check(solve("nu", Scenario(horizon=10**12), width="1e100", iterations="1e100", epsilon=1e-30))
    check(solve("delta", width="1e33", iterations="1e33", epsilon=1e-30))
    tiny = solve("epsilon", Scenario(delta=1e-300), width="1e600", iterations="1e600")
    assert tiny.value_log10 < -590


def check_printed(solution, value, following):
    assert (solution.value, solution.next_value) == (value, following)
    assert solution.risk_bound <= 0.1 < solution.next_risk_bound


def test_ranks_are_the_doubles_in_order():
    alpha = UNKNOWNS["alpha"]
    for value in (5e-324, 1e-300, 0.1, 1.0, 1.5, 1e300):
        rank = place(value)
        assert alpha.value(rank) == value
        assert alpha.value(rank + 1) == math.nextafter(value, math.inf)
    assert alpha.value(1) == 5e-324
    assert UNKNOWNS["delta"].value(UNKNOWNS["delta"].most) < 1


def test_ranks_are_the_counts_in_order():
    """All of them, or beyond 10^30 those of 17 digits."""
    horizon = UNKNOWNS["horizon"]
    border, decade = 10**30, 9 * 10**16
    for rank in (1, 7, border - 1, border):
        assert horizon.value(rank) == rank
    assert horizon.value(border + 1) == 10**30 + 10**14
    assert horizon.value(border + decade - 1) == 10**31 - 10**14
    assert horizon.value(border + decade) == 10**31
    assert horizon.value(border + decade + 1) == 10**31 + 10**15
    assert horizon.value(horizon.most) == 17976931348623157 * 10**292
    for power in range(308):
        value = 3 * 10**power
        assert horizon.value(horizon.rank(math.log(value))) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("method", "variant"), [(m, v) for m, v in statements() if v != "tight"])
def test_where_the_bound_is_monotone_nothing_beyond_the_value_holds(method, variant):
    task, counts = Scenario(horizon=5), {"width": 10**16, "iterations": 10**16}
    for unknown in ("alpha", "nu", "horizon"):
        found = solve(unknown, task, **counts, method=method, variant=variant)
        for k in range(1, 6):
            further = found.value * (k + 1) if unknown == "horizon" else found.value * 1.01**k
            nearer = (
                max(1, found.value // (k + 1)) if unknown == "horizon" else found.value / 1.1**k
            )
            beyond, before = (enclosed(found, settings_of(found, x)) for x in (further, nearer))
            assert beyond is None or beyond[0] > Decimal("0.1")
            assert before[1] <= Decimal("0.1")


def test_wrong_requests():
    for unknown, request, where in (
        ("widht", {}, "unknown"),
        ("width", {}, "iterations"),
        ("horizon", {"width": 10}, "iterations"),
        ("width", {"width": 10, "iterations": 10}, "width"),
        ("epsilon", {"width": 10, "iterations": 10, "epsilon": 0.1}, "epsilon"),
        ("iterations", {"width": 7}, "width"),
        ("alpha", {"width": 8, "iterations": 8, "method": "sdg"}, "method"),
    ):
        with pytest.raises(RequestError) as caught:
            solve(unknown, **request)
        assert [fault.where for fault in caught.value.faults] == [where]
