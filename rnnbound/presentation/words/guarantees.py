"""Guarantees in words: the answer, how to train for it, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from rnnbound.numbers import numerals
from rnnbound.numbers.limits import SIGNIFICANT, context
from rnnbound.planning.results import Guarantee, Request
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.methods import METHODS, tied_form

if TYPE_CHECKING:
    from rnnbound.data.dataset import Dataset, DataSummary

_MEMORY: Final = {"short": "<", "critical": "=", "long": ">"}


def problem(headline: str, found: Guarantee) -> str | None:
    """Why there is no guarantee, as a line for stderr."""
    return None if found.feasible else f"no guarantee ({headline}): {found.reason}"


def task(scenario: Scenario) -> str:
    """The scenario in the symbols of the theory."""
    s = scenario
    return (
        f"T = {numerals.count(s.horizon)}, n = {numerals.count(s.samples)}, "
        f"d = {numerals.count(s.dim)}, α = {s.alpha}, ν = ({s.nu_w}, {s.nu_u}), "
        f"ρ = ({s.rho_w}, {s.rho_u}), δ = {s.delta}, {s.activation}"
    )


def memory(regime: str, contraction: float | Any) -> str:
    """The memory regime with its reason."""
    return f"{regime}: r = α_m σ1 = {numerals.real(contraction)} {_MEMORY[regime]} 1"


def promise(
    scenario: Scenario, request: Request, variant: str, found: Guarantee, certify: str | None = None
) -> str:
    """What is promised, for whom and under which unchecked assumption, in one paragraph.

    Args:
        scenario, request, variant, found: the guarantee.
        certify: where the request is about a data file, the command that needs no assumption.
    """
    if not found.feasible:
        said = f"No guarantee ({variant}): {found.reason}."
    elif found.vacuous:
        said = _vacuous(request, variant, found)
    else:
        said = f"{condition(scenario, request)} {_claim(scenario, request, variant, found)}"
        if not found.trusted:
            said = f"Not a guarantee, but as the paper prints it: {said[0].lower()}{said[1:]}"
    return with_certify(said, certify)


def with_certify(said: str, certify: str | None) -> str:
    """What was said of a data file, and the command that needs no assumption."""
    if certify is None:
        return said
    return f"{said} What training is sure to reach without that assumption: {certify}"


#: What the rows of a sweep say.
ROWS: Final = (
    "Where feasible: for targets in the class (ν_w, ν_u) of the row, with probability ≥ 1 − δ over "
    "the start, the training risk of the last, best or average iterate (column iterate) is at most "
    "risk_bound; that of sgd methods in expectation over the mini-batches (column expectation). "
    "Rows of the variant printed are no guarantees."
)


def condition(scenario: Scenario, request: Request) -> str:
    """For whom the claim holds."""
    members = f"the class (ν_w, ν_u) = ({scenario.nu_w}, {scenario.nu_u})"
    if request.data is None:
        return f"For targets in {members}:"
    return f"If the targets of {request.data} belong to {members}, which is not checked:"


def _claim(scenario: Scenario, request: Request, variant: str, found: Guarantee) -> str:
    verb = "give" if request.epsilon is None else "reach"
    form = f", {found.form} form" if found.form else ""
    if not found.trusted:
        verb = f"would {verb}"
    elif request.data is None:
        verb = f"are guaranteed to {verb}"
    sure = numerals.complement(scenario.delta)
    return (
        f"{_counts(found)} {verb} {_risk(found, f' ≤ {_limit(request, found)}')}, with "
        f"probability ≥ {sure} over the start ({variant}{form})."
    )


def _vacuous(request: Request, variant: str, found: Guarantee) -> str:
    """No promise: nothing is gained by training."""
    return (
        f"No gain from training is guaranteed ({variant}): at {_counts(found)} the bound on the "
        f"{_risk(found)} is {numerals.real(found.risk_bound, up=True)}, no better than B_rms², "
        "which bounds the risk before any training."
    )


def _counts(found: Guarantee) -> str:
    return (
        f"width {numerals.count(found.width)} and {numerals.count(found.iterations)} "
        f"iteration{'' if found.iterations == 1 else 's'}"
    )


def _risk(found: Guarantee, limit: str = "") -> str:
    """Which risk is at most the limit, of which iterate, and what it is a mean over."""
    of = _DATA[found.risk_of or ""]
    if found.expectation is None:
        return f"{of} risk{limit} at the {found.iterate} iterate"
    return f"expected {of} risk{limit} at the {found.iterate} iterate ({_MEAN[found.expectation]})"


_DATA: Final = {"training data": "training"}
_MEAN: Final = {"sampling": "the expectation is over the mini-batches"}


def _limit(request: Request, found: Guarantee) -> str:
    if request.epsilon is not None:
        return numerals.given(request.epsilon)
    return numerals.real(found.risk_bound, up=True)


def compared(scenario: Scenario, request: Request, tied: Guarantee) -> str:
    """What tied pairs would need, in a line."""
    method = tied_form(request.method)
    assert method is not None, "there is a guarantee with tied pairs"
    head = f"With tied pairs (--method {method.name}):"
    if not tied.feasible:
        return f"{head} no guarantee: {tied.reason}."
    if tied.vacuous:
        return f"{head} no gain from training is guaranteed either."
    asked = replace(request, method=method.name)
    return f"{head} {_counts(tied)} for {_risk(tied, f' ≤ {_limit(asked, tied)}')}."


def asked(scenario: Scenario, request: Request) -> Iterator[tuple[str, str]]:
    """The task and what was given with it."""
    yield "task", task(scenario)
    yield "method", METHODS[request.method].title
    if request.epsilon is not None:
        yield "risk ε", numerals.given(request.epsilon)
    if request.width is not None:
        yield "width m", numerals.count(request.width)
    if request.iterations is not None:
        yield "iterations τ", numerals.count(request.iterations)


def training(scenario: Scenario, found: Guarantee, method: str) -> Iterator[tuple[str, str]]:
    """How to train so that the guarantee speaks of it, in full digits, and what that costs."""
    yield "width m", numerals.count(found.width)
    yield "iterations τ", numerals.count(found.iterations)
    yield "network", "H_0 = 0, H_t = σ(W_ii H_{t−1} + U_i·X_{t−1}), output F_t = (1/√m) Σ_i c_i H_t"
    yield (
        "start",
        f"m/2 neurons with c_i = ±1 and W_ii = ±{scenario.alpha} by fair coins and U_i ~ N(0, I); "
        "then each again with the sign −c_i",
    )
    yield "trained", "W and U; the signs c_i stay as they are"
    yield "risk", "R = (1/n) Σ_j Σ_t (F_t − Y_t)²: a mean over samples, a sum over time"
    yield "step size η", str(found.step_size)
    yield "step", _step(found)
    if found.radius_w is not None:
        yield "projection", f"each W_ii within ρ_w/√m = {found.radius_w} of its start"
    if found.radius_u is not None:
        yield "", f"each U_i within ρ_u/√m = {found.radius_u} of its start"
    if METHODS[method].tied:
        yield "pairs", "after each step, move both by q and −q: q = (Δ − Δ')/2"
    yield "keep", _KEEP[found.iterate or "last"]
    yield "memory", numerals.size(found.memory_bytes)
    yield "work", f"{numerals.real(found.flops, up=True)} flops"


def _step(found: Guarantee) -> str:
    """What η multiplies."""
    batch = " of a mini-batch drawn uniformly" if found.expectation == "sampling" else ""
    return f"Θ − η·½∇R{batch}: η multiplies half the gradient, so after R.backward() take η/2"


_KEEP: Final = {
    "last": "the last iterate",
    "best": "the iterate of least risk among those before step τ",
    "average": "the average of the iterates before step τ",
}


#: The status of what the reader sees to by training as told.
_ENFORCED: Final = "enforced"


def meaning(scenario: Scenario) -> str:
    """What a risk and the class are, and what is not promised."""
    return (
        f"Risk: the squared error, summed over the T = {numerals.count(scenario.horizon)} steps of "
        f"a sequence, averaged over the n = {numerals.count(scenario.samples)} training samples; "
        "new data are not spoken of. Class: what infinitely many neurons output, to first order, "
        "when each W_ii moves by at most ν_w and each U_i by at most ν_u from a random start."
    )


def theorem(found: Guarantee) -> Iterator[tuple[str, str]]:
    """The statement behind a guarantee, and what is left of its hypotheses."""
    if found.statement:
        yield "theorem", found.statement
    yield "risk bound", numerals.real(found.risk_bound, up=True)
    if found.regime is not None:
        yield "memory", memory(found.regime, found.contraction)
    if found.terms and found.dominant_term:
        whole = reduce(context(SIGNIFICANT).add, map(_decimal, found.terms.values()))
        part = found.terms[found.dominant_term]
        of = "the bound" if found.combine == "sum" else "the bound's root"
        yield "dominant term", f"{found.dominant_term}, {numerals.share(part, whole)} of {of}"
    for hypothesis in found.hypotheses:
        state = "holds" if hypothesis.holds else "fails"
        yield hypothesis.name, f"{state}, margin {numerals.real(hypothesis.margin, down=True)}"


def grounds(found: Guarantee) -> Iterator[tuple[str, str]]:
    """What a guarantee rests on."""
    yield from theorem(found)
    for assumption in found.assumptions:
        if assumption.status != _ENFORCED:
            yield f"{assumption.status}: {assumption.name}", assumption.statement
    kept = [one.name for one in found.assumptions if one.status == _ENFORCED]
    yield f"{_ENFORCED} as above", ", ".join(kept)


def _decimal(value: Any) -> Any:
    from decimal import Decimal

    return Decimal(value)


def only_sizes(dataset: Dataset | DataSummary) -> str:
    """What a guarantee that knows only the sizes of the data takes for granted."""
    return (
        f"{dataset.origin.file}: only n = {dataset.samples:,}, T = {dataset.horizon:,}, "
        f"d = {dataset.dim:,} are used; that its targets, scaled to R(0) = 1, belong to the class "
        "is assumed"
    )
