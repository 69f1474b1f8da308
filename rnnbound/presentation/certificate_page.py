"""What `rnnbound certify` shows to people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnnbound.certificate import InUnits, Recipe, assumptions
from rnnbound.certificate.assumption_sentences import counted
from rnnbound.numbers import numerals

if TYPE_CHECKING:
    from rnnbound.certificate import Certificate, Certified, Checked, Problem, Training
    from rnnbound.presentation.terminal_page import Page


def draw(page: Page, found: Certified, training: Training | None, problem: str | None) -> None:
    """A certificate: what is promised, for whom, on what it rests, how to train."""
    certificate, data = found.certificate, found.problem
    if problem is not None:
        page.say(_sentence(problem), "bold red")
    bound = numerals.real(certificate.risk_bound, up=True)
    page.say(_head(found, bound), "bold")
    page.say(_meaning(data, certificate, found.initial_risk))
    page.heading("What it adds up")
    page.pairs(
        [
            ("misfit ω²", numerals.real(certificate.misfit, up=True)),
            ("curvature 2κ_e + κ²", numerals.real(certificate.curvature, up=True)),
            ("rate N_V/(ητ)", numerals.real(certificate.rate, up=True)),
            ("worst-case constants", _finite(found.worst_case_bound)),
            ("floor (linear gd, estimated)", numerals.real(found.linear_floor)),
        ]
    )
    page.say(_advice(certificate))
    _rests(page, data, certificate)
    _how(page, data, certificate)
    if training is None:
        return
    page.heading("Training")
    page.pairs(
        [
            ("best risk", numerals.real(training.best_risk, up=True)),
            ("last risk", numerals.real(training.last_risk, up=True)),
            ("first below the bound", _step(training.first_below_bound)),
        ]
    )
    rows = [(f"{step:,}", numerals.real(risk, up=True), bound) for step, risk in training.trace]
    page.table(("step", "risk", "certified at the end"), rows)


def draw_curve(page: Page, found: Sequence[Certified]) -> None:
    """Certificates for several widths and numbers of steps."""
    last = found[-1]
    page.say(
        f"Certified training risk of the last iterate; R(0) = {last.initial_risk:.4g}.", "bold"
    )
    names = ("width", "iterations", "bound", "misfit", "curvature", "rate")
    rows = [
        (
            numerals.count(c.width),
            numerals.count(c.iterations),
            *(numerals.real(v, up=True) for v in (c.risk_bound, c.misfit, c.curvature, c.rate)),
        )
        for c in (one.certificate for one in found)
    ]
    page.table(names, rows)
    whose = last.problem.file or "the arrays given"
    page.say(
        f"{_sum(last.problem)} Each bound is certain for so many neurons that start from seed "
        f"{last.certificate.seed} and are trained on {whose} for so many steps, as certify says "
        "without --curve. None says anything about new data."
    )


def draw_check(page: Page, found: Checked, units: InUnits | None, problem: str | None) -> None:
    """What a verification found."""
    if problem is not None:
        page.say(_sentence(problem), "bold red")
        return
    certificate, data = found.certificate, found.problem
    assert certificate is not None, "nothing is wrong"
    assert data is not None, "nothing is wrong"
    bound = numerals.real(certificate.risk_bound, up=True)
    page.say(f"Verified from scratch: the last iterate has risk at most {bound}.", "bold")
    if units is not None:
        page.say(_units(units))
    page.say(f"{_sum(data)} {_whose(data, certificate)}")
    page.heading("What was compared with what")
    page.pairs([(tie.what, tie.statement) for tie in found.ties])
    _rests(page, data, certificate)
    _how(page, data, certificate)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _finite(value: float) -> str:
    return numerals.real(value, up=True) if value < float("inf") else numerals.MISSING


def _head(found: Certified, bound: str) -> str:
    certificate = found.certificate
    if certificate.risk_bound >= found.initial_risk:
        return f"Nothing is guaranteed: the bound {bound} is no better than R(0)."
    return (
        f"The last iterate has training risk at most {bound}, where R(0) = "
        f"{found.initial_risk:.4g} before training."
    )


def _meaning(data: Problem, certificate: Certificate, initial_risk: float) -> str:
    units = InUnits.of(data, initial_risk, certificate.risk_bound)
    if certificate.risk_bound >= initial_risk:
        return f"{_sum(data)} More neurons, more steps or another α may do better."
    return f"{_sum(data)} {_units(units)} {_whose(data, certificate)}"


def _sum(data: Problem) -> str:
    n, horizon, _ = data.X.shape
    return (
        f"The risk adds up squared errors over the {counted(horizon, 'step')} of a sample and "
        f"averages over the {counted(n, 'sample')}, in scaled units."
    )


def _units(units: InUnits) -> str:
    return (
        f"In the target's units squared: at most {numerals.real(units.risk_bound, up=True)} "
        f"of {numerals.real(units.initial_risk, up=True)}."
    )


def _whose(data: Problem, certificate: Certificate) -> str:
    whose = "the arrays in the certificate" if data.file is None else data.file
    return (
        f"It is certain for {numerals.count(certificate.width)} neurons that start from seed "
        f"{certificate.seed} and are trained on {whose} for "
        f"{counted(certificate.iterations, 'step')}, exactly as said below. It says nothing about "
        "new data."
    )


def _rests(page: Page, data: Problem, certificate: Certificate) -> None:
    page.heading("What it rests on")
    listed = assumptions(data, certificate)
    page.pairs([(f"{one.name} ({one.status})", one.statement) for one in listed])


def _advice(certificate: Certificate) -> str:
    """What the largest part means, and what would make it smaller."""
    parts = {
        certificate.misfit: "the misfit: how well networks near the start fit the data",
        certificate.curvature: "the curvature, which falls with the width",
        certificate.rate: "the rate, which falls with the iterations",
    }
    return f"The largest part is {parts[max(parts)]}. --curve shows what width and steps buy."


def _step(value: int | None) -> str:
    return numerals.MISSING if value is None else f"step {value:,}"


def _how(page: Page, data: Problem, certificate: Certificate) -> None:
    """Everything that training needs, with the digits that were proved."""
    n, horizon, d = data.X.shape
    m, numbers = certificate.width, Recipe.of(certificate)
    rows = [
        ("method", f"{certificate.method}, {certificate.activation}, steps on all samples"),
        ("width m", numerals.count(m)),
        ("iterations τ", numerals.count(certificate.iterations)),
        ("seed", str(certificate.seed)),
        ("α", repr(certificate.alpha)),
        (
            "start",
            f"rnnbound.network.initialise({m}, {d}, {certificate.alpha!r}, {certificate.seed}): "
            "for each pair W_ii = ±α, U_i standard normal and a sign c_i = ±1; its second neuron "
            "is the same with sign −c_i",
        ),
        ("outputs", f"F_t = (1/√{m}) Σ_i c_i h_t^i; the signs are fixed"),
        ("risk R", f"(1/{n}) Σ_j Σ_t (F_t − Y_t)², a sum over t = 1 … {horizon}, on scaled data"),
        ("step size η", f"{certificate.step_size!r}, along half the gradient of R"),
        (
            "after loss.backward()",
            f"on R: η/2 = {numbers.step_size_on_risk!r}, since that is the whole gradient",
        ),
        ("radius ρ_w", repr(certificate.radius_w)),
        ("radius ρ_u", repr(certificate.radius_u)),
        (
            "projection",
            f"after each step: |W_ii − W_ii(0)| ≤ ρ_w/√m = {numbers.cap_w!r}, "
            f"‖U_i − U_i(0)‖ ≤ ρ_u/√m = {numbers.cap_u!r}",
        ),
    ]
    if certificate.method == "tied":
        rows.append(
            (
                "tied pairs",
                f"neuron i moves by q, neuron i + {m // 2} by −q; a step changes q by "
                "−η (g_i − g_i')/2, g half the gradient of R",
            )
        )
    page.heading("How to train")
    page.pairs(rows)
