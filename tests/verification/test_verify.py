from __future__ import annotations

from dataclasses import asdict
from xml.etree import ElementTree

import pytest

from rnnbound import RequestError, Scenario
from rnnbound.presentation.junit_report import report
from rnnbound.theory.methods import METHODS, statements
from rnnbound.verification import proof_step_checks, telescoping_sum_checks
from rnnbound.verification import verify as module
from rnnbound.verification.check import settle
from rnnbound.verification.pieces import Piece
from rnnbound.verification.plan_duration import Limits
from rnnbound.verification.verify import Verification, verify
from rnnbound.verification.whole_plan import run_plan

SMALL = Scenario(horizon=1, samples=2, delta=0.1)
GENEROUS = Limits(seconds=60, memory_bytes=10**9)


def refuted(variant: str) -> Verification:
    check = settle(
        "lemmas", "b < a", variant, observed=2.0, bound=1.0, trials=3, failures=1, where="here"
    )
    return Verification(not check.failed, (check,), 0.5, SMALL, 1, 0)


def test_the_result_does_not_depend_on_the_number_of_processes() -> None:
    wanted = {"checks": "steps,training", "method": "gd", "variant": "sharp", "seeds": 1}
    one, two = (verify(SMALL, **wanted, jobs=jobs) for jobs in (1, 2))
    for first, second in zip(one.checks, two.checks, strict=True):
        assert asdict(first) == asdict(second)
    assert one.passed
    other = verify(SMALL, **wanted, seed=1)
    assert other.checks != one.checks


def test_all_faults_of_a_request_are_reported_at_once() -> None:
    with pytest.raises(RequestError) as raised:
        verify(SMALL, checks="lemas", method="pg", variant="shap", seeds=0, seed=-1, jobs="x")
    places = [fault.where for fault in raised.value.faults]
    assert places == ["checks", "method", "variant", "seeds", "seed", "jobs"]
    assert "did you mean 'lemmas'" in str(raised.value)


def test_a_request_that_checks_nothing_is_wrong() -> None:
    with pytest.raises(RequestError, match="no statement"):
        verify(SMALL, checks="training", method="sgd", variant="printed")


def test_where_no_test_has_power_nothing_has_passed() -> None:
    found = verify(SMALL, checks="steps", variant="printed")
    assert found.complete
    assert not found.passed
    assert {check.verdict for check in found.checks} == {"no power"}
    assert all(check.reason for check in found.checks)
    suite = ElementTree.fromstring(report(found))[0]  # noqa: S314  # our own
    assert suite.get("failures") == "1"
    assert suite.find("testcase/failure").get("message").startswith("nothing was checked")


def test_a_group_without_a_statement_says_so() -> None:
    found = verify(SMALL, checks="training,propositions", method="sgd", variant="printed")
    (said,) = [check for check in found.checks if check.group == "training"]
    assert said.verdict == "no power"
    assert said.reason == "there is no statement to check: training of sgd, printed"
    assert found.passed


@pytest.mark.parametrize(("method", "variant"), statements())
def test_every_statement_is_followed_or_says_why_not(method: str, variant: str) -> None:
    found = proof_step_checks.check(SMALL, method, variant, ("constant",), 1, 0)
    assert found
    for check in found:
        assert check.trials > 0 or (check.verdict == "no power" and check.reason)


def test_a_proof_that_verify_does_not_know_has_no_power(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telescoping_sum_checks, "_KNOWN", ())
    found = telescoping_sum_checks.check(SMALL, "pgd", "sharp")
    assert [check.statement for check in found] == [
        "pgd (descent): its proof closes",
        "pgd (drift): its proof closes",
    ]
    assert {check.verdict for check in found} == {"no power"}


def test_an_interruption_leaves_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Piece.run

    def run(self: Piece) -> list[object]:
        if self.arguments[1] == "gd":
            raise KeyboardInterrupt
        return original(self)  # type: ignore[return-value]

    monkeypatch.setattr(module.Piece, "run", run)
    found = verify(SMALL, checks="steps", variant="sharp")
    assert not found.complete
    assert not found.passed
    statements = [check.statement for check in found.checks]
    assert statements
    assert not any(text.startswith("gd: ") for text in statements)


def test_junit_tells_failures_from_printed_slips() -> None:
    for variant, failures in (("sharp", "1"), ("printed", "0")):
        suite = ElementTree.fromstring(report(refuted(variant)))[0]  # noqa: S314  # our own
        assert (suite.get("tests"), suite.get("failures")) == ("1", failures)
        assert (suite.find("testcase/failure") is not None) == (failures == "1")
        assert suite.find("testcase").get("name") == f"b < a [{variant}]"


def test_a_plan_is_carried_out() -> None:
    said: list[str] = []
    ran, check = run_plan(
        SMALL,
        epsilon=0.03,
        method="pgd",
        variant="sharp",
        kind="constant",
        limits=GENEROUS,
        announce=said.append,
    )
    assert said
    assert check.verdict == "holds"
    assert ran.reached_at is not None
    assert ran.steps == ran.iterations
    assert ran.last_risk is not None
    assert ran.last_risk <= 0.03
    early, _ = run_plan(
        SMALL,
        epsilon=0.03,
        method="pgd",
        variant="sharp",
        kind="constant",
        limits=GENEROUS,
        until_reached=True,
    )
    assert early.steps == early.reached_at == ran.reached_at


@pytest.mark.parametrize(
    ("limits", "epsilon", "reason"),
    [
        (Limits(1e-9, 10**9), 0.03, "--max-seconds"),
        (Limits(60, 10), 0.03, "--max-memory"),
        (GENEROUS, 7.0, "already below"),
    ],
)
def test_a_plan_is_refused_before_it_is_run(limits: Limits, epsilon: float, reason: str) -> None:
    ran, check = run_plan(
        SMALL, epsilon=epsilon, method="pgd", variant="sharp", kind="constant", limits=limits
    )
    assert check.verdict == "no power"
    assert check.reason is not None
    assert reason in check.reason
    assert ran.seconds is None


def test_the_picture_is_the_same_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from rnnbound.presentation.charts.render import render
    from rnnbound.presentation.charts.verification_charts import of_checks
    from rnnbound.verification import training_curves as training

    monkeypatch.setattr(training, "METHODS", {"pgd": METHODS["pgd"]})
    found = refuted("sharp")
    pictures = [
        render(of_checks(found.checks, training.training_curves(found)), "svg") for _ in range(2)
    ]
    assert pictures[0] == pictures[1]
    assert b"<svg" in pictures[0]


@pytest.mark.parametrize("scenario", [Scenario(alpha=3, horizon=5000), Scenario(dim=10**12)])
def test_a_plan_beyond_all_machines_is_refused_without_a_try(scenario: Scenario) -> None:
    ran, check = run_plan(
        scenario, epsilon=0.1, method="pgd", variant="sharp", kind="constant", limits=GENEROUS
    )
    assert check.verdict == "no power"
    assert ran.forecast is not None
    assert ran.forecast.seconds is None


def test_a_scenario_beyond_doubles_is_refused() -> None:
    with pytest.raises(RequestError, match=r"alpha.*1e\+06.*rho_w"):
        verify(Scenario(alpha=1e300, nu_w=1e-9))
    assert verify(
        Scenario(nu_u=1e-6, nu_w=0, alpha=1e6), checks="steps,propositions", variant="sharp"
    ).passed
