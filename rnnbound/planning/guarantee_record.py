"""From a certified evaluation to the data that people and scripts see."""

from __future__ import annotations

from flint import arb

from rnnbound.numbers import decimals
from rnnbound.numbers.balls import ACCURATE_BITS, BALLS, precision, precisions
from rnnbound.numbers.count import Count
from rnnbound.numbers.limits import MagnitudeError
from rnnbound.planning.assumption_sentences import TRAINING_DATA, assumptions
from rnnbound.planning.cost import flops, memory_bytes
from rnnbound.planning.results import Guarantee, Hypothesis, Request
from rnnbound.planning.solver import Evaluation, Solver
from rnnbound.scenario.memory import CRITICAL, LONG, SHORT, contraction
from rnnbound.theory.guarantee import TRUSTED
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.tight_constants import TightConstants

_BITS_PER_DIGIT = 3.33
#: At this precision a contraction that cannot be told from 1 is 1.
CRITICAL_BITS = 512


def describe(
    solver: Solver, request: Request, variant: str, m: Count, tau: Count, digits: int
) -> Guarantee | None:
    """The guarantee at (m, τ), or None if it does not apply there."""
    wanted = max(ACCURATE_BITS, int(_BITS_PER_DIGIT * digits) + 16)
    for bits in precisions(solver.bits(m, tau) + wanted):
        with precision(bits):
            evaluation = solver.evaluate(m, tau)
            if evaluation is None:
                return None
            if evaluation.bound.risk.rel_accuracy_bits() >= wanted:
                return _described(solver, request, variant, m, tau, evaluation, digits)
    raise AssertionError("precisions() ends by raising")


def _described(
    solver: Solver,
    request: Request,
    variant: str,
    m: Count,
    tau: Count,
    evaluation: Evaluation,
    digits: int,
) -> Guarantee:
    bound, risk = evaluation.bound, evaluation.bound.risk
    lower, upper = decimals.enclosure(risk, digits)
    epsilon = request.epsilon
    r = contraction(solver.q, evaluation.a)
    radius_w, radius_u = (
        None if x is None else decimals.lower(x) for x in (evaluation.radius_w, evaluation.radius_u)
    )
    step_size = decimals.lower(bound.step_size)
    return Guarantee(
        statement=evaluation.title,
        trusted=TRUSTED[variant],
        feasible=True,
        width=m,
        width_log10=log10(m),
        iterations=tau,
        iterations_log10=log10(tau),
        step_size=step_size,
        epsilon=epsilon,
        risk_bound=decimals.upper(risk),
        risk_bound_log10=decimals.log10(risk),
        enclosure=(str(lower), str(upper)),
        certified=epsilon is None or bool(risk <= BALLS.number(epsilon)),
        terms={name: decimals.real(term) for name, term in bound.terms.items()},
        combine=bound.combine,
        form=evaluation.form,
        dominant_term=max(bound.terms, key=lambda name: bound.terms[name].mid()),
        hypotheses=tuple(
            Hypothesis(name, bool(margin >= 0), decimals.real(margin))
            for name, margin in evaluation.margins
        ),
        vacuous=bool(risk >= before_training(solver)),
        alpha_m=decimals.real(evaluation.a),
        contraction=decimals.real(r),
        regime=regime_name(r, contraction(solver.q, solver.q.alpha), evaluation.radius_w),
        radius_w=radius_w,
        radius_u=radius_u,
        memory_bytes=memory_bytes(solver.scenario, m),
        flops=flops(solver.scenario, request.method, m, tau),
        risk_of=TRAINING_DATA,
        iterate=evaluation.iterate,
        expectation=evaluation.expectation,
        assumptions=assumptions(
            solver.scenario,
            request,
            variant,
            step_size=step_size,
            radii=(radius_w, radius_u),
            expectation=evaluation.expectation,
        ),
    )


def before_training(solver: Solver) -> arb:
    """B_rms², which bounds the risk before any training; B_H² where there are no tight constants.

    It takes long only where the recursion of tight constants does; the lemma remembers it.
    """
    try:
        found: arb = TightConstants(solver.q, solver.q.alpha).B_rms ** 2
    except MagnitudeError:
        found = SharpConstants(solver.q, solver.q.alpha).B_H_squared
    return found


def regime_name(r: arb, start: arb, moved: arb | None) -> str:
    """The memory regime of a contraction factor.

    Args:
        r: the factor.
        start: the same at the start of training, ασ1.
        moved: what is added to α for the weights' movement; None if that is not known.

    What the precision does not tell from 1 is 1, unless it is more than an ασ1 of 1.
    """
    if r < 1 or r > 1:
        return SHORT if r < 1 else LONG
    above = moved is not None and moved > 0 and not start < 1
    return LONG if above else CRITICAL


def log10(count: Count) -> float:
    """log10 of a count."""
    with precision(ACCURATE_BITS):
        return decimals.log10(BALLS.number(count))
