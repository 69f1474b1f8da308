"""Guarantees in words: the answer, how to train for it, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any, Final

from rnnbound.numbers.limits import SIGNIFICANT, context
from rnnbound.planning.results import Guarantee, Request
from rnnbound.setting.scenario import Scenario
from rnnbound.theory.guarantee import METHODS, TIED
from rnnbound.wording import people

_ITERATE: Final = {"drift": "drift form, best iterate", "descent": "descent form, last iterate"}
VACUOUS: Final = "Vacuous: this is no better than B_H², which bounds the risk before any training."
_MEMORY: Final = {"short": "<", "critical": "=", "long": ">"}


def problem(headline: str, found: Guarantee) -> str | None:
    """Why there is no guarantee, as a line for stderr."""
    return None if found.feasible else f"no guarantee ({headline}): {found.reason}"


def task(scenario: Scenario) -> str:
    """The scenario in the symbols of the theory."""
    s = scenario
    return (
        f"T = {people.count(s.horizon)}, n = {people.count(s.samples)}, d = {people.count(s.dim)}, "
        f"α = {s.alpha}, ν = ({s.nu_w}, {s.nu_u}), ρ = ({s.rho_w}, {s.rho_u}), δ = {s.delta}, "
        f"{s.activation}"
    )


def memory(regime: str, contraction: float | Any) -> str:
    """The memory regime with its reason."""
    return f"{regime}: r = α_m σ1 = {people.real(contraction)} {_MEMORY[regime]} 1"


def sentence(scenario: Scenario, request: Request, headline: str, found: Guarantee) -> str:
    """The answer, with all that it depends on."""
    if not found.feasible:
        return f"No guarantee ({headline}): {found.reason}."
    certain = "Guaranteed" if found.trusted else "Not a guarantee, but as printed"
    counts = (
        f"width {people.count(found.width)} and {people.count(found.iterations)} "
        f"iteration{'' if found.iterations == 1 else 's'}"
    )
    if request.epsilon is None:
        verb, risk = "give", people.real(found.risk_bound, up=True)
    else:
        verb, risk = "reach", repr(request.epsilon)
    form = f", {_ITERATE[found.form]}" if found.form else ""
    return (
        f"{certain}: {counts} {verb} risk ≤ {risk} with probability ≥ "
        f"{people.complement(scenario.delta)} ({headline}{form})."
    )


def compared(method: str, tied: Guarantee) -> str:
    """What tied pairs would need, in a line."""
    if not tied.feasible:
        return f"With tied pairs (--method {TIED[method]}): no guarantee: {tied.reason}."
    counts = f"width {people.count(tied.width)} and {people.count(tied.iterations)} iterations"
    risk = people.real(tied.risk_bound, up=True) if tied.epsilon is None else repr(tied.epsilon)
    return f"With tied pairs (--method {TIED[method]}): {counts} for risk ≤ {risk}."


def asked(scenario: Scenario, request: Request) -> Iterator[tuple[str, str]]:
    """The task and what was given with it."""
    yield "task", task(scenario)
    yield "method", METHODS[request.method]
    if request.epsilon is not None:
        yield "risk ε", repr(request.epsilon)
    if request.width is not None:
        yield "width m", people.count(request.width)
    if request.iterations is not None:
        yield "iterations τ", people.count(request.iterations)


def training(found: Guarantee, method: str) -> Iterator[tuple[str, str]]:
    """What training as guaranteed looks like, and costs."""
    yield "width m", people.count(found.width)
    yield "iterations τ", people.count(found.iterations)
    yield "step size η", people.real(found.step_size)
    if found.radius_w is not None:
        yield "projection", f"each W_ii within ρ_w/√m = {people.real(found.radius_w)} of its start"
    if found.radius_u is not None:
        yield "", f"each U_i within ρ_u/√m = {people.real(found.radius_u)} of its start"
    if method in TIED.values():
        yield "pairs", "after each step, move both by q and −q: q = (Δ − Δ')/2"
    yield "memory", people.size(found.memory_bytes)
    yield "work", f"{people.real(found.flops, up=True)} flops"


def grounds(found: Guarantee) -> Iterator[tuple[str, str]]:
    """What a guarantee rests on."""
    if found.statement:
        yield "theorem", found.statement
    yield "risk bound", people.real(found.risk_bound, up=True)
    if found.regime is not None:
        yield "memory", memory(found.regime, found.contraction)
    if found.terms and found.dominant_term:
        whole = reduce(context(SIGNIFICANT).add, map(_decimal, found.terms.values()))
        part = found.terms[found.dominant_term]
        of = "the bound" if found.combine == "sum" else "the bound's root"
        yield "dominant term", f"{found.dominant_term}, {people.share(part, whole)} of {of}"
    for hypothesis in found.hypotheses:
        state = "holds" if hypothesis.holds else "fails"
        yield hypothesis.name, f"{state}, margin {people.real(hypothesis.margin)}"


def _decimal(value: Any) -> Any:
    from decimal import Decimal

    return Decimal(value)
