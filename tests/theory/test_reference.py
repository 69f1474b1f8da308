"""Every value of tests/reference/values.json, from the library's own functions."""

from __future__ import annotations

import re
from functools import cache

import pytest
from mpmath import mp, mpf

from rnnbound import Scenario, bound, constants
from rnnbound.planning.solvers import solver_for
from rnnbound.scenario.scenario_in_number_system import quantities
from tests.mpreals import REALS
from tests.tolerances import REFERENCE

ENTRIES = range(10)
FORMS = {"drift": "SharpDrift", "descent": "SharpDescent"}


def close(found: object, printed: str) -> bool:
    with mp.workdps(30):
        value, exact = mpf(str(found)), mpf(printed)
        return abs(value - exact) <= REFERENCE * abs(exact)


@cache
def scenario(items: tuple[tuple[str, object], ...]) -> Scenario:
    return Scenario(**dict(items))


@pytest.fixture(params=ENTRIES)
def entry(request, reference):
    assert len(reference) == len(ENTRIES), "a new entry: widen ENTRIES"
    return reference[request.param]


@pytest.fixture
def case(entry) -> Scenario:
    return scenario(tuple(entry["case"].items()))


def test_nothing_in_the_file_is_left_out(entry):
    assert set(entry) == {
        "case",
        "constants_at_width_1e6",
        "risk_bounds",
        "gd requirements at internal epsilon 0.01",
    }
    for point in entry["risk_bounds"].values():
        assert set(point) == {
            "pgd",
            "pgd sharp forms",
            "pgd step_size",
            "pgd-average",
            "sgd",
            "gd",
        }


def test_constants(entry, case):
    found = constants(case, width=10**6).constants
    for variant, values in entry["constants_at_width_1e6"].items():
        for name, printed in values.items():
            assert close(found[variant][name], printed), (variant, name)


def points(entry):
    for where, point in entry["risk_bounds"].items():
        width, iterations = map(int, re.findall(r"\d+", where))
        yield {"width": width, "iterations": iterations}, point


def test_risk_bounds(entry, case):
    for at, point in points(entry):
        for method in ("pgd", "pgd-average", "sgd", "gd"):
            found = bound(case, method=method, **at).bounds
            for variant in point[method].keys() - {"sharp a"}:
                assert close(found[variant].risk_bound, point[method][variant]), (method, variant)


def test_step_sizes_and_forms(entry, case):
    for at, point in points(entry):
        found = bound(case, **at).bounds
        for variant, printed in point["pgd step_size"].items():
            assert close(found[variant].step_size, printed), variant
        forms = point["pgd sharp forms"]
        assert found["sharp"].form == forms["form"]
        for form in solver_for(case, "pgd", "sharp").forms:
            with mp.workdps(40):
                q = quantities(case, REALS)
                risk = form.at(q, mpf(at["width"]), mpf(at["iterations"])).risk
                assert close(risk, forms[form.form]), form.form


def test_the_sharp_a_of_gd(entry, case):
    for at, point in points(entry):
        found = bound(case, method="gd", variant="sharp", **at).bounds["sharp"]
        assert close(found.alpha_m, point["gd"]["sharp a"])


def test_gd_requirements(entry, case):
    names = {"m": "m", "tau": "tau", "eta": "step_size", "lam": "radius"}
    for variant, values in entry["gd requirements at internal epsilon 0.01"].items():
        theorem = solver_for(case, "gd", variant).theorem
        with mp.workdps(40):
            found = theorem.requirements(quantities(case, REALS), mpf("0.01"))
            assert set(values) == set(names)
            for name, printed in values.items():
                assert close(getattr(found, names[name]), printed), (variant, name)
