"""Certificates: what training a given network on given data is sure to reach (section 6.4)."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.activations.lookup import proved_activation
from rnnbound.certificate.bound_parts import Parts, Radii, Start, Way
from rnnbound.certificate.comparator_search import Choice, Search
from rnnbound.certificate.jacobian_at_start import norm
from rnnbound.certificate.linearised_risk_estimate import Spectrum
from rnnbound.certificate.memory_estimate import refuse_beyond
from rnnbound.certificate.mirrored_network_outputs import residual, s_norm
from rnnbound.certificate.neuron_curvature import on_ball
from rnnbound.certificate.neuron_pair_passes import Pairs
from rnnbound.certificate.ridge_comparator import clipped
from rnnbound.certificate.rounding_error_bounds import up
from rnnbound.certificate.scaled_data import Problem
from rnnbound.certificate.tied_pair_remainder import Tied
from rnnbound.certificate.untied_pair_remainder import Constants, Plain
from rnnbound.errors import shown, wrong
from rnnbound.network import Network, initialise
from rnnbound.parallel.threads import one_blas_thread

Floats = NDArray[np.float64]

WAYS: Final[dict[str, Way]] = {"tied": Tied(), "pgd": Plain()}
#: What `alpha="auto"` tries.
ALPHAS: Final = (0.03, 0.1, 0.2, 0.35, 0.5, 0.7)
DEFAULT_ALPHA: Final = 0.1
#: Of several α, so many are looked at closely.
_REFINED: Final = 2
#: Pairs on which it is tried whether derivatives are within doubles.
_TRIED: Final = 12
#: What is stated is above what is proved: relatively, and in terms of R(0), by less than the
#: rounding of training that no certificate covers.
_MARGIN: Final = 2.0**-30
_MARGIN_OF_R0: Final = 2.0**-42
_REPEATED: Final = 1 + 2.0**-42


@dataclass(frozen=True, slots=True)
class Certificate:
    """A bound on the risk of the last iterate, in scaled units; the first three parts add up.

    Attributes:
        risk_bound: R(Θ(τ)) is at most this.
        method: tied or pgd.
        misfit: ω².
        curvature: 2κ_e + κ².
        rate: N_V/(ητ).
        step_size: η.
        radius_w: ρ_w, to project on |W_ii − W_ii(0)| ≤ ρ_w/√m.
        radius_u: ρ_u, to project on ‖U_i − U_i(0)‖ ≤ ρ_u/√m.
        alpha: α of the initialisation.
        width: m.
        iterations: τ.
        seed: of the initialisation.
        activation: σ.
    """

    risk_bound: float
    method: str
    misfit: float
    curvature: float
    rate: float
    step_size: float
    radius_w: float
    radius_u: float
    alpha: float
    width: int
    iterations: int
    seed: int
    activation: str


@dataclass(frozen=True, slots=True, eq=False)
class Certified:
    """A certificate with what it rests on.

    Attributes:
        certificate: the bound and how to train.
        initial_risk: R(0), rounded up.
        worst_case_bound: the same comparator and set with worst-case constants (way 1).
        linear_floor: what unprojected gradient descent on the linearisation reaches in as many
            steps of the same size; an estimate, below which no certificate gets by much.
        least_bound: what a certificate would be if nothing curved; an estimate, too.
        problem: the data.
        network: Θ(0).
        moves: D̄, shape (m/2, 1 + d): Θ̄ = Θ(0) ± D̄.
        parts: what the bound adds up, for any step size and number of steps.
    """

    certificate: Certificate
    initial_risk: float
    worst_case_bound: float
    linear_floor: float
    least_bound: float
    problem: Problem
    network: Network
    moves: Floats
    parts: Parts


#: Told what is being done, how much of it is done, and of how much if that is known.
Note = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What a certificate is asked for, but for width and iterations.

    Attributes:
        problem: the data.
        method: tied or pgd.
        alpha: α; None: the one with the least bound.
        seed: of the initialisation.
        activation: σ, one of the named six.
        jobs: processes.
        note: told about progress.
    """

    problem: Problem
    method: str = "tied"
    alpha: float | None = DEFAULT_ALPHA
    seed: int = 0
    activation: str = "tanh"
    jobs: int = 1
    note: Note | None = None

    def __post_init__(self) -> None:
        if self.method not in WAYS:
            raise wrong("method", f"must be tied or pgd (given: {shown(self.method)})")
        if self.alpha is not None and not 0 < self.alpha < math.inf:
            raise wrong("alpha", f"must be a finite number > 0 (given: {self.alpha})")
        proved_activation(self.activation)


def certify(request: Request, width: int, iterations: int) -> Certified:
    """The least bound found for this width and number of iterations.

    Raises:
        RequestError: a size is out of range, α is too large, or memory would not do.
    """
    if width < 2 or width % 2:
        raise wrong("width", f"must be an even integer ≥ 2 (given: {width})")
    if iterations < 1:
        raise wrong("iterations", f"must be an integer ≥ 1 (given: {iterations})")
    refuse_beyond(request.problem.X.shape, width, request.jobs)
    begun, found = [], []
    with one_blas_thread():
        for alpha in ALPHAS if request.alpha is None else (request.alpha,):
            with suppress(ArithmeticError, np.linalg.LinAlgError):
                begun.append(_Attempt.begun(request, alpha, width, iterations))
        # Of several, those that look best before they are refined.
        begun.sort(key=lambda attempt: attempt.choice.bound)
        for attempt in begun[:_REFINED]:
            with suppress(ArithmeticError, np.linalg.LinAlgError):
                found.append(attempt.certified())
    if not found:
        steps = request.problem.X.shape[1]
        grows = f"derivatives over T = {steps} steps grow like (α σ1)^T, and here beyond doubles"
        raise wrong("alpha", f"is too large: {grows} (given: {request.alpha or 'auto'})")
    return min(found, key=lambda c: c.certificate.risk_bound)


def _searching() -> np.errstate:
    """What overflows in the search is a poor candidate."""
    return np.errstate(over="ignore", invalid="ignore")


def _proving() -> np.errstate:
    """Nothing that overflows proves anything."""
    return np.errstate(over="raise", invalid="raise")


def pairs_of(problem: Problem, network: Network, activation: str, jobs: int) -> Pairs:
    """The first neurons of all pairs, with the data as the passes want them."""
    k = network.width // 2
    x = np.ascontiguousarray(problem.X.transpose(1, 2, 0))
    parts = (np.ascontiguousarray(a[:k], np.float64) for a in (network.w, network.u, network.c))
    w, u, c = parts
    return Pairs(w, u, c, x, np.ascontiguousarray(problem.Y.T), activation, jobs)


@dataclass(frozen=True, slots=True, eq=False)
class _Attempt:
    """A network whose certificate has been begun.

    Attributes:
        request: what was asked.
        network: Θ(0).
        alpha: α.
        pairs: data and neurons.
        search: the search for its comparator.
        size: a bound of ‖J_0‖.
        choice: the best comparator so far.
    """

    request: Request
    network: Network
    alpha: float
    pairs: Pairs
    search: Search
    size: float
    choice: Choice

    @classmethod
    def begun(cls, request: Request, alpha: float, width: int, iterations: int) -> _Attempt:
        """Rough comparators for one α.

        Raises:
            ArithmeticError: derivatives are beyond doubles.
        """
        problem, way = request.problem, WAYS[request.method]
        network = initialise(width, problem.X.shape[2], alpha, request.seed)
        pairs = pairs_of(problem, network, request.activation, request.jobs)
        note = request.note
        tell = None if note is None else lambda seen: note(f"searching, α = {alpha}", seen, None)
        with _proving():
            # However small the set will be, this is what its proof begins with.
            few = pairs.some(np.arange(min(pairs.count, _TRIED)))
            on_ball(few, 0.0, way.balls)
            initial = up(s_norm(pairs.y) ** 2)
        with _searching():
            search = Search(pairs, way, initial, iterations, tell)
            basis = search.whole.basis()
        with _proving():
            size = norm(pairs, basis)
        with _searching():
            return cls(request, network, alpha, pairs, search, size, search.scan(size))

    def certified(self) -> Certified:
        """The certificate of the best comparator found near the rough one.

        Raises:
            ArithmeticError: something is beyond doubles.
        """
        with _searching():
            choice = self.search.refined(self.choice)
            moves = choice.dual.moves(self.pairs)
        root = math.sqrt(self.network.width)
        rho_w, rho_u = choice.radii.w * root, choice.radii.u * root
        radii = set_of(rho_w, rho_u, self.network.width)
        moves = clipped(moves, choice.radii.w, choice.radii.u)
        if self.request.note is not None:
            self.request.note("proving", 0, None)
        steps, way = self.search.steps, WAYS[self.request.method]
        parts, worst = prove(self.pairs, way, radii, moves, self.size, steps)
        eta, _ = parts.best(steps)
        certificate = Certificate(
            math.inf, way.method, 0.0, 0.0, 0.0, eta, rho_w, rho_u,
            self.alpha, self.network.width, steps, self.request.seed, self.request.activation,
        )  # fmt: skip
        stated = claim(parts, certificate)
        if not stated.risk_bound < math.inf:
            raise OverflowError("the bound is beyond doubles")
        spectrum = Spectrum.of(self.search.whole)
        return Certified(
            stated, parts.initial * _REPEATED, worst.best(steps)[1],
            spectrum.linear_risk(eta, steps), spectrum.least_bound(steps),
            self.request.problem, self.network, moves, parts,
        )  # fmt: skip


def claim(parts: Parts, certificate: Certificate) -> Certificate:
    """The certificate with what `parts` prove for its step size and number of steps, and a little
    more, so that another machine, which rounds differently, proves it too.
    """
    proved = proved_by(parts, certificate)
    misfit, curvature, rate = (
        stated(value, parts.initial) for value in (proved.misfit, proved.curvature, proved.rate)
    )
    total = up(misfit + curvature + rate)
    return replace(certificate, risk_bound=total, misfit=misfit, curvature=curvature, rate=rate)


def stated(value: float, initial: float) -> float:
    """What is stated where `value` is proved and R(0) is `initial`."""
    return value * (1 + _MARGIN) + _MARGIN_OF_R0 * initial


def proved_by(parts: Parts, certificate: Certificate) -> Certificate:
    """The certificate with exactly what `parts` prove for its step size and number of steps."""
    misfit, curvature, rate = parts.terms(certificate.step_size, certificate.iterations)
    total = up(misfit + curvature + rate)
    return replace(certificate, risk_bound=total, misfit=misfit, curvature=curvature, rate=rate)


def set_of(rho_w: float, rho_u: float, width: int) -> Radii:
    """The set that is projected on, rounded outwards."""
    return Radii(up(rho_w / math.sqrt(width)), up(rho_u / math.sqrt(width)))


def prove(
    pairs: Pairs, way: Way, radii: Radii, moves: Floats, size: float, steps: int = 10**15
) -> tuple[Parts, Parts]:
    """The parts for all neurons by `way`, and by way 1, in floating point that is accounted for.

    Args:
        pairs: data and neurons.
        way: tied or plain.
        radii: of the projection.
        moves: D̄.
        size: a bound of ‖J_0‖.
        steps: τ, which says what is worth computing; any is valid.

    Raises:
        ArithmeticError: Θ̄ is outside the set, or a number is beyond doubles.
    """
    lengths = np.sqrt((moves[:, 1:] ** 2).sum(1))
    inside = np.abs(moves[:, 0]).max() <= radii.w and lengths.max() * (1 + 1e-14) <= radii.u
    if not inside or not np.isfinite(moves).all():
        raise ArithmeticError("the comparator is outside the set that is projected on")
    with one_blas_thread(), _proving():
        initial = up(s_norm(pairs.y) ** 2)
        found = residual(pairs, moves)
        start = Start(pairs, radii, moves, initial, size, found, steps=steps)
        parts = way.parts(start)
        with _searching():  # way 1 is there to compare, and may be infinite
            return parts, Constants().parts(start)
