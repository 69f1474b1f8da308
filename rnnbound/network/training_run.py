"""Training runs: projected, plain and stochastic gradient descent, also with tied pairs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnbound.activations.activation import Activation
from rnnbound.network.array_checks import Array
from rnnbound.network.dataset_passes import Kernel, packed
from rnnbound.network.parameters import Network, checked_network
from rnnbound.network.projected_step import Move, TiedMove
from rnnbound.network.risk_and_gradient import checked_data
from rnnbound.network.training_options import Schedule


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What a callback sees before Θ(s) moves on to Θ(s+1).

    The arrays are views that the next step overwrites: copy what is kept.

    Attributes:
        index: s, from 0.
        network: Θ(s).
        risk: R(Θ(s)); None where sgd did not evaluate it.
        gradient_w: g(Θ(s)) towards W, shape (m,); that of the mini-batch for sgd. For tied
            pairs this is the gradient before the pairs are mirrored.
        gradient_u: g(Θ(s)) towards U, shape (m, d).
    """

    index: int
    network: Network
    risk: float | None
    gradient_w: Array
    gradient_u: Array


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What training did.

    Attributes:
        steps: the s at which the full risk was evaluated, increasing, shape (k,), int64. The
            last is the number of steps made.
        risks: R(Θ(s)) there, shape (k,), float64.
        best: the first iterate with the least of those risks.
        best_step: its s.
        best_risk: its risk.
        last: Θ(τ).
        last_risk: its risk.
        average: Θ̂ = (1/τ) Σ_{s<τ} Θ(s); None unless the method is an average that made a step.
        average_risk: R(Θ̂), or None.
        stopped: whether `stop_at` ended the run.
    """

    steps: NDArray[np.int64]
    risks: NDArray[np.float64]
    best: Network
    best_step: int
    best_risk: float
    last: Network
    last_risk: float
    average: Network | None
    average_risk: float | None
    stopped: bool


def train(
    network: Network,
    activation: str | Activation,
    X: ArrayLike,
    Y: ArrayLike,
    schedule: Schedule,
    *,
    on_step: Callable[[Step], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Run:
    """Train `network`, which is not changed, as `schedule` says.

    Every step moves along g = ½ ∇R (for sgd, of a mini-batch), then mirrors tied pairs, then
    projects.  The same arguments give the same bits, whatever the number of workers.

    Args:
        network: Θ(0), the centre of the projection; for tied methods neuron i + m/2 must be
            the partner of neuron i, as :func:`initialise` makes it.
        activation: σ, a name or a formula.
        X: inputs, shape (n, T, d).
        Y: targets, shape (n, T).
        schedule: the algorithm.
        on_step: called before every step.
        progress: called after every step with the number of steps made.

    Raises:
        ValueError: an argument does not fit; the message names it.
    """
    net = checked_network(network)
    inputs, targets = checked_data(net, X, Y)
    if schedule.tied and not _paired(net):
        raise ValueError("network must consist of mirrored pairs (i, i + m/2) for tied methods")
    with ExitStack() as stack:

        def kernel(samples: int) -> Kernel:
            shape = (samples, *inputs.shape[1:])
            return stack.enter_context(Kernel(net.c, activation, shape, workers=schedule.workers))

        whole = kernel(len(inputs))
        batch = kernel(schedule.batch) if schedule.stochastic else whole
        return _Loop(net, whole, batch, inputs, targets, schedule).run(on_step, progress)


def _paired(network: Network) -> bool:
    half = network.width // 2
    same = all(np.array_equal(a[:half], a[half:]) for a in (network.w, network.u))
    return network.width % 2 == 0 and same and np.array_equal(network.c[:half], -network.c[half:])


class _Loop:
    """The state of one run."""

    def __init__(
        self, net: Network, whole: Kernel, batch: Kernel, X: Array, Y: Array, schedule: Schedule
    ) -> None:
        self.c, self.whole, self.batch, self.X, self.Y = net.c, whole, batch, X, Y
        self.schedule = schedule
        start = packed(net)
        self.move = (TiedMove if schedule.tied else Move)(start, schedule)
        self.theta = self.best = start
        # Three buffers in all, so that neither the present nor the best iterate is ever copied.
        self.free = [np.empty_like(start), np.empty_like(start)]
        self.g = np.empty_like(start)
        self.rng = np.random.default_rng(schedule.seed)
        self.total = np.zeros(start.shape) if schedule.averaged else None
        self.steps: list[int] = []
        self.risks: list[float] = []
        self.best_risk, self.best_step = np.inf, 0

    def run(
        self,
        on_step: Callable[[Step], None] | None,
        progress: Callable[[int], None] | None,
    ) -> Run:
        for s in range(self.schedule.iterations):
            value = self._gradient(s)
            if value is not None and self._record(s, value):
                return self._result(s, stopped=True)
            if on_step is not None:
                g = self.g
                on_step(Step(s, self._network(self.theta), value, g[0], g[1:].T))
            if self.total is not None:
                self.total += self.theta
            before, self.theta = self.theta, self.free.pop()
            self.move(before, self.g, self.theta)
            if before is not self.best:
                self.free.append(before)
            if progress is not None:
                progress(s + 1)
        last = self.schedule.iterations
        return self._result(last, stopped=self._record(last, self._risk(self.theta)))

    def _risk(self, theta: Array) -> float:
        return self.whole.risk(theta, self.X, self.Y)

    def _gradient(self, s: int) -> float | None:
        """g(Θ(s)); the full risk, if this step evaluates it."""
        if not self.schedule.stochastic:
            return self.whole.gradient(self.theta, self.X, self.Y, out=self.g)
        drawn = self.rng.integers(0, len(self.X), self.schedule.batch)
        self.batch.gradient(self.theta, self.X[drawn], self.Y[drawn], out=self.g)
        return None if s % self.schedule.risk_every else self._risk(self.theta)

    def _record(self, s: int, value: float) -> bool:
        """Note the risk of Θ(s); whether it is low enough to stop."""
        self.steps.append(s)
        self.risks.append(value)
        if value < self.best_risk:
            if self.best is not self.theta:
                self.free.append(self.best)
            self.best_risk, self.best_step, self.best = value, s, self.theta
        return self.schedule.stop_at is not None and value <= self.schedule.stop_at

    def _network(self, theta: Array) -> Network:
        return Network(theta[0], theta[1:].T, self.c)

    def _result(self, made: int, *, stopped: bool) -> Run:
        average, average_risk = None, None
        if self.total is not None and made:
            mean = (self.total / made).astype(self.theta.dtype)
            average, average_risk = self._network(mean), self._risk(mean)
        return Run(
            np.array(self.steps, np.int64),
            np.array(self.risks, np.float64),
            self._network(self.best),
            self.best_step,
            self.best_risk,
            self._network(self.theta),
            self.risks[-1],
            average,
            average_risk,
            stopped,
        )
