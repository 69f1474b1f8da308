"""What a certificate rests on, in plain sentences."""

from __future__ import annotations

from rnnbound.activations.lookup import ACTIVATIONS
from rnnbound.certificate.fixed_size_certificate import Certificate
from rnnbound.certificate.rounding_error_bounds import UNIT
from rnnbound.certificate.scaled_data import Problem
from rnnbound.numbers import numerals
from rnnbound.planning.results import Assumption


def assumptions(problem: Problem, certificate: Certificate) -> tuple[Assumption, ...]:
    """Everything that the bound rests on: the data, the start, the algorithm, the arithmetic."""
    tied = certificate.method == "tied"
    listed = [
        _data(problem),
        _inputs(problem),
        _start(certificate),
        _signs(certificate),
        *([_tied()] if tied else []),
        _steps(certificate),
        _set(certificate),
        _exact(),
        _library(certificate),
    ]
    return tuple(listed)


def counted(number: int, what: str) -> str:
    """A number of things, in words."""
    return f"{numerals.count(number)} {what}{'s' * (number != 1)}"


def _data(problem: Problem) -> Assumption:
    n, horizon, d = problem.X.shape
    whose = "the arrays given" if problem.file is None else problem.file
    return Assumption(
        "data",
        f"The {counted(n, 'sample')} of {counted(horizon, 'step')} in "
        f"{counted(d, 'channel')} are those of {whose}; nothing is assumed of where they come "
        "from, and nothing follows for other data.",
        "checked",
    )


def _inputs(problem: Problem) -> Assumption:
    scale, longest = problem.scaling.input_scale, problem.longest
    scaled = ""
    if problem.file is not None:
        by = ", ".join(numerals.real(s) for s in scale[:4]) + (", …" if len(scale) > 4 else "")
        scaled = f" after the columns are centred and divided by {by}"
    inputs = counted(problem.X.shape[0] * problem.X.shape[1], "input")
    return Assumption(
        "bounded inputs",
        f"‖X_t‖ ≤ 1 to within rounding for all {inputs}{scaled}; the largest is {longest:.9g}.",
        "checked" if longest <= 1 + 64 * UNIT else "fails",
    )


def _start(certificate: Certificate) -> Assumption:
    return Assumption(
        "start",
        f"Training starts at the weights that seed {certificate.seed} draws: {certificate.width:,} "
        f"neurons in symmetric pairs, W_ii = ±{certificate.alpha!r}, U_i standard normal, so that "
        "all outputs are 0. Other starts have other bounds.",
        "enforced",
    )


def _signs(certificate: Certificate) -> Assumption:
    return Assumption(
        "fixed signs",
        "The output signs c_i = ±1 are never trained, and outputs are divided by "
        f"√m = √{certificate.width}.",
        "enforced",
    )


def _tied() -> Assumption:
    return Assumption(
        "tied pairs",
        "The two neurons of a pair move in opposite directions: each step uses half the difference "
        "of their gradients.",
        "enforced",
    )


def _steps(certificate: Certificate) -> Assumption:
    return Assumption(
        "steps",
        f"{counted(certificate.iterations, 'step')} of size η = {certificate.step_size!r} along "
        "half the gradient of the risk over all samples.",
        "enforced",
    )


def _set(certificate: Certificate) -> Assumption:
    return Assumption(
        "projection",
        "After each step every neuron is put back to |W_ii − W_ii(0)| ≤ ρ_w/√m and "
        f"‖U_i − U_i(0)‖ ≤ ρ_u/√m, ρ_w = {certificate.radius_w!r}, ρ_u = {certificate.radius_u!r}.",
        "enforced",
    )


def _exact() -> Assumption:
    return Assumption(
        "exact training",
        "Training computes exactly. Rounding to doubles, which changes risks by about 1e-12, is "
        "not covered; the rounding of the certificate itself is.",
        "assumed",
    )


def _library(certificate: Certificate) -> Assumption:
    error = ACTIVATIONS[certificate.activation].errors[0]
    return Assumption(
        "library functions",
        f"{certificate.activation} of NumPy or SciPy is within {error:.2g} of the truth, its "
        f"derivatives within the errors listed in rnnbound/activations/named, and sums and "
        "products round as IEEE 754 says.",
        "assumed",
    )
