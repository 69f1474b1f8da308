"""Certificates: what training a given network on given data is sure to reach (section 6.4)."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.comparator import Ridge, clipped
from rnnbound.certificate.floor import linear_risk
from rnnbound.certificate.forward import residual, s_norm
from rnnbound.certificate.linearised import norm
from rnnbound.certificate.parts import Parts, Radii, Start, Way
from rnnbound.certificate.passes import Pairs
from rnnbound.certificate.plain import Constants, Plain
from rnnbound.certificate.problem import Problem
from rnnbound.certificate.rounding import up
from rnnbound.certificate.search import Search
from rnnbound.certificate.sigmas import sigma_of
from rnnbound.certificate.tied import Tied
from rnnbound.network import Network, initialise
from rnnbound.network.blas import one_blas_thread
from rnnbound.setting.faults import wrong

Floats = NDArray[np.float64]

WAYS: Final[dict[str, Way]] = {"tied": Tied(), "pgd": Plain()}
#: What `alpha="auto"` tries.
ALPHAS: Final = (0.03, 0.1, 0.2, 0.35, 0.5, 0.7)
DEFAULT_ALPHA: Final = 0.1
#: No array is longer.
_ADDRESSES: Final = 2**48


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
        problem: the data.
        network: Θ(0).
        moves: D̄, shape (m/2, 1 + d): Θ̄ = Θ(0) ± D̄.
    """

    certificate: Certificate
    initial_risk: float
    worst_case_bound: float
    linear_floor: float
    problem: Problem
    network: Network
    moves: Floats


@dataclass(frozen=True, slots=True)
class Request:
    """What a certificate is asked for, but for width and iterations.

    Attributes:
        problem: the data.
        method: tied or pgd.
        alpha: α; None: the one with the least bound.
        seed: of the initialisation.
        activation: σ, one of the named six.
        jobs: threads.
        note: told about progress.
    """

    problem: Problem
    method: str = "tied"
    alpha: float | None = DEFAULT_ALPHA
    seed: int = 0
    activation: str = "tanh"
    jobs: int = 1
    note: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        if self.method not in WAYS:
            raise wrong("method", f"must be tied or pgd (given: {self.method})")
        if self.alpha is not None and not 0 < self.alpha < math.inf:
            raise wrong("alpha", f"must be a finite number > 0 (given: {self.alpha})")
        sigma_of(self.activation)


def certify(request: Request, width: int, iterations: int) -> Certified:
    """The least bound found for this width and number of iterations."""
    if width < 2 or width % 2:
        raise wrong("width", f"must be an even integer ≥ 2 (given: {width})")
    if iterations < 1:
        raise wrong("iterations", f"must be an integer ≥ 1 (given: {iterations})")
    found = []
    try:
        if width > _ADDRESSES:
            raise MemoryError
        for alpha in ALPHAS if request.alpha is None else (request.alpha,):
            with suppress(OverflowError, FloatingPointError), one_blas_thread():
                found.append(_certify(request, alpha, width, iterations))
    except MemoryError:
        raise wrong("width", f"takes more memory than there is (given: {width})") from None
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
    return Pairs(w, u, c, x, np.ascontiguousarray(problem.Y.T), sigma_of(activation), jobs)


def _certify(request: Request, alpha: float, width: int, iterations: int) -> Certified:
    problem, way = request.problem, WAYS[request.method]
    network = initialise(width, problem.X.shape[2], alpha, request.seed)
    pairs = pairs_of(problem, network, request.activation, request.jobs)
    initial = up(s_norm(pairs.y) ** 2)
    with _searching():
        search = Search(pairs, way, initial, iterations, request.note)
        basis = search.whole.basis()
    with _proving():
        size = norm(pairs, basis)
    with _searching():
        choice = search.run(size)
        moves = choice.dual.moves(pairs)
    root = math.sqrt(width)
    rho_w, rho_u = choice.radii.w * root, choice.radii.u * root
    radii = set_of(rho_w, rho_u, width)
    moves = clipped(moves, choice.radii.w, choice.radii.u)
    parts, worst = prove(pairs, way, radii, moves, size)
    eta, _ = parts.best(iterations)
    misfit, curvature, rate = parts.terms(eta, iterations)
    if not misfit + curvature + rate < math.inf:
        raise OverflowError("the bound is beyond doubles")
    certificate = Certificate(
        up(misfit + curvature + rate), way.method, misfit, curvature, rate, eta, rho_w, rho_u,
        alpha, width, iterations, request.seed, request.activation,
    )  # fmt: skip
    floor = linear_risk(search.whole, eta, iterations)
    return Certified(
        certificate, initial, worst.best(iterations)[1], floor, problem, network, moves
    )


def set_of(rho_w: float, rho_u: float, width: int) -> Radii:
    """The set that is projected on, rounded outwards."""
    return Radii(up(rho_w / math.sqrt(width)), up(rho_u / math.sqrt(width)))


def prove(pairs: Pairs, way: Way, radii: Radii, moves: Floats, size: float) -> tuple[Parts, Parts]:
    """The parts for all neurons by `way`, and by way 1, in floating point that is accounted for.

    Args:
        pairs: data and neurons.
        way: tied or plain.
        radii: of the projection.
        moves: D̄.
        size: a bound of ‖J_0‖.

    Raises:
        ArithmeticError: Θ̄ is outside the set, or a number is beyond doubles.
    """
    lengths = np.sqrt((moves[:, 1:] ** 2).sum(1))
    inside = np.abs(moves[:, 0]).max() <= radii.w and lengths.max() * (1 + 1e-14) <= radii.u
    if not inside or not np.isfinite(moves).all():
        raise ArithmeticError("the comparator is outside the set that is projected on")
    with one_blas_thread(), _proving():
        initial = up(s_norm(pairs.y) ** 2)
        start = Start(pairs, radii, moves, initial, size, residual(pairs, moves))
        parts = way.parts(start)
        with _searching():  # way 1 is there to compare, and may be infinite
            return parts, Constants().parts(start)


def norm_of(pairs: Pairs) -> float:
    """A bound of ‖J_0‖, from a basis that is found anew."""
    with one_blas_thread():
        with _searching():
            basis = Ridge(pairs).basis()
        with _proving():
            return norm(pairs, basis)
