"""Certificates in one call, as the command has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnbound.certificate.certified_training import Training, refusal, train
from rnnbound.certificate.fixed_size_certificate import Certified, Note
from rnnbound.certificate.fixed_size_certificate import certify as certify_sizes
from rnnbound.certificate.least_size_for_target_risk import reach
from rnnbound.certificate.request_reader import Asked, problem_of
from rnnbound.certificate.results import Certification
from rnnbound.parallel.progress_events import tell

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from rnnbound.data.dataset import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found.

    Attributes:
        certified: the certificate, with the arrays that it rests on.
        training: what training did; None if the network was not trained.
        problem: why the answer is no: the target is not reached, or training would take too long;
            None if it is yes.
    """

    certified: Certified
    training: Training | None
    problem: str | None


def find(asked: Asked, *, trains: bool = False, note: Note = tell) -> Found:
    """The certificate that was asked for, and what training as it says does, if that is wanted.

    Raises:
        RequestError: a size or α is out of range, or memory would not do.
    """
    request, jobs = asked.request(note), asked.options["jobs"]
    problem: str | None = None
    if asked.epsilon is None:
        assert asked.width is not None, "checked"
        assert asked.iterations is not None, "checked"
        found = certify_sizes(request, asked.width, asked.iterations)
    else:
        sizes = {"width": asked.width, "iterations": asked.iterations}
        result = reach(request, asked.epsilon, **sizes, most=asked.most)
        found, problem = result.certified, result.shortfall
    if not trains:
        return Found(found, None, problem)
    refused = refusal(found, jobs, asked.limits)
    if refused is not None:
        return Found(found, None, f"training was not run: it {refused}")
    steps = found.certificate.iterations
    return Found(found, train(found, jobs, lambda step: note("training", step, steps)), problem)


def certify(
    data: Dataset | ArrayLike,
    Y: ArrayLike | None = None,
    *,
    width: int | str | None = None,
    iterations: int | str | None = None,
    epsilon: float | str | None = None,
    method: str | None = None,
    alpha: float | str | None = None,
    activation: str | None = None,
    seed: int | str | None = None,
    jobs: int | str | None = None,
    max_width: int | str | None = None,
    max_iterations: int | str | None = None,
    train: bool = False,
    max_seconds: float | str | None = None,
    max_memory: float | str | None = None,
) -> Certification:
    """Find and prove a bound on the risk of the last iterate, before training starts.

    Args:
        data: what :func:`rnnbound.read_dataset` read; or inputs X, shape (n, T, d), which are
            divided by their largest norm.
        Y: targets, shape (n, T), if `data` are inputs; they are divided so that R(0) = 1.
        width: m, even.
        iterations: τ.
        epsilon: a target risk in scaled units; the one of the two sizes that is not given is the
            least that was found to reach it, to 3 %.  Where none does, `certificate` is the best
            that was found, and its `risk_bound` above `epsilon`.
        method: tied or pgd (default tied).
        alpha: α of the start, or auto (default 0.1).
        activation: σ, one of the named six (default tanh).
        seed: of the start (default 0).
        jobs: processes (default 2); the result is the same to the last bit for any number.
        max_width, max_iterations: limits of the search for a size (131,072 and 10⁶).
        train: whether to train as the certificate says.
        max_seconds, max_memory: nothing is trained that would take more (600 s, 4·10⁹ bytes).

    Returns:
        A :class:`Certification`; with `train` a :class:`TrainedCertification`, unless training
        would take too long.

    Raises:
        RequestError: the request is wrong, or memory would not do.
    """
    given = {
        "width": width, "iterations": iterations, "epsilon": epsilon, "method": method,
        "alpha": alpha, "activation": activation, "seed": seed, "jobs": jobs,
        "max_width": max_width, "max_iterations": max_iterations,
        "max_seconds": max_seconds, "max_memory": max_memory,
    }  # fmt: skip
    found = find(Asked.read(given, problem_of(data, Y)), trains=train)
    return Certification.of(found.certified, found.training)
