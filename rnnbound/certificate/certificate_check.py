"""Verification of saved certificates from scratch: nothing that a file says is believed.

The bound is proved anew from the data, Θ(0) and Θ̄, by the way that made it.  What is reported is
what was proved here; what the file says is compared with it, with no tolerance for saying less.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.bound_parts import Radii
from rnnbound.certificate.certificate_data_match import Tie, differences, scaling_of, tie_to
from rnnbound.certificate.certificate_file import Stored, load
from rnnbound.certificate.comparator_search import norm_of
from rnnbound.certificate.fixed_size_certificate import (
    WAYS,
    Certificate,
    Note,
    pairs_of,
    prove,
    proved_by,
    set_of,
)
from rnnbound.certificate.memory_estimate import refuse_beyond
from rnnbound.certificate.mirrored_network_outputs import risk_at
from rnnbound.certificate.rounding_error_bounds import UNIT
from rnnbound.certificate.scaled_data import Problem
from rnnbound.network import Network, initialise
from rnnbound.network.array_checks import Array
from rnnbound.parallel.threads import one_blas_thread

if TYPE_CHECKING:
    from rnnbound.data.dataset import Dataset

Floats = NDArray[np.float64]

#: How much more than what is proved a file may say, relatively and in terms of R(0): its parts are
#: those of its own numbers, or it was changed.
_MORE: Final = 1e-6
_MORE_OF_R0: Final = 1e-11
#: R(0) and the largest ‖X_t‖ are 1 to so much.
_ONE: Final = 1e-9
#: What rounds on the way from Θ(0) to a final weight and back, in units of the weights' size.
_STEPS: Final = 4 * UNIT


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What came out of a verification.

    Attributes:
        claimed: what the file says.
        faults: why it is refused; empty if it is not.
        certificate: what was proved here; None if the file is refused.
        initial_risk: a bound of R(0), proved here; None if the file is refused.
        final_risk: a bound of the risk of the final weights, proved here; None without these.
        problem: the data that this is about; None if the file is refused.
        ties: what was compared with what.
    """

    claimed: Certificate
    faults: tuple[str, ...]
    certificate: Certificate | None = None
    initial_risk: float | None = None
    final_risk: float | None = None
    problem: Problem | None = None
    ties: tuple[Tie, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether all that the file says was proved."""
        return not self.faults


def check(
    path: str, jobs: int = 1, data: Dataset | None = None, note: Note | None = None
) -> Checked:
    """Verify a saved certificate from scratch.

    Args:
        path: the file.
        jobs: processes.
        data: the data that it must be about; None: it speaks of the arrays that it holds.
        note: told about progress.

    Raises:
        RequestError: it is no such file, or memory would not do.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # numbers of files may be anything
        return _check(load(path), jobs, data, note)


def _check(stored: Stored, jobs: int, data: Dataset | None, note: Note | None) -> Checked:
    if stored.faults:
        return Checked(stored.certificate, stored.faults)
    held, said = stored.arrays, stored.certificate
    refuse_beyond(held["X"].shape, said.width, jobs)
    scaling = scaling_of(stored.said.get("scaling"))
    if scaling is None:
        return Checked(said, ("the scaling is none",))
    problem = Problem(held["X"], held["Y"], scaling)
    faults = [*_scales(problem)]
    if data is not None:
        faults += differences(problem, data)
        # What is proved then is about these data, to the last bit.
        problem = problem if faults else Problem.of_dataset(data)
    network = Network(held["w"], held["u"], held["c"])
    drawn = initialise(said.width, network.dim, said.alpha, said.seed)
    if not all(np.array_equal(held[a], getattr(drawn, a)) for a in ("w", "u", "c")):
        faults.append("the initialisation is not the one of the seed")
    if faults:
        return Checked(said, tuple(faults))
    if note is not None:
        note("proving", 0, None)
    return _proved(stored, problem, network, jobs, tie_to(problem, data, held))


def _proved(
    stored: Stored, problem: Problem, network: Network, jobs: int, data: tuple[Tie, ...]
) -> Checked:
    said, held = stored.certificate, stored.arrays
    pairs = pairs_of(problem, network, said.activation, jobs)
    radii = set_of(said.radius_w, said.radius_u, said.width)
    try:
        with one_blas_thread():
            size = norm_of(pairs)
        way = WAYS[said.method]
        parts, _ = prove(pairs, way, radii, held["moves"], size, said.iterations)
    except ArithmeticError as error:
        return Checked(said, (f"nothing is proved: {error}",))
    proved = proved_by(parts, said)
    faults = [*_claims(stored, proved, parts.initial)]
    ties = [*data, Tie.start(said)]
    final_risk = None
    if stored.trained:
        last = Network(held["final_w"], held["final_u"], held["final_c"])
        if not np.array_equal(last.c, network.c):
            faults.append("the final signs are not those of the start")
        faults += _outside(network, last, radii, tied=said.method == "tied")
        final_risk = risk_at(pairs, last)
        faults += _final(stored, final_risk, proved, parts.initial)
        ties.append(Tie.final(final_risk, tied=said.method == "tied"))
    elif stored.said["final_risk"] is not None:
        faults.append("it states the risk of final weights and holds none")
    if faults:
        return Checked(said, tuple(faults))
    return Checked(said, (), proved, parts.initial, final_risk, problem, tuple(ties))


def _scales(problem: Problem) -> Iterator[str]:
    """What is wrong with the scales."""
    scaling, d = problem.scaling, problem.X.shape[2]
    columns = d - (scaling.bias is not None)
    if not len(scaling.input_offset) == len(scaling.input_scale) == columns > 0:
        yield f"the scaling is not one of {d} channels"
    if scaling.bias is not None and not (problem.X[:, :, -1] == scaling.bias).all():
        yield f"the last channel is not the constant {scaling.bias!r} of the scaling"
    if abs(problem.longest - 1) > _ONE:
        yield f"the largest ‖X_t‖ is {problem.longest:.9g}, and scaled inputs have 1"
    risk = float((problem.Y**2).sum()) / len(problem.Y)
    if abs(risk - 1) > _ONE:
        yield f"R(0) is {risk:.9g}, and scaled targets have 1"


def _claims(stored: Stored, proved: Certificate, initial: float) -> Iterator[str]:
    """What the file says and was not proved."""
    said, slack = stored.certificate, _MORE_OF_R0 * initial
    for name in ("risk_bound", "misfit", "curvature", "rate"):
        claimed, found = getattr(said, name), getattr(proved, name)
        if not claimed >= found:
            yield f"{name} is {claimed!r} there, and only {_shown(found)} is proved"
        elif claimed > found * (1 + _MORE) + slack:
            yield f"{name} is {claimed!r} there, and {_shown(found)} by its own numbers"
    if not said.risk_bound >= math.fsum((said.misfit, said.curvature, said.rate)):
        yield "the parts there add up to more than the bound"
    claimed = stored.said["initial_risk"]
    if not initial <= claimed <= initial * (1 + _ONE):
        yield f"R(0) is {claimed!r} there, and {initial!r} here"


def _shown(value: float) -> str:
    return repr(value) if math.isfinite(value) else "nothing"


def _final(stored: Stored, found: float, proved: Certificate, initial: float) -> Iterator[str]:
    """What the file says of its final weights and is not so."""
    claimed = stored.said["final_risk"]
    if claimed is None:
        yield "it holds final weights and does not state their risk"
    elif not claimed >= found:
        yield f"the risk of the final weights is {claimed!r} there, and only {found!r} is proved"
    elif claimed > found * (1 + _MORE) + _MORE_OF_R0 * initial:
        yield f"the risk of the final weights is {claimed!r} there, and {found!r} here"
    if not found <= proved.risk_bound:
        yield f"the final weights have risk {found!r}, above the bound {proved.risk_bound!r}"


def _outside(start: Network, last: Network, radii: Radii, *, tied: bool) -> Iterator[str]:
    """Where the final weights leave the set that is projected on, but for their rounding."""
    root = _STEPS * math.sqrt(1 + start.dim)
    moved = np.abs(last.w - start.w)
    slack = root * (np.abs(start.w) + np.abs(last.w))
    length = np.sqrt(((last.u - start.u) ** 2).sum(1))
    slack_u = root * (_lengths(start.u) + _lengths(last.u))
    bounds: tuple[tuple[str, Any, Any, float], ...] = (
        ("|W_ii − W_ii(0)|", moved, slack, radii.w),
        ("‖U_i − U_i(0)‖", length, slack_u, radii.u),
    )
    for name, far, allowance, radius in bounds:
        worst = int(np.argmax(far - allowance))
        if not far[worst] - allowance[worst] <= radius:
            yield (
                f"the final weights are outside the set: {name} is {float(far[worst])!r} at "
                f"neuron {worst + 1}, and at most {radius!r} in the set"
            )
    if not tied:
        return
    k = start.width // 2
    for name, a, b in (("W", start.w, last.w), ("U", start.u, last.u)):
        off = np.abs((b[:k] - a[:k]) + (b[k:] - a[k:]))
        allowed = root * (2 * np.abs(a[:k]) + np.abs(b[:k]) + np.abs(b[k:]))
        bad = np.argwhere(~(off <= allowed))
        if len(bad):
            yield f"the final weights are not tied: {name} of pair {int(bad[0][0]) + 1}"


def _lengths(rows: Array) -> Floats:
    return np.asarray(np.sqrt((rows**2).sum(1)), np.float64)
